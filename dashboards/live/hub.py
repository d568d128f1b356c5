"""Reads every publisher's change feed once for the whole process and hands each change to the pages that listen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import structlog
from prometheus_client import Counter, Gauge
from psycopg_pool import PoolTimeout

from dashboards.live.client import MOST_WAITING, Client
from guywire import feed
from guywire.database import Pool, Wakeups
from guywire.database.wake import ring_or_timeout

PUBLISHERS = ("guywire", "alarm_correlation", "dispatch", "complaints", "dashboards")
CHANNELS = tuple(feed.channel_of(publisher) for publisher in PUBLISHERS)

_log = structlog.get_logger(__name__)
_LOOK_AGAIN_SECONDS = 1.0
_BATCH = 500
_LATE = timedelta(seconds=10)

CLIENTS = Gauge("guywire_live_clients", "Pages that listen to the live feed")
CHANGES = Counter("guywire_live_changes_total", "Changes read from the change feeds", ["publisher"])
RESYNCS = Counter("guywire_live_resyncs_total", "Times that a page was too slow and had to fetch its lists again")


class Hub:
    """`seqs` is how far each publisher's feed has been handed on; `read_at` when all were last read to their end.

    `most_waiting` changes are kept for a page that is slow.
    """

    def __init__(self, pool: Pool, wakeups: Wakeups, most_waiting: int = MOST_WAITING) -> None:
        self.most_waiting = most_waiting
        self.seqs: dict[str, int] = {}
        self._pool = pool
        self._wakeups = wakeups
        self._clients: set[Client] = set()
        self._read_at: dict[str, datetime] = {}

    @property
    def read_at(self) -> datetime:
        return min(self._read_at.values())

    async def start(self) -> None:
        """Starts at the feeds' ends: what was before stands in the lists."""
        async with self._pool.connection() as connection:
            for publisher in PUBLISHERS:
                self.seqs[publisher] = await feed.head(connection, publisher)
                self._read_at[publisher] = datetime.now(UTC)

    async def run(self) -> None:
        """Reads until cancelled, through restarts of the database."""
        async with asyncio.TaskGroup() as tasks:
            for publisher in PUBLISHERS:
                tasks.create_task(self._follow(publisher))

    async def check(self) -> str | None:
        """The health check: pages that show old data must not pass for live ones."""
        age = datetime.now(UTC) - self.read_at
        return f"the change feed was last read {age.seconds} s ago" if age > _LATE else None

    def join(self, client: Client) -> None:
        self._clients.add(client)
        CLIENTS.set(len(self._clients))

    def leave(self, client: Client) -> None:
        self._clients.discard(client)
        CLIENTS.set(len(self._clients))
        RESYNCS.inc(client.resyncs)

    async def _follow(self, publisher: str) -> None:
        with self._wakeups.expect(feed.channel_of(publisher)) as rung:
            while True:
                try:
                    more = await self._read(publisher)
                except (psycopg.OperationalError, PoolTimeout) as error:
                    _log.warning("live.no_database", publisher=publisher, error=str(error).strip())
                    more = False
                except Exception:  # noqa: BLE001 - a change that cannot be handed on must not end the feed of all
                    _log.exception("live.passed_over", publisher=publisher, seq=self.seqs[publisher])
                    self._resync_all()
                    more = False
                if not more:
                    await ring_or_timeout(rung, _LOOK_AGAIN_SECONDS)

    async def _read(self, publisher: str) -> bool:
        """Hands on what is there; true when there may be more."""
        began = datetime.now(UTC)
        async with self._pool.connection() as connection:
            try:
                changes = await feed.read_after(connection, publisher, self.seqs[publisher], _BATCH)
            except feed.FeedGap:
                self.seqs[publisher] = await feed.head(connection, publisher)
                self._resync_all()
                return True
        for change in changes:
            self._hand_on(change)
        if len(changes) == _BATCH:
            return True
        self._read_at[publisher] = began
        return False

    def _hand_on(self, change: feed.Change) -> None:
        self.seqs[change.publisher] = change.seq  # first: what breaks below is passed over, not read again
        encoded = msgspec.json.encode(change)
        CHANGES.labels(change.publisher).inc()
        for client in self._clients:
            client.offer(change, encoded)

    def _resync_all(self) -> None:
        for client in self._clients:
            client.resync()
