"""A whole shift by the keyboard alone, with the real correlator and dispatch: from sign-in to the next signature."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import cycle

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from guywire import identity
from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve
from tests.browser.network import add_technician, insert
from tests.browser.test_incident_corrections import deciding
from tests.integration.correlation_world import event, new_world
from tests.integration.running_dispatch import dispatching

PASSWORD = "long nights, short words"
MOST_TABS = 80
CHOSEN = "() => new URLSearchParams(location.search).get('id') ?? ''"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, database: Connection, database_url: str) -> AsyncIterator[str]:
    """G has lost mains and its battery discharges, the door at N is open; one crew is near, people give the orders."""
    world = await new_world(database_url)
    await world.hear(event(0, "G", "mains-failure"), event(30, "G", "battery-discharging"))
    await world.hear(event(60, "N", "door-open"))
    await add_technician(
        database, "T1", name="Li Wei", region="p/c/a", home_latitude=31.0, home_longitude=121.0, generators=1,
        skills=["power", "environment", "general"],
    )  # fmt: skip
    await insert(
        database, "dispatch.pause", pause_id="P1", region="p/c/a", reason="drill", made_at=datetime.now(UTC),
        made_by="ann",
    )  # fmt: skip
    for name in ("wei", "fang"):
        await identity.add_user(database, name, Role.NOC_OPERATOR, password=PASSWORD)
    url = serve("dashboards")
    async with deciding(world), dispatching(database_url):
        yield url
    await world.connection.close()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def tab_to(page: Page, wanted: Locator) -> None:
    """Goes on by Tab until the element has the focus."""
    await expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        if await wanted.evaluate("(element) => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


async def answer(page: Page, **fields: str) -> None:
    """Fills the dialog's fields by their labels, and sends it."""
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for label, text in fields.items():
        await tab_to(page, dialog.get_by_label(label.replace("_", " ")))
        await page.keyboard.type(text)
    await page.keyboard.press("Control+Enter")
    await expect(dialog).to_have_count(0)


async def sign_in(page: Page, name: str) -> None:
    await tab_to(page, page.get_by_label("Name"))
    await page.keyboard.type(name)
    await tab_to(page, page.get_by_label("Password"))
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")


async def sign_out(page: Page) -> None:
    await press(page, "g", "q")
    await expect(page.get_by_label("Password")).to_be_visible()


async def test_a_whole_shift_is_worked_by_keyboard(url: str, page: Page) -> None:
    await page.goto(url)
    await sign_in(page, "wei")
    await acknowledges_and_shelves(page)
    await claims_and_corrects(page)
    await holds_the_ticket(page)
    await gives_an_order(page)
    await closes_the_ticket(page)
    await hands_over(page)
    await sign_out(page)
    await sign_in(page, "fang")
    await takes_the_shift(page)
    await sign_out(page)


async def acknowledges_and_shelves(page: Page) -> None:
    rows = page.get_by_role("row")
    await expect(rows.filter(has_text="Mains failure")).to_be_visible()
    await press(page, "/")
    await page.keyboard.type("mains")
    await expect(rows.filter(has_text="Door open")).to_have_count(0)
    await press(page, "Escape", "j", "a")
    await expect(rows.filter(has_text="Mains failure")).to_contain_text("Acknowledged, wei")
    await press(page, "/", "Control+A")
    await page.keyboard.type("door")
    await expect(rows.filter(has_text="Door open")).to_be_visible()
    await expect(rows.filter(has_text="Mains failure")).to_have_count(0)
    await press(page, "Escape", "j", "s")
    await answer(page, Why="the caretaker is there")
    await expect(page.get_by_text("Shelved 1 alarm.")).to_be_visible()


async def claims_and_corrects(page: Page) -> None:
    await press(page, "g", "i")
    await expect(page.locator("#incident-title")).to_contain_text("Mains failure")
    await press(page, "c")
    await expect(page.locator(".claim")).to_contain_text("You work on it")
    await expect(page.get_by_role("treeitem", level=2)).to_be_visible()
    await press(page, "J")
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text("Battery discharging")
    await press(page, "R")
    await answer(page, Why="mains is measured behind it")
    await expect(page.get_by_role("treeitem", level=1)).to_contain_text("Battery discharging")


async def looks_at_the_ticket(page: Page) -> Locator:
    """Steps to the ticket of site G, whatever its place; gives the line that says how it stands."""
    await press(page, "g", "t")
    title = page.locator("#ticket-title")
    await expect(title).to_be_visible()
    state = page.locator("#ticket-title + p")
    async with asyncio.timeout(20):
        for key in cycle("jk"):
            await press(page, key)
            chosen = await page.evaluate(CHOSEN)
            await expect(state).to_contain_text(chosen)  # the last one may still be shown
            if chosen and "Site G" in await title.inner_text():
                break
    return state


async def holds_the_ticket(page: Page) -> None:
    state = await looks_at_the_ticket(page)
    await expect(state).to_contain_text(re.compile("Acknowledged|In progress"))
    await expect(page.get_by_role("button", name="Hold")).to_be_visible()
    await press(page, "h")
    await answer(page, Note="the key comes at nine")
    await expect(state).to_contain_text("Held")
    await press(page, "p")
    await expect(state).to_contain_text("In progress")


async def gives_an_order(page: Page) -> None:
    await press(page, "g", "w")
    await expect(page.locator(".tray-card").first).to_be_visible()
    await press(page, "j")
    await expect(page.get_by_role("button", name="Send somebody")).to_be_visible()
    await press(page, "m")
    await expect(page.get_by_role("region", name="What it would do")).to_contain_text("Li Wei is there at")
    await press(page, "Enter")
    await expect(page.get_by_text(re.compile("Offered to Li Wei"))).to_be_visible()


async def closes_the_ticket(page: Page) -> None:
    state = await looks_at_the_ticket(page)
    await expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    await press(page, "r")
    await expect(state).to_contain_text("Resolved")
    await press(page, "e")
    await answer(page, Cause="feeder works", Result="mains is back, 53.5 V")
    await expect(state).to_contain_text("Closed")


async def hands_over(page: Page) -> None:
    await press(page, "g", "h")
    await expect(page.get_by_role("button", name="Begin a handover")).to_be_visible()
    await press(page, "n")
    note = page.get_by_label("What the next shift must know")
    await tab_to(page, note)
    await page.keyboard.type("The key is with the caretaker")
    await press(page, "Enter")
    await expect(page.get_by_role("listitem").filter(has_text="The key is with the caretaker")).to_be_visible()
    await press(page, "Escape", "o")
    await answer(page)
    await expect(page.get_by_text("Somebody of the next shift signs for it.").first).to_be_visible()


async def takes_the_shift(page: Page) -> None:
    await press(page, "g", "h")
    await expect(page.get_by_role("button", name="Take the shift")).to_be_visible()
    await press(page, "o")
    await answer(page, Remarks="Read")
    await expect(page.locator("#handover-title + p")).to_contain_text("signed by fang")
