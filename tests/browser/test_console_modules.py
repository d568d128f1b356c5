"""What the console reckons beside its lists: a site's days, a ticket as it was seen, a handover as it was."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.modules import Modules


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, "")


async def test_the_last_day_is_the_sites_own_today(modules: Modules) -> None:
    told = await modules.ask(
        "site_days",
        "lastDays",
        """
        const at = Date.parse("2026-11-21T13:00:00Z");
        const there = (when, count) => lastDays(when, count, "Asia/Shanghai");
        return [there(at, 2), there(at + 4 * 3600e3, 1), lastDays(at, 90, "UTC").length];
        """,
    )
    assert told == [["2026-11-19", "2026-11-20", "2026-11-21"], ["2026-11-21", "2026-11-22"], 91]


async def test_a_ticket_is_as_it_was_seen_while_its_state_and_holder_are(modules: Modules) -> None:
    told = await modules.ask(
        "tickets",
        "isAsSeen",
        """
        const seen = {state: "in_progress", assignee: "ann", assigned_group: null, priority: 3, version: 4};
        const others = [{priority: 1, version: 5}, {state: "held"}, {assignee: "bob"}, {assigned_group: "power"}];
        return others.map((change) => isAsSeen(seen, {...seen, ...change}));
        """,
    )
    assert told == [True, False, False, False]


HANDOVER = """async ([at, due]) => {
  const {html, render} = await import("/vendor/preact.js");
  const {register} = await import("/shared/lib/i18n.js");
  const {en} = await import("/static/words/en.js");
  const {HandoverPictureView} = await import("/static/console/handover_picture.js");
  register({en, zh: {}});
  const ticket = {id: "K1", state: "held", hold_reason: "landlord: comes at nine"};
  const what = {severity: "major", alarm_type: "", site_name: "S", title: ""};
  const incident = {id: "I1", ...what, sites_down: 0, claim: null, ticket};
  const promise = {id: "C1", kind: "arrive", ticket: "K1", due_at: due, breached_at: null, site_name: "S"};
  const none = {extensions: [], emergencies: [], sos: [], silences: [], announcements: []};
  const picture = {at, incidents: [incident], incidents_count: 1, promises: [promise], ...none};
  document.body.innerHTML = '<div id="app"></div>';
  render(html`<${HandoverPictureView} picture=${picture} />`, document.getElementById("app"));
  return [document.querySelector(".promise").innerText.includes("▲"), document.querySelector("tbody").innerText];
}"""


async def test_an_old_handover_calls_late_what_was_late_then_and_says_why_a_ticket_waits(blank: Page) -> None:
    at = "2026-01-05T08:00:00Z"
    late, row = await blank.evaluate(HANDOVER, [at, "2026-01-05T09:00:00Z"])
    assert not late
    assert "Landlord: comes at nine" in row
    assert (await blank.evaluate(HANDOVER, [at, "2026-01-05T07:00:00Z"]))[0]
