"""A complaint's life on the desk: the queues, one complaint opened, a storm answered at once, inspections."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_customer, add_feeder_failure, ago, insert

STORM = """
INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, registered_at, registered_by, incident_id,
                                  site_id, domain, tell)
SELECT 'S' || n, 'linked', 'phone', 'No signal', '1390000' || n, now() - n * interval '7 seconds', 'bob', 'I1', 'S2',
       '浙江/杭州', false
FROM generate_series(1000, 1499) n
"""


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served desk over the feeder failure, with a leader at it."""
    await add_feeder_failure(database)
    await add_customer(database, "C1", "13800138000", ["S2"], vip=True)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    return url


async def test_a_storm_of_one_outage_is_one_line_and_one_answer(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await database.execute(STORM)
    await page.goto(f"{url}/desk?complaint=S1000")
    await expect(page.get_by_role("article", name="Complaint S1000")).to_be_visible()
    for key in ("g", "a"):
        await page.keyboard.press(key)
    queue = page.get_by_role("complementary", name="Queues")
    await expect(queue.get_by_role("button")).to_have_count(1)
    await expect(queue).to_contain_text("500 complaints")
    for key in ("j", "Enter", "m"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("499 complaints stand under it now.")).to_be_visible()
    await expect(page.get_by_role("region", name="Answered together")).to_contain_text("499 stand under it")
    assert await axe_problems(page) == []
    await page.keyboard.press("a")
    await page.get_by_label("What the customer is told").fill("A crew is on its way; back about noon.")
    await expect(page.get_by_label("And to all 499 under it")).to_be_checked()
    await page.get_by_role("dialog").get_by_role("button", name="Answer").click()
    await expect(page.get_by_role("region", name="What was said")).to_contain_text("A crew is on its way")
    answered = "SELECT count(*) AS n FROM complaints.complaint WHERE answered_at IS NOT NULL"
    assert await (await database.execute(answered)).fetchall() == [{"n": 500}]


async def test_the_call_backs_are_worked_through_by_single_keys(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    back: dict[str, Any] = {"state": "restored", "restored_at": ago(minutes=30), "call_back_at": ago(minutes=15)}
    await add_complaint(database, "B1", **back, text="Is it over")
    await add_complaint(database, "B2", **(back | {"restored_at": ago(minutes=20)}), text="Still nothing")
    await page.goto(f"{url}/desk")
    await page.keyboard.press("Escape")
    queue = page.get_by_role("complementary", name="Queues")
    await expect(queue.get_by_role("tab", name="Call back")).to_contain_text("2")
    await page.locator("body").click(position={"x": 5, "y": 500})
    for key in ("g", "b", "j", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("article", name="Complaint B1")).to_be_visible()
    await page.keyboard.press("y")
    await expect(page.get_by_text("Service is back; closed.")).to_be_visible()
    for key in ("j", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("article", name="Complaint B2")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.get_by_text("Still out: it is open again")).to_be_visible()
    states = "SELECT id, state, still_out_times FROM views.complaint ORDER BY id"
    assert await (await database.execute(states)).fetchall() == [
        {"id": "B1", "state": "closed", "still_out_times": 0},
        {"id": "B2", "state": "open", "still_out_times": 1},
    ]


async def test_one_complaint_shows_both_sides_and_says_why_a_step_is_refused(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await add_complaint(database, "V1", customer_id="C1", incident_id="I1", state="linked", site_id="S2", language="en")
    await insert(
        database, "complaints.contact", contact_id="K1", complaint_id="V1", direction="in", channel="phone",
        at=ago(minutes=9), actor="customer", text="When is it back?",
    )  # fmt: skip
    await insert(
        database, "complaints.message", message_id="M1", complaint_id="V1", kind="outage_known", value="I1",
        words={"zh": "原因已查明", "en": "We know the cause"}, state="failed", at=ago(minutes=8), tries=5,
    )  # fmt: skip
    await page.goto(f"{url}/desk?complaint=V1")
    talk = page.get_by_role("region", name="What was said")
    await expect(talk.locator(".said-in")).to_contain_text("When is it back?")
    # beside it the service may have said something of its own by now
    await expect(talk.locator(".said-out").filter(has_text="not delivered")).to_be_visible()
    await page.keyboard.press("x")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("closed once the customer is satisfied")
    await dialog.get_by_label("What was found and done").fill("antenna turned, measured -85 dBm")
    await dialog.get_by_role("button", name="Close").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("closed once the customer is satisfied")
    await dialog.get_by_role("button", name="Cancel").click()
    await page.keyboard.press("p")
    await page.get_by_role("dialog").get_by_role("button", name="Promise").click()
    await expect(page.get_by_role("region", name="Promised")).to_contain_text("We call you back")
    elsewhere = "UPDATE complaints.complaint SET version = version + 1, text = 'None at all' WHERE complaint_id = 'V1'"
    await database.execute(elsewhere)
    await page.keyboard.press("t")
    await expect(page.locator(".toast-refused")).to_be_visible()
    await expect(page.get_by_text("None at all")).to_be_visible()  # what happened meanwhile
    await page.keyboard.press("t")
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    await _hand_over_to_cai(page, database)


async def _hand_over_to_cai(page: Page, database: Connection) -> None:
    await insert(database, "core.account", name="cai", role="complaint_agent", region="", password_hash="none")
    await page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("To whom").select_option(label="cai · Complaint agent · away")
    await dialog.get_by_label("What the next one must know").fill("speaks Wu")
    assert await axe_problems(page) == []
    await database.execute(
        "UPDATE complaints.complaint SET version = version + 1"
    )  # as a service does, for its own part
    await dialog.get_by_role("button", name="Hand over").click()
    await expect(page.get_by_text("Handed over.")).to_be_visible()
    await expect(page.get_by_role("article", name="Complaint V1")).to_contain_text("answered for by cai")


async def test_a_leader_scores_what_an_agent_said(url: str, page: Page, serve: Serve, database: Connection) -> None:
    serve("complaints")
    await add_complaint(database, "Q1")
    await insert(
        database, "complaints.contact", contact_id="K1", complaint_id="Q1", direction="out", channel="phone",
        at=ago(minutes=9), actor="bob", text="It is back at noon",
    )  # fmt: skip
    await insert(
        database,
        "complaints.contact_inspection",
        contact_id="K1",
        complaint_id="Q1",
        agent="bob",
        wanted_at=ago(minutes=8),
    )
    await page.goto(f"{url}/desk")
    await page.get_by_role("button", name="Inspections").click()
    await expect(page.get_by_role("region", name="Inspections")).to_contain_text("It is back at noon")
    assert await axe_problems(page) == []
    await expect(page.get_by_role("button", name="Score")).to_be_visible()
    for item in await page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        await item.get_by_label("80", exact=True).check()
    await page.get_by_role("button", name="Score").click()
    await expect(page.get_by_text("80 points.")).to_be_visible()
    await expect(page.get_by_text("No contact to look at.")).to_be_visible()
    scored = "SELECT state, score FROM views.contact_inspection"
    assert await (await database.execute(scored)).fetchall() == [{"state": "passed", "score": 80.0}]


async def test_an_answer_that_grows_old_says_so(url: str, page: Page) -> None:
    await page.clock.install()
    await page.goto(f"{url}/desk?phone=13800138000")
    await expect(page.locator(".answer-facts")).to_be_visible()
    await page.route("**/api/v1/outage-context*", lambda route: route.abort())
    await page.clock.fast_forward(120_000)
    await expect(page.get_by_text("Do not promise a time by it.")).to_be_visible()


async def test_the_outage_of_an_opened_complaint_that_grows_old_says_so(
    url: str, page: Page, database: Connection
) -> None:
    await add_complaint(database, "CP1", customer_id="C1", incident_id="I1", state="linked", site_id="S2")
    await page.clock.install()
    await page.goto(f"{url}/desk?complaint=CP1")
    await expect(page.locator(".case-outage .answer-facts")).to_be_visible()
    await page.route("**/api/v1/complaints/CP1", lambda route: route.abort())
    await page.clock.fast_forward(120_000)
    await expect(page.get_by_text("Do not promise a time by it.")).to_be_visible()


async def add_complaint(database: Connection, complaint_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "state": "open", "channel": "phone", "text": "No signal", "phone": "1", "registered_at": ago(minutes=40),
        "registered_by": "bob",
    }  # fmt: skip
    await insert(database, "complaints.complaint", complaint_id=complaint_id, **(values | more))
