"""The shift's own reckoning, asked of its modules: the sentence, calls, emergencies, load, findings, the wall."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.modules import Modules

MAKE = """
const NOW = Date.parse("2026-11-22T08:00:00Z");
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const call = (id, more = {}) => ({id, person: id, person_name: `Ann ${id}`, since: at(-5), answered_at: null,
  ended_at: null, ...more});
const outage = (site, more = {}) => ({site, site_down_at: null, started_at: null, ended_at: null, ...more});
const incident = (id, outages, site = null) => ({id, state: "open", outages, root: {site}});
const picture = (more = {}) => ({sos: [], emergencies: [], incidents: [], alarms: [], orders: [], ...more});
const area = (region, n) => ({region, without_mains: n});
const emergency = (region, more = {}) => ({id: "E1", region, ended_at: null, areas: [], ...more});
"""


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, MAKE)


async def test_a_person_in_danger_comes_before_a_mass_outage_and_that_before_all_else(modules: Modules) -> None:
    told = await modules.ask(
        "urgency",
        "mostUrgent, whatKey, sentenceKey",
        """
        const soon = [incident("I1", [outage("S1", {site_down_at: at(20)}), outage("S2", {started_at: at(-3)})])];
        const dark = emergency("p/c/x", {areas: [{region: "p/c/x", sites_without_mains: 12}]});
        const orders = [{site: "S1", state: "en_route"}];
        const cases = [
          {incidents: soon, orders, emergencies: [dark], sos: [call("A")]},
          {incidents: soon, orders, emergencies: [dark], sos: [call("A"), call("B")]},
          {incidents: soon, orders, emergencies: [dark], sos: [call("A", {answered_at: at(-1)})]},
          {incidents: soon, orders, emergencies: [dark, emergency("p/c/y", {areas: []})]},
          {incidents: soon, orders, emergencies: [emergency("p/c/y", {areas: [], end_proposed_at: null})]},
          {incidents: soon, orders, emergencies: [emergency("p/c/y", {areas: [], end_proposed_at: at(-1)})]},
          {emergencies: [emergency("p/c/y", {areas: [], end_proposed_at: null, calm_from: at(-1)})]},
          {incidents: soon, orders}, {},
        ];
        return cases.map((one) => mostUrgent(picture(one), NOW)).map((one) =>
          [one.kind, one.count, one.underWay, one.name, whatKey(one), sentenceKey(one), one.alsoDown].join("|"));
        """,
    )
    assert told == [
        "sos|1|0|Ann A|urgent.sos.named|urgent.sos|",
        "sos|2|0||urgent.sos.what|urgent.sos|",
        "emergency|12|0|x|urgent.emergency.what|urgent.emergency|",
        "emergency|12|0||urgent.emergency.what|urgent.emergencies|",
        "emergency_new|0|0|y|urgent.emergency_new.what|urgent.emergency|",
        "running_out|1|1||urgent.running_out.what|urgent.running_out|1",
        "emergency|0|0|y|urgent.emergency.none|urgent.emergency|",
        "running_out|1|1||urgent.running_out.what|urgent.running_out|1",
        "calm|0|0||urgent.calm.what|urgent.calm|",
    ]


async def test_each_figure_of_the_sentence_leads_to_exactly_its_incidents(modules: Modules) -> None:
    told = await modules.ask(
        "urgency",
        "incidentsOf",
        """
        const all = [
          incident("I1", [outage("S1", {site_down_at: at(20)})]),
          incident("I2", [outage("S2", {site_down_at: at(20)})]),
          incident("I3", [outage("S3", {site_down_at: at(90)})]), incident("I4", [outage("S4", {started_at: at(-9)})]),
          incident("I5", [outage("S5", {started_at: at(-9)})]),
          incident("I6", [outage("S6", {started_at: at(-9)}), outage("S7", {site_down_at: at(20)})], "S2"),
        ];
        const orders = [{site: "S2", state: "on_site"}, {site: "S4", state: "offered"}];
        const of = (state) => incidentsOf(state, all, new Set(["I5"]), orders, NOW).map((one) => one.id).join();
        return ["running_out", "running_out_crew", "down", "down_crew", ""].map(of);
        """,
    )
    assert told == ["I1,I2,I6", "I2", "I4,I6", "I6", "I1,I2,I3,I4,I5,I6"]


async def test_calls_that_nobody_took_stand_first_and_a_watch_is_not_said_twice(modules: Modules) -> None:
    told = await modules.ask(
        "calls",
        "openCalls, overdueWatches, isUnanswered",
        """
        const calls = openCalls([call("A", {answered_at: at(-1), since: at(-9)}), call("B", {ended_at: at(-1)}),
          call("C", {since: at(-2)}), call("D", {since: at(-4)})]);
        const watch = (id, until) => ({id, until: at(until)});
        const over = overdueWatches([watch("X", -1), watch("Y", 5), watch("D", -3), watch("Z", -2)], calls, NOW);
        return [calls.map((one) => one.id), over.map((one) => one.id), isUnanswered(calls),
          isUnanswered(calls.slice(2))];
        """,
    )
    assert told == [["D", "C", "A"], ["Z", "X"], True, False]


async def test_a_county_is_suggested_at_the_policys_number_unless_an_emergency_covers_it(modules: Modules) -> None:
    told = await modules.ask(
        "emergencies",
        "areaRows, sitesOf, upwards, crewMargin",
        """
        const areas = [area("p/c/a", 30), area("p/c/b", 9), area("p/d/c", 10), area("p/cc/d", 11)];
        const rows = areaRows({areas, threshold: 10}, [emergency("p/c", {areas: [{region: "p/c/a", crews_needed: 4}]}),
          emergency("p/d", {ended_at: at(-1)})]);
        const sites = [{site: "1", down: true, site_class: "A", site_down_at: at(-1)},
          {site: "2", down: false, site_class: "B", site_down_at: at(60)},
          {site: "3", down: false, site_class: "A", site_down_at: null}];
        const of = (which) => sitesOf(sites, which, NOW + 7_200_000).map((one) => one.site).join();
        const margin = (crew) => crewMargin({...sites[1], crew});
        return [rows.map((row) => [row.area.region, row.state, row.plan?.crews_needed ?? null]),
          ["", "on_battery", "down", "soon", "hubs"].map(of), upwards("p/c/a"),
          [margin({state: "en_route", planned_arrival_at: at(70)}), margin(null),
           margin({state: "on_site", planned_arrival_at: at(70)})]];
        """,
    )
    rows, sites, regions, margins = told
    assert rows == [
        ["p/cc/d", "suggested", None],
        ["p/d/c", "suggested", None],
        ["p/c/a", "declared", 4],
        ["p/c/b", "declared", None],
    ]
    assert sites == ["1,2,3", "2,3", "1", "2", "1,3"]
    assert regions == ["p/c/a", "p/c", "p"]
    assert margins == [-600_000, None, float("inf")]


async def test_a_claimer_is_idle_only_after_half_an_hour_without_an_act_or_claim(modules: Modules) -> None:
    told = await modules.ask(
        "claims",
        "claimState, isIdle",
        """return [claimState(undefined, "me"), claimState({by: "me"}, "me"), claimState({by: "you"}, "me"),
          isIdle(at(-90), at(-31), NOW), isIdle(at(-90), at(-29), NOW), isIdle(at(-5), at(-90), NOW)];""",
    )
    assert told == ["free", "mine", "others", True, False, False]


async def test_the_alarm_load_is_judged_by_the_limits_and_drawn_to_one_scale(modules: Modules) -> None:
    told = await modules.ask(
        "alarm_load",
        "perOperator, loadNow, chartOf",
        """
        const limits = {right: 6, most: 12, flood: 10};
        const load = (hour, floods = [], counts = [0, 4, 30]) => ({per_operator_hour: hour, floods, limits,
          since: at(-30), per_10_minutes: counts, operators_there: [1, 2, 0]});
        const chart = chartOf(load(1), 300, 100);
        return [perOperator(load(1)), [6, 7, 13].map((n) => loadNow(load(n))),
          loadNow(load(1, [{until: null}])), loadNow(load(1, [{until: at(-1)}])),
          chart.bars.map((bar) => [bar.x, Math.round(bar.height), bar.flood]),
          chart.limits.map((one) => [one.name, Math.round(one.y), Math.round(one.words)]), chart.unmanned];
        """,
    )
    assert told[:4] == [[0, 2, 30], ["right", "much", "too_much"], "flood", "right"]
    assert told[4] == [[100, 7, False], [200, 100, True]]
    assert told[5] == [["right", 97, 97], ["most", 93, 81], ["flood", 67, 65]]
    assert told[6] == [{"x": 200, "width": 100}]


async def test_the_system_names_what_wants_a_look_the_grave_first_and_nothing_when_well(modules: Modules) -> None:
    told = await modules.ask(
        "system",
        "findings",
        """
        const service = (id, state, said = "ok") => ({id, state, checks: {x: said, y: "ok"}, figures: {}});
        const collector = (more = {}) => ({id: "c1", heard_at: at(-1), spool_events: 0, dropped: 0, refused: 0,
          spool_oldest_seconds: 0, lag_seconds: 0, ...more});
        const quiet = {floods: [], per_operator_hour: 3, limits: {right: 6, most: 12, flood: 10}};
        const system = (more = {}) => ({services: [service("dispatch", "well")], collectors: [collector()], feeds: [],
          database: {connections: 9, oldest_transaction_seconds: 1}, alarm_load: quiet, ...more});
        const of = (more) => findings(system(more), NOW).map((one) => [one.what, one.grave, one.values]);
        return [of({}), of({
          services: [service("a", "unreachable", "refused"), service("b", "unreachable"),
            service("d", "unhealthy", "late")],
          collectors: [collector({heard_at: at(-20)}),
            collector({id: "c2", lag_seconds: 90, spool_events: 7, dropped: 3})],
          feeds: [{publisher: "dispatch", consumer: "pages", behind: 5000}],
          database: {connections: 95, oldest_transaction_seconds: 301},
        })];
        """,
    )
    well, unwell = told
    assert well == []
    assert unwell == [
        ["service.unreachable", True, {"services": "a,b", "n": 2}],
        ["service.unhealthy", True, {"services": "d", "said": "late"}],
        ["collector.lag", True, {"id": "c2", "seconds": 90, "n": 7}],
        ["collector.dropped", True, {"id": "c2", "n": 3}],
        ["feed.behind", True, {"publisher": "dispatch", "consumer": "pages", "n": 5000}],
        ["collector.unheard", False, {"id": "c1", "seconds": 1200}],
        ["database.transaction", False, {"seconds": 301}],
        ["database.connections", False, {"n": 95}],
    ]


async def test_the_wall_fades_greys_dims_and_foresees_its_sign_out(modules: Modules) -> None:
    told = await modules.ask(
        "wall",
        "countChanged, fadeOf, isOld, endOfSession, wallOptions, dimmer",
        """
        const change = (what, id, minutes) => ({what, id, at: at(-minutes)});
        const some = [change("down", "S1", 0), change("down", "S1", 3), change("up", "S2", 9.9)];
        return [countChanged(some, "down"), some.map((one) => fadeOf(one, 10, NOW)),
          [isOld(at(0), NOW), isOld(at(-1), NOW), isOld(null, NOW)],
          [endOfSession(at(12 * 60), NOW), endOfSession(at(60), NOW) === at(60)],
          [wallOptions("?dim=40&lang=zh"), wallOptions("?dim=x&lang=fr"), wallOptions("?dim=999")],
          [dimmer(0, -1), dimmer(0, 1), dimmer(80, 1)]];
        """,
    )
    assert told == [
        1,
        [0, 1, 4],
        [False, True, True],
        [None, True],
        [{"dim": 40, "lang": "zh"}, {"dim": 0, "lang": None}, {"dim": 80, "lang": None}],
        [0, 10, 80],
    ]


async def test_announcements_stand_until_they_are_over_or_withdrawn(modules: Modules) -> None:
    told = await modules.ask(
        "announcements",
        "stateAt, byTime",
        """
        const one = (id, from, to, withdrawn_at = null) => ({id, starts_at: at(from), ends_at: at(to), withdrawn_at});
        const all = [one("c", 60, 90), one("a", -60, -30), one("b", -10, 30), one("d", 5, 9, at(-1))];
        return [all.map((each) => stateAt(each, NOW)), all.sort(byTime).map((each) => each.id).join("")];
        """,
    )
    assert told == [["coming", "over", "current", "withdrawn"], "abdc"]


async def test_a_tenants_outages_of_one_cause_and_course_are_said_once_what_is_down_first(modules: Modules) -> None:
    told = await modules.ask(
        "tenant",
        "outageGroups",
        """
        const of = (site, state, more = {}) => ({site, state, cause: {zh: "停电", en: "No power"}, stage: "assigned",
          arrival_at: null, expected_end: null, time_zone: "UTC", ...more});
        const all = [of("A", "at_risk"), of("B", "down"), of("C", "down", {stage: "on_site"}),
          of("D", "down"), of("E", "restored")];
        return outageGroups(all).map((group) => group.map((one) => one.site).join());
        """,
    )
    assert told == ["B,D", "C", "A"]


async def test_a_figure_of_a_county_leads_to_the_sites_and_crews_that_it_counts(modules: Modules) -> None:
    told = await modules.ask(
        "emergencies",
        "ordersIn, sitesOf",
        """
        const site = (id, more = {}) => ({site: id, down: false, site_down_at: null, site_class: "B", generator: false,
          generator_wanted: false, ...more});
        const sites = [site("S1", {generator: true}), site("S2", {generator_wanted: true}), site("S3", {down: true}),
          site("S4", {site_down_at: at(30), site_class: "A"})];
        const order = (id, region, state, minutes) => ({id, region, state, planned_arrival_at: at(minutes)});
        const orders = [order("W1", "p/c/x", "en_route", 20), order("W2", "p/c/x/z", "on_site", 5),
          order("W3", "p/c/xy", "en_route", 1), order("W4", "p/c/x", "accepted", 1), order("W5", null, "en_route", 1)];
        const which = ["generators", "down", "on_battery", "soon", "hubs", "without_mains"];
        return [which.map((one) => sitesOf(sites, one, NOW + 3_600_000).map(({site}) => site).join()),
          ordersIn(orders, "p/c/x").map(({id}) => id).join()];
        """,
    )
    assert told == [["S1,S2", "S3", "S1,S2,S4", "S4", "S4", "S1,S2,S3,S4"], "W2,W1"]
