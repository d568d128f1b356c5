"""What customers see without a sign-in: the report form and the page of their complaint, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page

from guywire.database import Connection
from tests.browser.conftest import Serve, axe_problems

TOKEN = "t" * 43
NOW = datetime.now(UTC)


async def test_a_stranger_reports_and_follows_the_complaint_to_its_end(
    page: Page, serve: Serve, database: Connection
) -> None:
    url = serve("field_app_api")
    serve("complaints")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{url}/report")
    await page.get_by_role("button", name="中文").click()
    await page.get_by_label("什么问题").select_option(label="无信号")
    await page.get_by_role("button", name="提交").click()
    assert await page.get_by_role("alert").inner_text() == "请填写手机号码，并说明地点或具体情况。"
    assert await axe_problems(page) == []
    await page.get_by_label("地点").fill("人民广场 3 号楼")
    await page.get_by_label("您的手机号码").fill("13800000001")
    await page.get_by_role("button", name="提交").click()
    await page.get_by_text("正在核查原因。").wait_for()
    assert "/track/" in page.url
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="English").click()
    await page.get_by_text("We are looking for the cause.").wait_for()
    await _restored(database)
    await page.reload()
    await page.get_by_role("button", name="Still out").click()
    await page.get_by_text("You are still out: we have taken it up again.").wait_for()
    await _restored(database)
    await page.reload()
    await page.get_by_role("button", name="Yes, I am back").click()
    await page.get_by_role("button", name="5").click()
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Thank you for telling us.").wait_for()
    row = await (await database.execute("SELECT state, satisfaction FROM complaints.complaint")).fetchone()
    assert row == {"state": "closed", "satisfaction": 5}


async def test_a_link_that_opens_nothing_says_so(page: Page, serve: Serve) -> None:
    await page.goto(f"{serve('field_app_api')}/track/{TOKEN}")
    await page.get_by_role("alert").wait_for()
    assert await page.get_by_role("link").get_attribute("href") == "/report"
    assert await axe_problems(page) == []


async def _restored(database: Connection) -> None:
    """Service is back, as the service would write it."""
    await database.execute(
        "UPDATE complaints.complaint SET state = 'restored', restored_at = %s, call_back_at = %s",
        (NOW, NOW + timedelta(hours=9)),
    )
