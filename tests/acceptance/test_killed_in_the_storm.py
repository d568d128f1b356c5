"""kill -9 of any service, or of PostgreSQL, amid 5,000 traps: nothing lost, nothing twice, one ticket each.

`python -m tests.acceptance.many_kills` does the same fifty times over, under 5,000 traps a second.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.acceptance.system import System, until
from tests.acceptance.traffic import Sent, send
from tests.acceptance.truth import Truth, let_every_trap_through

SOURCES = ["127.0.10.2", "127.0.20.2"]
COUNT, PER_SECOND = 5000, 500
DRAIN_SECONDS = 120.0

_rounds = iter(range(0, 10**9, COUNT))


@pytest.mark.parametrize(
    "victims",
    [["collectors"], ["alarm_correlation"], ["postgres"], ["dispatch", "complaints", "field_app_api", "dashboards"]],
    ids=lambda victims: "+".join(victims),
)
def test_nothing_is_lost_and_nothing_counted_twice(system: System, victims: list[str]) -> None:
    let_every_trap_through(system)
    with Truth(system) as truth:
        before = truth.heard()
        sent = _storm(system, victims)
        least = COUNT // 2 if "collectors" in victims else COUNT  # a dead collector hears no traps
        until(lambda: truth.heard() >= before + least, DRAIN_SECONDS, truth.where)
        until(truth.is_whole, DRAIN_SECONDS, truth.where)
        assert truth.heard() <= before + COUNT, "counted twice"
        truth.every_answered_inform_is_there(sent)
        truth.counts_add_up()
        truth.states_are_right()
        truth.one_ticket_each()


def _storm(system: System, victims: list[str]) -> Sent:
    def numbers() -> Iterator[int]:
        first = next(_rounds)
        for number in range(first, first + COUNT):
            if number == first + COUNT // 2:
                for victim in victims:
                    os.kill(system.pid_of(victim), signal.SIGKILL)
            yield number

    return send(("127.0.0.1", system.trap_port), SOURCES, numbers(), PER_SECOND)
