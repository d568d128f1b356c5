"""A teller that runs on the small area, with time as the test has it and a push service on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dispatch.telling.teller import Teller
from guywire.database import Connection, Wakeups, open_pool
from guywire.service import Service
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.integration.dispatch_world import NOW, World, small_area
from tests.integration.push_service import Browser, PushService, subscribed

PATIENCE = 20.0


@dataclass
class Clock:
    """Time as the test has it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Telling:
    """A teller that runs, the world it tells of, and the push service."""

    world: World
    service: PushService
    clock: Clock
    teller: Teller
    data_dir: Path

    async def subscribe(self, person: str, path: str = "") -> Browser:
        browser = Browser(f"{self.service.url}/{path or person}")
        await subscribed(self.world.connection, browser, person)
        return browser

    async def until(self, holds: Callable[[], Any]) -> None:
        """Waits until it does; the teller is stirred as after each batch."""
        async with asyncio.timeout(PATIENCE):
            while not (await found if asyncio.iscoroutine(found := holds()) else found):
                self.teller.stir()
                await asyncio.sleep(0.01)

    async def deliveries(self, notice: str) -> list[tuple[str, str, int]]:
        rows = await self.world.rows(
            "SELECT channel, state, tries FROM views.notice_delivery WHERE notice = %s ORDER BY at, channel", notice
        )
        return [(row["channel"], row["state"], row["tries"]) for row in rows]

    async def settled(self, notice: str) -> None:
        """Waits until nothing more is to come of it."""
        await self.until(lambda: self._is_settled(notice))

    async def _is_settled(self, notice: str) -> bool:
        rows = await self.world.rows("SELECT tell_at IS NULL AS done FROM dispatch.notice WHERE notice_id = %s", notice)
        return bool(rows and rows[0]["done"])

    async def waits(self, notice: str, until: datetime) -> None:
        """Waits until it is looked at again just then."""

        async def so() -> bool:
            query = "SELECT 1 FROM dispatch.notice WHERE notice_id = %s AND tell_at = %s"
            return bool(await self.world.rows(query, notice, until))

        await self.until(so)


@asynccontextmanager
async def telling(
    connection: Connection, database_url: str, service: PushService, data_dir: Path
) -> AsyncIterator[Telling]:
    """The small area with a teller; stopped as the service stops it."""
    settings = Settings(database_url=database_url, data_dir=data_dir)
    pool = await open_pool(database_url, 1)
    stop, clock = asyncio.Event(), Clock()
    teller = Teller(Service("dispatch", settings, pool, Wakeups(database_url, ()), Health(), stop), clock)
    running = asyncio.create_task(teller.run())
    try:
        yield Telling(await small_area(connection), service, clock, teller, data_dir)
    finally:
        stop.set()
        await running
        await pool.close()
