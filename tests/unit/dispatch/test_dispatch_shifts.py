"""Shift strings are read strictly, and duty lies where the wall clock of the region says, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model import Interval
from dispatch.shifts import ALWAYS, ShiftError, duty, zone_of

NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), UTC])
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
MINUTES = st.integers(0, 1439)


def on_duty(shift: str, zone: ZoneInfo, local: str) -> bool:
    """Whether somebody on that shift is on duty at a local time such as `2026-11-21 08:00`."""
    at = datetime.fromisoformat(local).replace(tzinfo=zone)
    return any(start <= at < end for start, end in duty(shift, zone, at))


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@pytest.mark.parametrize(
    ("shift", "local", "expected"),
    [
        ("08:00-20:00", "2026-11-21 08:00", True),
        ("08:00-20:00", "2026-11-21 07:59", False),
        ("08:00-20:00", "2026-11-21 20:00", False),
        ("20:00-08:00", "2026-11-21 23:00", True),
        ("20:00-08:00", "2026-11-21 07:59", True),
        ("20:00-08:00", "2026-11-21 08:00", False),
        ("Mon-Fri 08:00-18:00", "2026-11-20 12:00", True),
        ("Mon-Fri 08:00-18:00", "2026-11-21 12:00", False),
        ("Fri 20:00-08:00", "2026-11-21 07:00", True),
        ("Fri 20:00-08:00", "2026-11-20 07:00", False),
        ("Fri-Mon 08:00-18:00", "2026-11-22 12:00", True),
        ("Fri-Mon 08:00-18:00", "2026-11-24 12:00", False),
        ("mon,WED 08:00-18:00", "2026-11-18 12:00", True),
        ("08:00-12:00; 13:00-17:00", "2026-11-21 12:30", False),
        ("08:00-12:00;13:00-17:00", "2026-11-21 13:00", True),
        ("00:00-24:00", "2026-11-21 23:59", True),
        ("06:00-06:00", "2026-11-21 05:59", True),
        ("", "2026-11-21 03:00", True),
        (" ; ", "2026-11-21 03:00", True),
    ],
)
def test_duty_is_where_the_wall_clock_says(shift: str, local: str, expected: bool) -> None:
    assert on_duty(shift, SHANGHAI, local) is expected


@pytest.mark.parametrize(
    "shift",
    [
        "8-20",
        "08:00",
        "08:00-25:00",
        "24:00-08:00",
        "08:60-09:00",
        "Mo 08:00-09:00",
        "Mon-Wed-Fri 08:00-09:00",
        "08:00-09:00 Mon",
        "always",
        "08:00-20:00, 21:00-22:00",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_piece_and_an_example(shift: str) -> None:
    with pytest.raises(ShiftError, match=r"shift '.*'"):
        duty(shift, SHANGHAI, datetime(2026, 11, 21, tzinfo=UTC))


def test_no_shift_is_always() -> None:
    assert duty("", SHANGHAI, datetime(2026, 11, 21, tzinfo=UTC)) == ALWAYS


def test_shifts_that_touch_are_one_stretch() -> None:
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    around = [one for one in duty("08:00-16:00;16:00-20:00", SHANGHAI, at) if one.start <= at < one.end]
    assert around == [Interval(datetime(2026, 11, 21, 0, tzinfo=UTC), datetime(2026, 11, 21, 12, tzinfo=UTC))]


def test_a_night_shift_over_the_spring_change_ends_by_the_wall_clock() -> None:
    night = duty("20:00-08:00", NEW_YORK, datetime(2026, 3, 8, 6, tzinfo=UTC))
    assert Interval(datetime(2026, 3, 8, 1, tzinfo=UTC), datetime(2026, 3, 8, 12, tzinfo=UTC)) in night  # 11 hours


def test_a_night_shift_over_the_autumn_change_has_an_hour_more() -> None:
    night = duty("20:00-08:00", NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert Interval(datetime(2026, 11, 1, 0, tzinfo=UTC), datetime(2026, 11, 1, 13, tzinfo=UTC)) in night  # 13 hours


def test_an_hour_that_comes_twice_belongs_to_both_its_turns() -> None:
    early = duty("00:00-01:30", NEW_YORK, datetime(2026, 11, 1, 5, tzinfo=UTC))
    late = duty("01:30-06:00", NEW_YORK, datetime(2026, 11, 1, 5, tzinfo=UTC))
    assert Interval(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)) in early
    assert Interval(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 11, tzinfo=UTC)) in late


@given(MINUTES, MINUTES, ZONES, MOMENTS)
def test_two_shifts_that_share_out_the_day_leave_nobody_without_duty(
    one: int, other: int, zone: ZoneInfo, at: datetime
) -> None:
    shift = f"{clock(one)}-{clock(other)};{clock(other)}-{clock(one)}"
    assert any(start <= at < end for start, end in duty(shift, zone, at))


@given(MINUTES, MINUTES, ZONES, MOMENTS)
def test_duty_is_sorted_disjoint_and_reaches_a_week_ahead(start: int, end: int, zone: ZoneInfo, at: datetime) -> None:
    stretches = duty(f"{clock(start)}-{clock(end)}", zone, at)
    assert all(stretch.start < stretch.end for stretch in stretches)
    assert all(one.end < other.start for one, other in pairwise(stretches))
    assert stretches[-1].end > at + timedelta(days=6)


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Asia/Shanghai") == SHANGHAI
    assert [zone_of(name) for name in ("", None, "Mars/Olympus", "../../etc/passwd")] == [UTC] * 4
