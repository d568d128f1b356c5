"""What an event costs the pure engine beside 1,000 to 100,000 open alarms: interpreter's steps, and CPU time."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state, step
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.state import State
from alarm_correlation.work import Inputs, Received
from benchmarks.correlation_speed.recording import inventory
from benchmarks.correlation_speed.steps import steps
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent, Severity

OPEN = (1_000, 3_000, 10_000, 30_000, 100_000)
_PER_SITE = 5
_SEED = 20261122
_COUNTED = 300
_PER_STEP = 50


class Cost(NamedTuple):
    """Of an event in the middle of so many open alarms: steps of the interpreter, and CPU-microseconds."""

    alarms: int
    steps: float
    microseconds: float


def measure(alarms: int, events: int, start: datetime) -> Cost:
    """Fills a state of its own, then trickles: new alarms, repeats and clears at random sites, 50 a step."""
    sites = alarms // _PER_SITE
    state = new_state(Rules(Topology(inventory(20_000)), shipped_causes(), shipped_policy()), start)
    _take_all(state, list(_standing(sites, start)))
    assert len(state.alarms) == alarms
    chance = random.Random(_SEED)
    counted = list(_trickle(chance, sites, _COUNTED, start + timedelta(minutes=1)))
    timed = list(_trickle(chance, sites, events, start + timedelta(minutes=2)))
    gc.collect()
    gc.freeze()
    instructions = steps(lambda: _take_all(state, counted))
    began = time.process_time()
    _take_all(state, timed)
    return Cost(alarms, instructions / len(counted), (time.process_time() - began) / len(timed) * 1e6)


def _take_all(state: State, events: Sequence[AlarmEvent]) -> None:
    for place in range(0, len(events), _PER_STEP):
        now = events[place : place + _PER_STEP]
        received = tuple(Received(event, "bench", event.domain, "s", number) for number, event in enumerate(now))
        step(state, Inputs(received), now[-1].received_at)


def _standing(sites: int, start: datetime) -> Iterator[AlarmEvent]:
    """At each site a rectifier that failed, and what discharges behind it."""
    for place in range(sites * _PER_SITE):
        site, number = divmod(place, _PER_SITE)
        kind = "battery-discharging" if number else "rectifier-failure"
        yield _event(start + timedelta(microseconds=100 * place), site, f"unit-{number}", kind)


def _trickle(chance: random.Random, sites: int, count: int, start: datetime) -> Iterator[AlarmEvent]:
    for place in range(count):
        at, site = start + timedelta(milliseconds=place), chance.randrange(sites)
        if place % 3:
            yield _event(at, site, f"unit-{chance.randrange(1, _PER_SITE)}", "battery-discharging", place % 3 == 1)
        else:
            yield _event(at, site, "shelter", chance.choice(("smoke", "door-open", "high-temperature")))


def _event(at: datetime, site: int, resource: str, kind: str, clears: bool = False) -> AlarmEvent:
    return AlarmEvent(
        at=at,
        received_at=at,
        site=f"S{site}",
        resource=resource,
        alarm_type=kind,
        severity=Severity.CLEARED if clears else Severity.MAJOR,
        domain=f"province/city-{site // 250}",
    )
