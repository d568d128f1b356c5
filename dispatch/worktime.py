"""When one person can begin one job: after the drive, while somebody lets him in, and with no work in a break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

Stretches = Sequence[tuple[datetime, datetime]]
"""Sorted and disjoint, each from a start until before its end."""


def drive_ends(breaks: Stretches, leave: datetime, drive: timedelta) -> datetime:
    """A break stops the drive, which goes on after it."""
    for start, end in breaks:
        if start <= leave < end:
            leave = end
    arrive = leave + drive
    for start, end in breaks:
        if leave <= start < arrive:
            arrive += end - start
    return arrive


def work_begins(breaks: Stretches, windows: Stretches, earliest: datetime, service: timedelta) -> datetime | None:
    """The first moment at which the whole work touches no break and lies in one window; None when there is none."""
    while True:
        at = _out_of_breaks(breaks, earliest, service)
        opens = [max(at, start) for start, end in windows if max(at, start) + service <= end]
        if windows and not opens:
            return None
        at = min(opens, default=at)
        if at == earliest:
            return at
        earliest = at


def _out_of_breaks(breaks: Stretches, at: datetime, service: timedelta) -> datetime:
    for start, end in breaks:
        if at < end and (at >= start or at + service > start):
            at = end
    return at
