"""Times of the week mean what a clock on the wall shows, minute by minute, on the days of a clock change too."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guywire.weekly import WEEKDAYS, Part, Stretch, WeeklyError, known_zone, parse_weekly, stretches_around

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
CHANGES = [  # a Sunday of a clock change, or not, in each zone
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    (ZoneInfo("Europe/Berlin"), date(2026, 3, 29)),
    (ZoneInfo("Europe/Berlin"), date(2026, 10, 25)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)),  # half an hour
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    (ZoneInfo("Asia/Shanghai"), date(2026, 11, 22)),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_the_wall(part: Part, day: date, zone: ZoneInfo) -> Stretch | None:
    """All minutes from the first to the last in which the clock shows a time of that part, one by one."""
    begin, end = (datetime.combine(day, datetime.min.time()) + MINUTE * each for each in (part.start, part.end))
    noon = datetime.combine(day, datetime.min.time(), UTC)
    minutes = [noon + MINUTE * n for n in range(-26 * 60, 74 * 60)]
    shown = [at for at in minutes if begin <= at.astimezone(zone).replace(tzinfo=None) < end]
    return Stretch(shown[0], shown[-1] + MINUTE) if shown else None


@settings(max_examples=60)
@given(st.sampled_from(CHANGES), st.integers(0, 95), st.integers(0, 96))
def test_a_window_lasts_while_the_clock_on_the_wall_shows_it(
    change: tuple[ZoneInfo, date], start: int, end: int
) -> None:
    zone, day = change
    text = f"Sun {start // 4:02}:{start % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}"
    (part,) = parse_weekly(text)
    expected = on_the_wall(part, day, zone)
    found = stretches_around(text, zone, day)
    assert (expected in found) if expected else not any(each.start.astimezone(zone).date() == day for each in found)


def test_a_window_in_the_hour_that_is_left_out_is_left_out_too() -> None:
    around = stretches_around("Sun 02:10-02:50", NEW_YORK, date(2026, 3, 8))
    assert around == (Stretch(utc("2026-03-15T06:10"), utc("2026-03-15T06:50")),)


def test_a_window_that_begins_in_the_hour_that_is_left_out_begins_with_the_jump() -> None:
    around = stretches_around("Sun 02:30-04:00", NEW_YORK, date(2026, 3, 8))
    assert around[0] == Stretch(utc("2026-03-08T07:00"), utc("2026-03-08T08:00"))


def test_a_window_over_the_hour_that_comes_twice_has_an_hour_more() -> None:
    around = stretches_around("Sun 01:00-03:00", NEW_YORK, date(2026, 11, 1))
    assert around[0] == Stretch(utc("2026-11-01T05:00"), utc("2026-11-01T08:00"))


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    around = stretches_around("Sat 23:00-01:00", known_zone("UTC") or UTC, date(2026, 11, 22))
    assert around[0] == Stretch(utc("2026-11-21T23:00"), utc("2026-11-22T01:00"))


@pytest.mark.parametrize("text", ["Sunday 02:00-04:00", "Sun 2-4", "Sun 24:00-01:00", "Sun 02:00-02:61", "daily"])
def test_what_cannot_be_read_is_refused_with_the_piece_and_an_example(text: str) -> None:
    with pytest.raises(WeeklyError, match=rf"^'{text}' (cannot be read|has no such|starts at)"):
        parse_weekly(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(WeeklyError):  # any other error fails
        assert all(0 <= part.start < part.end <= 2880 for part in parse_weekly(text))


def test_days_go_round_the_end_of_the_week() -> None:
    ((days, _, _),) = parse_weekly("Fri-Mon 08:00-18:00")
    assert [WEEKDAYS[day] for day in sorted(days)] == ["mon", "fri", "sat", "sun"]


def test_an_unknown_zone_is_none() -> None:
    assert [known_zone(name) for name in ("", "Mars/Olympus", "../../etc/passwd")] == [None] * 3
