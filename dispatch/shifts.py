"""The shift strings of technicians.csv, and the stretches of duty that they mean on a real calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch.model import Interval
from guywire.errors import GuywireError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = (Interval(datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)),)

_DAYS_BACK, _DAYS_AHEAD = 2, 8  # an overnight shift began yesterday; a weekly one comes again within eight days
_PART = re.compile(r"(?:(?P<days>[A-Za-z,\- ]+?)\s+)?(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})")
_EXAMPLE = "write it like 08:00-20:00 or Mon-Fri 08:00-18:00, several with ;"


class ShiftError(GuywireError):
    """A shift that cannot be read; says which part and how to write it."""


class Part(NamedTuple):
    """Minutes of the day on the named weekdays (0 is Monday); `end` above 1440 is on the next day."""

    days: frozenset[int]
    start: int
    end: int


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a shift string; an empty one (always on duty) has none. Raises `ShiftError`."""
    return tuple(_part(piece.strip()) for piece in text.split(";") if piece.strip())


def duty(text: str, zone: tzinfo, around: datetime) -> tuple[Interval, ...]:
    """The stretches of duty from a day before `around` to a week after it, UTC, sorted, touching ones joined.

    Clock changes: an hour that comes twice counts with both its turns, and one that is skipped leaves no gap between
    two shifts that meet in it. Raises `ShiftError`.
    """
    return _duty_on(text, zone, around.astimezone(zone).date())


@lru_cache(maxsize=4096)
def _duty_on(text: str, zone: tzinfo, today: date) -> tuple[Interval, ...]:
    parts = parse(text)
    if not parts:
        return ALWAYS
    days = [today + timedelta(days=offset) for offset in range(-_DAYS_BACK, _DAYS_AHEAD)]
    return _joined(_interval(part, day, zone) for day in days for part in parts if day.weekday() in part.days)


def _interval(part: Part, day: date, zone: tzinfo) -> Interval:
    return Interval(min(_instants(day, part.start, zone)), max(_instants(day, part.end, zone)))


def _instants(day: date, minutes: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Both readings of a wall-clock time: they differ only in the hour of a clock change (PEP 495)."""
    days, minutes = divmod(minutes, 1440)
    wall = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), zone)
    return wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


def _joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    joined: list[Interval] = []
    for interval in sorted(intervals):
        if joined and interval.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, interval.end))
        else:
            joined.append(interval)
    return tuple(joined)


def _part(piece: str) -> Part:
    match = _PART.fullmatch(piece)
    if match is None:
        raise ShiftError(f"shift {piece!r} cannot be read: {_EXAMPLE}")
    start, end = _minutes(match["start"], piece), _minutes(match["end"], piece)
    if start == 1440:
        raise ShiftError(f"shift {piece!r} starts at 24:00: write 00:00 of the next day")
    return Part(_days(match["days"], piece), start, end if end > start else end + 1440)


def _minutes(text: str, piece: str) -> int:
    hours, _, minutes = text.partition(":")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 1440:
        raise ShiftError(f"shift {piece!r} has no such time as {text}: {_EXAMPLE}")
    return total


def _days(text: str | None, piece: str) -> frozenset[int]:
    if text is None:
        return frozenset(range(7))
    return frozenset(day for span in text.split(",") for day in _span(span, piece))


def _span(span: str, piece: str) -> Iterable[int]:
    names = [name.strip().lower() for name in span.split("-")]
    if len(names) > 2 or any(name not in WEEKDAYS for name in names):
        raise ShiftError(f"shift {piece!r} has no such days as {span.strip()!r}: {_EXAMPLE}")
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return [(first + offset) % 7 for offset in range((last - first) % 7 + 1)]


@lru_cache(maxsize=512)
def zone_of(name: str | None) -> tzinfo:
    """The zone of that name; UTC where there is none of it, as a site that nobody described has."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC
