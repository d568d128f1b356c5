"""Incidents, tickets, map and work orders in a real browser; and what the console does when the server goes away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.commands import Command, MoveTicket, OpenTicket
from guywire.database import Connection
from guywire.errors import Refused, conflict
from guywire.feed import publish as publish_now
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn
from tests.browser.network import add_alarm, add_feeder_failure, add_incident, add_outage, add_ticket, ago, publish
from tests.browser.owner import owning


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served console over the feeder failure; the page is signed in as an operator."""
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    return url


async def test_an_incident_is_a_tree_from_its_root_with_reasons_in_words(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents")
    root = page.get_by_role("treeitem", level=1)
    await expect(root).to_contain_text("Mains failure")
    await expect(page.get_by_role("treeitem", level=2)).to_have_count(2)
    await expect(page.get_by_role("treeitem", level=2).first).to_contain_text("mains-failure -> battery-discharging")
    await page.get_by_role("button", name="Fold 2 alarms").click()
    await expect(page.get_by_role("treeitem", level=2)).to_have_count(0)


async def test_the_correlators_reasons_are_said_in_the_readers_language(
    url: str, page: Page, database: Connection
) -> None:
    await database.execute(
        "UPDATE correlation.alarm SET cause_reason = 'battery-discharging 4 min after mains-failure at the same site'"
        " WHERE alarm_id = 'A2'"
    )
    await page.goto(f"{url}/?view=incidents")
    await expect(page.get_by_role("treeitem", level=2).first).to_contain_text("4 min after Mains failure, same site")
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("treeitem", level=2).first).to_contain_text("交流输入停电后 4 分钟，同一站址")


