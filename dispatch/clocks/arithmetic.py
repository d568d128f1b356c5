"""The arithmetic of clocks, pure and exact: what has gone by, what is left, and when it will be gone.

Wall time since the start is, to the microsecond, what has gone by + what was paused + what lies outside the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dispatch.clocks.calendars import FAR, Calendar, open_stretches
from dispatch.model import Interval

_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What a clock counts by. `off` are the stretches that do not count, in any order, overlapping or not."""

    started_at: datetime
    budget: timedelta
    calendar: Calendar
    zone: tzinfo
    off: Sequence[Interval] = ()
    stopped_at: datetime | None = None


def elapsed(timer: Timer, now: datetime) -> timedelta:
    """How much of its time has gone by."""
    return _measure(_counting(timer), _end(timer, now))


def remaining(timer: Timer, now: datetime) -> timedelta:
    """How much is left; below zero once it is over."""
    return timer.budget - elapsed(timer, now)


def paused(timer: Timer, now: datetime) -> timedelta:
    """How much of the calendar's time did not count; where pauses overlap, once."""
    return _measure(_open(timer), _end(timer, now)) - elapsed(timer, now)


def outside(timer: Timer, now: datetime) -> timedelta:
    """How much lay outside the calendar, paused or not."""
    end = _end(timer, now)
    return max(end - timer.started_at, _NONE) - _measure(_open(timer), end)


def due_at(timer: Timer) -> datetime | None:
    """The first moment at which nothing remains, if it goes on as it is; None where that never comes."""
    return reached_at(timer, timer.budget)


def reached_at(timer: Timer, spent: timedelta) -> datetime | None:
    """The first moment at which so much of its time has gone by; None where that never comes."""
    if spent <= _NONE:
        return timer.started_at
    for start, end in _counting(timer):
        if spent <= end - start:
            return start + spent
        spent -= end - start
    return None


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same stretches without overlaps, in order; empty ones left out."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if joined and start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, end))
        else:
            joined.append(Interval(start, end))
    return joined


def _end(timer: Timer, now: datetime) -> datetime:
    return min(now, timer.stopped_at) if timer.stopped_at else now


def _open(timer: Timer) -> Iterator[Interval]:
    return open_stretches(timer.calendar, timer.zone, timer.started_at)


def _counting(timer: Timer) -> Iterator[Interval]:
    """The stretches that count, in order."""
    off = union(timer.off)
    for stretch in _open(timer):
        start = stretch.start
        for gap in off:
            if gap.end <= start:
                continue
            if gap.start >= stretch.end:
                break
            if gap.start > start:
                yield Interval(start, gap.start)
            start = gap.end
        if start < stretch.end:
            yield Interval(start, stretch.end)
        if off and off[-1].end == FAR and off[-1].start <= stretch.end:
            return  # paused until somebody says otherwise


def _measure(stretches: Iterable[Interval], end: datetime) -> timedelta:
    total = _NONE
    for stretch in stretches:
        if stretch.start >= end:
            break
        total += min(stretch.end, end) - stretch.start
    return total
