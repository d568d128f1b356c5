"""The pure engine over each storm: events a CPU-second, how long a step takes, and what the memory holds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import msgspec

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state, step
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.state import State
from alarm_correlation.work import Inputs, Received
from benchmarks.correlation_speed.storms import STORMS, Batch
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[AlarmEvent, ...]).decode


class Measured(NamedTuple):
    """`seconds` of CPU for each measured step, sorted; `memory` in bytes, what all of it added to the process."""

    events: int
    seconds: list[float]
    alarms: int
    incidents: int
    memory: int

    @property
    def per_second(self) -> float:
        return self.events / sum(self.seconds)

    def milliseconds(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))] * 1e3


def measure(storm: str, count: int, start: datetime, join: int) -> Measured:
    """Runs a storm in a process of its own; `join` batches of 50 go into one step, as live when more has come."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, storm, count, start, join).result()


def _measure(storm: str, count: int, start: datetime, join: int) -> Measured:
    before, measured, there = STORMS[storm](count, start)
    state = new_state(Rules(Topology(there()), shipped_causes(), shipped_policy()), start)
    waiting = [
        _encode([event for batch in measured[at : at + join] for event in batch])
        for at in range(0, len(measured), join)
    ]
    was_there = [_encode(batch) for batch in before]
    del before, measured
    resident = _resident()
    for batch in was_there:
        _take(state, _decode(batch), 0)
    seconds = list(_timed(state, waiting))
    return Measured(count, sorted(seconds), len(state.alarms), len(state.incidents), _resident() - resident)


def _timed(state: State, waiting: Iterable[bytes]) -> Iterable[float]:
    """CPU-seconds of each step. Events come as the stream brings them, and are not held by anything else."""
    taken = 0
    for batch in waiting:
        events = _decode(batch)
        began = time.process_time()
        _take(state, events, taken)
        yield time.process_time() - began
        taken += len(events)


def _take(state: State, events: Batch, seq: int) -> None:
    received = tuple(Received(event, "bench", event.domain, "s", seq + place) for place, event in enumerate(events, 1))
    step(state, Inputs(received), max(event.received_at for event in events))


def _resident() -> int:
    """Bytes of this process in memory (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096
