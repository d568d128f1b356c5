"""When an alarm chatters (ISA-18.2), and how fast: a fold over its turns, which `lifecycle` feeds. Pure.

A turn is a change between standing and clear as the device says it. With so many turns within so long the alarm is
held as one that stands, until no turn has come for a while.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from guywire.model import Severity

_LEAST_MEASURE = timedelta(minutes=1)


class ChatterLimits(msgspec.Struct, frozen=True):
    """An alarm chatters from `transitions` turns `within` a time on, until it was `quiet` for so long."""

    transitions: int
    within: timedelta
    quiet: timedelta


class Chatter(msgspec.Struct, frozen=True, gc=False):
    """A chattering so far: `since` its first turn, `rate` in turns an hour, `severity` what the device said last.

    The rate is measured anew with the turn that makes a whole measure full: a minute, and as many turns as it took to
    begin. So it changes once a minute at the most, to two significant figures.
    """

    since: datetime
    rate: float
    severity: Severity
    measured_from: datetime
    measured: int = 0


Turns = tuple[datetime, ...]
"""The newest turns of an occurrence, oldest first; as many as it takes to chatter."""


def turn(
    turns: Turns, chatter: Chatter | None, at: datetime, severity: Severity, limits: ChatterLimits
) -> tuple[Turns, Chatter | None]:
    """One more turn; `severity` is what the alarm has by it. None as long as it does not chatter."""
    turns = (*turns[1 - limits.transitions :], at)
    if chatter is not None:
        return turns, _measured(chatter, at, severity, limits)
    if len(turns) < limits.transitions or at - turns[0] > limits.within:
        return turns, None
    return turns, Chatter(turns[0], _an_hour(len(turns) - 1, at - turns[0]), severity, measured_from=at)


def quiet_at(turns: Turns, limits: ChatterLimits) -> datetime:
    """When a chattering is over, if no further turn comes."""
    return turns[-1] + limits.quiet


def _measured(chatter: Chatter, at: datetime, severity: Severity, limits: ChatterLimits) -> Chatter:
    count, lasted = chatter.measured + 1, at - chatter.measured_from
    if count < limits.transitions or lasted < _LEAST_MEASURE:
        return Chatter(chatter.since, chatter.rate, severity, chatter.measured_from, count)
    return Chatter(chatter.since, _an_hour(count, lasted), severity, measured_from=at)


def _an_hour(turns: int, lasted: timedelta) -> float:
    return float(f"{turns * 3600 / max(lasted.total_seconds(), 1.0):.2g}")
