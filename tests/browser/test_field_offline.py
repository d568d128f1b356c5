"""The field app without a line: a whole day, killed and doubled tabs, requests that drop; each action counts once."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from itertools import count

from playwright.async_api import Browser, Page, Route, expect

from guywire.database import Connection
from tests.browser.conftest import Serve
from tests.browser.field_world import (
    PASSWORD,
    Phone,
    day_of_jobs,
    phone,
    rows,
    sign_in_on,
    technician,
    works_offline,
)

JOBS, PHOTOS, CHECKS = 5, 12, 4
ORDER_OF_STEPS = ["accepted", "en_route", "on_site", "done"]
RESULT = "module 2 replaced, output back at 53.5 V"
MOVES = """
SELECT body->>'work_order' AS work_order, body->>'to' AS moved_to FROM core.command
WHERE kind = 'MoveWorkOrder' ORDER BY applied_seq
"""

# A camera's picture, made by the browser: larger than what is sent.
PICTURE = """async (side) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side / 2];
  const context = canvas.getContext('2d');
  for (let at = 0; at < side; at += 20) {
    context.fillStyle = `hsl(${at % 360} 80% 50%)`;
    context.fillRect(at, 0, 20, side);
  }
  return canvas.toDataURL('image/jpeg').split(',')[1];
}"""


async def _picture(page: Page, side: int = 2400) -> bytes:
    return base64.b64decode(await page.evaluate(PICTURE, side))


async def _take_photo(page: Page, picture: bytes) -> None:
    chosen = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
    before = await page.locator(".thumbnail").count()
    await page.locator("input[type=file]").last.set_input_files(chosen)  # type: ignore[arg-type]
    await expect(page.locator(".thumbnail")).to_have_count(before + 1)


async def _report_done(page: Page) -> None:
    await page.get_by_role("button", name="Report done").click()
    await page.get_by_label("Cause").fill("rectifier module 2 burnt out")
    await page.get_by_label("Result").fill(RESULT)
    await page.get_by_role("button", name="Report done").click()


async def _work_one_job(page: Page, order: str, photos: list[bytes]) -> None:
    """Four steps and four checks of one job, with its photos, by taps."""
    await page.goto(f"{page.url.split('#')[0]}#{order}")
    for step, state in (("Accept", "Accepted"), ("Set off", "On the way"), ("I am on site", "On site")):
        await page.get_by_role("button", name=step).click()
        await expect(page.locator(".job-state strong")).to_have_text(state)
    for place in range(CHECKS):
        await page.locator(".yes-no").nth(place).get_by_role("button", name="OK", exact=True).click()
        await expect(page.locator(".yes-no").nth(place).locator("[aria-pressed=true]")).to_have_count(1)
    for picture in photos:
        await _take_photo(page, picture)
    await _report_done(page)
    await expect(page.locator(".job-state strong")).to_have_text("Done")


async def _all_sent(page: Page) -> None:
    """Until nothing waits; the line may be back at any moment."""
    await _until(lambda: page.evaluate(LEFT), 0, lambda: page.evaluate("() => dispatchEvent(new Event('online'))"))


LEFT = """async () => {
  const database = await new Promise((done) => {
    const opened = indexedDB.open('guywire-field');
    opened.onsuccess = () => done(opened.result);
  });
  const rows = (store) => new Promise((done) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const kept = [...await rows('outbox'), ...await rows('photos')];
  database.close();
  return kept.filter((one) => one.state === 'waiting').length;
}"""


async def _until(
    given: Callable[[], Awaitable[object]], wanted: object, again: Callable[[], Awaitable[object]]
) -> None:
    async with asyncio.timeout(40):
        while (found := await given()) != wanted:
            await again()
            await asyncio.sleep(0.05)
    assert found == wanted


async def _expect_each_once_and_in_order(database: Connection, orders: list[str]) -> None:
    moves = await rows(database, MOVES)
    for order in orders:
        assert [move["moved_to"] for move in moves if move["work_order"] == order] == ORDER_OF_STEPS, order
    states = await rows(database, "SELECT id, state, result FROM views.work_order ORDER BY id")
    assert [(row["id"], row["state"], row["result"]) for row in states if row["id"] in orders] == [
        (order, "done", RESULT) for order in orders
    ]


async def test_a_whole_day_without_a_line_arrives_once_and_in_order(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, JOBS)
    serve("dispatch")
    url = serve("field_app_api")
    async with phone(browser) as mine:
        page = mine.page
        await sign_in_on(page, url)
        await works_offline(page)
        await expect(page.get_by_role("button", name="Accept")).to_be_visible()
        large, small = await _picture(page), await _picture(page, 200)
        await mine.context.set_offline(True)
        await page.reload()
        await expect(page.locator(".top")).to_contain_text("No connection")
        pictures = [large] + [small] * (PHOTOS - 1)
        for place in range(JOBS):
            await _work_one_job(page, f"W{place + 1}", pictures[place::JOBS])
        await page.reload()  # nothing lives in the page alone
        await page.goto(f"{url}/#/waiting")
        await expect(page.get_by_role("main").get_by_text("40 reports wait to be sent")).to_be_visible()
        await mine.context.set_offline(False)
        await _all_sent(page)
        await expect(page.get_by_text("All is sent.")).to_be_visible()
    orders = [f"W{place}" for place in range(1, JOBS + 1)]
    await _expect_each_once_and_in_order(database, orders)
    records = await rows(database, "SELECT work_order, name FROM views.record WHERE kind = 'check'")
    assert len(records) == CHECKS * JOBS
    assert {row["work_order"] for row in records} == set(orders)
    photos = await rows(database, "SELECT bytes FROM views.photo")
    assert len(photos) == PHOTOS
    assert max(row["bytes"] for row in photos) < len(large), "made smaller on the phone"


async def test_on_a_line_that_drops_half_of_the_requests_everything_arrives_once(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 2)
    serve("dispatch")
    async with phone(browser, service_workers="block") as mine:
        await sign_in_on(mine.page, serve("field_app_api"))
        numbers = count()

        async def drop_half(route: Route) -> None:
            """One passes, one never arrives; one passes, of one the answer is lost."""
            place = next(numbers) % 4
            if place % 2 == 0:
                await route.continue_()
                return
            if place == 3:
                await route.fetch()
            await route.abort("connectionreset")

        await mine.context.route(lambda url: "/work-orders/" in url or "/photos/" in url, drop_half)
        picture = await _picture(mine.page, 400)
        for order in ("W1", "W2"):
            await _work_one_job(mine.page, order, [picture])
        await _all_sent(mine.page)
        assert next(numbers) >= 2 * (2 * (4 + CHECKS) + 2) - 1, "half of them were dropped"
        await mine.context.unroute_all()
    await _expect_each_once_and_in_order(database, ["W1", "W2"])
    assert len(await rows(database, "SELECT FROM views.photo")) == 2
    assert len(await rows(database, "SELECT FROM views.record")) == 2 * CHECKS


async def test_two_tabs_and_a_killed_one_send_each_action_once(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 2)
    serve("dispatch")
    url = serve("field_app_api")
    async with phone(browser) as mine:
        await sign_in_on(mine.page, url)
        await works_offline(mine.page)
        await expect(mine.page.get_by_role("button", name="Accept")).to_be_visible()
        other = await mine.another_tab()
        await other.goto(f"{url}/#W2")
        await expect(other.get_by_role("button", name="Accept")).to_be_visible()
        await mine.context.set_offline(True)
        await _steps_to_done(mine.page, url, "W1")
        await _steps_to_done(other, url, "W2")
        await expect(mine.page.locator(".fresh")).to_contain_text("8 reports wait")  # told by the other tab
        await _kill(mine)
        third = await mine.another_tab()
        await third.goto(url)
        await expect(third.locator(".fresh")).to_contain_text("8 reports wait")
        await mine.context.set_offline(False)
        await asyncio.gather(_all_sent(other), _all_sent(third))
    await _expect_each_once_and_in_order(database, ["W1", "W2"])


async def _steps_to_done(page: Page, url: str, order: str) -> None:
    await page.goto(f"{url}/#{order}")
    for step in ("Accept", "Set off", "I am on site"):
        await page.get_by_role("button", name=step).click()
    await _report_done(page)


async def _kill(mine: Phone) -> None:
    """As the phone does when it needs memory: without a word to the page."""
    session = await mine.context.new_cdp_session(mine.page)
    gone = asyncio.Event()
    mine.page.on("crash", lambda _: gone.set())
    crashing = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait_for(gone.wait(), 10)
    crashing.cancel()
    await mine.page.close()


async def test_what_an_earlier_version_kept_is_sent_once(browser: Browser, database: Connection, serve: Serve) -> None:
    await technician(database)
    await day_of_jobs(database, 1)
    serve("dispatch")
    async with phone(browser, service_workers="block") as mine:
        url = serve("field_app_api")
        await mine.page.goto(f"{url}/health")
        body = '{"path": "/api/v1/work-orders/W1/transitions", "body": {"to": "accepted"}, "key": "old-1"}'
        await mine.page.evaluate("(item) => localStorage.setItem('guywire.outbox.liwei', `[${item}]`)", body)
        await sign_in_on(mine.page, url)
        await expect(mine.page.get_by_role("button", name="Set off")).to_be_visible()
        await _all_sent(mine.page)
        await mine.page.reload()
        await expect(mine.page.get_by_role("button", name="Set off")).to_be_visible()
        await _all_sent(mine.page)
    assert [row["moved_to"] for row in await rows(database, MOVES)] == ["accepted"]


async def test_a_session_that_ends_keeps_what_waits_for_its_own_account(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await technician(database, "T2", "sunmin")
    await day_of_jobs(database, 1)
    serve("dispatch")
    url = serve("field_app_api")
    async with phone(browser, service_workers="block") as mine:
        page = mine.page
        await sign_in_on(page, url)
        await database.execute("DELETE FROM core.token")
        await page.get_by_role("button", name="Accept").click()
        await expect(page.get_by_text("Your session has ended")).to_be_visible()
        await page.get_by_role("link", name="Sign in").click()
        await page.get_by_label("Name").fill("sunmin")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("Nothing for you now")).to_be_visible()
        assert await rows(database, MOVES) == []
        await page.goto(f"{url}/#/more")
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_label("Name").fill("liwei")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await _all_sent(page)
        await expect(page.get_by_role("button", name="Set off")).to_be_visible()
    assert await rows(database, MOVES) == [{"work_order": "W1", "moved_to": "accepted"}]
