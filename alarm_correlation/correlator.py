"""The correlator over its database: each cycle is one transaction with everything that it decided, or with nothing.

The memory runs with the database. When a transaction fails the memory is thrown away and read anew, so that the two
never differ; what the collectors had sent comes again, because it was not acknowledged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import structlog
from psycopg import sql

from alarm_correlation import metrics
from alarm_correlation.engine import resume, step
from alarm_correlation.load import load_marks, load_saved
from alarm_correlation.operators import KINDS
from alarm_correlation.policies import Policies
from alarm_correlation.state import Rules, State
from alarm_correlation.watch import identity_of
from alarm_correlation.work import AskedFor, Changes, Inputs, Received
from alarm_correlation.write import copy_events, news, write_changes, write_marks
from guywire import feed, inbox
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inbox import Asked
from guywire.inventory.store import fetch_inventory
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


class Correlator:
    """`start` it on a connection of its own, then `cycle`. After an exception `start` it again, on a new one."""

    def __init__(self, policies: Policies, *, shadow: bool = False) -> None:
        self._policies = policies
        self._shadow = shadow
        self._state: State | None = None
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
            self._state, changes = resume(await load_saved(connection, rules.policy, now), rules)
            await self._write(connection, [changes])
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
        """One transaction: events, `at_once` commands, news in; all that is decided out. True when there is more.

        `own` are events that no collector sent: what the correlator itself noticed.
        """
        fresh = [received for batch in batches for received in self._fresh(batch)]
        marks = {(batch.collector, batch.domain): batch.mark for batch in batches if self._is_ahead(batch)}
        async with connection.transaction():
            before = await self._follow_rules(connection)
            asked = await inbox.take(connection, NAME, at_once)
            orders, told = await self._news_of_orders(connection)
            commands = tuple(AskedFor(one.command_id, one.command, one.actor) for one in asked)
            noticed = [self._noticed(event) for event in own]
            changes = step(self.state, Inputs((*fresh, *noticed), commands, tuple(orders)), now)
            await write_marks(connection, marks)
            await self._write(connection, [*before, changes], asked)
        self.marks |= marks
        metrics.count(changes, now)
        for incident in changes.would_open:
            _log.info("ticket.would_open", incident=incident)
        return len(asked) == at_once > 0 or told == _NEWS_AT_ONCE

    def silent(self, collectors: Collection[str]) -> set[str]:
        """Whose silence stands as an alarm."""
        tracks = ((name, self.state.tracks.get(identity_of(name))) for name in collectors)
        return {name for name, track in tracks if track and track.alarms and self.state.alarms[track.alarms[-1]].stands}

    def _noticed(self, event: AlarmEvent) -> Received:
        """Numbered like a collector's, so that it is written once and can be replayed."""
        self.state.new_id(_OWN)
        return Received(event, NAME, event.domain, _OWN, self.state.counters[_OWN])

    async def _rules(self, connection: Connection) -> Rules:
        topology = Topology(await fetch_inventory(connection))
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

    async def _follow_rules(self, connection: Connection) -> list[Changes]:
        """With another inventory or policy the same facts are seen anew: causes, incidents, tickets and needs."""
        rules = self.state.rules
        moved = await _catch_up_with_inventory(connection)
        if not moved and self._policies.current() == (rules.policy, rules.causes):
            return []
        self._state, changes = resume(self.state.saved(), await self._rules(connection))
        _log.info("correlator.new_rules", inventory=self.state.rules.topology.version)
        return [changes]

    async def _news_of_orders(self, connection: Connection) -> tuple[list[dict[str, Any]], int]:
        try:
            changes = await feed.read(connection, NAME, "dispatch", _NEWS_AT_ONCE)
        except feed.FeedGap:
            return await _orders_from_views(connection), 0
        if changes:
            await feed.advance(connection, NAME, "dispatch", changes[-1].seq)
        return [change.body for change in changes if change.topic == "work_order"], len(changes)

    async def _write(self, connection: Connection, steps: Sequence[Changes], asked: Sequence[Asked] = ()) -> None:
        by_id = {one.command_id: one for one in asked}
        published: dict[str, set[str]] = {}
        for changes in steps:
            await copy_events(connection, changes.received)
        async with connection.pipeline():
            for changes in steps:
                await write_changes(connection, self.state, changes)
                for topic, ids in news(self.state, changes).items():
                    published.setdefault(topic, set()).update(ids)
                for one, said in changes.answers:
                    await inbox.answer(connection, by_id[one.command_id], await _in_full(connection, said))
            await feed.publish(connection, NAME, published)


async def _catch_up_with_inventory(connection: Connection) -> bool:
    """Whether the inventory has changed since it was last read; moves the cursor."""
    head = await feed.head(connection, "guywire")
    if head == await feed.position(connection, NAME, "guywire"):
        return False
    await feed.advance(connection, NAME, "guywire", head)
    return True


async def _orders_from_views(connection: Connection) -> list[dict[str, Any]]:
    """Away for longer than the feed is kept: the orders as they stand, and on from the feed's head."""
    await feed.advance(connection, NAME, "dispatch", await feed.head(connection, "dispatch"))
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
