"""The map's and the site page's own reckoning, asked of their modules: columns, pixels, areas, tracks, gaps, power."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.async_api import Page

COLUMNS = """
const columns = {
  ids: ["S1", "S2", "S3"], names: ["城西枢纽", "留下街道", "Hill"],
  latitudes: [30, 30, 31], longitudes: [120, 121, 120],
  classes: ["A", "B", "C"], battery_hours: [4, 2, 0], gateways: [1, 0, 0], regions: ["p/c/a", "p/d/b"],
  region_of: [0, 0, 1], domains: ["p/c", "p/d"], domain_of: [0, 0, 1], time_zones: ["Asia/Shanghai"],
  time_zone_of: [0, 0, 0], power_feeds: ["", "F1"], power_feed_of: [1, 1, 0], tenant_lists: [[], ["T"]],
  tenants_of: [1, 1, 0], upstreams: [0], downstreams: [1],
};
const table = new (await import("/static/state/site_table.js")).SiteTable(columns);
"""


async def ask(page: Page, module: str, script: str, given: object = None) -> Any:
    return await page.evaluate(f'async (given) => {{ const m = await import("{module}"); {script} }}', given)


async def test_columns_are_read_as_a_map_from_id_to_site(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/site_table.js",
        COLUMNS
        + """
        return {
          one: table.get("S2"), same: table.get("S2") === table.get("S2"), none: table.get("S9") === undefined,
          size: table.size, ids: [...table.keys()], names: [...table].map(([id, site]) => [id, site.name]),
          found: [table.find("s", 2), table.find("城西", 5), table.find("il", 5), table.find(" ", 5)].map(
            (sites) => sites.map((site) => site.id)),
        };""",
    )
    assert told["one"]["region"] == "p/c/a"
    assert (told["one"]["power_feed"], told["one"]["tenants"], told["one"]["gateway"]) == ("F1", ["T"], False)
    assert (told["same"], told["none"], told["size"], told["ids"]) == (True, True, 3, ["S1", "S2", "S3"])
    assert told["names"][0] == ["S1", "城西枢纽"]
    assert told["found"] == [["S1", "S2"], ["S1"], ["S3"], []]


async def test_the_worst_alarm_levels_a_site_and_the_worst_site_is_painted_last(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_dots.js",
        """
        const places = new Map([["A", 0], ["B", 1], ["C", 2], ["D", 3]]);
        const alarm = (site, severity) => ({site, severity});
        const levels = m.levelsOf(places, [
          alarm("A", "minor"), alarm("A", "critical"), alarm("B", "warning"), alarm(null, "critical"),
          alarm("Z", "critical"), alarm("D", "critical")]);
        return {order: [...m.paintingOrder(levels)], worst: m.worstOf(levels, 2), fine: levels[2] === m.FINE};
        """,
    )
    assert told == {"order": [2, 1, 0, 3], "worst": [0, 3], "fine": True}


async def test_when_many_fall_on_one_pixel_the_critical_one_is_seen_and_is_the_one_that_is_meant(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_pixels.js",
        """
        const dots = await import("/static/state/map_dots.js");
        const n = 5000;
        const x = new Float64Array(n), y = new Float64Array(n);
        for (let i = 0; i < n; i++) { x[i] = 100 + (i % 70) / 1e4; y[i] = 50 + (i % 31) / 1e4; }
        const levels = new Uint8Array(n).fill(dots.FINE);
        levels.fill(1, 100, 4000);
        levels[1234] = 0;
        const red = [255, 107, 107];
        const stamp = (fill) => m.stampOf("disc", 4, fill, [12, 17, 23]);
        const stamps = [stamp(red), ...Array.from({length: 6}, () => stamp([9, 9, 9]))];
        const sheet = {pixels: new Uint32Array(200 * 100), width: 200, height: 100};
        m.paintDots(sheet, {scale: 1, left: 0, top: 0}, {x, y, levels, order: dots.paintingOrder(levels)}, stamps);
        const bytes = new Uint8Array(sheet.pixels.buffer, (50 * 200 + 100) * 4, 4);
        return {middle: [...bytes], meant: new dots.Grid(x, y).at(100, 50, 3, levels)};
        """,
    )
    assert told == {"middle": [255, 107, 107, 255], "meant": 1234}


async def test_dots_at_the_edge_are_cut_there_and_not_wrapped_around(blank: Page) -> None:
    painted = await ask(
        blank,
        "/static/state/map_pixels.js",
        """
        const stamp = m.stampOf("square", 3, [255, 255, 255], null);
        const sheet = {pixels: new Uint32Array(400), width: 20, height: 20};
        const places = {x: Float64Array.of(0, 19, 40), y: Float64Array.of(10, 0, 10), levels: new Uint8Array(3),
                        order: Uint32Array.of(0, 1, 2)};
        m.paintDots(sheet, {scale: 1, left: 0, top: 0}, places, [stamp]);
        return [...sheet.pixels].flatMap((pixel, n) => pixel ? [[n % 20, Math.floor(n / 20)]] : []);
        """,
    )
    assert painted
    for x, y in painted:
        assert (x <= 3 and 7 <= y <= 13) or (x >= 16 and y <= 3)


async def test_a_finger_finds_what_looking_at_every_site_would_find(blank: Page) -> None:
    wrong = await ask(
        blank,
        "/static/state/map_dots.js",
        """
        let state = 7;
        const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
        const n = 3000;
        const x = Float64Array.from({length: n}, random), y = Float64Array.from({length: n}, random);
        const levels = Uint8Array.from({length: n}, () => Math.floor(random() * 7));
        const grid = new m.Grid(x, y);
        let wrong = 0;
        for (let turn = 0; turn < 200; turn++) {
          const [px, py, reach] = [random() * 1.2 - 0.1, random() * 1.2 - 0.1, random() * 0.05];
          let best = -1;
          for (let i = 0; i < n; i++) {
            const away = (one) => (x[one] - px) ** 2 + (y[one] - py) ** 2;
            if (away(i) > reach * reach) continue;
            if (best < 0 || levels[i] < levels[best] || (levels[i] === levels[best] && away(i) < away(best))) best = i;
          }
          if (grid.at(px, py, reach, levels) !== best) wrong++;
        }
        return wrong;
        """,
    )
    assert wrong == 0


async def test_gcj02_shifts_by_hundreds_of_metres_in_china_and_not_at_all_elsewhere(blank: Page) -> None:
    chance = random.Random(2)
    inside = [[chance.uniform(19, 52), chance.uniform(76, 131)] for _ in range(500)]
    outside = [[chance.uniform(-80, 80), chance.uniform(-179, 70)] for _ in range(500)]
    shift = "return given.map(([latitude, longitude]) => m.toGcj02(latitude, longitude));"
    for (latitude, longitude), shifted in zip(
        inside, await ask(blank, "/shared/lib/datum.js", shift, inside), strict=True
    ):
        north = (shifted[0] - latitude) * 111_320
        east = (shifted[1] - longitude) * 111_320
        assert 20 < (north**2 + east**2) ** 0.5 < 1800
    assert await ask(blank, "/shared/lib/datum.js", shift, outside) == outside
    there_and_back = "return given.map(([north, east]) => m.toWgs84(...m.toGcj02(north, east)));"
    for place, back in zip(inside, await ask(blank, "/shared/lib/datum.js", there_and_back, inside), strict=True):
        assert back == pytest.approx(place, abs=1e-8)
    # a step of some ten metres stays one: streets bend nowhere
    steps = [[latitude + 1e-4, longitude] for latitude, longitude in inside]
    before = await ask(blank, "/shared/lib/datum.js", shift, inside)
    for one, other in zip(before, await ask(blank, "/shared/lib/datum.js", shift, steps), strict=True):
        assert abs(other[0] - one[0] - 1e-4) < 1e-5
        assert abs(other[1] - one[1]) < 1e-5
    # the Bund in Shanghai, as published converters give it
    [[latitude, longitude]] = await ask(blank, "/shared/lib/datum.js", shift, [[31.2304, 121.4737]])
    assert (round(latitude, 4), round(longitude, 4)) == (31.2285, 121.4782)


async def test_an_area_is_the_outline_of_its_sites_clockwise_on_the_screen(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_areas.js",
        COLUMNS
        + """
        const square = [[0, 0], [4, 0], [4, 4], [0, 4], [2, 2], [1, 3], [4, 0]].map(([x, y]) => ({x, y}));
        const points = {x: Float64Array.of(1, 2, 3), y: Float64Array.of(1, 1, 5)};
        const out = (site) => ({site});
        const incident = (id, sites, severity) => ({id, severity, root: {site: null}, outages: sites.map(out)});
        const pointOf = (id) => ({S1: {x: 1, y: 1}, S2: {x: 2, y: 1}})[id] ?? null;
        const rank = (severity) => ["critical", "major"].indexOf(severity);
        const areas = m.incidentAreas([incident("I1", ["S1", "S2"], "critical"), incident("I2", ["S1"], "major"),
          incident("I3", ["S1", "S2", "S9"], "major")], pointOf, (one) => ({words: one.id, href: ""}), rank);
        return {
          square: m.hullOf(square).map(({x, y}) => [x, y]), two: m.hullOf(square.slice(0, 2)).length,
          line: m.hullOf([0, 1, 2].map((x) => ({x, y: 0}))).length, areas: areas.map((area) => area.key),
          region: m.hullOfMeant({regions: ["p/c"]}, table, points).length,
          feed: m.hullOfMeant({power_feeds: ["F1"]}, table, points).length,
          all: m.hullOfMeant({sites: ["S3"], regions: ["p/c/a"]}, table, points).length,
          other: m.hullOfMeant({regions: ["p"], sites: []}, table, points).length,
          none: m.hullOfMeant({regions: ["p/c/"]}, table, points).length,
        };""",
    )
    assert told["square"] == [[0, 0], [4, 0], [4, 4], [0, 4]]
    assert (told["two"], told["line"]) == (2, 2)
    assert told["areas"] == ["I3", "I1"]
    assert (told["region"], told["feed"], told["all"], told["other"], told["none"]) == (2, 2, 3, 3, 0)


async def test_people_move_no_faster_than_they_did_and_jump_where_nobody_knows_the_way(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_tracks.js",
        """
        const tracks = new m.Tracks();
        const begin = Date.parse("2026-11-21T08:00:00Z");
        const at = (seconds) => new Date(begin + seconds * 1000).toISOString();
        const fix = (seconds, longitude) => ({id: "T1", position_at: at(seconds), latitude: 30, longitude});
        const fixes = [[0, 0], [30, 0.03], [50, 0.03], [55, 0.04], [90, 0.09], [600, 1]];
        const places = [];
        let fastest = 0, before = null, jump = 0;
        for (let seconds = 0; seconds <= 700; seconds++) {
          const heard = fixes.filter(([when]) => when + 2 <= seconds).pop() ?? fixes[0];
          tracks.hear([fix(...heard)], begin + seconds * 1000);
          const {longitude} = tracks.placeOf("T1", begin + seconds * 1000);
          if (before !== null) {
            if (longitude - before > 0.5) jump++;
            else fastest = Math.max(fastest, longitude - before);
          }
          before = longitude;
        }
        return {fastest, jump, last: before, moving: tracks.isMoving(begin + 700_000),
                stale: m.isStaleAt(fix(0, 0), begin + 901_000), fresh: m.isStaleAt(fix(0, 0), begin + 899_000),
                home: m.isStaleAt({position_at: null}, begin)};
        """,
    )
    assert told["fastest"] <= 0.01 / 5 + 1e-9  # the fastest stretch: 0.01 degrees in 5 s
    assert (told["jump"], told["last"], told["moving"]) == (1, 1, False)
    assert (told["stale"], told["fresh"], told["home"]) == (True, False, True)


async def test_names_stand_where_most_sites_of_a_region_are_and_change_with_the_zoom(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/map_names.js",
        """
        const names = m.placeNames(["p/c/a", "p/c/b"], [0, 0, 1], {x: [0, 2, 6], y: [0, 0, 3]});
        const at = (zoom) => m.namesAt(names, zoom).map(({words}) => words);
        return {at: [at(5), at(8), at(11)], city: names.find(({words}) => words === "c").at};
        """,
    )
    assert told == {"at": [["p"], ["c"], ["a", "b"]], "city": {"x": 8 / 3, "y": 1}}


async def test_where_nothing_was_heard_the_line_has_a_gap(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/site_series.js",
        """
        const point = (minute, value) => [minute * 60, value - 1, value, value + 1];
        const points = [0, 1, 2, 3, 9, 10].map((minute) => point(minute, 50 + minute));
        const columns = m.withGaps({points, step_seconds: 60});
        const sparse = m.withGaps({points: [0, 5, 10].map((minute) => point(minute, 1)), step_seconds: 60});
        const reading = (metric, unit, value = 1) => ({id: metric, metric, unit, value});
        return {mean: columns.mean, at: columns.at.map((at) => at / 60), sparse: sparse.mean,
                span: m.spanOf(columns, [43, 60]), extremes: m.extremes(columns),
                none: m.extremes(m.withGaps({points: [], step_seconds: 60})),
                order: m.chartable([reading("temperature", "°C"), reading("door", ""), reading("humidity", "%", null),
                  reading("battery-voltage", "V")]).map(({id}) => id)};
        """,
    )
    assert told["mean"] == [50, 51, 52, 53, None, 59, 60]
    assert told["at"][4] == 4
    assert told["sparse"] == [1, 1, 1]  # a slow device has no gaps
    assert told["span"][0] < 43
    assert told["span"][1] > 61
    assert (told["extremes"], told["none"]) == ({"low": 49, "high": 61, "last": 60}, None)
    assert told["order"] == ["battery-voltage", "temperature"]


POWER_CHAINS = """
        const resource = (resource, kind, tenant = "") => ({resource, kind, tenant});
        const site = (alarms, more = {}) => ({
          tenants: ["Red", "Blue"], power_feed: "F1", feed: null, battery_hours: 4, generators: [], readings: [],
          resources: [resource("r1", "rectifier"), resource("r2", "rectifier"), resource("b1", "battery"),
                      resource("bts-r", "base-station", "Red"), resource("bts-b", "base-station", "Blue")],
          alarms: alarms.map(([alarm_type, severity = "major", resource = "x"]) => ({alarm_type, severity, resource})),
          ...more});
        const tell = (chain) => ({
          sources: chain.sources.map(({name, state, live}) => [name, state, live]),
          rectifier: [chain.rectifier.state, chain.rectifier.live, chain.rectifier.units],
          battery: [chain.battery.state, chain.battery.live], bus: chain.bus.live,
          loads: chain.loads.map(({of, state, alarm}) => [of, state, alarm?.alarm_type ?? null])});
        const running = {generators: [{id: "G1", name: "", state: "running"}]};
        return {
          fine: tell(m.powerChain(site([]))),
          cut: tell(m.powerChain(site([["mains-failure"]]))),
          shed: tell(m.powerChain(site([["mains-failure"], ["load-disconnect", "critical"]]))),
          empty: tell(m.powerChain(site([["mains-failure"], ["battery-disconnect", "critical"]]))),
          fetched: tell(m.powerChain(site([["mains-failure"]], running))),
          one: tell(m.powerChain(site([["base-station-down", "critical", "bts-b"]]))),
          figures: [m.figure(53.4567, "V"), m.figure(230.7, "V"), m.figure(72, "%"), m.figure(null, "V")],
        };
        """


async def test_the_power_chain_says_what_feeds_what_and_where_it_is_cut(blank: Page) -> None:
    told = await ask(
        blank,
        "/static/state/site_power.js",
        POWER_CHAINS,
    )
    assert told["fine"]["sources"] == [["mains", "fine", True]]
    assert (told["fine"]["rectifier"], told["fine"]["battery"]) == (["fine", True, 2], ["standby", False])
    assert (told["cut"]["rectifier"][1], told["cut"]["battery"], told["cut"]["bus"]) == (
        False,
        ["discharging", True],
        True,
    )
    assert [load[1:] for load in told["shed"]["loads"]] == [["off", "load-disconnect"]] * 2
    assert told["shed"]["bus"] is True
    assert (told["empty"]["battery"], told["empty"]["bus"]) == (["off", False], False)
    assert told["fetched"]["sources"] == [["mains", "off", False], ["generator", "running", True]]
    assert (told["fetched"]["rectifier"][1], told["fetched"]["battery"][0]) == (True, "standby")
    assert told["one"]["loads"] == [["Red", "fine", None], ["Blue", "fine", "base-station-down"]]
    assert told["figures"] == ["53.5 V", "231 V", "72 %", "–"]
