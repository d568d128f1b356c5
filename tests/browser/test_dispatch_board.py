"""The dispatch board over the real dispatch service: what an order would do is seen, then it is given, and undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import REGION, add_feeder_failure, add_need, add_ticket, insert
from tests.integration.running_dispatch import dispatching


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """The feeder failure, a door at 文新路 that nobody holds, and dispatch that leaves the area to people."""
    await add_feeder_failure(database)
    soon = datetime.now(UTC) + timedelta(hours=5)
    await add_ticket(database, "K2", "S3", title="Door open at 文新路", state="acknowledged")
    await add_need(database, "N2", "K2", "S3", site_down_at=soon, deadline=soon, skills=["power"])
    await insert(
        database,
        "dispatch.pause",
        pause_id="P1",
        region=REGION,
        reason="drill",
        made_at=datetime.now(UTC),
        made_by="ann",
    )
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    return url


async def test_orders_are_given_by_keys_mouse_and_thumb_with_their_effect_seen_before(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async with dispatching(database_url):
        await page.goto(f"{url}/?view=work")
        await by_keys(page, database)
        await by_mouse(page)
        await by_thumb(page)


async def by_keys(page: Page, database: Connection) -> None:
    """Looks who could go, sees what it would do, gives it, and undoes it."""
    card = page.locator(".tray-card").filter(has_text="文新路")
    await expect(card).to_contain_text("Automatic dispatch is paused here")
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="文新路")).to_be_visible()
    assert await axe_problems(page) == []
    await page.keyboard.press("m")
    effect = page.get_by_role("region", name="What it would do")
    await expect(effect).to_contain_text("Li Wei is there at")
    await expect(effect).to_contain_text("busy with W1")
    await expect(effect).to_contain_text("saved, with")
    given = await database.execute("SELECT FROM dispatch.work_order WHERE 'N2' = ANY(need_ids)")
    assert await given.fetchall() == [], "nothing is given by looking"
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Offered to Li Wei: 文新路.")).to_be_visible()
    await expect(page.get_by_role("button", name="文新路 · Offered")).to_be_visible()
    await expect(card).to_have_count(0)
    await page.keyboard.press("u")
    await expect(page.get_by_text("Undone:")).to_be_visible()
    await expect(card).to_be_visible()


async def by_mouse(page: Page) -> None:
    """Drags it to somebody who lacks the skill: that is said, and it is given all the same; then taken back."""
    card = page.locator(".tray-card").filter(has_text="文新路")
    row = page.locator(".board-row").filter(has_text="Chen Jie")
    await card.hover()
    await page.mouse.down()
    await row.hover()
    await row.hover()
    effect = page.get_by_role("region", name="What it would do")
    await expect(effect).to_contain_text("Chen Jie is there at")
    await expect(effect).to_contain_text("lacks skill Power")
    await page.mouse.up()
    await expect(page.get_by_text("Offered to Chen Jie: 文新路.")).to_be_visible()
    await page.get_by_role("button", name="文新路 · Offered").click()
    await expect(page.get_by_text("Although: lacks skill Power")).to_be_visible()
    await page.keyboard.press("x")
    await page.get_by_label("Reason").fill("the key is with somebody else")
    await page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await expect(card).to_be_visible()


async def by_thumb(page: Page) -> None:
    """On a phone and in Chinese: takes it in hand, gives it back, and lets dispatch go on."""
    await page.locator(".tray-card").filter(has_text="文新路").click()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="中文").click()
    await page.get_by_role("button", name="人工跟进").click()
    await page.get_by_role("dialog").get_by_role("button", name="人工跟进").click()
    await expect(page.get_by_text("中心已人工跟进。")).to_be_visible()
    await page.get_by_role("button", name="交还自动派单").click()
    await page.get_by_role("button", name="暂停", exact=True).click()
    await page.get_by_role("button", name="恢复", exact=True).click()
    await expect(page.get_by_text("各区域均在自动派单。")).to_be_visible()
    await page.get_by_role("button", name="← 派单台").click()
    await page.get_by_role("button", name="2 名维护人员").click()
    await expect(page.get_by_role("button", name="Li Wei")).to_be_visible()
    assert await axe_problems(page) == []
