"""The live service: wakes on the stream, the inbox, the feeds and its own timers, and runs the correlator's cycle.

Under load the next cycle is decided, in a thread, while the database commits the last one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple

import psycopg
import structlog

from alarm_correlation import metrics
from alarm_correlation.caution import Blamed, Caution, split
from alarm_correlation.correlator import AT_ONCE, NAME, Correlator, Taken
from alarm_correlation.garbage import kept_for_good
from alarm_correlation.policies import Policies
from alarm_correlation.watch import CollectorWatch, Look, events_of
from alarm_correlation.write import set_aside
from guywire import feed, inbox
from guywire.database import Connection, connect
from guywire.database.migrate import ensure_days
from guywire.model import AlarmEvent
from guywire.service import Service
from guywire.stream import Batch, Receiver

CHANNELS = (inbox.channel_of(NAME), *map(feed.channel_of, ("dispatch", "complaints", "guywire")))

_IDLE_SECONDS = 1.0
_STUCK_SECONDS = 10.0
_RETRY_SECONDS = 0.5
_GAUGE_SECONDS = 10.0
_FEED_DAYS = 3
_SWITCH_SECONDS = 0.0001
"""How long the deciding thread may keep the interpreter from the one that talks to the database: that one comes a
hundred times a cycle, and with Python's 5 ms would wait for longer than the database works."""

_OUT_OF_BOUNDS = "54"
"""PostgreSQL's class "program limit exceeded": what is too long for an index, say. Nothing that waiting would mend."""

_SET_ASIDE_LATELY = """
SELECT count(*) AS n FROM correlation.poison_event WHERE set_aside_at > now() - interval '1 day'
"""
_log = structlog.get_logger(__name__)


