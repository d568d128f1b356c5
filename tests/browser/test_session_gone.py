"""A console whose session went while nobody clicked (it expired, or a backup without it came back) asks for a name."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, WebSocketRoute, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn

NOT_SIGNED_IN = 4401
DEADLINE_SECONDS = 30


async def test_a_console_that_the_live_feed_sends_away_asks_who_is_there(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    sockets: asyncio.Queue[WebSocketRoute] = asyncio.Queue()

    def between(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.put_nowait(socket)

    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.route_web_socket("**/api/v1/live", between)
    await page.goto(url)
    first = await asyncio.wait_for(sockets.get(), DEADLINE_SECONDS)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await first.close(code=NOT_SIGNED_IN, reason="in error: the session stands")
    second = await asyncio.wait_for(sockets.get(), DEADLINE_SECONDS)
    await database.execute("UPDATE core.token SET revoked_at = now()")
    await second.close(code=NOT_SIGNED_IN, reason="your session has ended")
    await expect(page.get_by_label("Password")).to_be_visible()
