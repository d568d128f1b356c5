"""The alarm list as a tool, in a real browser: what it orders, finds, holds still, chooses, saves and hands out."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from guywire.commands import AcknowledgeAlarm, Command, CommentAlarm
from guywire.database import Connection
from guywire.errors import Refused
from tests.browser.conftest import axe_problems
from tests.browser.network import add_alarm, add_feeder_failure, add_site, ago, publish
from tests.browser.owner import owning


def row(page: Page, alarm: str) -> Any:
    return page.locator(f"#alarm-{alarm}")


async def shown(page: Page) -> list[str]:
    """The ids of the rows from the top."""
    ids: list[str] = await page.locator(".rows-seen .alarm-row").evaluate_all("(rows) => rows.map(({id}) => id)")
    return [one.removeprefix("alarm-") for one in ids]


async def do_nothing(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    return {"id": getattr(command, "alarm", "")}


async def test_a_dialog_is_about_what_was_chosen_when_it_was_opened(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", do_nothing) as taken:
        await page.goto(url)
        await row(page, "A3").click()
        below = (await shown(page))[2]
        await row(page, below).click(modifiers=["Shift"])
        await expect(page.get_by_text("3 alarms chosen")).to_be_visible()
        meant = (await shown(page))[:3]
        await page.keyboard.press("c")
        await add_alarm(database, "A9", "S3", "smoke", severity="critical", raised_at=ago(minutes=0))
        await publish(database, "alarm_correlation", {"alarm": ["A9"]})
        await page.get_by_role("textbox", name="Comment").fill("crew called")
        await page.get_by_role("button", name="Comment", exact=True).last.click()
        await expect(row(page, "A9")).to_be_visible()
        await expect(page.get_by_role("status").filter(has_text="3 alarms")).to_be_visible()
    assert [command.alarm for command in taken if isinstance(command, CommentAlarm)] == meant


async def test_the_keyboard_chooses_ranges_and_what_is_on_the_screen(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", do_nothing) as taken:
        await page.goto(url)
        await expect(row(page, "A3")).to_be_visible()
        for key in ("j", "J", "J"):
            await page.keyboard.press(key)
        await expect(page.get_by_text("3 alarms chosen")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+a")
        await expect(page.get_by_text("4 alarms chosen")).to_be_visible()
        assert await axe_problems(page) == []
        await page.keyboard.press("a")
        await expect(page.get_by_text("Acknowledged 4 alarms.")).to_be_visible()
    assert len([one for one in taken if isinstance(one, AcknowledgeAlarm)]) == 4


async def test_the_list_is_ordered_and_searched_by_what_the_address_says(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(page.get_by_role("row")).to_have_count(5)
    await page.get_by_role("button", name="Site", exact=True).click()
    await expect(page.get_by_role("columnheader", name="Site")).to_have_attribute("aria-sort", "ascending")
    assert "sort=site" in page.url
    await expect(page.locator("#alarm-A1, #alarm-A2").first).to_be_visible()
    by_site = await shown(page)
    await page.get_by_role("row").nth(2).hover(position={"x": 200, "y": 8})
    await page.mouse.move(260, 300)  # pointed at, the list holds still; asked for something else it does not
    await page.keyboard.press("\\")
    await expect(page.get_by_role("columnheader", name="Site")).to_have_attribute("aria-sort", "descending")
    assert await shown(page) != by_site
    await page.keyboard.press("/")
    await page.keyboard.type("-type:mains site:s1")
    await expect(page.get_by_role("button", name="not type mains")).to_be_visible()
    await expect(page.get_by_text("a minus before it means not")).to_be_visible()
    assert await axe_problems(page) == []
    fewer = await page.get_by_role("row").count()
    await page.get_by_role("button", name="not type mains").click()
    await expect(page.get_by_role("row")).not_to_have_count(fewer)
    await expect(page.get_by_label("Find alarms")).to_have_value("site:s1")


async def test_a_view_that_is_saved_has_a_key(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(f"{url}/?view=alarms&q=mains&sort=site")
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.keyboard.press("V")
    await page.get_by_label("Name").fill("Mains")
    await page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    await expect(page.get_by_role("link", name="Mains 1")).to_have_attribute("aria-current", "true")
    await page.goto(url)
    await expect(page.get_by_role("link", name="Mains 1")).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.get_by_label("Find alarms")).to_have_value("mains")
    assert "sort=site" in page.url


async def test_columns_are_ones_own_and_what_is_filtered_becomes_a_file(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    await add_alarm(database, "A8", "S3", "smoke", text="=cmd|' /C calc'!A0")
    await page.goto(url)
    await expect(row(page, "A8")).to_be_visible()
    await page.keyboard.press("l")
    await page.get_by_label("Area").check()
    await page.get_by_label("Resource").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.get_by_role("columnheader", name="Area")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Resource")).to_have_count(0)
    async with page.expect_download() as begun:
        await page.keyboard.press("d")
    text = (await (await begun.value).path()).read_text("utf-8")
    assert len(text.splitlines()) == 6
    assert "'=cmd|" in text


async def test_what_one_looks_at_stays_where_it_is_when_rows_come_in_above(
    url: str, page: Page, database: Connection
) -> None:
    await add_site(database, "S1")
    await database.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at) SELECT 'B' || n, 'S1', 'port-' || n, 'port-down', '', 'd', 'minor',"
        " now() - n * interval '1 s', now(), now() FROM generate_series(1, 300) n"
    )
    await page.goto(url)
    await expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "301")
    await page.get_by_role("grid").evaluate("(grid) => { grid.scrollTop = 2800; }")
    await expect(row(page, "B110")).to_be_in_viewport()
    before = await row(page, "B110").bounding_box()
    for n in range(3):
        await add_alarm(
            database, f"N{n}", "S1", "smoke", resource=f"r{n}", severity="critical", raised_at=ago(minutes=0)
        )
    await publish(database, "alarm_correlation", {"alarm": ["N0", "N1", "N2"]})
    await expect(page.get_by_role("button", name="3 new above")).to_be_visible()
    assert await row(page, "B110").bounding_box() == before
    await page.get_by_role("button", name="3 new above").click()
    await expect(row(page, "N0")).to_be_in_viewport()


async def test_pointing_at_the_list_holds_it_and_leaving_lets_it_go(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await row(page, "A3").hover()
    await page.mouse.move(600, 400)
    await add_alarm(database, "A9", "S3", "smoke", severity="critical", raised_at=ago(minutes=0))
    await publish(database, "alarm_correlation", {"alarm": ["A9"]})
    await expect(page.get_by_text("1 change waits while you point.")).to_be_visible()
    await expect(row(page, "A9")).to_have_count(0)
    await page.mouse.move(600, 20)
    await expect(row(page, "A9")).to_be_visible()
