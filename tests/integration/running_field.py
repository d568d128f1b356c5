"""The field port on a real database beside the real dispatch service, to be asked by tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from dispatch import service as dispatch
from field_app_api import __main__ as field
from field_app_api.news import CHANNELS
from guywire import inbox
from guywire.database import Wakeups, open_pool
from guywire.service import Body, Service
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.beside import beside
from tests.ports import free_port


@dataclass
class Field:
    """A running field port, its parts for a test that looks inside, and dispatch beside it."""

    url: str
    service: Service
    dispatch: Service

    def client(self, token: str = "") -> httpx.AsyncClient:
        given = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=given, timeout=30)


@asynccontextmanager
async def running_field(database_url: str, data_dir: Path) -> AsyncIterator[Field]:
    settings = Settings(database_url=database_url, field_port=free_port(), data_dir=data_dir)
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(running_service("dispatch", settings, dispatch.run, dispatch.CHANNELS))
        channels = (inbox.ANSWERED, *CHANNELS)
        face = await stack.enter_async_context(running_service("field_app_api", settings, field.run, channels))
        url = f"http://127.0.0.1:{settings.field_port}"
        await until_healthy(url)
        yield Field(url, face, owner)


@asynccontextmanager
async def running_service(
    name: str, settings: Settings, body: Body, channels: tuple[str, ...]
) -> AsyncIterator[Service]:
    """A service's body as `run_service` runs it, in this process."""
    pool = await open_pool(settings.database_url)
    wakeups = Wakeups(settings.database_url, channels)
    service = Service(name, settings, pool, wakeups, Health(), asyncio.Event())
    async with pool, beside(wakeups.run()):
        working = asyncio.ensure_future(body(service))
        try:
            yield service
        finally:
            service.stop.set()
            await working


async def until_healthy(url: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(20):
        while True:
            try:
                if (await client.get(f"{url}/health")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.02)
