"""The correlator over its database: each cycle is one transaction with everything that it decided, or with nothing.

The memory runs with the database, or one step ahead: the next `decide` may run while the last one is being committed.
When a transaction fails the memory is thrown away and read anew, so that the two never differ; what the collectors had
sent comes again, because it was not acknowledged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from psycopg import sql

from alarm_correlation import metrics
from alarm_correlation.discharges import readings_due
from alarm_correlation.engine import resume, step
from alarm_correlation.facts import Rules
from alarm_correlation.garbage import no_garbage_collection
from alarm_correlation.load import load_marks, load_saved
from alarm_correlation.operators import KINDS
from alarm_correlation.policies import Policies
from alarm_correlation.readings import Reading, fetch_readings
from alarm_correlation.state import State
from alarm_correlation.watch import identity_of
from alarm_correlation.work import AskedFor, Inputs, Received
from alarm_correlation.write import Decided, copy_events, decided, write, write_marks
from guywire import feed, inbox
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inbox import Asked
from guywire.inventory.store import fetch_network
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent
from guywire.stream import Batch, Mark

NAME = "alarm_correlation"
_ONE_AT_A_TIME = 0x636F7272  # "corr": held by the session; a second correlator waits until the first is gone
AT_ONCE = 200
_NEWS_AT_ONCE = 500
_OWN = "own"
_BY_KEY = (
    "SET jit = off",
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)
"""From the start on every statement of a cycle goes for rows by their keys. A planner without statistics, as on
the first day of a database and early in a storm, would read whole tables, or compile for longer than it runs."""
_log = structlog.get_logger(__name__)

News = list[dict[str, Any]]
"""Bodies of a topic of the change feed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What `decide` made of batches: what is to be written, and how far they go."""

    steps: tuple[Decided, ...]
    marks: Mapping[tuple[str, str], Mark]
    now: datetime


class Correlator:
    """`start` it on a connection of its own, then `cycle`. After an exception `start` it again, on a new one.

    A cycle is `decide`, which touches nothing but the memory, and `commit`.
    """

    def __init__(self, policies: Policies, *, shadow: bool = False) -> None:
        self._policies = policies
        self._shadow = shadow
        self._state: State | None = None
        self._read_at: datetime | None = None
        self.marks: dict[tuple[str, str], Mark] = {}

    @property
    def state(self) -> State:
        assert self._state is not None, "start comes first"
        return self._state

    @property
    def next_due(self) -> datetime | None:
        return self.state.next_due

    async def start(self, connection: Connection, now: datetime) -> None:
        """Reads everything that is in hand. Waits for another correlator on this database to end."""
        await connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        async with connection.transaction():
            self.marks = await load_marks(connection)
            await _catch_up_with_inventory(connection)
            rules = await self._rules(connection)
            with no_garbage_collection():
                self._state, changes = resume(await load_saved(connection, rules.policy, now), rules)
            await self._write(connection, [decided(self._state, changes)])
        for setting in _BY_KEY:
            await connection.execute(setting)
        metrics.REBUILDS.inc()
        metrics.gauge(self.state)
        _log.info("correlator.started", alarms=len(self.state.alarms), incidents=len(self.state.incidents))

    async def cycle(
        self,
        connection: Connection,
        batches: Sequence[Batch],
        now: datetime,
        at_once: int = AT_ONCE,
        own: Sequence[AlarmEvent] = (),
    ) -> bool:
        """One transaction: events, `at_once` commands, news in; all that is decided out. True when there is more."""
        return await self.commit(connection, self.decide(batches, now, own), at_once)

    def decide(self, batches: Sequence[Batch], now: datetime, own: Sequence[AlarmEvent] = ()) -> Taken:
        """Takes events into the memory. `own` are those that no collector sent: what the correlator itself noticed."""
        before = self._follow_policy()
        fresh = [received for batch in batches for received in self._fresh(batch)]
        marks = {(batch.collector, batch.domain): batch.mark for batch in batches if self._is_ahead(batch)}
        noticed = [self._noticed(event) for event in own]
        changes = step(self.state, Inputs((*fresh, *noticed)), now)
        self.marks |= marks
        return Taken((*before, decided(self.state, changes)), marks, now)

    async def commit(
        self, connection: Connection, taken: Taken, at_once: int = AT_ONCE, go_on: Callable[[], None] = lambda: None
    ) -> bool:
        """One transaction: what was taken, and `at_once` commands and news that it takes in itself.

        Calls `go_on` once the memory is free for the next `decide`. True when there is more to take in.
        """
        async with connection.transaction():
            steps = [*taken.steps, *await self._follow_inventory(connection)]
            asked = await inbox.take(connection, NAME, at_once)
            orders, told = await self._news(connection, "dispatch", "work_order", _orders_from_views)
            complaints, more_told = await self._news(connection, "complaints", "complaint", self._complaints_from_views)
            readings = await self._readings(connection, taken.now)
            if asked or orders or complaints or readings:
                commands = tuple(AskedFor(one.command_id, one.command, one.actor) for one in asked)
                inputs = Inputs(
                    commands=commands, orders=tuple(orders), complaints=tuple(complaints), readings=readings
                )
                changes = step(self.state, inputs, taken.now)
                steps.append(decided(self.state, changes))
            go_on()
            await write_marks(connection, taken.marks)
            await self._write(connection, steps, asked)
        for one in steps:
            metrics.count(one.changes, taken.now)
            for incident in one.changes.would_open:
                _log.info("ticket.would_open", incident=incident)
        return len(asked) == at_once > 0 or _NEWS_AT_ONCE in (told, more_told)

    async def _readings(self, connection: Connection, now: datetime) -> tuple[Reading, ...]:
        """Now and then what the batteries show that carry their sites."""
        if self._read_at is not None and now < self._read_at + self.state.rules.policy.battery.reading_pause:
            return ()
        self._read_at = now
        return await fetch_readings(connection, readings_due(self.state, now), now)

    def silent(self, collectors: Collection[str]) -> set[str]:
        """Whose silence stands as an alarm."""
        tracks = ((name, self.state.tracks.get(identity_of(name))) for name in collectors)
        return {name for name, track in tracks if track and track.alarms and self.state.alarms[track.alarms[-1]].stands}

    def _noticed(self, event: AlarmEvent) -> Received:
        """Numbered like a collector's, so that it is written once and can be replayed."""
        self.state.new_id(_OWN)
        return Received(event, NAME, event.domain, _OWN, self.state.counters[_OWN])

    async def _rules(self, connection: Connection) -> Rules:
        topology = Topology(await fetch_network(connection))
        policy, causes = self._policies.current()
        return Rules(topology, causes, policy, self._shadow)

    def _is_ahead(self, batch: Batch) -> bool:
        mark = self.marks.get((batch.collector, batch.domain))
        return mark is None or mark.spool != batch.spool or mark.seq < batch.last_seq

    def _fresh(self, batch: Batch) -> list[Received]:
        """The events of a batch that are not in the database yet."""
        mark = self.marks.get((batch.collector, batch.domain))
        known = mark.seq if mark is not None and mark.spool == batch.spool else 0
        return [
            Received(event, batch.collector, batch.domain, batch.spool, seq)
            for seq, event in enumerate(batch.events, batch.first_seq)
            if seq > known
        ]

    def _follow_policy(self) -> list[Decided]:
        rules = self.state.rules
        policy, causes = self._policies.current()
        if (policy, causes) == (rules.policy, rules.causes):
            return []
        return [self._see_anew(replace(rules, policy=policy, causes=causes))]

    async def _follow_inventory(self, connection: Connection) -> list[Decided]:
        if not await _catch_up_with_inventory(connection):
            return []
        return [self._see_anew(await self._rules(connection))]

    def _see_anew(self, rules: Rules) -> Decided:
        """With other rules the same facts are seen anew: causes, incidents, tickets and needs."""
        with no_garbage_collection():
            self._state, changes = resume(self.state.saved(), rules)
        _log.info("correlator.new_rules", inventory=rules.topology.version)
        return decided(self._state, changes)

    async def _news(
        self, connection: Connection, publisher: str, topic: str, from_views: Callable[[Connection], Awaitable[News]]
    ) -> tuple[News, int]:
        """The bodies of a topic, in feed order; away for longer than the feed is kept, all of them as they stand."""
        try:
            changes = await feed.read(connection, NAME, publisher, _NEWS_AT_ONCE)
        except feed.FeedGap:
            await feed.advance(connection, NAME, publisher, await feed.head(connection, publisher))
            return await from_views(connection), 0
        if changes:
            await feed.advance(connection, NAME, publisher, changes[-1].seq)
        return [change.body for change in changes if change.topic == topic], len(changes)

    async def _complaints_from_views(self, connection: Connection) -> News:
        """Those that count now, and word of those that no longer do."""
        rows = await connection.execute(
            "SELECT to_jsonb(v) AS body FROM views.complaint v WHERE state = 'linked' ORDER BY id"
        )
        standing = [row["body"] for row in await rows.fetchall()]
        gone = self.state.complaints.keys() - {body["id"] for body in standing}
        return [*standing, *({"id": key, "gone": True} for key in sorted(gone))]

    async def _write(self, connection: Connection, steps: Sequence[Decided], asked: Sequence[Asked] = ()) -> None:
        by_id = {one.command_id: one for one in asked}
        news: dict[str, set[str]] = {}
        for one in steps:
            await copy_events(connection, one.changes.received)
        async with connection.pipeline():
            for one in steps:
                await write(connection, one)
                for topic, ids in one.news.items():
                    news.setdefault(topic, set()).update(ids)
                for answered, said in one.changes.answers:
                    await inbox.answer(connection, by_id[answered.command_id], await _in_full(connection, said))
            await feed.publish(connection, NAME, news)


async def _catch_up_with_inventory(connection: Connection) -> bool:
    """Whether the inventory has changed since it was last read; moves the cursor."""
    head = await feed.head(connection, "guywire")
    if head == await feed.position(connection, NAME, "guywire"):
        return False
    await feed.advance(connection, NAME, "guywire", head)
    return True


async def _orders_from_views(connection: Connection) -> News:
    rows = await connection.execute("SELECT to_jsonb(v) AS body FROM views.work_order v ORDER BY offered_at, id")
    return [row["body"] for row in await rows.fetchall()]


async def _in_full(connection: Connection, said: dict[str, Any] | Refused) -> dict[str, Any] | Refused:
    """An answer is the object as the views show it."""
    if isinstance(said, Refused):
        return said
    view = sql.Identifier("views", KINDS[str(said["id"])[0]])
    query = sql.SQL("SELECT to_jsonb(v) AS body FROM {} v WHERE id = %s").format(view)
    row = await (await connection.execute(query, (said["id"],))).fetchone()
    return row["body"] if row else said
