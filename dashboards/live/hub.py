"""Reads every publisher's change feed once for the whole process and hands each change to the pages that listen.

A change is encoded once, chosen once for each audience, and goes out in one message with all that came within a tenth
of a second: what a storm costs grows with its changes, hardly with the pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import psycopg
import structlog
from prometheus_client import Counter, Gauge
from psycopg_pool import PoolTimeout

from dashboards.live.client import MOST_WAITING, Audience, Client
from dashboards.live.recent import Recent, Told, told
from guywire import feed
from guywire.database import Connection, Pool, Wakeups
from guywire.database.wake import ring_or_timeout
from guywire.identity import User

PUBLISHERS = ("guywire", "alarm_correlation", "dispatch", "complaints", "dashboards")
CHANNELS = tuple(feed.channel_of(publisher) for publisher in PUBLISHERS)

_log = structlog.get_logger(__name__)
_LOOK_AGAIN_SECONDS = 1.0
_BATCH = 500
_LATE = timedelta(seconds=10)
_FLUSH_SECONDS = 0.1

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
        self._audiences: dict[tuple[str, frozenset[str]], Audience] = {}
        self._recent = Recent()
        self._flush: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0
        self._read_at: dict[str, datetime] = {}
        self._published_at: dict[str, datetime | None] = {}  # of the last change handed on: how its history is known

    @property
    def read_at(self) -> datetime:
        return min(self._read_at.values())

    @property
    def epoch(self) -> str:
        """See `Source`."""
        return self._recent.epoch

    async def start(self) -> None:
        """Starts at the feeds' ends: what was before stands in the lists."""
        async with self._pool.connection() as connection:
            for publisher in PUBLISHERS:
                await self._start_at_end(connection, publisher)
                self._read_at[publisher] = datetime.now(UTC)
        self._recent.begin(self.seqs)

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

    def subscribe(
        self, client: Client, topics: Iterable[str], after: Mapping[str, int] | None = None, epoch: str = ""
    ) -> None:
        """Puts a page among those that are told the same; see `Client.subscribe`."""
        self._part(client)
        client.subscribe(topics, after, epoch)
        key = (client.user.region, client.topics)
        self._audiences.setdefault(key, Audience(client.user, client.topics)).clients.add(client)

    def handed_on(self) -> Mapping[str, int]:
        """See `Source`: what was gathered goes out first."""
        self._flush_now()
        return self.seqs

    def since(self, epoch: str, after: Mapping[str, int]) -> Iterable[Told] | None:
        """See `Source`."""
        return self._recent.since(epoch, after)

    def leave(self, client: Client) -> None:
        self._part(client)
        self._clients.discard(client)
        CLIENTS.set(len(self._clients))
        RESYNCS.inc(client.resyncs)

    def users(self) -> list[User]:
        """Whose pages listen now, one entry a page."""
        return [client.user for client in self._clients]

    def last_uses(self) -> dict[User, datetime]:
        """When each of those whose pages listen last used one of them; who has used none is left out."""
        uses: dict[User, datetime] = {}
        for client in self._clients:
            if client.used_at:
                uses[client.user] = max(client.used_at, uses.get(client.user, client.used_at))
        return uses

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
        seq, at = self.seqs[publisher], self._published_at[publisher]
        async with self._pool.connection() as connection:
            try:
                changes = await feed.read_after(connection, publisher, seq, _BATCH, at=at)
            except feed.FeedGap as gap:
                _log.warning("live.begins_anew", reason=str(gap))
                await self._start_at_end(connection, publisher)
                self._resync_all()
                return True
        for change in changes:
            self._hand_on(change)
        if changes:
            self._flush_soon()
        if len(changes) == _BATCH:
            return True
        self._read_at[publisher] = began
        return False

    async def _start_at_end(self, connection: Connection, publisher: str) -> None:
        seq = await feed.head(connection, publisher)
        self.seqs[publisher] = seq
        self._published_at[publisher] = await feed.published_at(connection, publisher, seq)

    def _hand_on(self, change: feed.Change) -> None:
        self.seqs[change.publisher] = change.seq  # first: what breaks below is passed over, not read again
        self._published_at[change.publisher] = change.at
        one = told(change)
        self._recent.add(one)
        CHANGES.labels(change.publisher).inc()
        for audience in self._audiences.values():
            audience.tell(one)

    def _flush_soon(self) -> None:
        """At once after a quiet moment, else when a tenth of a second is over: a storm comes in few, large messages."""
        if self._flush:
            return
        loop = asyncio.get_running_loop()
        self._flush = loop.call_at(max(loop.time(), self._flushed_at + _FLUSH_SECONDS), self._flush_now)

    def _flush_now(self) -> None:
        if self._flush:
            self._flush.cancel()
            self._flush = None
        self._flushed_at = asyncio.get_running_loop().time()
        for audience in self._audiences.values():
            audience.flush()

    def _part(self, client: Client) -> None:
        for key, audience in list(self._audiences.items()):
            audience.clients.discard(client)
            if not audience.clients:
                del self._audiences[key]

    def _resync_all(self) -> None:
        self._recent.begin(self.seqs)
        for client in self._clients:
            client.resync()
