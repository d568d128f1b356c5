"""Adoption on the console: one dialog turns an unknown sender or trap into a known one."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_alarm, add_feeder_failure

TRAP = "1.3.6.1.4.1.99999.2.0.7"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A console with one unknown sender, and one unknown trap of a known one."""
    await add_feeder_failure(database)
    unknown = {"severity": "indeterminate", "qualifier": TRAP}
    await add_alarm(database, "A8", "", "unidentified", resource="unidentified:10.9.9.9", source="10.9.9.9", **unknown)
    await add_alarm(database, "A9", "S3", "unidentified", resource="door-1", **unknown)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(url)
    return url


async def ask_to_adopt(page: Page, alarm: str) -> None:
    await page.locator(f"#alarm-{alarm}").click()
    await page.keyboard.press("o")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_an_unknown_sender_gets_its_place(url: str, page: Page, database: Connection) -> None:
    await ask_to_adopt(page, "A8")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("10.9.9.9")
    await dialog.get_by_label("Site").fill("S3")
    await dialog.get_by_label("Resource").fill("ups-9")
    await dialog.get_by_label("Kind").fill("ups")
    await dialog.get_by_label("Device profile").select_option("ups-mib")
    assert await axe_problems(page) == []
    await dialog.get_by_role("button", name="Adopt").click()
    await expect(page.get_by_text("10.9.9.9 is S3/ups-9 now.")).to_be_visible()
    row = await (await database.execute("SELECT address, profile FROM views.resource WHERE id = 'S3/ups-9'")).fetchone()
    assert row == {"address": "10.9.9.9", "profile": "ups-mib"}


async def test_a_refusal_is_said_in_the_dialog_which_stays(url: str, page: Page) -> None:
    await ask_to_adopt(page, "A8")
    dialog = page.get_by_role("dialog")
    for label, text in {"Site": "S404", "Resource": "ups-9", "Kind": "ups"}.items():
        await dialog.get_by_label(label).fill(text)
    await dialog.get_by_role("button", name="Adopt").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()


async def test_an_unknown_trap_gets_its_meaning(url: str, page: Page, database: Connection) -> None:
    await ask_to_adopt(page, "A9")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Alarm").select_option("intrusion")
    assert await axe_problems(page) == []
    await dialog.get_by_role("button", name="Adopt").click()
    await expect(page.get_by_text(f"{TRAP} is known now.")).to_be_visible()
    row = await (await database.execute("SELECT id, alarm_type FROM views.adopted_trap")).fetchone()
    assert row == {"id": TRAP, "alarm_type": "intrusion"}


async def test_the_alarm_that_stands_for_many_strangers_offers_no_adoption(
    url: str, page: Page, database: Connection
) -> None:
    await add_alarm(database, "A7", "", "unidentified", resource="unidentified:others", severity="warning")
    await page.reload()
    await page.locator("#alarm-A7").click()
    await page.keyboard.press("x")
    await expect(page.get_by_role("button", name="Comment")).to_be_visible()
    await expect(page.get_by_role("button", name="Adopt")).to_have_count(0)


async def test_what_is_known_offers_no_adoption(url: str, page: Page) -> None:
    await page.locator("#alarm-A3").click()
    await page.keyboard.press("x")
    await expect(page.get_by_role("button", name="Comment")).to_be_visible()
    await expect(page.get_by_role("button", name="Adopt")).to_have_count(0)
