"""Wake-ups: one LISTEN connection a process, which rings whoever waits.

A notification is only a nudge. It may be lost (a reconnect, a restart); whoever waits looks at the tables first and
waits with a time-out, so that a lost nudge costs a moment, never a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import structlog
from psycopg import sql

from guywire.database.connect import connect
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_RECONNECT_SECONDS = 0.5


class Wakeups:
    """Listens to `channels`; `expect` a channel (or one payload of it) *before* looking, then wait on the event."""

    def __init__(self, database_url: str, channels: Sequence[str]) -> None:
        self._database_url = database_url
        self._channels = tuple(channels)
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._reconnecting = Seldom(2)

    @contextmanager
    def expect(self, channel: str, payload: str = "") -> Iterator[asyncio.Event]:
        """An event that is set by the next notification on `channel`, or only by `payload` on it when given."""
        event = asyncio.Event()
        waiting = self._waiting.setdefault((channel, payload), set())
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
            if not waiting:
                self._waiting.pop((channel, payload), None)

    async def run(self) -> None:
        """Listens until cancelled, through restarts of the database."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                if (left_out := self._reconnecting.now()) is not None:
                    _log.warning("wakeups.reconnecting", error=str(error).strip(), left_out=left_out)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await connect(self._database_url) as connection:
            for channel in self._channels:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            self._ring_all()  # whatever was said while nobody listened
            async for notice in connection.notifies():
                self._ring(notice.channel, "")
                if notice.payload:
                    self._ring(notice.channel, notice.payload)

    def _ring(self, channel: str, payload: str) -> None:
        for event in self._waiting.get((channel, payload), ()):
            event.set()

    def _ring_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()


async def ring_or_timeout(event: asyncio.Event, seconds: float) -> bool:
    """Waits for the event at most so long; true when it rang. Clears it, so that the next ring is a new one."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True


async def any_ring_or_timeout(events: Sequence[asyncio.Event], seconds: float) -> None:
    """Waits until one of the events is set, at most so long. Clears none: `stop` among them must stay set."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
