"""When one person works: the shift of the inventory, less holidays, with what the rota says over it. Pure.

Entries that give or take duty hold in the order in which they were made: whoever takes a stretch over may give it on.
An absence holds over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from dispatch.rota.intervals import Stretches, joined, minus
from dispatch.rota.model import ABSENCES, Entry, EntryKind
from dispatch.shifts import duty, duty_of_days

_DAYS_BACK, _DAYS_AHEAD = 2, 8  # as far as `duty` looks
_ON = frozenset({EntryKind.EXTRA, EntryKind.TAKEN})


class Hours(NamedTuple):
    """`duty` and `standby` share no moment with each other, nor with `away`."""

    duty: Stretches
    standby: Stretches = ()
    away: Stretches = ()


class Holidays(NamedTuple):
    """Days on which no shift begins; `on_call` says that who would work is on stand-by instead."""

    days: frozenset[date] = frozenset()
    on_call: bool = True


NO_HOLIDAYS = Holidays()


def hours_of(
    shift: str, entries: Iterable[Entry], zone: tzinfo, around: datetime, holidays: Holidays = NO_HOLIDAYS
) -> Hours:
    """From a day before `around` to a week after it. A shift that begins before a holiday ends as on any other day.

    Raises `ShiftError` for a shift that cannot be read.
    """
    regular = _regular(shift, zone, around.astimezone(zone).date(), holidays)
    known = sorted(entries, key=lambda one: (one.made_at, one.entry_id))
    if not known:
        return regular
    on, standby = regular.duty, regular.standby
    for entry in known:
        if entry.kind is EntryKind.GIVEN:
            on = minus(on, (entry.span,))
        elif entry.kind in _ON:
            on = joined((*on, entry.span))
        elif entry.kind is EntryKind.STANDBY:
            standby = joined((*standby, entry.span))
    away = joined(entry.span for entry in known if entry.kind in ABSENCES)
    on = minus(on, away)
    return Hours(on, minus(standby, (*away, *on)), away)


def duty_of(
    shift: str, entries: Iterable[Entry], zone: tzinfo, around: datetime, holidays: Holidays = NO_HOLIDAYS
) -> Stretches:
    """When the person is on duty: see `hours_of`."""
    return hours_of(shift, entries, zone, around, holidays).duty


@lru_cache(maxsize=4096)
def _regular(shift: str, zone: tzinfo, today: date, holidays: Holidays) -> Hours:
    """What the shift alone says."""
    around = datetime(today.year, today.month, today.day, 12, tzinfo=zone)
    days = [today + timedelta(days=offset) for offset in range(-_DAYS_BACK, _DAYS_AHEAD)]
    closed = [day for day in days if day in holidays.days]
    if not closed:
        return Hours(duty(shift, zone, around))
    if not shift.strip("; "):
        off: Stretches = duty_of_days("00:00-24:00", zone, closed)
        return _divided(minus(duty(shift, zone, around), off), off, holidays)
    on = duty_of_days(shift, zone, [day for day in days if day not in holidays.days])
    return _divided(on, duty_of_days(shift, zone, closed), holidays)


def _divided(on: Stretches, off: Stretches, holidays: Holidays) -> Hours:
    return Hours(on, minus(off, on) if holidays.on_call else ())
