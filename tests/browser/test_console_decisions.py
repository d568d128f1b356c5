"""What the console's pure modules decide, asked of the modules themselves in the browser that runs them."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page

from tests.browser.conftest import Serve


@pytest_asyncio.fixture(loop_scope="session")
async def modules(serve: Serve, page: Page) -> Page:
    """A page from which the console's modules can be imported."""
    await page.goto(f"{serve('dashboards')}/")
    return page


async def ask(page: Page, module: str, script: str) -> Any:
    """Runs `script` with the module's exports as `m`."""
    return await page.evaluate(f"async () => {{ const m = await import('/static/{module}'); {script} }}")


async def test_a_virtual_list_draws_the_rows_in_sight_and_a_few_more(modules: Page) -> None:
    drawn = await ask(
        modules,
        "parts/virtual_list.js",
        "return [m.windowOf(0, 280, 28, 50000), m.windowOf(1399720, 280, 28, 50000), m.windowOf(0, 280, 28, 3)]",
    )
    assert drawn == [{"first": 0, "last": 16}, {"first": 49984, "last": 50000}, {"first": 0, "last": 3}]
    scrolled = await ask(
        modules,
        "parts/virtual_list.js",
        "return [m.scrollFor(0, 280, 28, 9), m.scrollFor(0, 280, 28, 10), m.scrollFor(560, 280, 28, 3)]",
    )
    assert scrolled == [0, 28, 84]


async def test_a_sorted_list_stays_sorted_through_changes(modules: Page) -> None:
    same = await ask(
        modules,
        "state/sorted.js",
        """
        const list = new m.SortedList((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
        let seed = 7;
        const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
        const held = new Map();
        for (let step = 0; step < 5000; step += 1) {
          const id = `a${random(300)}`;
          if (held.has(id)) list.remove(held.get(id));
          held.delete(id);
          if (random(3)) { held.set(id, {id, rank: random(5)}); list.insert(held.get(id)); }
        }
        const wanted = [...held.values()].sort(list.compare).map((one) => one.id);
        return wanted.length > 100 && JSON.stringify(wanted) === JSON.stringify(list.items.map((one) => one.id));
        """,
    )
    assert same is True


async def test_two_keys_in_a_row_are_one_binding_and_a_slow_second_is_not(modules: Page) -> None:
    pressed = await ask(
        modules,
        "state/keymap.js",
        """
        const bindings = ["g a", "a", "x"].map((keys) => ({keys}));
        const press = (...strokes) => {
          const map = new m.Keymap();
          return strokes.map(([key, at]) => map.press(key, at, bindings)?.keys ?? null);
        };
        return [press(["g", 0], ["a", 300]), press(["g", 0], ["a", 5000]), press(["g", 0], ["x", 300], ["a", 400])];
        """,
    )
    assert pressed == [[None, "g a"], [None, "a"], [None, "x", "a"]]


async def test_what_can_still_be_saved_stands_before_what_is_down(modules: Page) -> None:
    order = await ask(
        modules,
        "state/incidents.js",
        """
        const now = Date.parse("2026-11-21T08:00:00Z");
        const none = {site: "S", reason: "", site_down_at: null, started_at: null, ended_at: null};
        const outage = (fields) => ({...none, ...fields});
        const incident = (id, severity, ...outages) =>
          ({id, state: "open", severity, opened_at: "2026-11-21T07:00:00Z", outages});
        return [
          incident("minor", "minor"),
          incident("down", "major", outage({started_at: "2026-11-21T07:30:00Z"})),
          incident("in 50", "minor", outage({site_down_at: "2026-11-21T08:50:00Z"})),
          incident("critical", "critical", outage({site_down_at: "2026-11-21T14:00:00Z"})),
          incident("in 10", "major", outage({site_down_at: "2026-11-21T08:10:00Z"})),
        ].sort(m.incidentOrder(now)).map((one) => one.id);
        """,
    )
    assert order == ["in 10", "in 50", "down", "critical", "minor"]


async def test_a_crew_that_comes_too_late_or_is_held_up_has_a_negative_margin(modules: Page) -> None:
    lines = await ask(
        modules,
        "state/incidents.js",
        """
        const outages = [
          {site: "A", reason: "", site_down_at: "2026-11-21T09:00:00Z", started_at: null, ended_at: null},
          {site: "B", reason: "", site_down_at: null, started_at: "2026-11-21T07:00:00Z", ended_at: null},
          {site: "C", reason: "", site_down_at: "2026-11-21T08:30:00Z", started_at: null, ended_at: null},
        ];
        const order = (site, state, arrives, offered) =>
          ({site, state, planned_arrival_at: arrives, on_site_at: null, offered_at: offered});
        return m.siteLines({outages}, [
          order("A", "declined", "2026-11-21T08:10:00Z", "2026-11-21T07:59:00Z"),
          order("A", "accepted", "2026-11-21T08:40:00Z", "2026-11-21T07:50:00Z"),
          order("C", "en_route", "2026-11-21T07:40:00Z", "2026-11-21T07:20:00Z"),
        ], Date.parse("2026-11-21T08:35:00Z"))
          .map((line) => [line.outage.site, line.workOrder?.state ?? null, line.marginMs && line.marginMs / 60000]);
        """,
    )
    assert lines == [["C", "en_route", -5], ["A", "accepted", 20], ["B", None, None]]


