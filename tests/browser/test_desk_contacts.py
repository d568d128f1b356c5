"""Contacts on the desk in a real browser: who is only answered is kept and found; a link copied; the map's place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire import identity
from guywire.database import Connection
from guywire.model import Role
from guywire.settings import Datum
from tests.browser.conftest import Serve, SignIn, axe_problems, becomes
from tests.browser.network import add_customer, add_feeder_failure, ago, insert
from tests.browser.tiles import LOADED, archive, png
from tests.integration.running_console import PASSWORD, running_console

BOX = "Phone number, name, address or site"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served desk over the feeder failure, with an agent at it."""
    await add_feeder_failure(database)
    await add_customer(database, "C1", "13800138000", ["S2"], vip=True)
    url = serve("dashboards")
    await sign_in(page, url, Role.COMPLAINT_AGENT)
    return url


async def _press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_who_was_only_answered_is_kept_and_leads_back_to_the_customer(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await insert(
        database, "complaints.contact", contact_id="K1", sender="13811112222", direction="in", channel="sms",
        at=ago(minutes=9), actor="somebody else", text="2",
    )  # fmt: skip
    answer = page.get_by_role("region", name="What can be said")
    await page.goto(f"{url}/desk?phone=13800138000&call=8812")
    await expect(answer).to_contain_text("Zhou Ling")
    await _press(page, "n")
    await expect(page.get_by_text("Kept without a complaint.")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_value("")
    await page.goto(f"{url}/desk?phone=13800138000&call=8813")
    await expect(answer).to_contain_text("Zhou Ling")
    await _press(page, "Escape")  # what the telephone system put through is kept by itself
    await expect(page.get_by_text("Kept without a complaint.")).to_be_visible()
    kept = "SELECT call, customer, site, outcome, complaint FROM views.contact WHERE id <> 'K1' ORDER BY at"
    about = {"customer": "C1", "site": "S2", "outcome": "only_answered", "complaint": None}
    assert await (await database.execute(kept)).fetchall() == [{"call": "8812"} | about, {"call": "8813"} | about]
    await page.get_by_role("button", name="Contacts").click()
    lines = page.get_by_role("region", name="Contacts").get_by_role("listitem")
    await expect(lines).to_have_count(2)  # the own ones
    await expect(lines.first).to_contain_text("only answered")
    assert await axe_problems(page) == []
    await _press(page, "f")
    await page.keyboard.type("13900000000")
    await _press(page, "Enter")
    await expect(page.get_by_text("No contact here.")).to_be_visible()
    await page.get_by_label("Number").fill("138 0013 8000")
    await _press(page, "Enter", "Escape")
    await expect(page.get_by_label(BOX)).to_be_focused()
    await _press(page, "Tab", "g", "c")
    await expect(lines).to_have_count(2)
    await _press(page, "J", "o")
    await expect(answer).to_contain_text("Zhou Ling")


async def test_the_link_to_the_customers_page_is_copied_or_marked(url: str, page: Page, database: Connection) -> None:
    await insert(
        database, "complaints.complaint", complaint_id="CP1", state="open", channel="phone", text="No signal",
        phone="13800138000", registered_at=ago(minutes=5), registered_by="bob", site_id="S2", token="t" * 43,
    )  # fmt: skip

    await page.goto(f"{url}/desk?complaint=CP1")
    tracking = page.get_by_role("region", name="The customer's page")
    await expect(tracking).to_contain_text("public_url")
    await expect(tracking.get_by_role("button")).to_have_count(0)
    body = await (await page.request.get(f"{url}/api/v1/complaints/CP1")).json()
    link = f"https://help.example.com{body['tracking']}"
    body |= {"tracking_url": link}  # as with the setting public_url, which is empty here
    await page.route("**/api/v1/complaints/CP1", lambda route: route.fulfill(json=body))
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.reload()
    await expect(tracking).to_contain_text(link)
    await _press(page, "c")
    await expect(page.get_by_text("Copied.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == link
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")  # as over plain HTTP
    await tracking.get_by_role("button", name="Copy").click()
    await expect(page.get_by_text("press Ctrl C")).to_be_visible()
    assert await page.evaluate("getSelection().toString()") == link


async def test_the_map_lies_on_the_centre_s_tiles_and_what_is_pointed_at_is_told_in_our_own_datum(
    page: Page, database: Connection, database_url: str, tmp_path: Path
) -> None:
    await add_feeder_failure(database)
    await add_customer(database, "C1", "13800138000", ["S2"])
    (tmp_path / "east.pmtiles").write_bytes(archive(png(256)))
    await identity.add_user(database, "amy", Role.COMPLAINT_AGENT, password=PASSWORD)
    settings: dict[str, Any] = {"map_tiles": "east.pmtiles", "map_attribution": "© Survey", "map_datum": Datum.GCJ02}
    async with running_console(database_url, data_dir=tmp_path, **settings) as console:
        await page.request.post(f"{console.url}/api/v1/session", data={"name": "amy", "password": PASSWORD})
        await page.goto(f"{console.url}/desk?phone=13800138000")
        await expect(page.get_by_role("region", name="What can be said")).to_contain_text("Zhou Ling")
        await _press(page, "m")
        picker = page.get_by_role("application")
        await becomes(page, LOADED, lambda widths: 256 in widths)
        await expect(picker.get_by_text("© Survey")).to_be_visible()
        home = picker.locator("path")  # painted where the tiles have it, some 500 m from where it is
        await expect(home).to_have_count(1)
        box = await home.bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await expect(page.get_by_label(BOX)).to_have_value(re.compile(r"30\.2(499|500)\d, 120\.1(499|500)\d"))
        await page.goto("about:blank")


async def test_the_map_opens_where_the_customer_lives(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk?phone=13800138000")
    await expect(page.get_by_role("region", name="What can be said")).to_contain_text("Zhou Ling")
    await _press(page, "m")
    picker = page.get_by_role("application")
    await expect(picker.locator("path")).to_have_count(1)  # the customer's home
    box = await picker.bounding_box()
    assert box is not None
    await picker.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    await expect(page.get_by_label(BOX)).to_have_value(re.compile(r"30\.250\d\d, 120\.1(49|50)\d\d"))
