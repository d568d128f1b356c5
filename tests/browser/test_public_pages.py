"""What customers see without a sign-in: the report form and the page of their complaint, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, Route, expect

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


async def test_a_report_that_is_corrected_is_another_one_and_sent_twice_the_same(page: Page, serve: Serve) -> None:
    keys = []

    async def refuse(route: Route) -> None:
        keys.append(await route.request.header_value("idempotency-key"))
        await route.fulfill(status=409, json={"code": "conflict", "reason": "key_reused", "message": "Used before."})

    await page.route("**/api/v1/reports", refuse)
    await page.goto(f"{serve('field_app_api')}/report")
    await page.get_by_label("Where").fill("People's square")
    await page.get_by_label("Your phone number").fill("13800000001")
    for place in ("People's square", "People's square", "People's square 3"):
        await page.get_by_label("Where").fill(place)
        async with page.expect_response("**/api/v1/reports"):
            await page.get_by_role("button", name="Send").click()
        await page.get_by_role("alert").wait_for()
    assert keys[0] == keys[1] != keys[2]
    await page.get_by_role("button", name="中文").click()
    assert "请核对填写的内容后再试" in await page.get_by_role("alert").inner_text()


async def test_a_customer_who_answers_too_often_is_told_so(page: Page, serve: Serve) -> None:
    found = {
        "id": "C1", "state": "restored", "language": "en", "category": {"zh": "无信号", "en": "No signal"},
        "cause": None, "registered_at": NOW.isoformat(), "stage": None, "since": None, "expected_end": None,
        "satisfaction": None, "restored_at": NOW.isoformat(), "still_out_at": None, "time_zone": "Asia/Shanghai",
        "may_answer": True,
    }  # fmt: skip

    async def answer(route: Route) -> None:
        busy = {"code": "too_many_requests", "reason": "too_many_answers", "message": "Wait a little."}
        if route.request.method == "GET":
            await route.fulfill(json=found)
        else:
            await route.fulfill(status=429, json=busy)

    await page.route(f"**/api/v1/track/{TOKEN}**", answer)
    await page.goto(f"{serve('field_app_api')}/track/{TOKEN}")
    await page.get_by_role("button", name="Still out").click()
    assert await page.get_by_role("alert").inner_text() == "Too often in a short while. Please try again later."
    await expect(page.get_by_role("button", name="Still out")).to_be_enabled()
