"""Silences in a real browser: what is hidden and why, planning a window or a shelf, and ending it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.commands import Command, EndSilence, PlanSilence
from guywire.database import Connection
from guywire.errors import Refused, invalid
from guywire.feed import publish as publish_now
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import REGION, add_alarm, add_quiet_feeder_failure, add_silence, ago, publish
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


def silence(page: Page, silence_id: str) -> Any:
    return page.locator(f"#silence-{silence_id}")


async def take_in(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    """What the correlator does with a plan and an end, as far as a screen can see it."""
    if isinstance(command, PlanSilence):
        if command.regions == ("nowhere",):
            return invalid("unknown_region", "There is no region 'nowhere'.")
        await add_silence(
            connection, "Q7", kind=command.kind, title=command.title, sites=list(command.sites),
            resources=list(command.resources), alarm_types=list(command.alarm_types), starts_at=command.starts_at,
            ends_at=command.ends_at, weekly=command.weekly, made_by=actor, holds=False, changes_at=command.ends_at,
        )  # fmt: skip
        answer = "Q7"
    else:
        assert isinstance(command, EndSilence)
        await connection.execute(
            "UPDATE correlation.silence SET ended_at = now(), holds = false, version = version + 1"
            " WHERE silence_id = %s",
            (command.silence,),
        )
        answer = command.silence
    await publish_now(connection, "alarm_correlation", {"silence": [answer]})
    return {"id": answer}


async def test_the_list_hides_what_is_silent_says_how_much_and_shows_it_on_a_key(
    url: str, page: Page, database: Connection
) -> None:
    await add_alarm(database, "A8", "S3", "smoke", silenced_by="maintenance:Q1", silenced_until=ago(hours=-2))
    await page.goto(url)
    await expect(page.get_by_role("row")).to_have_count(3)
    hidden = page.get_by_role("button", name="Hidden: 2 symptoms, 1 in maintenance")
    await expect(hidden).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".beat")).to_have_count(0)
    await page.keyboard.press("h")
    await expect(page.get_by_role("row")).to_have_count(6)
    await expect(row(page, "A3")).to_contain_text("Symptom of A1")
    await expect(row(page, "A8")).to_contain_text("Maintenance Q1 until")
    assert await axe_problems(page) == []
    await page.reload()
    await expect(page.get_by_role("button", name="Silent, shown: 2 symptoms, 1 in maintenance")).to_be_visible()
    await page.keyboard.press("h")
    await expect(row(page, "A3")).to_have_count(0)


async def test_what_speaks_again_comes_back_by_itself(url: str, page: Page, database: Connection) -> None:
    await page.goto(url)
    await expect(row(page, "A1")).to_be_visible()
    await expect(row(page, "A3")).to_have_count(0)
    await database.execute("UPDATE correlation.alarm SET silenced_by = '', version = 2 WHERE alarm_id = 'A3'")
    await publish(database, "alarm_correlation", {"alarm": ["A3"]})
    await expect(row(page, "A3")).to_be_visible()
    await expect(page.get_by_role("button", name="Hidden: 1 symptom")).to_be_visible()


async def test_by_incident_symptoms_stand_in_their_line_and_shelved_ones_are_found_by_their_filter(
    url: str, page: Page, database: Connection
) -> None:
    await add_alarm(database, "A8", "S3", "smoke", silenced_by="shelf:Q2")
    await page.goto(f"{url}/?view=alarms&grouped=1")
    await expect(row(page, "I1")).to_contain_text("3")
    await expect(page.get_by_role("button", name="Hidden: 1 shelved")).to_be_visible()
    await page.get_by_role("button", name="Shelved", exact=True).click()
    await expect(row(page, "A8")).to_contain_text("Shelf Q2")
    await expect(page.get_by_role("row")).to_have_count(2)


async def test_a_list_in_which_nothing_speaks_says_so(url: str, page: Page, database: Connection) -> None:
    await database.execute("UPDATE correlation.alarm SET silenced_by = 'shelf:Q2'")
    await page.goto(url)
    await expect(page.get_by_text("Nothing speaks: what is active is silent.")).to_be_visible()
    await expect(page.get_by_role("button", name="Hidden: 4 shelved")).to_be_visible()


async def test_what_is_silent_now_stands_first_with_what_it_keeps_quiet(
    url: str, page: Page, database: Connection
) -> None:
    begins = datetime.now(UTC) + timedelta(minutes=30)
    await add_silence(
        database, "Q1", weekly="Sun 02:00-04:00", starts_at=ago(days=9), ends_at=None, holds=False, changes_at=begins
    )
    await add_silence(database, "Q2", title="Grid works", sites=[], regions=["浙江/杭州"], alarm_types=["smoke"])
    await add_silence(database, "Q3", ended_at=ago(minutes=1))
    for n in range(3):
        await add_alarm(database, f"B{n}", "S3", "smoke", resource=f"r{n}", silenced_by="maintenance:Q2")
    await page.goto(f"{url}/?view=silences")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody tr").first).to_have_id("silence-Q2")
    await expect(silence(page, "Q2")).to_contain_text("浙江/杭州 · every resource · Smoke")
    await expect(silence(page, "Q2").get_by_role("cell").nth(5)).to_have_text("3")
    await expect(silence(page, "Q1")).to_contain_text("Begins in 29 min")
    await expect(silence(page, "Q1")).to_contain_text("Sun 02:00-04:00")
    await database.execute("UPDATE correlation.silence SET holds = true WHERE silence_id = 'Q1'")
    await publish(database, "alarm_correlation", {"silence": ["Q1"]})
    await expect(silence(page, "Q1")).to_contain_text("Silent until")


async def test_a_window_is_planned_with_the_keyboard(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(url)
        await expect(row(page, "A1")).to_be_visible()
        for key in "gs":
            await page.keyboard.press(key)
        await expect(page.get_by_role("button", name="Plan a silence")).to_be_visible()
        await page.keyboard.press("n")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Title").fill("New rectifiers")
        await dialog.get_by_label("Sites, several with ;").fill("S1; S2")
        await dialog.get_by_label("Resources").fill("rectifier-*")
        await dialog.get_by_label("From").fill("2100-01-01T02:00")
        await dialog.get_by_label("Until").fill("2100-01-01T04:30")
        assert await axe_problems(page) == []
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Planned Q7.")).to_be_visible()
        await expect(silence(page, "Q7")).to_contain_text("New rectifiers")
    (command,) = taken
    assert isinstance(command, PlanSilence)
    assert (command.kind, command.sites, command.resources) == ("maintenance", ("S1", "S2"), ("rectifier-*",))
    assert command.starts_at == datetime(2099, 12, 31, 18, tzinfo=UTC)  # the page is in Shanghai
    assert command.ends_at == datetime(2099, 12, 31, 20, 30, tzinfo=UTC)


async def test_a_weekly_window_and_a_shelf_ask_only_what_they_need(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(f"{url}/?view=silences")
        await page.get_by_role("button", name="Plan a silence").first.click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Title").fill("Grid")
        await dialog.get_by_label("How often").select_option("Every week")
        await expect(dialog.get_by_label("From")).to_have_count(0)
        await dialog.get_by_label("When").fill("Sun 02:00-04:00")
        await dialog.get_by_label("Regions").fill("nowhere")
        await dialog.get_by_role("button", name="Plan a silence").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("There is no such region")
        await dialog.get_by_label("Kind").select_option("Shelf")
        await expect(dialog.get_by_label("How often")).to_have_count(0)
        await dialog.get_by_label("Regions").fill("")
        await dialog.get_by_label("Alarm").select_option("Smoke")
        await dialog.get_by_label("Order").fill("3")
        assert await axe_problems(page) == []
        await dialog.get_by_role("button", name="Plan a silence").click()
        await expect(page.get_by_text("Planned Q7.")).to_be_visible()
    weekly, shelf = taken
    assert isinstance(weekly, PlanSilence)
    assert isinstance(shelf, PlanSilence)
    assert (weekly.weekly, weekly.time_zone, weekly.ends_at) == ("Sun 02:00-04:00", "Asia/Shanghai", None)
    assert (shelf.kind, shelf.alarm_types, shelf.place, shelf.weekly) == ("shelf", ("smoke",), 3, "")


async def test_the_days_of_a_weekly_window_are_typed_and_read_in_chinese(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(f"{url}/?view=silences")
        await page.get_by_role("button", name="中文").click()
        await page.get_by_role("button", name="新建预约或屏蔽").first.click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("名称").fill("市电检修")
        await dialog.get_by_label("周期").select_option("每周")
        await dialog.get_by_label("时段").fill("周一至周五 01：00-05:00；周日 02:00-04:00")
        await dialog.get_by_label("站址").fill("S1")
        await dialog.get_by_role("button", name="新建预约或屏蔽").click()
        await expect(silence(page, "Q7")).to_contain_text("周一至周五 01:00-05:00;周日 02:00-04:00")
    (command,) = taken
    assert isinstance(command, PlanSilence)
    assert command.weekly == "Mon-Fri 01:00-05:00;Sun 02:00-04:00"


async def test_a_window_is_planned_from_its_ticket(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(f"{url}/?view=tickets&id=K1")
        await page.get_by_role("link", name="Plan a silence").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Plan a silence for K1")
        await dialog.get_by_label("Title").fill("Mend the rectifier")
        await dialog.get_by_role("button", name="Plan a silence").click()
        await expect(page.get_by_text("Planned Q7.")).to_be_visible()
        await expect(dialog).to_have_count(0)
    (command,) = taken
    assert isinstance(command, PlanSilence)
    assert (command.ticket, command.sites) == ("K1", ())


@asynccontextmanager
async def two_windows(url: str, page: Page, database: Connection, database_url: str) -> AsyncIterator[list[Command]]:
    """The list with Q1, which is looked at, and Q2; yields what the correlator is asked."""
    await add_silence(database, "Q1")
    await add_silence(database, "Q2", title="Grid works")
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(f"{url}/?view=silences")
        await expect(silence(page, "Q1")).to_have_attribute("aria-current", "true")
        yield taken


async def test_a_window_is_ended_with_a_key_and_a_question(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with two_windows(url, page, database, database_url) as taken:
        await page.keyboard.press("j")
        await page.keyboard.press("e")
        await expect(page.get_by_role("dialog")).to_contain_text("End Q2 now?")
        assert await axe_problems(page) == []
        await page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
        await expect(page.get_by_text("Ended Q2.")).to_be_visible()
        await expect(silence(page, "Q2")).to_have_count(0)
    assert taken == [EndSilence(silence="Q2", version=1)]


async def test_the_question_stays_about_the_silence_it_was_asked_of(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with two_windows(url, page, database, database_url) as taken:
        await page.keyboard.press("e")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("End Q1 now?")
        await database.execute("UPDATE correlation.silence SET ended_at = now(), version = 2 WHERE silence_id = 'Q1'")
        await publish(database, "alarm_correlation", {"silence": ["Q1"]})
        await expect(silence(page, "Q1")).to_have_count(0)
        await expect(dialog).to_contain_text("End Q1 now?")
        await dialog.get_by_role("button", name="End", exact=True).click()
        await expect(dialog).to_have_count(0)
    assert taken == [EndSilence(silence="Q1", version=1)]


async def test_who_may_not_plan_sees_what_is_silent_and_no_buttons(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    url = serve("dashboards")
    await sign_in(page, url, Role.AREA_MANAGER, region=REGION)
    await add_silence(database, "Q1", sites=[], alarm_types=["smoke"])
    await page.goto(f"{url}/?view=silences")
    await expect(silence(page, "Q1")).to_contain_text("New rectifiers")
    await expect(page.get_by_role("button", name="Plan a silence")).to_have_count(0)
    await expect(page.get_by_role("button", name="End Q1")).to_have_count(0)
    await page.keyboard.press("n")
    await page.keyboard.press("e")
    await expect(page.get_by_role("dialog")).to_have_count(0)
