"""The field app in a real browser, on a real database, with the real dispatch service deciding."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from guywire.database import Connection
from tests.browser.conftest import Serve, axe_problems
from tests.browser.field_world import HERE, day_of_jobs, known_error, phone, rows, sign_in_on, technician
from tests.browser.network import add_alarm, add_need, add_site, add_ticket, publish

FORMS = ("done", "failed", "away", "place", "question", "signature", "run-fuel")
PAGES = ("/map", "/notices", "/team", "/questions", "/waiting", "/sos", "/more")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A phone of 360 px, without the worker: what is asked for is asked of the server."""
    async with phone(browser, viewport={"width": 360, "height": 740}, service_workers="block") as mine:
        yield mine.page


@pytest_asyncio.fixture(loop_scope="session")
async def offered(database: Connection, serve: Serve, page: Page) -> Page:
    """Signed in as T1, to whom the only need of the network is offered."""
    serve("dispatch")
    await add_site(database, "S1", name="城西枢纽 West hub", access="key at the village office", **HERE)
    await technician(database)
    await add_alarm(database, "A1", "S1", "rectifier-failure", severity="major")
    await add_alarm(database, "A2", "S1", "battery-discharging", severity="minor", resource="battery-1")
    await sign_in_on(page, serve("field_app_api"))
    await expect(page.get_by_text("Nothing for you now")).to_be_visible()
    await add_ticket(database, "K1", "S1", title="Rectifier failure at West hub")
    await add_need(database, "N1", "K1", "S1", alarm_type="rectifier-failure", summary="rectifier-failure")
    await publish(database, "alarm_correlation", {"ticket": ["K1"], "need": ["N1"]})
    await expect(page.get_by_role("link", name="Rectifier failure")).to_be_visible()
    return page


async def _state(page: Page, state: str) -> None:
    await expect(page.locator(".job-state strong")).to_have_text(state)


async def test_an_offer_is_accepted_with_the_first_tap_and_worked_to_the_report(
    offered: Page, database: Connection
) -> None:
    await expect(offered.get_by_text("Position shared")).to_be_visible()
    (me,) = await rows(database, "SELECT latitude, longitude FROM views.technician WHERE id = 'T1'")
    assert (me["latitude"], me["longitude"]) == (HERE["latitude"], HERE["longitude"])
    await offered.get_by_role("button", name="Accept").tap()  # opening the app was the other tap
    await expect(offered.get_by_role("button", name="Set off")).to_be_visible()
    await offered.get_by_role("link", name="Rectifier failure").tap()
    await expect(offered.get_by_text("key at the village office")).to_be_visible()
    await expect(offered.get_by_text("2 alarms still stand.").first).to_be_visible()
    for step, state in (("Set off", "On the way"), ("I am on site", "On site")):
        await offered.get_by_role("button", name=step).tap()
        await _state(offered, state)
    voltage = offered.get_by_label("DC output voltage")
    await voltage.fill("71.5")
    await expect(offered.get_by_text("Outside the range")).to_be_visible()
    await voltage.fill("53.5")
    await voltage.blur()
    await offered.get_by_role("button", name="Report done").tap()
    await offered.get_by_label("Cause").fill("rectifier module 2 burnt out")
    await offered.get_by_label("Result").fill("fixed")
    await expect(offered.get_by_text("Say what you did and what came of it")).to_be_visible()
    await expect(offered.get_by_role("button", name="Report done")).to_be_disabled()
    await offered.get_by_label("Result").fill("module 2 replaced, output back at 53.5 V")
    await offered.get_by_role("button", name="Report done").tap()
    await _state(offered, "Done")
    await expect(offered.locator(".job-state")).not_to_contain_text("to be sent")
    (row,) = await rows(database, "SELECT state, cause, result, on_site_at FROM views.work_order")
    assert (row["state"], row["result"]) == ("done", "module 2 replaced, output back at 53.5 V")
    assert row["on_site_at"] is not None
    assert [row["value"] for row in await rows(database, "SELECT value FROM views.record")] == [53.5]


