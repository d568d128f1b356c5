"""The service worker in a real browser: what is pushed, a newer version, and how much a first visit loads."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from guywire.database import Connection
from tests.browser.conftest import Serve
from tests.browser.field_world import day_of_jobs, phone, sign_in_on, technician, works_offline

OFFER = {
    "id": "n1", "kind": "offer", "urgent": True, "work_order": "W1", "at": "2026-11-21T08:00:00Z",
    "words": {"zh": "新任务：整流模块故障", "en": "New job: rectifier failure"},
}  # fmt: skip
STANDS = """async (wanted) => {
  const registration = await navigator.serviceWorker.getRegistration('/');
  for (;;) {
    const titles = (await registration.getNotifications()).map((shown) => shown.title);
    if (JSON.stringify(titles) === JSON.stringify(wanted)) return;
    await new Promise((next) => setTimeout(next, 20));
  }
}"""
TAPPED = """async () => {
  const notification = (await self.registration.getNotifications())[0];
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
}"""


async def test_a_pushed_message_is_shown_in_the_phones_language_and_taken_down_when_over(
    whole_browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 1)
    url = serve("field_app_api")
    async with phone(whole_browser, permissions=["geolocation", "notifications"]) as mine:
        page = mine.page
        await sign_in_on(page, url)
        await works_offline(page)
        push = await pushing(mine.context, page, url)
        await push(OFFER)  # somebody looks at the page: it says so itself
        await expect(page.get_by_text("New job: rectifier failure")).to_be_visible()
        await page.evaluate(STANDS, [])
        await page.get_by_role("link", name="More").click()
        await page.get_by_role("radio", name="中文").check()
        await page.goto("about:blank")
        await push(OFFER)
        await shown(mine.context, url, ["新任务：整流模块故障"])
        await page.goto(f"{url}/#/more")
        await expect(page.locator(".top")).to_contain_text("实时")
        (worker,) = mine.context.service_workers
        await worker.evaluate(TAPPED)
        await expect(page.locator(".brand")).to_have_text("‹ W1")
        await page.goto(f"{url}/report")  # a page of customers, which knows nothing of jobs
        await push(OFFER)
        await shown(mine.context, url, ["新任务：整流模块故障"])
        await push({**OFFER, "kind": "over"})
        await shown(mine.context, url, [])


async def pushing(context: BrowserContext, page: Page, url: str) -> Any:
    """Delivers a message to the page's worker as a push service would."""
    session: CDPSession = await context.new_cdp_session(page)
    registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if not registered.done() and registration["scopeURL"].startswith(url):
                registered.set_result(registration["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", heard)
    await session.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(registered, 10)

    async def push(message: dict[str, Any]) -> None:
        await session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": url, "registrationId": registration, "data": json.dumps(message)},
        )

    return push


async def shown(context: BrowserContext, url: str, titles: list[str]) -> None:
    """Waits until just these notifications stand. Asked from a page that is no page of the app."""
    asking = await context.new_page()
    try:
        await asking.goto(f"{url}/health")
        async with asyncio.timeout(10):
            await asking.evaluate(STANDS, titles)
    finally:
        await asking.close()


async def test_a_first_visit_loads_under_a_megabyte_and_the_next_one_nothing_but_the_day(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 1)
    url = serve("field_app_api")
    async with phone(browser) as mine:
        page = mine.page
        session = await mine.context.new_cdp_session(page)
        await session.send("Network.enable")
        loaded: list[float] = []
        session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        await sign_in_on(page, url)
        await works_offline(page)
        await page.goto(f"{url}/#W1")
        await expect(page.get_by_text("Rectifier failure", exact=True)).to_be_visible()  # the procedure is kept
        assert 0 < sum(loaded) < 1_000_000
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        await session.send("Network.emulateNetworkConditions", slow)
        asked: list[str] = []
        page.on("response", lambda answer: None if answer.from_service_worker else asked.append(answer.url))
        await page.reload()
        await expect(page.get_by_role("button", name="Accept")).to_be_visible()
        await expect(page.locator(".top")).to_contain_text("Live")
        assert {address.split("?")[0].removeprefix(url) for address in asked} <= {
            "/api/v1/session",
            "/api/v1/me/day",
            "/api/v1/me/positions",
            "/sw.js",
        }


async def test_the_map_and_everything_else_is_there_without_a_line(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 2)
    url = serve("field_app_api")
    async with phone(browser) as mine:
        page = mine.page
        await sign_in_on(page, url)
        await works_offline(page)
        await page.evaluate(KEPT_ALL)
        await page.goto(f"{url}/#W2")
        procedure = page.get_by_text("Battery discharging", exact=True)
        await expect(procedure).to_be_visible()  # it is shown once it is kept
        await mine.context.set_offline(True)
        await page.goto(f"{url}/#/map")
        await page.reload()
        await expect(page.locator(".map-stop")).to_have_count(2)
        await expect(page.locator(".map-me")).to_be_visible()
        await page.get_by_role("link", name="Liuxia").click()
        await expect(page.get_by_text("Access key at the village office")).to_be_visible()
        await procedure.click()
        await expect(page.get_by_role("list", name="First of all")).to_contain_text("⚠")
        await expect(page.get_by_text("1. Look at the mains")).to_be_visible()


KEPT_ALL = """async () => {
  for (;;) {
    const name = (await caches.keys()).find((one) => one.startsWith('guywire-shell-'));
    if (await (await caches.open(name)).match('/vendor/world.json')) return;
    await new Promise((next) => setTimeout(next, 20));
  }
}"""
