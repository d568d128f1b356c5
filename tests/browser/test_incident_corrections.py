"""Correcting an incident in a real browser, with the real correlator deciding: root, move, confirm, and back again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from guywire import inbox
from guywire.commands import Command
from guywire.database import Connection
from guywire.database.wake import Wakeups, ring_or_timeout
from guywire.errors import Refused, conflict
from guywire.model import Role
from tests.beside import beside
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.incident_network import add_told_failure
from tests.browser.network import REGION
from tests.browser.owner import owning
from tests.integration.correlation_world import World, event, new_world

LATER = 600.0


@asynccontextmanager
async def deciding(world: World) -> AsyncIterator[None]:
    """While it lasts, the correlator answers what is asked of it."""
    wakeups = Wakeups(world.url, [inbox.channel_of("alarm_correlation")])
    async with beside(wakeups.run(), _decide(world, wakeups)):
        yield


async def _decide(world: World, wakeups: Wakeups) -> None:
    with wakeups.expect(inbox.channel_of("alarm_correlation")) as rung:
        while True:
            await world.tick(LATER)
            await ring_or_timeout(rung, 0.5)


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database_url: str) -> AsyncIterator[str]:
    """G has lost mains, and its battery discharges because of that (I1); the door at N is open by itself (I2)."""
    world = await new_world(database_url)
    await world.hear(event(0, "G", "mains-failure"), event(30, "G", "battery-discharging"))
    await world.hear(event(60, "N", "door-open"))
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    async with deciding(world):
        yield url
    await world.connection.close()


def _root(page: Page) -> Locator:
    return page.get_by_role("treeitem", level=1)


async def _choose(page: Page, words: str) -> None:
    await page.get_by_role("treeitem").filter(has_text=words).click()
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text(words)


async def _submit(page: Page, button: str) -> None:
    await page.get_by_role("dialog").get_by_role("button", name=button).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_another_root_is_named_shown_and_taken_back_by_keyboard(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I1")
    await expect(_root(page)).to_contain_text("Mains failure")
    await page.keyboard.press("J")
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text("Battery discharging")
    await page.keyboard.press("R")
    await expect(page.get_by_role("dialog")).to_contain_text("Mains failure · Site G will hang under it.")
    await page.get_by_label("Why").fill("mains is measured behind it")
    await _submit(page, "Make it the root")
    await expect(_root(page)).to_contain_text("Battery discharging")
    await expect(_root(page)).to_contain_text("Root, confirmed by noc_operator-")
    await expect(page.get_by_role("treeitem", level=2)).to_contain_text(
        "Put under Battery discharging by noc_operator-"
    )
    correction = page.locator(".correction")
    await expect(correction).to_contain_text("made Battery discharging · Site G the root")
    await expect(correction).to_contain_text("mains is measured behind it")
    await expect(page.get_by_role("status").filter(has_text="is the root now")).to_be_visible()
    await page.keyboard.press("u")
    await expect(_root(page)).to_contain_text("Mains failure")
    await expect(correction).to_contain_text("taken back by noc_operator-")
    await expect(correction.get_by_role("button")).to_have_count(0)


async def test_the_present_root_is_confirmed(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I1")
    await expect(_root(page)).to_contain_text("Root")
    await page.get_by_role("button", name="Confirm root").click()
    await expect(page.get_by_role("dialog")).to_contain_text("It stays the root, whatever else is heard.")
    await _submit(page, "Confirm root")
    await expect(_root(page)).to_contain_text("Root, confirmed by noc_operator-")
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text("says that it is the root.")


async def test_an_alarm_moves_into_a_likely_incident_and_the_page_follows(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I2")
    await expect(_root(page)).to_contain_text("Door open")
    await page.get_by_role("button", name="Move…").click()
    likely = page.get_by_role("dialog").get_by_role("radio").first
    await expect(likely).to_be_checked()
    await expect(page.get_by_role("dialog").locator(".choice").first).to_contain_text(
        re.compile("I1 · same (area|city)")
    )
    await _submit(page, "Move")
    # I2 was all door: it has become part of I1, and whoever looked at it still looks at the door
    await expect(page).to_have_url(re.compile("id=I1"))
    await expect(page.get_by_text("I2 has become part of this incident.")).to_be_visible()
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text("Door open")
    await expect(page.get_by_role("treeitem").filter(has_text="Door open")).to_have_attribute("aria-selected", "true")
    await page.locator(".correction").get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("treeitem").filter(has_text="Door open")).to_have_count(0)
    await expect(page.locator(".correction")).to_contain_text("taken back by")


async def test_an_alarm_moves_into_an_incident_of_its_own_and_the_operator_stays(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I1")
    await _choose(page, "Battery discharging")
    await page.keyboard.press("M")
    own = page.get_by_label("An incident of its own")
    await own.check()
    for text in ("site g", ""):  # the dialog is drawn anew, as it is each second
        await page.get_by_label("Find an incident").fill(text)
    await expect(own).to_be_checked()
    await _submit(page, "Move")
    await expect(page.get_by_role("treeitem")).to_have_count(1)
    await expect(page).to_have_url(re.compile("id=I1"))
    correction = page.locator(".correction")
    await expect(correction).to_contain_text("moved Battery discharging · Site G, which is in I")
    await correction.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("treeitem")).to_have_count(2)


async def test_an_incident_is_found_by_number_title_or_site(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I2")
    await page.get_by_role("button", name="Move…").click()
    choices = page.get_by_role("dialog").locator(".choice")
    search = page.get_by_label("Find an incident")
    for text in ("i1", "mains", "site g"):
        await search.fill(text)
        await expect(choices.first).to_contain_text("Mains failure · Site G")
    await search.fill("i77")
    await expect(choices.first).to_contain_text("Incident I77")
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(page.get_by_role("alert")).to_have_text("There is no such incident. Check the number.")
    assert await axe_problems(page) == []


async def test_a_refusal_is_said_in_the_dialog_in_the_readers_language(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection, database_url: str
) -> None:
    async def refuse(connection: Connection, command: Command, actor: str) -> Refused:
        return conflict("not_a_member", "A2 is of I9, not of I1: move it first.")

    await add_told_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    async with owning(database_url, "alarm_correlation", refuse):
        await page.goto(f"{url}/?view=incidents&id=I1")
        await _choose(page, "Battery discharging")
        await page.get_by_role("button", name="中文").click()
        await page.get_by_role("button", name="认定为根因").click()
        await page.get_by_role("dialog").get_by_role("button", name="认定为根因").click()
        await expect(page.get_by_role("alert")).to_have_text("该告警已不属于本故障，请核对后移入。")


async def test_who_may_only_look_is_offered_no_corrections(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_told_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.AREA_MANAGER, region=REGION)
    await page.goto(f"{url}/?view=incidents&id=I1")
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text("Mains failure")
    await expect(page.get_by_role("button", name="Confirm root")).to_have_count(0)
    await page.keyboard.press("M")
    await expect(page.get_by_role("dialog")).to_have_count(0)
