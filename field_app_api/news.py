"""What is new for whom: one reader of the feeds for all phones; wakes just the technicians whom a change concerns."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import structlog

from guywire import feed
from guywire.database import Pool, Wakeups
from guywire.database.wake import any_ring_or_timeout, ring_or_timeout

PUBLISHERS = ("dispatch", "alarm_correlation")
CHANNELS = tuple(feed.channel_of(publisher) for publisher in PUBLISHERS)
_LOOK_AGAIN_SECONDS = 1.0
Body = dict[str, Any]
_LATE = timedelta(seconds=10)

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Desk:
    """One technician's: how many changes so far, where their open orders are, and who waits for the next change."""

    changes: int = 0
    sites: dict[str, str] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        self.changes += 1
        self.changed.set()
        self.changed = asyncio.Event()


_WHOM: Mapping[str, Callable[[Body], Iterable[str]]] = {
    "notice": lambda body: (body["person"],),
    "sos": lambda body: (body["person"],),
    "day_plan": lambda body: (body["id"],),
    "watch": lambda body: (body["id"],),
    "question": lambda body: (body["technician"], *body["experts"]),
}
"""Whose phone a change of a topic concerns, by the topic's view."""


def _concerned(change: feed.Change) -> Iterable[str]:
    whom = _WHOM.get(change.topic)
    return whom(change.body) if whom and "gone" not in change.body else ()


class News:
    """Counts the changes that concern each technician: of the own work orders, of alarms where these are, and of what
    is told to, asked of or planned for that technician.

    A mark (`seen`) names this reader and a count. After a restart every mark is unknown, which reads as "all is new".
    """

    def __init__(self, pool: Pool, wakeups: Wakeups) -> None:
        self._pool = pool
        self._wakeups = wakeups
        self._epoch = uuid.uuid4().hex[:8]
        self._desks: dict[str, _Desk] = defaultdict(_Desk)
        self._crews: dict[str, frozenset[str]] = {}
        self._seqs: dict[str, int] = {}
        self._over = False
        self._read_at = datetime.now(UTC)

    async def start(self) -> None:
        """Takes the feeds' heads, then the open orders as they stand: what comes later is read from the feeds."""
        async with self._pool.connection() as connection:
            for publisher in PUBLISHERS:
                self._seqs[publisher] = await feed.head(connection, publisher)
            rows = await (
                await connection.execute(
                    "SELECT id, technician, mates, site FROM views.work_order WHERE ended_at IS NULL"
                )
            ).fetchall()
        for row in rows:
            self._crews[row["id"]] = frozenset((row["technician"], *row["mates"]))
            for person in self._crews[row["id"]]:
                self._desks[person].sites[row["id"]] = row["site"]

    async def run(self) -> None:
        """Reads until cancelled, through restarts of the database."""
        while True:
            with self._wakeups.expect(CHANNELS[0]) as orders, self._wakeups.expect(CHANNELS[1]) as alarms:
                if not await self._read_or_tell():
                    await any_ring_or_timeout((orders, alarms), _LOOK_AGAIN_SECONDS)

    async def check(self) -> str | None:
        """The health check: phones must not wait on a reader that does not read."""
        age = datetime.now(UTC) - self._read_at
        return f"the change feed was last read {age.seconds} s ago" if age > _LATE else None

    def mark(self, technician: str) -> str:
        """The mark of all that is known now for a technician."""
        return f"{self._epoch}-{self._desks[technician].changes}"

    async def wait(self, technician: str, seen: str, seconds: float) -> None:
        """Returns when something is newer than `seen` (at once when it already is), after `seconds` at the latest."""
        changed = self._desks[technician].changed
        if seen == self.mark(technician) and not self._over:
            await ring_or_timeout(changed, seconds)

    def end(self) -> None:
        """Lets everybody go who waits, and nobody wait from now on: the process is about to stop."""
        self._over = True
        self._ring_everybody()

    async def _read_or_tell(self) -> bool:
        """As `_read`; what goes wrong is logged, and tried again after a pause."""
        try:
            return await self._read()
        except psycopg.OperationalError as error:
            _log.warning("news.no_database", error=str(error).strip())
        except Exception:  # noqa: BLE001 - one change that cannot be taken in must not end the news of all
            _log.exception("news.passed_over", seqs=self._seqs)
            self._ring_everybody()
        return False

    async def _read(self) -> bool:
        """Takes in what is there; True when there may be more."""
        began, more = datetime.now(UTC), False
        async with self._pool.connection() as connection:
            for publisher in PUBLISHERS:
                try:
                    changes = await feed.read_after(connection, publisher, self._seqs[publisher])
                except feed.FeedGap:
                    self._seqs[publisher] = await feed.head(connection, publisher)
                    changes = []
                    self._ring_everybody()
                for change in changes:
                    self._seqs[publisher] = change.seq  # first: what breaks below is passed over, not read again
                    if change.topic == "work_order" and "technician" in change.body:
                        self._take_order(change)
                    for person in _concerned(change):
                        self._desks[person].ring()
                self._take_alarms({change.body.get("site") for change in changes if change.topic == "alarm"})
                more = more or bool(changes)
        self._read_at = began
        return more

    def _take_order(self, change: feed.Change) -> None:
        """Rings those who are on the order and those who are not any more."""
        crew = frozenset((change.body["technician"], *change.body["mates"]))
        before = self._crews.pop(change.id, frozenset())
        for person in before:
            self._desks[person].sites.pop(change.id, None)
        if change.body["ended_at"] is None:
            self._crews[change.id] = crew
            for person in crew:
                self._desks[person].sites[change.id] = change.body["site"]
        for person in crew | before:
            self._desks[person].ring()

    def _take_alarms(self, sites: AbstractSet[str | None]) -> None:
        """Once a batch: in a storm there are many alarms, and few phones where they are."""
        if not sites:
            return
        for desk in self._desks.values():
            if not sites.isdisjoint(desk.sites.values()):
                desk.ring()

    def _ring_everybody(self) -> None:
        for desk in self._desks.values():
            desk.ring()
