"""The console on a real port and a real database, to be asked by tests.

`play_owner` answers commands in an owner's place: here only the face is under test.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from dashboards.app import create
from dashboards.live.hub import CHANNELS, Hub
from guywire import inbox
from guywire.commands import Command
from guywire.database import Wakeups, connect, open_pool
from guywire.database.wake import ring_or_timeout
from guywire.errors import Refused
from guywire.service import Service
from guywire.settings import Settings
from guywire.telemetry import Health
from guywire.web import serve
from tests.beside import beside
from tests.ports import free_port

OWNERS = ("alarm_correlation", "dispatch", "complaints")
PASSWORD = "a long enough password"


@dataclass
class Console:
    """A running console: where it is, and its parts for a test that looks inside."""

    url: str
    service: Service
    hub: Hub

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        given = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=given | headers, timeout=20)

    @property
    def live_url(self) -> str:
        return self.url.replace("http", "ws") + "/api/v1/live"


@asynccontextmanager
async def running_console(database_url: str, most_waiting: int = 5000, **settings: Any) -> AsyncIterator[Console]:
    port = settings.pop("console_port", 0) or free_port()
    pool = await open_pool(database_url)
    wakeups = Wakeups(database_url, [inbox.ANSWERED, *CHANNELS])
    given = Settings(database_url=database_url, console_port=port, **settings)
    service = Service("dashboards", given, pool, wakeups, Health(), asyncio.Event())
    hub = Hub(pool, wakeups, most_waiting)
    await hub.start()
    service.health.add("live_feed", hub.check)
    async with pool, beside(wakeups.run(), hub.run()):
        serving = asyncio.create_task(serve(service, create(service, hub), port))
        try:
            await _until_healthy(f"http://127.0.0.1:{port}", serving)
            yield Console(f"http://127.0.0.1:{port}", service, hub)
        finally:
            service.stop.set()
            await serving


@asynccontextmanager
async def play_owner(database_url: str, apply: Callable[[Command], dict[str, Any] | Refused]) -> AsyncIterator[None]:
    """Plays all three owners: `apply` gives the answer to each command."""
    wakeups = Wakeups(database_url, [inbox.channel_of(owner) for owner in OWNERS])
    async with beside(wakeups.run(), *(_play(database_url, wakeups, owner, apply) for owner in OWNERS)):
        yield


async def post(client: httpx.AsyncClient, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
    """What a POST to the API answers: status and body."""
    answer = await client.post(f"/api/v1/{path}", json=body, headers=headers)
    return answer.status_code, answer.json()


async def _play(
    database_url: str, wakeups: Wakeups, owner: str, apply: Callable[[Command], dict[str, Any] | Refused]
) -> None:
    async with await connect(database_url) as connection:
        with wakeups.expect(inbox.channel_of(owner)) as rung:
            while True:
                async with connection.transaction():
                    for asked in await inbox.take(connection, owner):
                        await inbox.answer(connection, asked, apply(asked.command))
                await ring_or_timeout(rung, 0.5)


async def _until_healthy(url: str, serving: asyncio.Task[None]) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(10):
        while True:
            if serving.done():
                serving.result()
            try:
                if (await client.get(f"{url}/health")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.wait([serving], timeout=0.02)


async def _read_to_the_end(socket: ClientConnection) -> None:
    async with asyncio.timeout(10):
        while True:
            await socket.recv()


async def close_code(socket: ClientConnection) -> int:
    """How the server ends the conversation; what it says before is passed over."""
    with pytest.raises(ConnectionClosed) as closed:
        await _read_to_the_end(socket)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code
