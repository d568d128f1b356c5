"""The loop that empties an outbox: beside a service's batches, with a connection and errors of its own.

At least once: what was sent and not yet recorded when the process died is sent again. One loop a database: whoever
holds the lock, which the server drops with the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol, TypeVar

import psycopg
import structlog

from guywire.database import Connection, connect
from guywire.database.wake import any_ring_or_timeout

_LOOK_AGAIN_SECONDS = 1.0
_AFTER_TROUBLE = 1.0

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Outbox(Protocol[T]):
    """What waits to be sent, and how. `turn` is held around each use of the connection, which all sendings share."""

    @property
    def name(self) -> str: ...

    @property
    def at_once(self) -> int: ...

    def key(self, one: T) -> str: ...

    async def due(self, connection: Connection, but: Collection[str], at_most: int) -> list[T]: ...

    async def send(self, connection: Connection, turn: asyncio.Lock, one: T) -> None: ...

    async def leave(self, connection: Connection, one: T) -> None:
        """Records that one broke the sending, so that the others are sent."""


class OutboxLoop:
    """Looks for what is due, and sends many at once."""

    def __init__(self, database_url: str, lock: int, stop: asyncio.Event) -> None:
        self._database_url, self._lock, self._stop = database_url, lock, stop
        self._stirred = asyncio.Event()
        self._under_way: set[str] = set()
        self._more_wait = False
        self.trouble: str | None = None
        """What went wrong last; None while all is well."""

    def stir(self) -> None:
        """There is more to send: it need not wait for the next look."""
        self._stirred.set()

    async def run(self, outbox: Outbox[T]) -> None:
        """Until the stop; then what is under way is waited for. What goes wrong is logged, and tried again."""
        while not self._stop.is_set():
            await self._session_or_trouble(outbox)
            if not self._stop.is_set():
                await any_ring_or_timeout([self._stop], _AFTER_TROUBLE)

    async def _session_or_trouble(self, outbox: Outbox[T]) -> None:
        try:
            async with await connect(self._database_url) as connection:
                if await self._is_ours(connection):
                    await self._session(connection, outbox)
        except* psycopg.Error as errors:
            self.trouble = "the database is away"
            _log.warning("outbox.waiting_for_database", outbox=outbox.name, reason=str(errors.exceptions[0]).strip())
        except* Exception as errors:  # noqa: BLE001 - whatever it was, people are still to be told
            self.trouble = f"{outbox.name} broke: {type(errors.exceptions[0]).__name__}"
            _log.exception("outbox.broke", outbox=outbox.name)

    async def _is_ours(self, connection: Connection) -> bool:
        """False while another loop, such as the one that this one replaces, is at it."""
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s) AS ours", (self._lock,))).fetchone()
        return bool(row and row["ours"])

    async def _session(self, connection: Connection, outbox: Outbox[T]) -> None:
        self._under_way.clear()
        turn = asyncio.Lock()
        async with asyncio.TaskGroup() as tasks:
            while not self._stop.is_set():
                self._stirred.clear()
                free = outbox.at_once - len(self._under_way)
                async with turn:
                    due = await outbox.due(connection, self._under_way, max(free, 0))
                self.trouble, self._more_wait = None, len(due) >= free
                for one in due:
                    self._under_way.add(outbox.key(one))
                    tasks.create_task(self._send_or_leave(connection, turn, outbox, one))
                await any_ring_or_timeout([self._stirred, self._stop], _LOOK_AGAIN_SECONDS)

    async def _send_or_leave(self, connection: Connection, turn: asyncio.Lock, outbox: Outbox[T], one: T) -> None:
        try:
            await outbox.send(connection, turn, one)
        except psycopg.Error:
            raise
        except Exception:  # noqa: BLE001 - whatever is odd about this one
            _log.exception("outbox.left", outbox=outbox.name, key=outbox.key(one))
            async with turn:
                await outbox.leave(connection, one)
        self._under_way.discard(outbox.key(one))
        if self._more_wait and len(self._under_way) <= outbox.at_once // 2:
            self.stir()  # there is room for them
