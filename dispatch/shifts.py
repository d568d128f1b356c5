"""The shift strings of technicians.csv, and the stretches of duty that they mean on a real calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from dispatch.model import Interval
from guywire.errors import GuywireError
from guywire.weekly import WeeklyError, known_zone, stretches_around, stretches_of

ALWAYS = (Interval(datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)),)


class ShiftError(GuywireError):
    """A shift that cannot be read; says which part and how to write it."""


def duty(text: str, zone: tzinfo, around: datetime) -> tuple[Interval, ...]:
    """The stretches of duty from a day before `around` to a week after it, UTC, sorted, touching ones joined.

    An empty shift is always on duty. Clock changes are as in `stretches_around`: no gap between two shifts that meet
    in an hour that is skipped. Raises `ShiftError`.
    """
    return _duty_on(text, zone, around.astimezone(zone).date())


def duty_of_days(text: str, zone: tzinfo, days: Iterable[date]) -> tuple[Interval, ...]:
    """The stretches that begin on these local days, sorted, ones that touch or overlap joined. Raises `ShiftError`."""
    try:
        found = sorted(stretch for day in days for stretch in stretches_of(text, zone, day))
    except WeeklyError as error:
        raise ShiftError(f"shift {error}") from None
    joined: list[Interval] = []
    for stretch in found:
        if joined and stretch.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, stretch.end))
        else:
            joined.append(Interval(*stretch))
    return tuple(joined)


@lru_cache(maxsize=4096)
def _duty_on(text: str, zone: tzinfo, today: date) -> tuple[Interval, ...]:
    try:
        stretches = stretches_around(text, zone, today)
    except WeeklyError as error:
        raise ShiftError(f"shift {error}") from None
    return tuple(Interval(*stretch) for stretch in stretches) if text.strip("; ") else ALWAYS


def zone_of(name: str | None) -> tzinfo:
    """The zone of that name; UTC where there is none of it, as a site that nobody described has."""
    return (known_zone(name) if name else None) or UTC
