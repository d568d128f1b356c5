"""The complaint desk in a real browser: who calls, which outage it is, and the complaint that is registered."""

from __future__ import annotations

import asyncio

import pytest_asyncio
from playwright.async_api import Page, Route, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_customer, add_feeder_failure, ago, insert, publish

BOX = "Phone number, name, address or site"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served desk over the feeder failure: Zhou Ling hangs on the site that is down, Zheng Kai on one that is not,
    Qian Wu on both."""
    await add_feeder_failure(database)
    await add_customer(database, "C1", "138-0013-8000", ["S2"], vip=True)
    await add_customer(database, "C2", "13900139000", ["S3"], name="Zheng Kai", latitude=None, longitude=None)
    await add_customer(database, "C3", "13700137000", ["S3", "S2"], name="Qian Wu", latitude=None, longitude=None)
    url = serve("dashboards")
    await sign_in(page, url, Role.COMPLAINT_AGENT)
    return url


async def test_a_phone_number_gives_the_outage_its_cause_and_its_end(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await expect(page.get_by_label(BOX)).to_be_focused()
    await page.keyboard.type("13800138000")
    await page.keyboard.press("Enter")
    answer = page.get_by_role("region", name="What can be said")
    await expect(answer).to_contain_text("Zhou Ling")
    await expect(answer).to_contain_text("VIP")
    await expect(answer.get_by_role("heading", level=2)).to_contain_text("Known outage: a power cut")
    await expect(answer.get_by_text("between")).to_be_visible()
    await expect(answer.locator("blockquote[lang=en]")).to_contain_text("Service in your area")
    await expect(answer.locator("blockquote[lang=zh-CN]")).to_contain_text("您所在的区域")
    await expect(page.get_by_role("radio", name="No signal")).to_be_checked()
    await expect(page.get_by_text("answer within 10 min")).to_be_visible()
    await expect(page.get_by_role("region", name="Procedures")).to_contain_text("No signal")


async def test_a_call_from_registration_to_the_next_one_takes_no_mouse(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    serve("dispatch")
    await page.goto(f"{url}/desk?phone=13800138000&call=8812")
    await expect(page.get_by_role("group", name="This call")).to_contain_text("8812")
    await expect(page.get_by_role("region", name="What can be said")).to_contain_text("Zhou Ling")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Control+Enter")  # among the keys it registers nothing
    await page.evaluate("document.querySelector('dialog')?.close()")
    await page.keyboard.press("d")
    await page.keyboard.type("Calls drop in the whole house")
    await expect(page.get_by_role("radio", name="Dropped calls")).to_be_checked()
    for key in ("Escape", "3", "h", "b", "r"):
        await page.keyboard.press(key)
    await expect(page.get_by_text(", linked to I1.")).to_be_visible()
    await expect(page.get_by_text("Call back promised by")).to_be_visible()
    await page.keyboard.press("r")  # once is enough
    await page.keyboard.press("u")
    await expect(page.get_by_text("Ticket K1 is urged; the supervisor is told.")).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("l")
    await expect(page.get_by_role("complementary")).to_contain_text("Calls drop in the whole house")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label(BOX)).to_be_focused()
    await expect(page.get_by_label(BOX)).to_have_value("")
    assert page.url == f"{url}/desk"
    kept = await (
        await database.execute("SELECT phone, customer, channel, incident, category, heat FROM views.complaint")
    ).fetchall()
    assert kept == [
        {"phone": "13800138000", "customer": "C1", "channel": "phone", "incident": "I1", "category": "no_data",
         "heat": "heated"}
    ]  # fmt: skip
    urged = await (await database.execute("SELECT ticket FROM views.urge")).fetchall()
    assert urged == [{"ticket": "K1"}]


async def test_a_registration_that_is_answered_late_is_not_the_next_calls(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    next_call = asyncio.Event()

    async def late(route: Route) -> None:
        await next_call.wait()
        await route.continue_()

    await page.route("**/api/v1/complaints", late)
    await page.goto(f"{url}/desk?phone=13800138000")
    answer = page.get_by_role("region", name="What can be said")
    await expect(answer).to_contain_text("Zhou Ling")
    await page.keyboard.press("r")
    await page.keyboard.press("Escape")
    await page.get_by_label(BOX).fill("13900139000")
    await page.keyboard.press("Enter")
    await expect(answer).to_contain_text("Zheng Kai")
    next_call.set()
    await expect(page.locator("#queue-all")).to_contain_text("1")  # the first call's complaint is there
    await page.keyboard.press("r")
    await expect(page.get_by_text("Answered; to be solved by")).to_be_visible()
    kept = await (await database.execute("SELECT customer FROM views.complaint ORDER BY id")).fetchall()
    assert [row["customer"] for row in kept] == ["C1", "C2"]


async def test_who_calls_again_hears_the_promise_first_and_is_kept_with_the_open_complaint(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await add_complaint(database, "CP1", customer_id="C1", phone="13800138000", incident_id="I1", site_id="S2")
    await insert(
        database, "complaints.promise", promise_id="P1", complaint_id="CP1", kind="promise", text="We call you back",
        due_at=ago(minutes=2), made_at=ago(minutes=60), made_by="bob", state="broken", warned_at=ago(minutes=30),
    )  # fmt: skip
    await page.goto(f"{url}/desk?phone=13800138000")
    promised = page.get_by_role("region", name="Promised")
    await expect(promised).to_contain_text("We call you back")
    await expect(promised).to_contain_text("broken")
    await expect(page.get_by_text("This customer's complaint CP1 is still open.")).to_be_visible()
    await page.keyboard.press("i")
    await expect(page.get_by_text("Registered CP1")).to_be_visible()
    kept = await (await database.execute("SELECT complaint_id, direction FROM complaints.contact")).fetchall()
    assert kept == [{"complaint_id": "CP1", "direction": "in"}]


async def test_of_several_places_a_number_key_chooses(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk?phone=13700137000")
    places = page.get_by_role("group", name="Which place?")
    await expect(places).to_contain_text("留下街道")
    heading = page.get_by_role("region", name="What can be said").get_by_role("heading", level=2)
    await page.keyboard.press("2")
    await expect(places.get_by_role("button", name="文新路")).to_have_attribute("aria-pressed", "true")
    await expect(heading).to_have_text("No known outage here.")
    await places.get_by_role("button", name="留下街道").click()
    await expect(heading).to_contain_text("power cut")


async def test_without_an_outage_it_shows_the_signs_nearby_and_asks_the_questions(
    url: str, page: Page, serve: Serve, database: Connection
) -> None:
    serve("complaints")
    await page.goto(f"{url}/desk?phone=13900139000")
    await expect(page.get_by_role("heading", name="No known outage here.")).to_be_visible()
    await expect(page.locator(".signs")).to_contain_text("Door open")
    await page.keyboard.press("1")
    question = page.get_by_role("group", name="Do others nearby have none either?")
    await question.get_by_role("button", name="Yes").click()
    await page.keyboard.press("r")
    await expect(page.get_by_text("Answered; to be solved by")).to_be_visible()
    kept = await (await database.execute("SELECT category, queue, answers FROM views.complaint")).fetchall()
    assert kept == [{"category": "no_signal", "queue": "desk", "answers": {"others": "yes"}}]


async def test_the_box_finds_names_sites_and_places_and_says_what_it_cannot_find(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    box = page.get_by_label(BOX)
    heading = page.get_by_role("region", name="What can be said").get_by_role("heading", level=2)
    await box.fill("Zhou")
    await expect(page.get_by_role("option", name="Zhou Ling")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(heading).to_contain_text("power cut")
    await box.fill("S2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No customer given")).to_be_visible()
    await expect(page.get_by_text("served by 留下街道 S2")).to_be_visible()
    await box.fill("30.2401, 120.0502")
    await page.keyboard.press("Enter")
    await expect(heading).to_contain_text("power cut")
    await box.fill("NOWHERE")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("NOWHERE")


async def test_a_place_is_picked_on_the_map(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await page.get_by_role("button", name="Map").click()
    await expect(page.get_by_role("button", name="Zoom in")).to_be_visible()  # it lies there
    await page.get_by_role("application").click(position={"x": 300, "y": 150})
    await expect(page.get_by_role("region", name="What can be said")).to_be_visible()
    assert "," in await page.get_by_label(BOX).input_value()


async def test_complaints_of_others_come_in_live(url: str, page: Page, database: Connection) -> None:
    await page.goto(f"{url}/desk")
    await page.locator("#queue-all").click()
    await expect(page.get_by_text("No complaint is open.")).to_be_visible()
    await add_complaint(database, "CP9", text="Calls drop")
    await publish(database, "complaints", {"complaint": ["CP9"]})
    await expect(page.get_by_role("complementary")).to_contain_text("Calls drop")


async def test_axe_finds_nothing_on_a_call_in_either_language_and_theme(url: str, page: Page) -> None:
    await page.goto(f"{url}/desk")
    await expect(page.get_by_text("Who is calling?")).to_be_visible()
    assert await axe_problems(page) == []
    for phone in ("13800138000", "13900139000"):
        await page.goto(f"{url}/desk?phone={phone}")
        await expect(page.locator(".scripts")).to_be_visible()
        await expect(page.get_by_role("radio").first).to_be_visible()
        for _ in range(2):
            await page.locator(".top-side .button").nth(1).click()
            await page.locator(".top-side [lang]").click()
            assert await axe_problems(page) == []


async def test_who_has_no_business_at_the_desk_is_refused_in_words(url: str, page: Page, sign_in: SignIn) -> None:
    await page.context.clear_cookies()
    await sign_in(page, url, Role.TENANT, tenant="Unicorn Mobile")
    await page.goto(f"{url}/desk")
    await expect(page.get_by_text("Your role may not look up outages.")).to_be_visible()


async def add_complaint(database: Connection, complaint_id: str, **more: object) -> None:
    values: dict[str, object] = {
        "state": "open", "channel": "phone", "text": "No signal", "phone": "1", "registered_at": ago(minutes=0),
        "registered_by": "bob",
    }  # fmt: skip
    await insert(database, "complaints.complaint", complaint_id=complaint_id, **(values | more))
