"""Dispatch itself beside a test, without a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from dispatch.batch import run_batch
from dispatch.policy import default_policy
from guywire import inbox
from guywire.database import Wakeups, connect
from guywire.database.wake import ring_or_timeout
from tests.beside import beside


@asynccontextmanager
async def dispatching(database_url: str) -> AsyncIterator[None]:
    """Dispatch's batches, one after the other, for as long as the context lasts."""
    channel = inbox.channel_of("dispatch")
    wakeups = Wakeups(database_url, [channel])

    async def batches() -> None:
        async with await connect(database_url) as connection:
            with wakeups.expect(channel) as rung:
                while True:
                    await run_batch(connection, datetime.now(UTC), default_policy())
                    await ring_or_timeout(rung, 0.5)

    async with beside(wakeups.run(), batches()):
        yield
