"""What stands in words on the maps: labels, what is pointed at, what is suggested and meant, the wall's map."""

from __future__ import annotations

import random

from playwright.async_api import Page

from tests.browser.test_map_modules import COLUMNS, ask

# what the placing of labels comes to over many scenes of boxes
COUNTED = """
const frame = {left: 6, top: 60, right: 794, bottom: 594};
const hits = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isIn = (box) => box.left > frame.left - 0.01 && box.right < frame.right + 0.01
  && box.top > frame.top - 0.01 && box.bottom < frame.bottom + 0.01;
const counts = {overlapping: 0, outside: 0, first_hidden: 0, hidden_with_room: 0};
Object.assign(counts, {shown: 0, hidden: 0, absent: 0});
for (const scene of given) {
  const wanted = scene.map(([x, y, width, height, words]) =>
    m.boxesAround({left: x, top: y, right: x + width, bottom: y + height}, {width: words, height: 18}, frame));
  const placed = m.placeLabels(wanted);
  const shown = placed.filter(Boolean);
  counts.overlapping += shown.filter((a, n) => shown.some((b, o) => o > n && hits(a, b))).length;
  counts.outside += shown.filter((box) => !isIn(box)).length;
  const first = wanted.findIndex((boxes) => boxes.length);
  counts.first_hidden += first >= 0 && !placed[first] ? 1 : 0;
  placed.forEach((box, n) => {
    if (box) counts.shown++;
    else if (!wanted[n].length) counts.absent++;
    else {
      counts.hidden++;
      const before = placed.slice(0, n).filter(Boolean);
      if (wanted[n].some((one) => !before.some((other) => hits(one, other)))) counts.hidden_with_room++;
    }
  });
}
return counts;
"""


async def test_no_two_words_on_the_map_overlap_and_the_most_urgent_are_always_shown(blank: Page) -> None:
    """Over scenes of any density: whoever has no room is covered by somebody more urgent wherever it could stand."""
    seeded = random.Random(20261122)
    scenes = [
        [
            [seeded.uniform(-60, 860), seeded.uniform(-60, 660), seeded.uniform(0, 300), seeded.uniform(0, 200),
             seeded.uniform(20, 400)]
            for _ in range(seeded.choice((1, 2, 10, 60, 200)))
        ]
        for _ in range(120)
    ]  # fmt: skip
    told = await ask(blank, "/static/state/map_labels.js", COUNTED, scenes)
    assert {name: told[name] for name in ("overlapping", "outside", "first_hidden", "hidden_with_room")} == {
        "overlapping": 0, "outside": 0, "first_hidden": 0, "hidden_with_room": 0,
    }  # fmt: skip
    assert min(told["shown"], told["hidden"], told["absent"]) > 0


async def test_one_points_at_an_area_within_it_or_near_its_edge(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_areas.js",
        """
        const square = m.hullOf([[0, 0], [4, 0], [4, 4], [0, 4]].map(([x, y]) => ({x, y})));
        const at = [[2, 2], [5, 2], [7, 2], [4.5, 4.5], [6, 6], [-1, 0]];
        const near = (hull) => at.map(([x, y]) => m.isNear(hull, {x, y}, 1));
        return [near(square), near([{x: 0, y: 0}, {x: 4, y: 0}]), near([{x: 5, y: 2}])];
        """,
    )
    assert told == [
        [True, True, False, True, False, True],
        [False, False, False, False, False, True],
        [False, True, False, False, False, False],
    ]