async def test_sites_stand_with_countdown_crew_and_why_this_technician(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents")
    running_out = page.get_by_role("row").filter(has_text="城西枢纽")
    await expect(running_out).to_contain_text("Runs out in 41 min")
    await expect(running_out).to_contain_text("Li Wei")
    await expect(running_out).to_contain_text("before")
    await expect(page.get_by_role("row").filter(has_text="留下街道")).to_contain_text("Down for 9 min")
    await page.get_by_role("button", name="Why this one").click()
    await expect(
        page.get_by_text("22 min away (11.4 km from the last position): the soonest of 3 who fit.")
    ).to_be_visible()
    await expect(page.get_by_text("lacks skill Power")).to_be_visible()


async def test_an_alarm_that_joins_shows_in_the_open_tree(url: str, page: Page, database: Connection) -> None:
    await page.goto(f"{url}/?view=incidents")
    await expect(page.get_by_role("treeitem", level=2)).to_have_count(2)
    await add_alarm(database, "A7", "S2", "fsu-offline", resource="fsu", incident_id="I1", cause_alarm_id="A3")
    await database.execute("UPDATE correlation.incident SET alarm_count = 4, version = 2")
    await publish(database, "alarm_correlation", {"incident": ["I1"], "alarm": ["A7"]})
    await expect(page.get_by_role("treeitem", level=3)).to_contain_text("Controller offline")


async def test_the_queue_puts_what_runs_out_first(url: str, page: Page, database: Connection) -> None:
    await add_ticket(database, "K0", "S3", title="Noise in the shelter", opened_at=ago(minutes=90))
    await page.goto(f"{url}/?view=tickets")
    await expect(page.get_by_role("row")).to_have_count(3)
    await expect(page.get_by_role("row").nth(1)).to_contain_text("K1")
    await expect(page.get_by_role("row").nth(2)).to_contain_text("Noise in the shelter")


async def hold(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    assert isinstance(command, MoveTicket)
    await connection.execute(
        "UPDATE correlation.ticket SET state = %s, hold_reason = %s, hold_until = %s, version = version + 1"
        " WHERE ticket_id = %s",
        (command.to, command.reason, command.until, command.ticket),
    )
    await publish_now(connection, "alarm_correlation", {"ticket": [command.ticket]})
    return {"id": command.ticket}


async def test_a_ticket_is_held_with_reason_and_until(url: str, page: Page, database_url: str) -> None:
    async with owning(database_url, "alarm_correlation", hold) as taken:
        await page.goto(f"{url}/?view=tickets")
        await expect(page.get_by_role("row").nth(1)).to_contain_text("In progress")
        await expect(page.get_by_role("button", name="Hold")).to_be_visible()
        await page.keyboard.press("h")
        await page.get_by_label("Waits for").select_option("Landlord")
        await page.get_by_label("Note").fill("calls back at two")
        await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
        await expect(page.get_by_role("row").nth(1)).to_contain_text("Held")
        await expect(page.get_by_text("Held: Landlord: calls back at two")).to_be_visible()
    (command,) = taken
    assert isinstance(command, MoveTicket)
    assert (command.to, command.version) == ("held", 1)
    assert command.until is not None
    assert command.until > datetime.now(command.until.tzinfo)


async def test_a_conflict_is_explained_where_it_happened(url: str, page: Page, database_url: str) -> None:
    async def refuse(connection: Connection, command: Command, actor: str) -> Refused:
        return conflict("version_is_old", "K1 is now held (version 2). Look at it again, then decide.")

    async with owning(database_url, "alarm_correlation", refuse):
        await page.goto(f"{url}/?view=tickets")
        await expect(page.get_by_role("row").nth(1)).to_contain_text("In progress")
        await expect(page.get_by_role("button", name="Hold")).to_be_visible()
        await page.keyboard.press("h")
        await page.get_by_label("Waits for").select_option("Landlord")
        await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
        await expect(page.get_by_role("alert")).to_have_text(
            "K1 is now held (version 2). Look at it again, then decide."
        )
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_only_a_service_changed_meanwhile_does_not_stop_a_move(
    url: str, page: Page, database_url: str
) -> None:
    async def weigh_anew_then_hold(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
        assert isinstance(command, MoveTicket)
        if command.version != 1:
            return await hold(connection, command, actor)
        await connection.execute("UPDATE correlation.ticket SET priority = 1, version = 2 WHERE ticket_id = 'K1'")
        return conflict("version_is_old", "K1 is now in_progress (version 2). Look at it again, then decide.")

    async with owning(database_url, "alarm_correlation", weigh_anew_then_hold) as taken:
        await page.goto(f"{url}/?view=tickets")
        await expect(page.get_by_role("button", name="Hold")).to_be_visible()
        await page.keyboard.press("h")
        await page.get_by_label("Note").fill("calls back at two")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("row").nth(1)).to_contain_text("Held")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    assert [command.version for command in taken if isinstance(command, MoveTicket)] == [1, 2]


async def test_while_several_are_chosen_the_keys_are_for_all_of_them(
    url: str, page: Page, database: Connection
) -> None:
    await add_ticket(database, "K0", "S3", title="Noise in the shelter", opened_at=ago(minutes=90))
    await page.goto(f"{url}/?view=tickets")
    await expect(page.get_by_role("button", name="Hold")).to_be_visible()
    await page.keyboard.press("x")
    await page.keyboard.press("j")
    await expect(page.locator("#ticket-title")).to_contain_text("Noise in the shelter")
    await page.keyboard.press("x")
    await page.keyboard.press("h")
    await expect(page.get_by_role("dialog")).to_contain_text("Hold 2 tickets")
    await page.keyboard.press("Escape")


async def test_closing_asks_for_cause_result_and_responsible_party(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await database.execute(
        "UPDATE correlation.ticket SET state = 'resolved', impact = 2, urgency = 1, customers = 620,"
        " proposed_party = 'tenant:Huayun', proposed_party_reason = 'bts-9 at 文新路 belongs to Huayun'"
    )
    async with owning(database_url, "alarm_correlation", hold) as taken:
        await page.goto(f"{url}/?view=tickets")
        for said in ("Impact 2 × urgency 1", "620 customers behind it"):
            await expect(page.get_by_text(said)).to_be_visible()
        await expect(page.get_by_text("Responsible, as it seems: Tenant Huayun · bts-9 at 文新路")).to_be_visible()
        await page.get_by_role("button", name="Close e", exact=True).click()
        await expect(page.get_by_label("Responsible party")).to_have_value("tenant:Huayun")
        await expect(page.get_by_text("Proposed, because bts-9 at 文新路 belongs to Huayun")).to_be_visible()
        await page.get_by_label("Cause").fill("feeder cut by an excavator")
        await add_alarm(database, "A9", "S3", "smoke")
        await publish(database, "alarm_correlation", {"alarm": ["A9"]})
        await expect(page.locator(".view-count").first).to_have_text("5")
        await expect(page.get_by_label("Cause")).to_have_value("feeder cut by an excavator")
        await page.get_by_label("Result").fill("utility repaired the cable, 54.1 V")
        await page.get_by_label("Responsible party").select_option("Power company")
        await page.get_by_role("dialog").get_by_role("button", name="Close").click()
        await expect(page.get_by_text("K1 is Closed now.")).to_be_visible()
    (command,) = taken
    assert isinstance(command, MoveTicket)
    assert (command.to, command.cause, command.responsible_party) == (
        "closed",
        "feeder cut by an excavator",
        "power_company",
    )


async def test_a_ticket_is_opened_by_hand(url: str, page: Page, database_url: str) -> None:
    async def open_one(connection: Connection, command: Command, actor: str) -> dict[str, Any]:
        assert isinstance(command, OpenTicket)
        await add_ticket(
            connection, "K7", command.site, title=command.title, opened_by=actor, priority=command.priority
        )
        await publish_now(connection, "alarm_correlation", {"ticket": ["K7"]})
        return {"id": "K7"}

    async with owning(database_url, "alarm_correlation", open_one):
        await page.goto(f"{url}/?view=tickets")
        await expect(page.get_by_role("row")).to_have_count(2)
        await page.keyboard.press("n")
        await page.get_by_role("dialog").get_by_label("Site").fill("S3")
        await page.get_by_label("What is wrong").fill("Fence is open")
        await page.get_by_role("button", name="Open ticket").click()
        await expect(page.get_by_role("heading", name="Fence is open · 文新路")).to_be_visible()


async def test_when_the_server_is_away_the_picture_is_greyed_with_its_age(url: str, page: Page) -> None:
    await page.clock.install()
    await page.goto(url)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.context.set_offline(True)
    await page.evaluate("() => dispatchEvent(new Event('offline'))")
    await page.clock.fast_forward(30_000)
    await expect(page.get_by_text("Stale for")).to_be_visible()
    await expect(page.locator(".console-stale")).to_be_visible()


async def test_a_session_that_ended_leads_back_to_the_sign_in(url: str, page: Page, database: Connection) -> None:
    other = await page.context.new_page()
    for one in (page, other):
        await one.goto(url)
        await expect(one.get_by_role("grid")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    for one in (page, other):  # both pages share the session
        await expect(one.get_by_label("Password")).to_be_visible()
    await other.close()
    await page.goto(url)
    await expect(page.get_by_label("Password")).to_be_visible()


async def test_who_may_not_see_the_network_is_shown_the_way_to_the_desk(url: str, page: Page, sign_in: SignIn) -> None:
    await page.context.clear_cookies()
    await sign_in(page, url, Role.COMPLAINT_AGENT)
    await page.goto(url)
    await page.get_by_role("link", name="Open the complaint desk").click()
    await expect(page.get_by_role("heading", name="Complaint desk")).to_be_visible()


async def test_an_area_manager_sees_but_is_offered_no_acknowledgement(url: str, page: Page, sign_in: SignIn) -> None:
    await page.context.clear_cookies()
    await sign_in(page, url, Role.AREA_MANAGER, region="浙江/杭州")
    await page.goto(url)
    await expect(page.locator("#alarm-A3")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    chosen = page.get_by_role("group", name="1 alarm chosen")
    await expect(chosen.get_by_role("button", name="History")).to_be_visible()
    await expect(chosen.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).not_to_contain_text("Acknowledge")


async def test_what_is_looked_at_stays_when_something_more_urgent_comes(
    url: str, page: Page, database: Connection
) -> None:
    await page.goto(f"{url}/?view=incidents")
    title = page.locator("#incident-title")
    await expect(title).to_contain_text("城西枢纽")
    await add_incident(database, "I9", "A9", "S3")
    await add_alarm(database, "A9", "S3", "mains-failure", resource="mains", incident_id="I9")
    await add_outage(database, "I9", "S3", reason="battery", predicted_at=ago(minutes=-5))
    await publish(database, "alarm_correlation", {"incident": ["I9"], "alarm": ["A9"]})
    await expect(page.locator(".side .line").first).to_contain_text("文新路")
    await expect(title).to_contain_text("城西枢纽")
