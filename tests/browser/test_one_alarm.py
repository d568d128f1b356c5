"""The life of an alarm on the console: its signs in the list, its history on one key, and being done with it."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.commands import CloseAlarm, Command
from guywire.database import Connection
from guywire.errors import Refused
from guywire.feed import publish as publish_now
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import DOMAIN, add_alarm, add_quiet_feeder_failure, ago, insert, publish
from tests.browser.owner import owning


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A console over the feeder failure, whose symptoms are silent; the page is signed in as an operator."""
    await add_quiet_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    return url


def row(page: Page, alarm: str) -> Any:
    return page.locator(f"#alarm-{alarm}")


async def add_event(connection: Connection, seq: int, minutes: float, severity: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "alarm_id": "A4",
        "site_id": "S3",
        "resource": "door-1",
        "alarm_type": "door-open",
        "qualifier": "",
        "details": {},
        "at": ago(minutes=minutes),
        "received_at": ago(minutes=minutes),
        "severity": severity,
        "text": "",
        "count": 1,
        "source": "127.0.0.9",
        "domain": DOMAIN,
    }
    await insert(connection, "correlation.alarm_event", collector="c1", spool="s", seq=seq, **(values | more))


async def take_in(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    """What the correlator does with a closing, as far as a screen can see it."""
    assert isinstance(command, CloseAlarm)
    await connection.execute(
        "UPDATE correlation.alarm SET closed_at = now(), closed_by = %s, version = version + 1 WHERE alarm_id = %s",
        (actor, command.alarm),
    )
    await publish_now(connection, "alarm_correlation", {"alarm": [command.alarm]})
    return {"id": command.alarm}


async def test_a_row_says_that_its_alarm_chatters_or_is_stale_and_for_how_many_it_speaks(
    url: str, page: Page, database: Connection
) -> None:
    await add_alarm(database, "A8", "S3", "smoke", chattering_since=ago(minutes=6), chatter_rate=14)
    await add_alarm(database, "A9", "S3", "fan-failure", stale_since=ago(hours=2), raised_at=ago(hours=30))
    await page.goto(url)
    await expect(row(page, "A8").locator(".sign")).to_have_text("≈ chattering 14/h")
    await expect(row(page, "A9").locator(".sign")).to_have_text("◷ stale")
    await expect(row(page, "A4").locator(".sign")).to_have_count(0)
    await row(page, "A1").get_by_role("link", name="2 symptoms").click()
    await expect(page.locator(".alarm-row:not(.row-head)")).to_have_count(2)
    await expect(row(page, "A2")).to_be_visible()
    await expect(row(page, "A3")).to_be_visible()


async def test_the_count_at_the_tab_is_of_the_alarms_that_speak(url: str, page: Page) -> None:
    await page.goto(url)
    await expect(page.get_by_role("link", name="Alarms")).to_have_text("Alarms 2")


async def test_one_key_shows_what_was_heard_of_an_alarm_and_what_people_noted(
    url: str, page: Page, database: Connection
) -> None:
    await add_event(database, 1, 12, "warning", text="door contact open", count=3)
    await add_event(database, 2, 8, "cleared", received_at=ago(minutes=4, seconds=30))
    await insert(database, "correlation.alarm_comment", alarm_id="A4", at=ago(minutes=10), actor="ann", text="sent Li")
    await page.goto(url)
    await row(page, "A4").click()
    await page.keyboard.press("v")
    dialog = page.get_by_role("dialog", name="History: Door open")
    lines = dialog.get_by_role("listitem")
    await expect(lines).to_have_count(3)
    await expect(lines.nth(0)).to_contain_text("Cleared")
    await expect(lines.nth(0)).to_contain_text("heard 3 min later")
    await expect(lines.nth(1)).to_contain_text("sent Li")
    await expect(lines.nth(2)).to_contain_text("door contact open ×3")
    assert await axe_problems(page) == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_the_history_of_a_symptom_says_why_it_does_not_speak_and_leads_to_its_incident(
    url: str, page: Page
) -> None:
    await page.goto(f"{url}/?view=alarms&silent=1")
    await row(page, "A2").click()
    await page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Not said aloud: it is a symptom of A1.")
    await dialog.get_by_role("link", name="Incident I1").click()
    await expect(page.get_by_role("tree")).to_be_visible()


async def test_a_closed_alarm_is_hidden_and_counted_until_it_comes_back(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(url)
        await row(page, "A4").click()
        await page.keyboard.press("e")
        await page.get_by_label("Why").fill("the crew works there")
        assert await axe_problems(page) == []
        await page.get_by_role("dialog").get_by_role("button", name="Close alarm").click()
        await expect(page.get_by_text("Closed 1 alarm.")).to_be_visible()
        await expect(row(page, "A4")).to_have_count(0)
    assert taken == [CloseAlarm(alarm="A4", comment="the crew works there")]
    await page.get_by_role("button", name="Hidden: 2 symptoms, 1 closed").click()
    await expect(row(page, "A4")).to_contain_text("Closed, noc_operator")
    await page.get_by_role("button", name="New", exact=True).click()
    await expect(row(page, "A4")).to_have_count(0)
    await page.get_by_role("button", name="Active", exact=True).click()
    await page.keyboard.press("h")
    await database.execute("UPDATE correlation.alarm SET closed_at = NULL, version = 9 WHERE alarm_id = 'A4'")
    await publish(database, "alarm_correlation", {"alarm": ["A4"]})
    await expect(row(page, "A4")).to_contain_text("New")


async def test_a_phone_shows_each_alarm_on_two_lines_and_can_act_on_it(
    url: str, page: Page, database: Connection
) -> None:
    await add_alarm(database, "A8", "S3", "smoke", chattering_since=ago(minutes=6), chatter_rate=14)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(url)
    await expect(row(page, "A8")).to_contain_text("chattering 14/h")
    for cell in ("Smoke", "文新路", "New"):
        await expect(row(page, "A8").get_by_text(cell).first).to_be_in_viewport()
    await row(page, "A8").locator(".tick").click()
    for act in ("Acknowledge", "Shelve", "Close alarm", "History"):
        await expect(page.locator(".selection").get_by_role("button", name=act)).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await axe_problems(page) == []
