"""The live correlator over an embedded PostgreSQL: what is committed a second, and the CPU-seconds of both sides."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from benchmarks.correlation_speed import storms
from benchmarks.traps.kernel import cpu_seconds
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.inventory.store import load_inventory
from guywire.postgres import embedded
from guywire.stream import Batch
from guywire.stream.protocol import EVENTS_PER_BATCH

AT_ONCE = 64
"""Batches that the receiver hands over at once, at most."""


class Committed(NamedTuple):
    """`cycles`: seconds of each cycle, sorted; CPU-seconds of the correlator, and of it with the database."""

    events: int
    seconds: float
    cycles: list[float]
    own_cpu: float
    all_cpu: float

    @property
    def per_second(self) -> float:
        return self.events / self.seconds

    def milliseconds(self, share: float) -> float:
        return self.cycles[min(len(self.cycles) - 1, int(len(self.cycles) * share))] * 1e3


class Kept(NamedTuple):
    """A storm at its own pace: seconds from each batch's last event to its commit, sorted; the share of time busy."""

    lags: list[float]
    busy: float

    def milliseconds(self, share: float) -> float:
        return self.lags[min(len(self.lags) - 1, int(len(self.lags) * share))] * 1e3


async def measure(storm: storms.Storm, at_once: int) -> Committed:
    """Feeds a storm to `Correlator.cycle`, `at_once` batches of 50 in each, as fast as it commits them."""
    async with _correlator(storm) as (correlator, connection):
        return await _run(correlator, connection, list(as_stream("measured", storm.batches, at_once)))


async def keep_pace(storm: storms.Storm) -> Kept:
    """Each cycle takes what has come meanwhile at `PER_SECOND` events a second, as the service does."""
    async with _correlator(storm) as (correlator, connection):
        waiting = deque(batch for (batch,) in as_stream("measured", storm.batches, 1))
        began, taken, busy, lags = time.monotonic(), 0, 0.0, list[float]()
        while waiting:
            ready = int((time.monotonic() - began) * storms.PER_SECOND) - taken
            batches = [waiting.popleft() for _ in range(min(len(waiting), AT_ONCE, ready // EVENTS_PER_BATCH))]
            if not batches:
                await asyncio.sleep(0.001)
                continue
            start = time.monotonic()
            await correlator.cycle(connection, batches, last_of(batches))
            busy += time.monotonic() - start
            for batch in batches:
                taken += len(batch.events)
                lags.append(time.monotonic() - began - taken / storms.PER_SECOND)
        return Kept(sorted(lags), busy / (time.monotonic() - began))


@asynccontextmanager
async def _correlator(storm: storms.Storm) -> AsyncIterator[tuple[Correlator, Connection]]:
    """A correlator on a database of its own, in which stands what stood before the storm."""
    with tempfile.TemporaryDirectory(prefix="guywire-bench-") as folder:
        async with embedded(Path(folder) / "data") as url, await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
            await load_inventory(connection, storm.there(), prune=False, now=datetime.now(UTC))
            correlator = Correlator(Policies(Path(folder)))
            await correlator.start(connection, datetime.now(UTC))
            for batches in as_stream("before", storm.before, AT_ONCE):
                await correlator.cycle(connection, batches, last_of(batches))
            yield correlator, connection


async def _run(correlator: Correlator, connection: Connection, storm: Sequence[list[Batch]]) -> Committed:
    cycles = []
    cpu, own, began = cpu_seconds(os.getpid()), time.process_time(), time.monotonic()
    for batches in storm:
        start = time.monotonic()
        await correlator.cycle(connection, batches, last_of(batches))
        cycles.append(time.monotonic() - start)
    seconds = time.monotonic() - began
    all_cpu, own_cpu = cpu_seconds(os.getpid()) - cpu, time.process_time() - own
    events = sum(len(batch.events) for batches in storm for batch in batches)
    return Committed(events, seconds, sorted(cycles), own_cpu, all_cpu)


def as_stream(collector: str, batches: Sequence[storms.Batch], at_once: int) -> Iterator[list[Batch]]:
    """As the receiver hands them over: numbered, several at once."""
    seq = 1
    for place in range(0, len(batches), at_once):
        together = []
        for events in batches[place : place + at_once]:
            together.append(Batch(collector, "all", "s", seq, tuple(events)))
            seq += len(events)
        yield together


def last_of(batches: Sequence[Batch]) -> datetime:
    return max(event.received_at for batch in batches for event in batch.events)
