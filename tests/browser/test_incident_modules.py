"""The incident screen's own reckoning, asked of its modules: rows, lanes, ticks, acts, likely incidents."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

MAKE = """
const at = (minute) => `2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`;
const alarm = (id, cause, more = {}) => ({
  id, cause_alarm: cause, cause_reason: "", alarm_type: "fsu-offline", site: id, site_name: id, severity: "major",
  state: "active", raised_at: at(0), cleared_at: null, silenced_by: "", chattering_since: null, incident: "I1",
  domain: "p/c", ...more,
});
const incident = (more = {}) => ({
  id: "I1", state: "open", domain: "p/c", severity: "major", opened_at: at(0), closed_at: null, outages: [],
  root: {kind: "alarm", alarm: "A0", site: "A0", resource: "r", alarm_type: "link-down", reason: ""}, ...more,
});
"""


class Modules:
    """Scripts that run among the console's modules."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def ask(self, module: str, names: str, script: str) -> Any:
        return await self._page.evaluate(
            f'async () => {{ const {{{names}}} = await import("/static/{module}"); {MAKE} {script} }}'
        )


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank)


TREE = """
const kinds = ["site-unreachable", "base-station-down"];
const effect = (n) => alarm(`A${n + 1}`, "A0", {alarm_type: kinds[n % 2], raised_at: at(n % 9)});
const effects = Array.from({length: 60}, (_, n) => effect(n));
const alarms = new Map([alarm("A0", null), ...effects, alarm("B", "A7")].map((one) => [one.id, one]));
const leaf = (one) => ({alarm: one.id, children: one.id === "A7" ? [{alarm: "B", children: []}] : []});
const root = {alarm: "A0", children: effects.map(leaf)};
const look = {toggled: new Set(), by: "type", shown: ""};
const rows = (more) => treeRows(root, alarms, {...look, ...more});
"""


async def test_alike_symptoms_are_one_row_with_their_count(modules: Modules) -> None:
    told = await modules.ask(
        "state/tree_rows.js",
        "treeRows",
        TREE + "return rows({}).map((row) => [row.kind, row.fold?.value ?? row.key, row.below, row.depth]);",
    )
    assert told == [["alarm", "A0", 61, 0], ["fold", "site-unreachable", 31, 1], ["fold", "base-station-down", 30, 1]]


async def test_open_folds_hold_every_alarm_once_by_type_and_by_site(modules: Modules) -> None:
    script = """
    return ["type", "site"].map((by) => {
      const toggled = new Set(rows({by}).filter((row) => row.kind === "fold").map((row) => row.key));
      toggled.add("A7");
      return rows({by, toggled}).filter((row) => row.alarm).map((row) => row.key).sort();
    });
    """
    by_type, by_site = await modules.ask("state/tree_rows.js", "treeRows", TREE + script)
    assert by_type == by_site == sorted([*(f"A{n}" for n in range(61)), "B"])


async def test_the_chosen_alarm_is_never_folded_away(modules: Modules) -> None:
    keys = await modules.ask(
        "state/tree_rows.js", "treeRows", TREE + 'return rows({shown: "B"}).map((row) => row.key);'
    )
    assert "B" in keys
    assert "A2" not in keys, "other folds stay shut"


async def test_ticks_stand_at_round_moments_of_the_sites_zone(modules: Modules) -> None:
    script = """
    const {setServerTime} = await import("/shared/lib/time.js");
    setServerTime("2026-11-21T09:00:00Z");
    const from = Date.parse("2026-11-21T08:07:00Z");
    const of = (minutes, most, zone) => ticks({from, to: from + minutes * 60_000}, most, zone).map(({label}) => label);
    return [of(40, 5, "Asia/Shanghai"), of(130, 5, "Asia/Kolkata"), of(1, 4, "UTC"), of(4 * 1440, 5, "UTC")];
    """
    assert await modules.ask("state/time_axis.js", "ticks", script) == [
        ["16:10", "16:20", "16:30", "16:40"],
        ["14:00", "14:30", "15:00", "15:30"],
        ["08:07:00", "08:07:30", "08:08:00"],
        ["11-22", "11-23", "11-24", "11-25"],
    ]


PICTURE = """
const story = (alarms, more = {}) => ({incident: incident(more), alarms, tickets: [], orders: [], moments: []});
const chain = [
  alarm("C", "B", {raised_at: at(9), site: "S2"}), alarm("B", "A0", {raised_at: at(4), site: "S1", cleared_at: at(6)}),
  alarm("A0", null, {raised_at: at(5), site: "S1"}), alarm("D", null, {raised_at: at(1), site: "S3"}),
];
"""


