"""The whole way of a push: decided by dispatch, sealed, sent, opened with the browser's keys, shown by the worker."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Browser as Chromium

from guywire import feed
from guywire.database import Connection
from tests.browser.conftest import Serve
from tests.browser.field_world import phone, sign_in_on, technician, works_offline
from tests.browser.network import add_need, add_site, add_ticket
from tests.browser.test_field_worker import pushing, shown
from tests.integration.push_service import Browser, Pushed, PushService, let_loopback, push_service, subscribed


async def test_an_offer_is_shown_on_the_locked_phone_and_taken_down_when_the_fault_heals(
    whole_browser: Chromium, database: Connection, serve: Serve, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    await technician(database)
    url = serve("field_app_api")
    with push_service() as service:
        mine = Browser(f"{service.url}/T1")
        await subscribed(database, mine, "T1")
        async with phone(whole_browser, permissions=["geolocation", "notifications"]) as its:
            await sign_in_on(its.page, url)
            await works_offline(its.page)
            push = await pushing(its.context, its.page, url)
            await its.page.goto("about:blank")
            serve("dispatch")
            await _fault(database)
            offer = mine.opened((await _arrived(service, 1))[0])
            assert offer["kind"] == "offered"
            await push(offer)
            await shown(its.context, url, [offer["words"]["en"]])
            await _heals(database)
            after = [mine.opened(one) for one in (await _arrived(service, 3))[1:]]
            for message in after:
                await push(message)
            (withdrawn,) = [message for message in after if message["kind"] == "withdrawn"]
            await shown(its.context, url, [withdrawn["words"]["en"]])


async def _arrived(service: PushService, count: int) -> list[Pushed]:
    async with asyncio.timeout(20):
        while True:
            if len(service.pushed) >= count:
                return list(service.pushed)
            await asyncio.sleep(0.02)


async def _fault(database: Connection) -> None:
    await add_site(database, "S1", name="West hub")
    await add_ticket(database, "K1", "S1", title="rectifier failure")
    await add_need(database, "N1", "K1", "S1", summary="rectifier failure")
    await _told(database)


async def _heals(database: Connection) -> None:
    await database.execute("UPDATE correlation.need SET state = 'healed' WHERE need_id = 'N1'")
    await _told(database)


async def _told(database: Connection) -> None:
    async with database.transaction():
        await feed.publish(database, "alarm_correlation", {"need": ["N1"], "ticket": ["K1"]})
