"""`python -m tests.integration.keeping_process SPOOL FIRST`: keeps batch after batch, and says which are on disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from collectors.catch import Catch
from collectors.keeping.keeper import Keeper
from collectors.policy import Policy, default_policy
from collectors.spool import Spool
from guywire.model import AlarmEvent, Severity
from tests.unit.collectors.spool_events import CLEAR, RAISE, heard

BATCH = 20
_SHIPPED = default_policy()
STORMY = msgspec.structs.replace(
    _SHIPPED, guard=msgspec.structs.replace(_SHIPPED.guard, burst=5, per_second=10.0, held_at_most=50)
)


def batch(number: int) -> list[AlarmEvent]:
    """The events of a batch: a device in a storm, and calm ones beside it."""
    severity: Severity = CLEAR if number % 3 else RAISE
    storm = [heard(number, severity, str(one), text=str(number)) for one in range(BATCH // 2)]
    calm = [heard(number, qualifier="calm", site=f"S{number}-{one}", text=str(number)) for one in range(BATCH // 2)]
    return [*storm, *calm]


def keeper_of(spool: Spool) -> Keeper:
    policy: Policy = STORMY
    return Keeper(spool, lambda: policy, lambda: None, connected=lambda: True, collector="north")


def _numbers(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1


if __name__ == "__main__":
    keeper = keeper_of(Spool(Path(sys.argv[1])))
    for number in _numbers(int(sys.argv[2])):
        events = batch(number)
        assert keeper.keep(Catch(events, {0: str(number).encode()}), events[0].at)
        print(number, flush=True)  # noqa: T201 - this is how the test hears of it
        keeper.tick(events[0].at)