async def run(service: Service) -> None:
    """Runs until told to stop. A lost database is waited for; a failed cycle begins again from what is committed."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    loop = _Loop(service)
    service.health.add("correlator", loop.check)
    service.health.add("events", loop.nothing_set_aside, vital=False)
    try:
        while not service.stop.is_set():
            try:
                async with await connect(service.settings.database_url) as connection:
                    await loop.run(connection)
            except Exception as error:  # noqa: BLE001 - whatever it was, what is committed is whole: begin again there
                await loop.broke(error)
                await _sleep(service.stop, _RETRY_SECONDS)
    finally:
        loop.close()


class _Turn(NamedTuple):
    """What one cycle takes in, and what was seen of the collectors when it began."""

    batches: list[Batch]
    look: Look
    own: list[AlarmEvent]
    now: datetime


class _Loop:
    """What lives longer than a connection: the socket, and what it has handed out and nobody has committed yet."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._policies = Policies(service.settings.data_dir)
        self._receiver: Receiver | None = None
        self._receiving: asyncio.Task[list[Batch]] | None = None
        self._last_cycle = asyncio.get_running_loop().time()
        self._gauged_at = 0.0
        self._cleaned_on: date | None = None
        self._caution = Caution(AT_ONCE)
        self._watch = CollectorWatch()
        self._waiting: list[Batch] = []
        self._taken: list[Batch] | None = None
        self._ahead: tuple[_Turn, asyncio.Future[Taken]] | None = None

    async def run(self, connection: Connection) -> None:
        """Cycles on one connection until the stop, or an exception."""
        correlator = Correlator(self._policies, shadow=self._service.settings.shadow)
        with kept_for_good():
            await correlator.start(connection, _now())
        await self._bind(correlator)
        with ExitStack() as stack:
            bells = [stack.enter_context(self._service.wakeups.expect(channel)) for channel in CHANNELS]
            more = True
            while not self._service.stop.is_set():
                batches = [] if more else await self._wait(bells, correlator.next_due)
                more = await self._cycle(correlator, connection, batches)
                await self._keep_house(correlator, connection)

    async def check(self) -> str | None:
        """For /health: None when cycles go round."""
        since = asyncio.get_running_loop().time() - self._last_cycle
        return f"no cycle for {since:.0f} s" if since > _STUCK_SECONDS else None

    async def nothing_set_aside(self) -> str | None:
        """For /health: None when every event of the last day could be taken in."""
        async with self._service.pool.connection() as connection:
            row = await (await connection.execute(_SET_ASIDE_LATELY)).fetchone()
        return f"{row['n']} events of the last day could not be taken in" if row and row["n"] else None

    async def broke(self, error: Exception) -> None:
        """After a cycle that broke. A lost database is waited for; an input that breaks it alone is taken out."""
        taken, self._taken = self._taken, None
        if isinstance(error, psycopg.OperationalError) and not (error.sqlstate or "").startswith(_OUT_OF_BOUNDS):
            _log.warning("correlator.database_lost", error=str(error).strip())
            return
        _log.error("correlator.cycle_failed", exc_info=error)
        if taken is None:  # not in a cycle: nothing that came in is to blame
            return
        try:
            await self._take_out(self._caution.broke(taken), taken, error)
        except psycopg.Error as lost:  # it breaks again, and is taken out then
            _log.warning("correlator.database_lost", error=str(lost).strip())

    async def _take_out(self, blamed: Blamed, taken: Sequence[Batch], error: Exception) -> None:
        if blamed is Blamed.NOBODY:
            return
        async with self._service.pool.connection() as connection:
            if blamed is Blamed.COMMAND:
                _log.error("command.refused_alone", owner=NAME, command=await inbox.refuse_next(connection, NAME))
                return
            (batch,) = taken
            await set_aside(connection, batch, f"{type(error).__name__}: {error}", _now())
        metrics.SET_ASIDE.inc()
        _log.error("event.set_aside", collector=batch.collector, domain=batch.domain, seq=batch.first_seq)

    def close(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
        if self._receiver is not None:
            self._receiver.close()

    async def _bind(self, correlator: Correlator) -> None:
        self._waiting, self._ahead = [], None  # comes again, with what was taken
        if self._receiver is None:
            settings = self._service.settings
            self._receiver = Receiver(settings.stream_url, correlator.marks, settings.stream_keys_dir)
            return
        if self._receiving is not None:
            await self._receiving  # what it hands out is not committed: let go of it, it comes again
            self._receiving = None
        self._receiver.rewind(correlator.marks)

    async def _wait(self, bells: Sequence[asyncio.Event], due: datetime | None) -> list[Batch]:
        """Waits for events, a bell, a timer or the stop; returns the events."""
        assert self._receiver is not None
        seconds = min(_IDLE_SECONDS, max(0.0, (due - _now()).total_seconds())) if due else _IDLE_SECONDS
        self._receiving = self._receiving or asyncio.create_task(self._receiver.batch(_IDLE_SECONDS))
        ringing = [asyncio.create_task(bell.wait()) for bell in (*bells, self._service.stop)]
        await asyncio.wait((self._receiving, *ringing), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in ringing:
            task.cancel()
        for bell in bells:
            bell.clear()
        if not self._receiving.done():
            return []
        batches, self._receiving = self._receiving.result(), None
        return batches

    async def _cycle(self, correlator: Correlator, connection: Connection, batches: Sequence[Batch]) -> bool:
        """One portion of what has come; true when there is more to do at once."""
        assert self._receiver is not None
        self._waiting += batches
        with metrics.BATCH_SECONDS.time():
            turn, taken = await self._decided(correlator)
            self._receiving = self._receiving or asyncio.create_task(self._receiver.batch(_IDLE_SECONDS))
            try:
                go_on = partial(self._go_on, correlator)
                more = await correlator.commit(connection, taken, self._caution.portion().commands, go_on)
            finally:
                if self._ahead is not None:  # it works in the memory, which is thrown away when this cycle broke
                    await asyncio.gather(self._ahead[1], return_exceptions=True)
        self._taken = None
        self._watch.told(turn.look)
        self._caution.went_well(turn.batches, more_commands=more)
        await self._receiver.ack(turn.batches)
        self._last_cycle = asyncio.get_running_loop().time()
        return more or bool(self._waiting) or self._ahead is not None

    async def _decided(self, correlator: Correlator) -> tuple[_Turn, Taken]:
        """What was decided ahead, or what has come now. What breaks here is to blame on what was taken here."""
        if self._ahead is not None:
            (turn, deciding), self._ahead = self._ahead, None
            self._taken = turn.batches
            return turn, await deciding
        turn = self._turn(correlator)
        self._taken = turn.batches
        return turn, correlator.decide(turn.batches, turn.now, turn.own)

    def _go_on(self, correlator: Correlator) -> None:
        """Decides on what has come meanwhile, unless caution wants each cycle by itself."""
        if self._receiving is not None and self._receiving.done():
            self._waiting += self._receiving.result()
            self._receiving = None
        if self._waiting and self._caution.calm:
            turn = self._turn(correlator)
            deciding = asyncio.to_thread(correlator.decide, turn.batches, turn.now, turn.own)
            self._ahead = turn, asyncio.ensure_future(deciding)

    def _turn(self, correlator: Correlator) -> _Turn:
        batches, self._waiting = split(self._waiting, self._caution.portion().events)
        look, own = self._look(correlator)
        return _Turn(batches, look, own, _now())

    def _look(self, correlator: Correlator) -> tuple[Look, list[AlarmEvent]]:
        """Which collectors are missed or back; nobody while caution rules, for this could be what breaks the cycle."""
        if self._receiver is None or not self._caution.calm:
            return Look(frozenset(), frozenset()), []
        heard = self._receiver.last_heard()
        known = {collector for collector, _ in correlator.marks} | heard.keys()
        policy = correlator.state.rules.policy.collector
        now = asyncio.get_running_loop().time()
        look = self._watch.look(known, heard, correlator.silent(known), policy, now)
        return look, list(events_of(look, policy, _now()))

    async def _keep_house(self, correlator: Correlator, connection: Connection) -> None:
        """Now and then the gauges; once a day the coming days' partitions, and the feed's old changes."""
        if self._last_cycle - self._gauged_at > _GAUGE_SECONDS:
            metrics.gauge(correlator.state)
            self._gauged_at = self._last_cycle
        today = _now().date()
        if today != self._cleaned_on:
            await ensure_days(connection, today)
            await feed.prune(connection, _now() - timedelta(days=_FEED_DAYS))
            self._cleaned_on = today


def _now() -> datetime:
    return datetime.now(UTC)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
