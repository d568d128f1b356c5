"""Problems on the console: opened from a fault or a report, known, shown beside the next fault, resolved."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.modules import Modules
from tests.browser.network import (
    add_alarm,
    add_feeder_failure,
    add_incident,
    add_outage,
    ago,
    insert,
)
from tests.browser.test_early_keys import held_back

MAKE = """
const problem = (id, more = {}) => ({id, state: "open", title: "", sites: ["S1"], shares: "type", shared: "smoke",
  tickets: [], incidents: [], faults: 1, complaints: 0, last_at: "2026-11-20T00:00:00Z", ended_at: null, ...more});
const ids = (list) => list.map(({id}) => id);
"""


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, MAKE)


async def add_problem(database: Connection, problem: str, **more: Any) -> None:
    """Open at S1 for its mains, unless said otherwise."""
    values: dict[str, Any] = {
        "site_ids": ["S1"],
        "domain": "浙江/杭州",
        "shared": "type:mains-failure",
        "raised_at": ago(days=6),
        "last_at": ago(days=1),
        "ticket_ids": [],
    }
    await insert(database, "dispatch.problem", problem_id=problem, **(values | more))


async def add_old_fault(database: Connection, number: int, days: float) -> None:
    """S3 smoked some days ago, and was down for it for two hours."""
    over: dict[str, Any] = {"state": "closed", "opened_at": ago(days=days), "closed_at": ago(days=days - 0.1)}
    await add_incident(database, f"I{number}", f"A{number}", "S3", root_alarm_type="smoke", **over)
    await add_alarm(
        database, f"A{number}", "S3", "smoke", incident_id=f"I{number}", raised_at=over["opened_at"],
        cleared_at=over["closed_at"],
    )  # fmt: skip
    await add_outage(database, f"I{number}", "S3", started_at=over["opened_at"], ended_at=over["closed_at"])


async def test_a_problem_is_opened_from_a_ticket_and_its_cause_found_by_keyboard(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_feeder_failure(database)
    url = serve("dashboards")
    serve("dispatch")
    leader = await sign_in(page, url, Role.SHIFT_LEADER)
    await page.goto(f"{url}/?view=tickets&id=K1")
    here = page.get_by_role("region", name="Problem behind it")
    await expect(here).to_contain_text("none")
    await page.keyboard.press("o")
    dialog = page.get_by_role("dialog", name="Open a problem")
    title = dialog.get_by_label("What comes back")
    await expect(title).to_have_value("Mains failure keeps coming back at 城西枢纽")
    await expect(dialog.get_by_label("Link the one fault of this type there")).to_be_checked()
    await title.fill("The feeder trips whenever it rains")
    await dialog.get_by_label("Who sees to it").select_option(leader)
    assert await axe_problems(page) == []
    sites = dialog.get_by_label("Sites, parted by ;")
    await sites.fill("S1; S2")
    await sites.press("Control+Enter")  # out of the field itself: what stands in it counts
    await expect(here).to_contain_text("R1 The feeder trips whenever it rains · Open · linked")
    await expect(dialog).to_have_count(0)

    await page.keyboard.press("g")
    await page.keyboard.press("p")
    detail = page.get_by_role("article", name="The feeder trips whenever it rains")
    await expect(detail).to_contain_text(f"{leader} sees to it")
    await expect(detail.get_by_role("link", name="留下街道").first).to_be_visible()
    await expect(detail.get_by_role("region", name="What it is behind")).to_contain_text("1 fault · 0 complaints")
    await page.keyboard.press("w")
    dialog = page.get_by_role("dialog", name="R1: its cause is known")
    await dialog.get_by_label("Cause").fill("Water in the joint box at pole 17")
    await dialog.get_by_label("Workaround").fill("Ask the utility to reclose, take the generator along")
    await dialog.get_by_role("button", name="Known error").click()
    await expect(page.get_by_role("row", name="The feeder trips whenever it rains")).to_contain_text("Known error")
    assert await axe_problems(page) == []


async def test_a_known_error_guides_the_next_fault_until_its_cause_is_gone(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_feeder_failure(database)
    known = {"state": "known_error", "cause": "Water in the joint box at pole 17", "workaround": "Ask to reclose"}
    await add_problem(database, "R1", title="The feeder trips in rain", **known)
    url = serve("dashboards")
    serve("dispatch")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await page.goto(f"{url}/?view=incidents&id=I1")
    here = page.get_by_role("region", name="Problem behind it")
    await expect(here).to_contain_text("Until then: Ask to reclose")
    await page.keyboard.press("o")
    await expect(here).to_contain_text("Known error · linked")
    await here.get_by_role("link", name="R1").click()
    detail = page.get_by_role("article", name="The feeder trips in rain")
    await expect(detail).to_contain_text("1 fault · 0 complaints")
    await page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="R1: the cause is gone")
    await expect(dialog.get_by_label("Cause")).to_have_value(known["cause"])
    await dialog.get_by_label("What was changed").fill("fixed")
    await dialog.get_by_role("button", name="Resolve").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The solution has to say something")
    await dialog.get_by_label("What was changed").fill("Joint box sealed and raised")
    await dialog.get_by_role("button", name="Resolve").click()
    await expect(detail.get_by_role("region", name="What happened").get_by_role("listitem")).to_have_count(2)
    async with held_back(page, "**/api/v1/problems?state=ended*") as asked:
        await page.get_by_role("link", name="Over", exact=True).click()
        await asked.wait()
        await expect(page.locator(".nothing")).to_have_text("Loading the picture…")
    await expect(page.get_by_role("row", name="The feeder trips in rain")).to_contain_text("Resolved")


async def test_a_bad_site_in_a_report_becomes_a_problem_with_its_faults(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_feeder_failure(database)
    await add_old_fault(database, 7, 3)
    await add_old_fault(database, 8, 5)
    await add_problem(database, "R7")
    url = serve("dashboards")
    serve("dispatch")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await page.goto(f"{url}/?view=reports&id=bad_sites")
    await page.get_by_role("button", name="Open a problem from 文新路").click()
    dialog = page.get_by_role("dialog", name="Open a problem")
    await expect(dialog.get_by_label("Sites, parted by ;")).to_have_value("S3")
    await expect(dialog.get_by_label("Link the 2 faults of this type there")).to_be_checked()
    await dialog.get_by_label("Alarm type").select_option("mains-failure")
    await dialog.get_by_label("Sites, parted by ;").fill("S3; S1")
    await dialog.get_by_label("What comes back").click()
    await expect(dialog.get_by_role("link", name="R7 is open for this already")).to_be_visible()
    await dialog.get_by_label("Alarm type").select_option("smoke")
    await dialog.get_by_role("button", name="Open a problem").click()
    await expect(page.get_by_role("status").filter(has_text="R8 is open.")).to_be_visible()
    await page.goto(f"{url}/?view=problems&id=R8")
    faults = page.get_by_role("region", name="What it is behind")
    await expect(faults.get_by_role("listitem")).to_have_count(2)
    await expect(page.get_by_role("article")).to_contain_text("seen in the report “Ten worst sites”")
    await faults.get_by_role("button", name="Take I7 out").click()
    await expect(faults.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(faults.get_by_role("listitem")).to_have_count(2)


async def test_what_costs_most_stands_first_and_a_fault_has_the_problems_that_concern_it(modules: Modules) -> None:
    told = await modules.ask(
        "problems",
        "byWeight, concerning, movesOf, linksOf, liesIn",
        """
        const all = [
          problem("known", {state: "known_error", complaints: 99}), problem("few", {faults: 2}),
          problem("many", {complaints: 5}), problem("late", {faults: 2, last_at: "2026-11-21T00:00:00Z"}),
        ];
        const there = [
          problem("type"), problem("elsewhere", {sites: ["S9"]}), problem("other", {shared: "door-open"}),
          problem("linked", {sites: ["S9"], tickets: ["T1"]}), problem("over", {ended_at: "2026-11-21T00:00:00Z"}),
          problem("cause", {shares: "cause", shared: "water"}),
          problem("known", {shares: null, shared: null, state: "known_error"}),
        ];
        const fault = {incident: "I1", ticket: "T1", sites: ["S1"], alarmType: "smoke"};
        return {
          order: ids(all.sort(byWeight)),
          here: concerning(there, fault).map(({problem, linked, sameType}) => [problem.id, linked, sameType]),
          moves: ["open", "known_error", "resolved"].map((state) => movesOf({state}).join()),
          links: linksOf(["K1", "i5"]),
          mine: ["", "p/c", "p/c/a"].map((region) => liesIn({regions: ["p/c/a", "p/c/b"]}, region)),
        };
        """,
    )
    assert told == {
        "order": ["many", "late", "few", "known"],
        "here": [["known", False, False], ["type", False, True], ["linked", True, False]],
        "moves": ["known_error,resolved,closed", "resolved,open,closed", "open"],
        "links": {"tickets": ["K1"], "incidents": ["I5"]},
        "mine": [True, True, False],
    }


async def test_a_reports_row_offers_the_sites_where_the_fault_came_back(modules: Modules) -> None:
    told = await modules.ask(
        "problems",
        "offersProblem, offerOf",
        """
        const fact = (site, more) => ({site, alarm_type: "smoke", ok: true, object: `I-${site}`, ...more});
        const complaint = (fault_site, more) =>
          ({site: "S0", fault_site, incident: `I-${fault_site}`, alarm_type: "smoke", wants_problem: true, ...more});
        return {
          offers: [
            ["bad_sites", {faults: 1}], ["repeats", {hits: 0}], ["complaints", {wants_problem: true}],
            ["restore", {n: 5}],
          ].map(([id, item]) => offersProblem({id}, item)),
          site: offerOf({id: "bad_sites"}, {id: "S3", alarm_type: "smoke"}, []),
          repeats: offerOf({id: "repeats"}, {id: "x"},
            [fact("S1"), fact("S2"), fact("S2"), fact("S3", {ok: false}), fact("S4", {alarm_type: "door-open"})]),
          complaints: offerOf({id: "complaints"}, {id: "smoke"},
            [complaint("S1"), complaint("S1"), complaint("S2", {wants_problem: false})]),
        };
        """,
    )
    assert told == {
        "offers": [True, False, True, False],
        "site": {"sites": ["S3"], "alarmType": "smoke", "report": "bad_sites"},
        "repeats": {"sites": ["S2", "S1"], "alarmType": "smoke", "incidents": ["I-S1", "I-S2"], "report": "repeats"},
        "complaints": {"sites": ["S1"], "alarmType": "smoke", "incidents": ["I-S1"], "report": "complaints"},
    }