async def test_the_root_lies_on_top_and_its_site_before_the_others(modules: Modules) -> None:
    script = """
    const picture = pictureOf(story(chain, {root: {...incident().root, site: "S1"}}), "alarm", Date.parse(at(20)));
    return [picture.lanes.map((lane) => lane.key), picture.links.map((link) => [link.from, link.to])];
    """
    lanes, links = await modules.ask("state/picture.js", "pictureOf", PICTURE + script)
    assert lanes == ["A0", "B", "D", "C"]
    assert links == [["A0", "B"], ["B", "C"]]


async def test_a_folded_lane_is_as_long_and_as_bad_as_all_that_it_holds(modules: Modules) -> None:
    script = """
    const alike = [
      alarm("A", null, {raised_at: at(0), cleared_at: at(4), severity: "minor"}),
      alarm("B", null, {raised_at: at(2), cleared_at: at(6), severity: "critical"}),
      alarm("C", null, {raised_at: at(10), severity: "warning"}),
    ];
    const [lane] = pictureOf(story(alike), "type", Date.parse(at(20))).lanes;
    const minute = (one) => one === null ? null : (one - Date.parse(at(0))) / 60_000;
    return lane.spans.map((span) => [minute(span.from), minute(span.to), span.severity]);
    """
    spans = await modules.ask("state/picture.js", "pictureOf", PICTURE + script)
    assert spans == [[0, 6, "critical"], [10, None, "warning"]]


async def test_hours_of_future_do_not_crush_minutes_of_past(modules: Modules) -> None:
    script = """
    const outage = (minute) => ({site: "S1", site_down_at: at(minute), started_at: null, ended_at: null});
    const shown = (minute, hour) => {
      const outages = [{...outage(0), site_down_at: `2026-11-21T${hour}:${minute}:00Z`}];
      const {first, whole} = pictureOf(story(chain, {outages}), "alarm", Date.parse(at(20)));
      return [first, whole].map(({from, to}) => Math.round((to - from) / 60_000));
    };
    return [shown("50", "08"), shown("00", "14")];
    """
    near, far = await modules.ask("state/picture.js", "pictureOf", PICTURE + script)
    assert near == [53, 53]
    assert far == [42, 382]


async def test_one_thing_that_somebody_did_is_one_act(modules: Modules) -> None:
    script = """
    const made = (id, kind, minute, who, more = {}) => ({
      id, kind, alarm: id, cause_alarm: null, instead_of: null, incident: "I1", comment: "", made_at: at(minute),
      made_by: who, withdrawn_at: null, withdrawn_by: "", about: [], ...more,
    });
    const acts = actsOf([
      made("C3", "under", 5, "ann"), made("C2", "root", 5, "ann"), made("C1", "under", 1, "bob", {withdrawn_at: at(2)}),
    ]);
    return acts.map((act) => [act.made_by, act.corrections.map((one) => one.id), act.holding.length]);
    """
    assert await modules.ask("state/corrections.js", "actsOf", script) == [["ann", ["C2", "C3"], 2], ["bob", ["C1"], 0]]


async def test_the_likely_incidents_are_near_by_first(modules: Modules) -> None:
    script = """
    const site = (id, power_feed, region) => [id, {id, power_feed, region}];
    const sites = new Map([
      site("S1", "F", "p/c/a"), site("S2", "", "p/c/b"), site("S3", "F", "p/c/b"), site("S4", "", "p/c/a"),
      site("S5", "", "p/d/a"),
    ]);
    const utility = {root: {...incident().root, site: null, resource: "feed:F"}, domain: "x", opened_at: at(9)};
    const at_site = (id, site, more = {}) => incident({id, root: {...incident().root, site, resource: "r"}, ...more});
    const incidents = [
      at_site("city", "S2"), at_site("far", "S5", {domain: "p/d"}), at_site("area", "S4"), at_site("feed", "S3"),
      at_site("same", "S2", {outages: [{site: "S1"}]}), at_site("I1", "S1"), at_site("shut", "S1", {state: "closed"}),
      incident({id: "utility", ...utility}),
    ];
    const found = likelyIncidents(alarm("A", null, {site: "S1"}), incidents, [], sites);
    return found.map((one) => [one.incident.id, one.why]);
    """
    assert await modules.ask("state/corrections.js", "likelyIncidents", script) == [
        ["same", "site"],
        ["feed", "feed"],
        ["utility", "feed"],
        ["area", "area"],
        ["city", "city"],
        ["far", "time"],
    ]
