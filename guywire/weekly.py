"""Times of the week as people write them, `Mon-Fri 08:00-18:00`, as stretches on a real calendar: shifts, windows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from guywire.errors import GuywireError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAYS_BACK, _DAYS_AHEAD = 2, 8  # a night began yesterday; what is weekly comes again within eight days
_PART = re.compile(r"(?:(?P<days>[A-Za-z,\- ]+?)\s+)?(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})")
_EXAMPLE = "write it like 08:00-20:00 or Mon-Fri 08:00-18:00, several with ;"
_SECOND = timedelta(seconds=1)


class WeeklyError(GuywireError):
    """A time of the week that cannot be read; says which part and how to write it."""


class Part(NamedTuple):
    """Minutes of the day on the named weekdays (0 is Monday); `end` above 1440 is on the next day."""

    days: frozenset[int]
    start: int
    end: int


class Stretch(NamedTuple):
    """From one moment to another, UTC: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


def parse_weekly(text: str) -> tuple[Part, ...]:
    """The parts of such a string; an empty one has none. Raises `WeeklyError`."""
    return tuple(_part(piece.strip()) for piece in text.split(";") if piece.strip())


@lru_cache(maxsize=4096)
def stretches_around(text: str, zone: tzinfo, day: date) -> tuple[Stretch, ...]:
    """The stretches from two days before a local day to a week after it, sorted, touching ones joined.

    Clock changes: one begins when the clock first shows its start, or jumps over it, and lasts until the clock has
    shown its end for the last time. Raises `WeeklyError`.
    """
    days = [day + timedelta(days=offset) for offset in range(-_DAYS_BACK, _DAYS_AHEAD)]
    return _joined(stretch for each in days for stretch in stretches_of(text, zone, each))


def end_of_stretch(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """When the stretch ends in which `now` lies, or None. Raises `WeeklyError`."""
    stretches = stretches_around(text, zone, now.astimezone(zone).date())
    return next((end for start, end in stretches if start <= now < end), None)


@lru_cache(maxsize=65_536)
def stretches_of(text: str, zone: tzinfo, day: date) -> tuple[Stretch, ...]:
    """The stretches that begin on a local day, as in `stretches_around`. Raises `WeeklyError`."""
    parts = (part for part in parse_weekly(text) if day.weekday() in part.days)
    found = (_stretch(part, day, zone) for part in parts)
    return _joined(stretch for stretch in found if stretch.start < stretch.end)


def _stretch(part: Part, day: date, zone: tzinfo) -> Stretch:
    return Stretch(min(_readings(day, part.start, zone)), max(_readings(day, part.end, zone)))


def _readings(day: date, minutes: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a clock on the wall shows a time: two moments in an hour that comes twice, the jump for one left out."""
    days, minutes = divmod(minutes, 1440)
    wall = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), zone)
    first, second = wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first <= second:
        return first, second
    jump = _jump(second, first, zone)  # PEP 495: in a gap the readings stand the other way round, one on each side
    return jump, jump


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The clock change between two moments, to the second."""
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            after = middle
        else:
            before = middle
    return after


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for stretch in sorted(stretches):
        if joined and stretch.start <= joined[-1].end:
            joined[-1] = Stretch(joined[-1].start, max(joined[-1].end, stretch.end))
        else:
            joined.append(stretch)
    return tuple(joined)


def _part(piece: str) -> Part:
    match = _PART.fullmatch(piece)
    if match is None:
        raise WeeklyError(f"{piece!r} cannot be read: {_EXAMPLE}")
    start, end = _minutes(match["start"], piece), _minutes(match["end"], piece)
    if start == 1440:
        raise WeeklyError(f"{piece!r} starts at 24:00: write 00:00 of the next day")
    return Part(_days(match["days"], piece), start, end if end > start else end + 1440)


def _minutes(text: str, piece: str) -> int:
    hours, _, minutes = text.partition(":")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 1440:
        raise WeeklyError(f"{piece!r} has no such time as {text}: {_EXAMPLE}")
    return total


def _days(text: str | None, piece: str) -> frozenset[int]:
    if text is None:
        return frozenset(range(7))
    return frozenset(day for span in text.split(",") for day in _span(span, piece))


def _span(span: str, piece: str) -> Iterable[int]:
    names = [name.strip().lower() for name in span.split("-")]
    if len(names) > 2 or any(name not in WEEKDAYS for name in names):
        raise WeeklyError(f"{piece!r} has no such days as {span.strip()!r}: {_EXAMPLE}")
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return [(first + offset) % 7 for offset in range((last - first) % 7 + 1)]


@lru_cache(maxsize=512)
def known_zone(name: str) -> tzinfo | None:
    """The time zone of that name, none where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