async def test_it_is_mended_before_one_drives_and_declining_asks_why(offered: Page, database: Connection) -> None:
    await offered.get_by_role("link", name="Rectifier failure").tap()
    await expect(offered.get_by_text("2 alarms still stand.")).to_be_visible()
    await database.execute("UPDATE correlation.alarm SET cleared_at = now()")
    await publish(database, "alarm_correlation", {"alarm": ["A1", "A2"]})
    await expect(offered.get_by_text("No alarm stands at this site.")).to_be_visible()
    await offered.get_by_role("button", name="Decline").tap()
    await expect(offered.get_by_role("button", name="Decline")).to_be_disabled()
    await offered.get_by_role("radio", name="Vehicle broken").check()
    await offered.get_by_label("In your words").fill("flat tyre")
    await offered.get_by_role("button", name="Decline").tap()
    await expect(offered.locator(".fold")).to_contain_text("Ended in the last 12 hours")
    await expect(offered.locator(".fresh")).not_to_contain_text("to be sent")
    (row,) = await rows(database, "SELECT state, reason FROM views.work_order")
    assert (row["state"], row["reason"]) == ("declined", "Vehicle broken: flat tyre")


async def test_checking_in_far_from_the_site_asks_why_at_once(offered: Page, database: Connection) -> None:
    await offered.get_by_role("button", name="Accept").tap()
    await offered.get_by_role("button", name="Set off").tap()
    await offered.context.set_geolocation({"latitude": 30.3, "longitude": 120.2, "accuracy": 9})
    await offered.get_by_role("link", name="Rectifier failure").tap()
    await expect(offered.get_by_text("from here as the crow flies")).to_contain_text("13.")
    await offered.get_by_role("button", name="I am on site").tap()
    await expect(offered.get_by_role("heading", name="Are you at the site?")).to_be_visible()
    await offered.get_by_role("radio", name="The site is wrong").check()
    await offered.get_by_role("button", name="I am on site").tap()
    await _state(offered, "On site")
    await expect(offered.locator(".job-state")).not_to_contain_text("to be sent")
    (row,) = await rows(database, "SELECT state FROM views.work_order")
    assert row["state"] == "on_site"


async def test_help_place_and_timer_go_out_from_where_the_phone_is(offered: Page, database: Connection) -> None:
    await offered.get_by_role("button", name="Accept").tap()
    await offered.get_by_role("link", name="Rectifier failure").tap()
    await _expect_amap_in_its_own_datum(offered)
    await offered.get_by_role("link", name="Correct this place").tap()
    await offered.get_by_label("Note").fill("end of the concrete road")
    await offered.get_by_role("button", name="Keep this place").tap()
    await expect(offered.get_by_text("end of the concrete road")).to_be_visible()
    await offered.get_by_role("link", name="SOS").tap()
    await offered.get_by_role("button", name="30 min").tap()
    await expect(offered.get_by_text("Give a sign by")).to_be_visible()
    await offered.get_by_role("button", name="Hold for 2 s").click(delay=200)
    await expect(offered.get_by_text("Call for help now?")).to_have_count(0)
    await offered.get_by_role("button", name="Hold for 2 s").click(delay=2300)
    await offered.get_by_role("button", name="Call for help").tap()
    await expect(offered.get_by_text("They know")).to_be_visible()
    await expect(offered.locator(".fresh")).not_to_contain_text("to be sent")
    (place,) = await rows(database, "SELECT kind, note FROM views.place")
    assert (place["kind"], place["note"]) == ("parking", "end of the concrete road")
    assert len(await rows(database, "SELECT FROM views.watch")) == 1
    (row,) = await rows(database, "SELECT person, latitude FROM views.sos WHERE ended_at IS NULL")
    assert (row["person"], row["latitude"]) == ("T1", HERE["latitude"])
    await offered.get_by_role("button", name="I am safe").tap()
    await expect(offered.get_by_role("button", name="Hold for 2 s")).to_be_visible()


async def _expect_amap_in_its_own_datum(page: Page) -> None:
    """GCJ-02 lies some 500 m off WGS-84 there: a link in the wrong datum ends in the next village."""
    href = await page.get_by_role("link", name="Amap").get_attribute("href")
    assert href is not None
    longitude, latitude = (float(part) for part in href.split("to=")[1].split(",")[:2])
    assert 0.003 < longitude - HERE["longitude"] < 0.006
    assert -0.004 < latitude - HERE["latitude"] < -0.001


