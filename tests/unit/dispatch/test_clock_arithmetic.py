"""Clocks add up: gone by + paused + outside the calendar is wall time, whatever clock changes and pauses do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.clocks.arithmetic import Timer, due_at, elapsed, outside, paused, reached_at, remaining
from dispatch.clocks.calendars import ALWAYS, FAR, Calendar, as_text, from_text, open_stretches
from dispatch.model import Interval

MINUTE = timedelta(minutes=1)
OFFICE = Calendar(weekly="Mon-Fri 08:00-18:00")
NIGHTS = Calendar(weekly="Mon-Sun 22:00-06:00; Sat 12:00-13:00")
SMALL_HOURS = Calendar(weekly="00:30-03:15")
NESTED = Calendar(weekly="22:00-10:00; 06:00-08:00")
BUSY = Calendar(weekly="Mon-Fri 08:00-18:00", holidays=(date(2026, 3, 30),), extra=("2026-03-28 09:00-12:00",))
CALENDARS = st.sampled_from(
    [ALWAYS, OFFICE, NIGHTS, NESTED, SMALL_HOURS, BUSY, Calendar(holidays=(date(2026, 10, 25),))]
)

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")

# Around clock changes: Berlin both ways in 2026, Lord Howe by half an hour, Sao Paulo at midnight in its last summer.
STARTS = st.sampled_from(
    [
        (BERLIN, datetime(2026, 3, 27, 12, tzinfo=UTC)),
        (BERLIN, datetime(2026, 10, 23, 12, tzinfo=UTC)),
        (LORD_HOWE, datetime(2026, 4, 3, 0, tzinfo=UTC)),
        (LORD_HOWE, datetime(2026, 10, 2, 0, tzinfo=UTC)),
        (SAO_PAULO, datetime(2018, 11, 2, 0, tzinfo=UTC)),
        (SAO_PAULO, datetime(2019, 2, 15, 0, tzinfo=UTC)),
        (SHANGHAI, datetime(2026, 9, 29, 0, tzinfo=UTC)),
    ]
)
SPANS = st.tuples(st.integers(-600, 6000), st.integers(0, 2000))


@st.composite
def timers(draw: st.DrawFn) -> Timer:
    zone, begin = draw(STARTS)
    start = begin + draw(st.integers(0, 600)) * MINUTE
    spans = draw(st.lists(SPANS, max_size=5))
    return Timer(
        started_at=start,
        budget=draw(st.integers(1, 4000)) * MINUTE,
        calendar=draw(CALENDARS),
        zone=zone,
        off=[Interval(start + first * MINUTE, start + (first + length) * MINUTE) for first, length in spans],
    )


def after(timer: Timer, minutes: int) -> datetime:
    return timer.started_at + minutes * MINUTE


def is_open(calendar: Calendar, zone: ZoneInfo, at: datetime) -> bool:
    """By looking at the clock on the wall, minute by minute: written apart from what it judges."""
    local = at.astimezone(zone)
    return any(
        begins_before(day, hours, local)
        for day in (local.date() - timedelta(days=1), local.date())
        for hours in calendar.hours_of(day).split(";")
        if hours.strip()
    )


def begins_before(day: date, hours: str, local: datetime) -> bool:
    """Whether hours such as `Mon-Fri 22:00-06:00` that begin on `day` hold at a reading of the wall clock."""
    words = hours.split()
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    if len(words) == 2:
        first, _, last = words[0].partition("-")
        week = names[names.index(first) : names.index(last or first) + 1]
        if names[day.weekday()] not in week:
            return False
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in words[-1].split("-"))
    reading = (local.date() - day).days * 1440 + local.hour * 60 + local.minute
    return start <= reading < (end if end > start else end + 1440)


def count(timer: Timer, now: datetime) -> tuple[int, int, int]:
    """Minutes gone by, paused, and outside the calendar, counted one by one."""
    gone = off = closed = 0
    at = timer.started_at
    while at < now:
        if not is_open(timer.calendar, timer.zone, at):  # type: ignore[arg-type]
            closed += 1
        elif any(start <= at < end for start, end in timer.off):
            off += 1
        else:
            gone += 1
        at += MINUTE
    return gone, off, closed


@given(timers(), st.integers(0, 5000))
def test_gone_by_paused_and_outside_make_wall_time(timer: Timer, minutes: int) -> None:
    now = after(timer, minutes)
    assert elapsed(timer, now) + paused(timer, now) + outside(timer, now) == minutes * MINUTE
    assert remaining(timer, now) == timer.budget - elapsed(timer, now)


@given(timers(), st.integers(0, 4000))
def test_each_is_what_counting_minutes_on_the_wall_gives(timer: Timer, minutes: int) -> None:
    now = after(timer, minutes)
    counted = tuple(n * MINUTE for n in count(timer, now))
    if timer.calendar.is_always or not repeats_in_hours(timer, now):
        assert (elapsed(timer, now), paused(timer, now), outside(timer, now)) == counted


def repeats_in_hours(timer: Timer, now: datetime) -> bool:
    """Whether hours begin or end inside a clock change: `guywire.weekly` then rounds in favour of the hours."""
    if timer.calendar is not SMALL_HOURS and timer.calendar.weekly:
        return False
    return timer.started_at.astimezone(timer.zone).utcoffset() != now.astimezone(timer.zone).utcoffset()


@given(timers(), st.randoms(), st.integers(0, 5000))
def test_the_order_of_pauses_does_not_matter(timer: Timer, random: object, minutes: int) -> None:
    shuffled = list(timer.off)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = replace(timer, off=shuffled)
    assert elapsed(other, after(timer, minutes)) == elapsed(timer, after(timer, minutes))
    assert due_at(other) == due_at(timer)


@given(timers(), st.data())
def test_a_pause_broken_in_two_or_said_twice_is_the_same_pause(timer: Timer, data: st.DataObject) -> None:
    pieces: list[Interval] = []
    for start, end in timer.off:
        cut = start + (end - start) * data.draw(st.floats(0, 1))
        pieces += [Interval(start, cut), Interval(cut, end)]
    now = after(timer, data.draw(st.integers(0, 5000)))
    assert elapsed(replace(timer, off=pieces), now) == elapsed(timer, now)
    assert elapsed(replace(timer, off=[*pieces, *timer.off]), now) == elapsed(timer, now)


@given(timers(), st.integers(0, 3000), st.integers(0, 3000))
def test_stretches_one_after_the_other_add_up(timer: Timer, first: int, second: int) -> None:
    whole = elapsed(timer, after(timer, first + second))
    rest = elapsed(timer, after(timer, first + second)) - elapsed(timer, after(timer, first))
    later = replace(timer, started_at=after(timer, first))
    assert rest == elapsed(later, after(timer, first + second))
    assert timedelta() <= rest <= whole


@given(timers())
def test_it_is_due_at_the_first_moment_at_which_nothing_remains(timer: Timer) -> None:
    due = due_at(timer)
    assert due is not None
    assert remaining(timer, due) == timedelta()
    assert remaining(timer, due - timedelta(microseconds=1)) == timedelta(microseconds=1)


@given(timers(), st.integers(0, 5000))
def test_a_clock_that_stopped_stands_still(timer: Timer, minutes: int) -> None:
    stopped = replace(timer, stopped_at=after(timer, minutes))
    for later in (minutes, minutes + 1, minutes + 9999):
        assert elapsed(stopped, after(timer, later)) == elapsed(timer, after(timer, minutes))


@given(timers(), st.integers(0, 400))
def test_a_pause_without_an_end_leaves_it_due_never_or_before(timer: Timer, minutes: int) -> None:
    begins = after(timer, minutes)
    due = due_at(replace(timer, off=[*timer.off, Interval(begins, FAR)]))
    assert due is None or due <= begins


@pytest.mark.parametrize(
    ("zone", "calendar", "start", "minutes", "due"),
    [
        # the night of the change to summer time has 7 hours of 22:00-06:00, that of the change back 9
        (BERLIN, NIGHTS, "2026-03-28 22:00", 480, "2026-03-29 23:00"),
        (BERLIN, NIGHTS, "2026-10-24 22:00", 480, "2026-10-25 05:00"),
        # a weekend with a clock change in it changes nothing for office hours
        (BERLIN, OFFICE, "2026-03-27 17:00", 120, "2026-03-30 09:00"),
        (BERLIN, OFFICE, "2026-10-23 17:00", 120, "2026-10-26 09:00"),
        # a holiday, and a Saturday that makes up for it
        (BERLIN, BUSY, "2026-03-27 17:00", 120, "2026-03-28 10:00"),
        (BERLIN, BUSY, "2026-03-27 17:00", 300, "2026-03-31 09:00"),
        # half an hour, both ways
        (LORD_HOWE, ALWAYS, "2026-04-04 12:00", 1440, "2026-04-05 11:30"),
        (LORD_HOWE, ALWAYS, "2026-10-03 12:00", 1440, "2026-10-04 12:30"),
        # midnight that was jumped over, and the hour before midnight that came twice
        (SAO_PAULO, SMALL_HOURS, "2018-11-03 12:00", 135, "2018-11-04 03:15"),
        (SAO_PAULO, ALWAYS, "2019-02-16 12:00", 1440, "2019-02-17 11:00"),
        (SHANGHAI, OFFICE, "2026-03-27 17:00", 120, "2026-03-30 09:00"),
    ],
)
def test_clock_changes_are_counted_as_the_wall_shows_them(
    zone: ZoneInfo, calendar: Calendar, start: str, minutes: int, due: str
) -> None:
    timer = Timer(
        started_at=datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC),
        budget=minutes * MINUTE,
        calendar=calendar,
        zone=zone,
    )
    found = due_at(timer)
    assert found is not None
    assert found.astimezone(zone).strftime("%Y-%m-%d %H:%M") == due


@given(CALENDARS, STARTS)
@example(NIGHTS, (BERLIN, datetime(2026, 10, 24, 12, tzinfo=UTC)))
def test_open_stretches_are_in_order_and_never_touch(calendar: Calendar, start: tuple[ZoneInfo, datetime]) -> None:
    zone, since = start
    stretches = take(open_stretches(calendar, zone, since), 20)
    ends = [moment for stretch in stretches for moment in stretch]
    assert ends == sorted(set(ends))
    assert ends[0] >= since


def take(stretches: object, count_: int) -> Sequence[Interval]:
    return [stretch for stretch, _ in zip(stretches, range(count_), strict=False)]  # type: ignore[call-overload]


def test_a_moment_is_reached_once_so_much_has_gone_by() -> None:
    timer = Timer(started_at=datetime(2026, 11, 21, 8, tzinfo=UTC), budget=60 * MINUTE, calendar=ALWAYS, zone=UTC)
    assert reached_at(timer, timedelta()) == timer.started_at
    assert reached_at(timer, 90 * MINUTE) == after(timer, 90)


def test_a_calendar_without_hours_is_never_due() -> None:
    friday = Calendar(
        weekly="Fri 08:00-09:00", holidays=tuple(date(2026, 1, 2) + timedelta(weeks=n) for n in range(400))
    )
    timer = Timer(started_at=datetime(2026, 11, 21, 8, tzinfo=UTC), budget=MINUTE, calendar=friday, zone=UTC)
    assert due_at(timer) is None


@given(CALENDARS)
def test_a_calendar_is_kept_with_its_clock(calendar: Calendar) -> None:
    assert from_text(as_text(calendar)) == calendar