async def test_a_crew_on_its_way_to_the_cause_is_not_lost_among_the_sites_that_are_out(modules: Page) -> None:
    crews = await ask(
        modules,
        "state/incidents.js",
        """
        const order = (id, site, state) => ({id, site, state});
        return m.crewsElsewhere({outages: [{site: "A"}]}, [
          order("W1", "A", "en_route"), order("W2", "root", "en_route"), order("W3", "root", "withdrawn"),
        ]).map((one) => one.id);
        """,
    )
    assert crews == ["W2"]


async def test_a_refusal_is_said_in_the_readers_language_or_else_as_the_server_said_it(modules: Page) -> None:
    said = await ask(
        modules,
        "words/catalogue.js",
        """
        const {register, setLang} = await import("/shared/lib/i18n.js");
        const {zh} = await import("/static/words/zh.js");
        const {en} = await import("/static/words/en.js");
        register({zh, en});
        const refused = (reason) => Object.assign(new Error(`${reason}: mend it.`), {reason});
        const reasons = ["bug", "needs_manage_tickets", "depot_not_found", "site_not_found", "never_heard_of"];
        return ["zh", "en"].map((lang) => {
          setLang(lang);
          return reasons.map((reason) => m.refusalSentence(refused(reason)));
        });
        """,
    )
    assert said[0] == [
        "系统出错，未能完成。请稍后重试；仍然出错请联系管理员查看日志。",
        "当前角色没有此项权限，请联系值班长。",
        "没有找到，可能已被删除或编号有误。请刷新后核对。",
        "没有这个站址，请核对编号。",
        "未能完成：never_heard_of: mend it.",
    ]
    assert said[1][0] == "bug: mend it."
    assert said[1][4] == "never_heard_of: mend it."


async def test_a_tree_hangs_what_names_no_cause_on_its_root(modules: Page) -> None:
    tree = await ask(
        modules,
        "state/incidents.js",
        """
        const tops = [{alarm: "x", children: []}, {alarm: "root", children: [{alarm: "y", children: []}]}];
        const inferred = m.rooted({root: {alarm: null}}, tops);
        return [m.rooted({root: {alarm: "root"}}, tops), inferred.children.length, inferred.alarm];
        """,
    )
    assert tree == [
        {"alarm": "root", "children": [{"alarm": "y", "children": []}, {"alarm": "x", "children": []}]},
        2,
        None,
    ]


async def test_the_box_tells_a_place_from_a_phone_from_a_site(modules: Page) -> None:
    asked = await ask(
        modules,
        "state/ask.js",
        """
        const typed = ["30.25, 120.15", "30.25，120.15", "+86 138-0013-8000", " S1 ", "1204", "", "10086"];
        return typed.map(m.parseAsk);
        """,
    )
    assert asked == [
        {"latitude": 30.25, "longitude": 120.15},
        {"latitude": 30.25, "longitude": 120.15},
        {"phone": "+86 138-0013-8000"},
        {"site": "S1"},
        {"site": "1204"},
        None,
        {"phone": "10086"},
    ]


async def test_a_route_is_read_back_from_its_own_url(modules: Page) -> None:
    routes = await ask(
        modules,
        "state/route.js",
        """
        const route = {view: "alarms", id: "", text: "a & b", severities: ["critical", "minor"], state: "new",
                       site: "S 1", at: "30.25,120.15", sort: "-since", grouped: true, silent: true};
        return [m.parseRoute(m.searchOf(route)), route, m.parseRoute("?view=nonsense").view];
        """,
    )
    assert routes[0] == routes[1]
    assert routes[2] == "alarms"


async def test_many_alarms_of_one_minute_are_one_line_of_the_story(modules: Page) -> None:
    lines = await ask(
        modules,
        "state/story.js",
        """
        const moment = (object, kind, at, id) => ({object, kind, at, id, actor: "", text: ""});
        return m.foldStory([
          moment("incident", "opened", "2026-11-21T08:00:00Z", "I1"),
          ...["A1", "A2", "A3"].map((id) => moment("alarm", "raised", "2026-11-21T08:00:10Z", id)),
          moment("alarm", "raised", "2026-11-21T08:01:10Z", "A4"),
        ]).map((line) => [line.id, line.n]);
        """,
    )
    assert lines == [["A4", 1], ["A1", 3], ["I1", 1]]