async def test_a_colleague_answers_and_a_signature_and_a_meter_go_as_pictures(
    browser: Browser, database: Connection, serve: Serve, page: Page
) -> None:
    serve("dispatch")
    url = serve("field_app_api")
    await technician(database)
    await technician(database, "T2", "sunmin")
    await day_of_jobs(database, 1, state="on_site")
    await sign_in_on(page, url)
    await page.goto(f"{url}/#W1/question")
    await page.get_by_label("Your question").fill("module 2 still alarms after the swap")
    await page.get_by_role("button", name="Send").tap()
    await expect(page.get_by_text("No answer yet.")).to_be_visible()
    await page.get_by_role("link", name="Signature").tap()
    await page.get_by_label("Who signs").fill("Village head Zhou")
    await page.get_by_label("Sign here").hover(position={"x": 40, "y": 40})
    await page.mouse.down()
    await page.mouse.move(200, 400, steps=4)
    await page.mouse.up()
    await page.get_by_role("button", name="Keep it").tap()
    await expect(page.locator(".thumbnail")).to_have_count(1)
    meter = {"name": "meter.png", "mimeType": "image/png", "buffer": await page.screenshot()}
    await page.locator(".reading input[type=file]").first.set_input_files(meter)  # type: ignore[arg-type]
    await expect(page.get_by_text("Photographed", exact=True)).to_be_visible()
    async with phone(browser, service_workers="block") as other:
        await sign_in_on(other.page, url, "sunmin")
        await other.page.goto(f"{url}/#/questions")
        await other.page.get_by_label("Answer").fill("look at the fan, it trips on heat")
        await other.page.get_by_role("button", name="Send").tap()
        await expect(page.get_by_text("look at the fan")).to_be_visible()
    await expect(page.get_by_text("2 of 2 photos sent")).to_have_count(0)
    await expect(page.locator(".fresh a")).to_have_count(0)
    photos = await rows(database, "SELECT kind, name FROM views.photo ORDER BY kind")
    assert [photo["kind"] for photo in photos] == ["reading", "signature"]
    assert photos[1]["name"] == "Village head Zhou"
    (record,) = await rows(database, "SELECT value, photo FROM views.record")
    assert record["value"] is None
    assert record["photo"]


async def test_axe_finds_nothing_on_any_screen(browser: Browser, database: Connection, serve: Serve) -> None:
    await technician(database)
    await day_of_jobs(database, 2, state="on_site")
    await known_error(database, "Open both doors.\nSwitch the second shelf on by hand.", "wangfang")
    url = serve("field_app_api")
    async with phone(browser, viewport={"width": 360, "height": 740}, service_workers="block") as mine:
        page = mine.page
        await sign_in_on(page, url)
        for language, theme in (("en", "light"), ("zh", "dark")):
            looks = [f"guywire.{name}" for name in ("lang", "theme")]
            await page.evaluate("([a, b, c, d]) => { localStorage[a] = b; localStorage[c] = d; }",
                                [looks[0], language, looks[1], theme])  # fmt: skip
            await page.goto(f"{url}/#")
            await page.reload()
            await expect(page.locator(".next")).to_be_visible()
            for place in ("", "W1", *(f"W1/{form}" for form in FORMS), *PAGES):
                await page.evaluate("(place) => { location.hash = place; }", place)
                await expect(page.locator("main h1")).to_have_count(1)
                if place == "W1":
                    await expect(page.locator(".asked").filter(has_text="wangfang")).to_contain_text("Open both doors")
                assert await axe_problems(page) == [], (place, language)
                assert await page.evaluate("() => document.documentElement.scrollWidth") <= 360, place
                await _shoot(page, f"field-{place.replace('/', '-') or 'day'}-{language}-{theme}")


async def _shoot(page: Page, name: str) -> None:
    """A picture to look at, where GUYWIRE_SCREENSHOTS names a folder."""
    if folder := os.environ.get("GUYWIRE_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")
