"""The live service: wakes on the stream, the inbox, the feeds and its own timers, and runs the correlator's cycle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import psycopg
import structlog

from alarm_correlation import metrics
from alarm_correlation.correlator import AT_ONCE, NAME, Correlator
from alarm_correlation.policies import Policies
from guywire import feed, inbox
from guywire.database import Connection, connect
from guywire.database.migrate import ensure_days
from guywire.service import Service
from guywire.stream import Batch, Receiver

CHANNELS = (inbox.channel_of(NAME), feed.channel_of("dispatch"), feed.channel_of("guywire"))

_IDLE_SECONDS = 1.0
_STUCK_SECONDS = 10.0
_RETRY_SECONDS = 0.5
_GAUGE_SECONDS = 10.0
_FEED_DAYS = 3
_log = structlog.get_logger(__name__)


async def run(service: Service) -> None:
    """Runs until told to stop. A lost database is waited for; a failed cycle begins again from what is committed."""
    loop = _Loop(service)
    service.health.add("correlator", loop.check)
    try:
        while not service.stop.is_set():
            try:
                async with await connect(service.settings.database_url) as connection:
                    await loop.run(connection)
            except psycopg.OperationalError as error:
                _log.warning("correlator.database_lost", error=str(error).strip())
                await _sleep(service.stop, _RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - whatever broke the cycle, what is committed is whole: begin again there
                _log.exception("correlator.cycle_failed")
                await loop.caution.broke(service.pool)
                await _sleep(service.stop, _RETRY_SECONDS)
    finally:
        loop.close()


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
        self.caution = inbox.Caution(NAME, AT_ONCE)

    async def run(self, connection: Connection) -> None:
        """Cycles on one connection until the stop, or an exception."""
        correlator = Correlator(self._policies, shadow=self._service.settings.shadow)
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

    def close(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
        if self._receiver is not None:
            self._receiver.close()

    async def _bind(self, correlator: Correlator) -> None:
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
        with metrics.BATCH_SECONDS.time():
            more = await correlator.cycle(connection, batches, _now(), self.caution.at_once)
        self.caution.went_well(more)
        assert self._receiver is not None
        await self._receiver.ack(batches)
        self._last_cycle = asyncio.get_running_loop().time()
        return more

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
