"""When a clock counts: always, or the hours of a working week with its holidays, on the wall clock of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

import msgspec

from dispatch.model import Interval
from guywire.weekly import Stretch, WeeklyError, parse_weekly, stretches_of

FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""Later than anything: the end of what has none."""

_EVERY_DAY = "00:00-24:00"
_DAY = timedelta(days=1)
_HORIZON = timedelta(days=5 * 366)  # a calendar that has no hours left ends the search


@lru_cache(maxsize=256)
def _extra(lines: tuple[str, ...]) -> dict[date, str]:
    return dict(_extra_day(line) for line in lines)


def _extra_day(line: str) -> tuple[date, str]:
    day, _, hours = line.partition(" ")
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        raise WeeklyError(f"{line!r} begins with no day: write it like 2026-10-10 08:00-18:00") from None
    if any(len(part.days) < 7 for part in parse_weekly(hours)) or not hours.strip():
        raise WeeklyError(f"{line!r} is one day: write it like 2026-10-10 08:00-18:00")
    return parsed, hours


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Working hours such as `Mon-Fri 08:00-18:00`; empty: at all times.

    Hours that begin on a holiday do not count. `extra` are days that count otherwise than their weekday says, such as
    `2026-10-10 08:00-18:00`, where a Saturday makes up for a holiday; they win over `holidays`.
    """

    weekly: str = ""
    holidays: tuple[date, ...] = ()
    extra: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            parse_weekly(self.weekly)
            _extra(self.extra)
        except WeeklyError as error:
            raise ValueError(str(error)) from None

    @property
    def is_always(self) -> bool:
        return not self.weekly.strip("; ") and not self.holidays

    def hours_of(self, day: date) -> str:
        """The hours that begin on a local day, as `guywire.weekly` reads them."""
        extra = _extra(self.extra)
        if day in extra:
            return extra[day]
        return "" if day in self.holidays else self.weekly.strip("; ") or _EVERY_DAY


ALWAYS = Calendar()


def as_text(calendar: Calendar) -> str:
    """How a calendar is kept with a clock, so that a clock counts by what was promised; empty for always."""
    return "" if calendar.is_always else msgspec.json.encode(calendar).decode()


@lru_cache(maxsize=256)
def from_text(text: str) -> Calendar:
    return msgspec.json.decode(text, type=Calendar) if text else ALWAYS


def open_stretches(calendar: Calendar, zone: tzinfo, since: datetime) -> Iterator[Interval]:
    """The stretches in which a clock may run, from `since` on: UTC, in order, never touching. They may have no end.

    What a clock change does to hours is told in `guywire.weekly`: hours that the wall shows twice count twice.
    """
    if calendar.is_always:
        yield Interval(since, FAR)
        return
    held: Interval | None = None
    for stretch in _from(calendar, zone, since):
        if held is not None and stretch.start > held.end:
            yield held
            held = None
        start = held.start if held else max(stretch.start, since)
        held = Interval(start, max(stretch.end, held.end if held else stretch.end))
    if held is not None:
        yield held


def _from(calendar: Calendar, zone: tzinfo, since: datetime) -> Iterator[Stretch]:
    """Every stretch that ends after `since`; a night may have begun the day before."""
    day, last = since.astimezone(zone).date() - _DAY, (since + _HORIZON).date()
    while day <= last:
        yield from (stretch for stretch in stretches_of(calendar.hours_of(day), zone, day) if stretch.end > since)
        day += _DAY