async def test_what_is_meant_is_suggested_while_one_types_and_counted(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/meant.js",
        COLUMNS
        + """
        const suggested = (kind, text) =>
          m.suggestionsFor(kind, text, table, 5).map((one) => [one.value, one.words, one.sites]);
        return {
          regions: suggested("regions", "p/c/a; D"), again: suggested("regions", "p/c; c"),
          none: suggested("regions", "p/c; "),
          feeds: suggested("power_feeds", "f"), sites: suggested("sites", "S3； 留"),
          completed: [m.completed("D", "p/d"), m.completed("p/c; d", "p/d"), m.completed("S3；留", "S2")],
          all: m.placesMeant({regions: ["p"], sites: ["S1"]}, table),
          some: m.placesMeant({power_feeds: ["F1", ""]}, table),
          unknown: m.unknownIn({regions: ["p/c", "c"], power_feeds: ["F1", "F2"], sites: ["S1", "s1"]}, table),
        };""",
    )
    assert told == {
        "regions": [["p/d", "", 1], ["p/d/b", "", 1]],
        "again": [["p/c/a", "", 2]],
        "none": [],
        "feeds": [["F1", "", 2]],
        "sites": [["S2", "留下街道", 0]],
        "completed": ["p/d; ", "p/c; p/d; ", "S3；S2; "],
        "all": [0, 1, 2],
        "some": [0, 1],
        "unknown": ["c", "F2", "s1"],
    }


async def test_the_area_that_one_points_at_has_its_words_before_the_more_urgent_ones(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/parts/mark_labels.js",
        """
        const context = document.createElement("canvas").getContext("2d");
        const area = (key, kind) => ({key, kind, severity: "major", words: `the words of ${key}`, href: "", hull: []});
        const kinds = {A1: "announcement", I2: "incident", I1: "incident", E1: "emergency"};
        const areas = Object.entries(kinds).map(([key, kind]) => area(key, kind));
        const box = {left: 80, top: 80, right: 90, bottom: 81};
        const frame = {left: 70, top: 70, right: 200, bottom: 100};
        const shown = (meant) => m.paintLabels(context, m.inUrgency(areas, meant).map((one) =>
          ({...m.labelAround(context, one.words, "#fff", box, frame), area: one}))).map((one) => one.area.key);
        return [m.inUrgency(areas, "").map((one) => one.key), shown(""), shown("A1")];
        """,
    )
    assert told == [["E1", "I1", "I2", "A1"], ["E1"], ["A1"]]


async def test_the_walls_map_shows_all_of_it_with_the_worst_place_named_first(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/wall_map.js",
        COLUMNS
        + """
        const points = {x: Float64Array.of(10, 20, 30), y: Float64Array.of(10, 10, 40)};
        const sites = {down: ["S2", "S9"], running_out: ["S3", "S2"]};
        const dots = m.wallDots(table, points, sites);
        const parts = m.partsOf(table, points, dots.levels);
        const size = {width: 400, height: 300};
        const look = m.lookAtAll(points, size, 10);
        const spot = (place) => [points.x[place] * look.scale - look.left, points.y[place] * look.scale - look.top];
        const labels = m.wallLabels(parts, dots, look, () => ({width: 120, height: 40}), size);
        const isIn = (box) => box.left >= 0 && box.top >= 0 && box.right <= 400 && box.bottom <= 300;
        const { SiteTable } = await import("/static/state/site_table.js");
        const one = new SiteTable({...columns, regions: ["p/c/a", "p/c/b"]});
        return {
          levels: [...dots.levels], order: [...dots.order],
          parts: parts.map((part) => [part.name, part.down, part.running_out]),
          counties: m.partsOf(one, points, dots.levels).map((part) => part.path), spots: [0, 1, 2].map(spot),
          labels: labels.map(({part, box}) => [part.name, isIn(box)]),
          single: m.lookAtAll({x: points.x.slice(0, 1), y: points.y.slice(0, 1)}, size, 10).scale,
        };""",
    )
    assert told["levels"] == [6, 0, 1]
    assert told["order"] == [0, 2, 1]
    assert told["parts"] == [["c", 1, 0], ["d", 0, 1]]
    assert told["counties"] == ["p/c/a", "p/c/b"]
    assert [[round(value) for value in spot] for spot in told["spots"]] == [[107, 10], [200, 10], [293, 290]]
    assert told["labels"] == [["c", True], ["d", True]]
    assert told["single"] == 2**11
