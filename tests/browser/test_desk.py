"""The complaint desk in a real browser: who calls, which outage it is, and the complaint that is registered."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_customer, add_feeder_failure, ago, insert, publish


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served desk over the feeder failure: Zhou Ling hangs on the site that is down, Zheng Kai on one that is not."""
    await add_feeder_failure(database)
    await add_customer(database, "C1", "138-0013-8000", ["S2"], vip=True)
    await add_customer(database, "C2", "13900139000", ["S3"], name="Zheng Kai", latitude=None, longitude=None)
    url = serve("dashboards")
    await sign_in(page, url, Role.COMPLAINT_AGENT)
    return url


async def test_a_phone_number_gives_the_outage_its_cause_and_its_end(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await expect(page.get_by_label("Phone number, site or place")).to_be_focused()
    await page.keyboard.type("13800138000")
    await page.keyboard.press("Enter")
    answer = page.get_by_role("region", name="What can be said")
    await expect(answer).to_contain_text("Zhou Ling")
    await expect(answer).to_contain_text("VIP")
    await expect(answer.get_by_role("heading")).to_contain_text("power cut")
    await expect(answer.get_by_text("between")).to_be_visible()
    await expect(answer.locator("blockquote[lang=en]")).to_contain_text("Service in your area")
    await expect(answer.locator("blockquote[lang=zh-CN]")).to_contain_text("您所在的区域")


async def test_one_key_registers_the_complaint_linked_and_the_next_call_can_come(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await page.goto(f"{url}/desk?phone=13800138000")
    await expect(page.get_by_role("region", name="What can be said")).to_contain_text("Zhou Ling")
    await page.get_by_label("What the customer says").fill("No signal in the whole house")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text(", linked to I1.")).to_be_visible()
    await expect(page.get_by_role("complementary")).to_contain_text("No signal in the whole house")
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("button", name="Next call").click()
    await expect(page.get_by_label("Phone number, site or place")).to_be_focused()
    await expect(page.get_by_label("Phone number, site or place")).to_have_value("")
    kept = await (await database.execute("SELECT phone, customer, channel, incident FROM views.complaint")).fetchall()
    assert kept == [{"phone": "13800138000", "customer": "C1", "channel": "phone", "incident": "I1"}]


async def test_without_an_outage_it_shows_the_signs_nearby(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk?phone=13900139000")
    await expect(page.get_by_role("heading", name="No known outage here.")).to_be_visible()
    await expect(page.locator(".signs")).to_contain_text("Door open")


async def test_a_site_and_a_place_are_understood_by_the_same_box(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    box = page.get_by_label("Phone number, site or place")
    await box.fill("S2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("served by 留下街道 S2")).to_be_visible()
    await box.fill("30.2401, 120.0502")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="What can be said").get_by_role("heading")).to_contain_text(
        "power cut"
    )
    await box.fill("NOWHERE")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("NOWHERE")


async def test_a_place_is_picked_on_the_map(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await page.get_by_role("button", name="Point on a map").click()
    await page.get_by_role("application").click(position={"x": 300, "y": 150})
    await expect(page.get_by_role("region", name="What can be said")).to_be_visible()
    assert "," in await page.get_by_label("Phone number, site or place").input_value()


async def test_complaints_of_others_come_in_live(url: str, page: Page, database: Connection) -> None:
    await page.goto(f"{url}/desk")
    await expect(page.get_by_text("No complaint yet.")).to_be_visible()
    await insert(
        database, "complaints.complaint", complaint_id="CP9", state="open", channel="phone", text="Calls drop",
        phone="1", registered_at=ago(minutes=0), registered_by="bob",
    )  # fmt: skip
    await publish(database, "complaints", {"complaint": ["CP9"]})
    await expect(page.get_by_role("complementary")).to_contain_text("Calls drop")


async def test_axe_finds_nothing_on_the_desk_in_either_language_and_theme(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await expect(page.get_by_text("Who is calling?")).to_be_visible()
    assert await axe_problems(page) == []
    for phone in ("13800138000", "13900139000"):
        await page.goto(f"{url}/desk?phone={phone}")
        await expect(page.locator(".scripts")).to_be_visible()
        for _ in range(4):
            assert await axe_problems(page) == []
            await page.locator(".top-side .button").nth(1).click()
            assert await axe_problems(page) == []
            await page.locator(".top-side [lang]").click()


async def test_who_has_no_business_at_the_desk_is_refused_in_words(url: str, page: Page, sign_in: SignIn) -> None:
    await page.context.clear_cookies()
    await sign_in(page, url, Role.TENANT, tenant="Unicorn Mobile")
    await page.goto(f"{url}/desk")
    await expect(page.get_by_text("Your role may not look up outages.")).to_be_visible()
