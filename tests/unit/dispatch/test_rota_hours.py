"""When somebody works, with what the rota says over the shift: every moment in its one right place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model import Interval
from dispatch.rota.hours import Holidays, Hours, duty_of, hours_of
from dispatch.rota.intervals import joined, minus, overlap, spell_around
from dispatch.rota.model import ABSENCES, Entry, EntryKind, Swap
from dispatch.shifts import duty

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), UTC])
SHIFTS = st.sampled_from(["", "08:00-20:00", "20:00-08:00", "Mon-Fri 08:00-12:00;Mon-Fri 13:00-18:00", "00:00-24:00"])
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def entry(kind: str, since: datetime, until: datetime, made: int = 0) -> Entry:
    return Entry(
        entry_id=f"{made}-{kind}",
        technician_id="A",
        kind=EntryKind(kind),
        since=since,
        until=until,
        made_at=NOW + timedelta(minutes=made),
        made_by="ann",
    )


def local(text: str, zone: tzinfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@st.composite
def entries_around(draw: st.DrawFn, around: datetime) -> list[Entry]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(-60, 160), st.integers(1, 80)), max_size=6))
    return [
        entry(kind, around + timedelta(hours=start), around + timedelta(hours=start + length), made)
        for made, (kind, start, length) in enumerate(drawn)
    ]


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[Entry], tzinfo, datetime, Holidays]:
    around = draw(MOMENTS)
    days = draw(st.sets(st.integers(-1, 6), max_size=3))
    holidays = Holidays(frozenset(around.date() + timedelta(days=day) for day in days), draw(st.booleans()))
    return draw(SHIFTS), draw(entries_around(around)), draw(ZONES), around, holidays


def at(stretches: tuple[Interval, ...], moment: datetime) -> bool:
    return any(one.start <= moment < one.end for one in stretches)


@given(stories())
def test_duty_standby_and_absence_share_no_moment_and_are_sorted(
    story: tuple[str, list[Entry], tzinfo, datetime, Holidays],
) -> None:
    found = hours_of(*story)
    for stretches in found:
        assert all(one.start < one.end for one in stretches)
        assert all(one.end < other.start for one, other in pairwise(stretches))
    for one, other in ((found.duty, found.standby), (found.duty, found.away), (found.standby, found.away)):
        assert [overlap(one, stretch) for stretch in other if overlap(one, stretch)] == []


@given(stories())
def test_every_hour_is_what_the_last_word_on_it_says(
    story: tuple[str, list[Entry], tzinfo, datetime, Holidays],
) -> None:
    shift, entries, zone, around, _ = story
    found = hours_of(shift, entries, zone, around)
    for hour in range(-20, 140):
        moment = around + timedelta(hours=hour, minutes=30)
        kinds = [one.kind for one in entries if one.since <= moment < one.until]
        on = at(duty(shift, zone, around), moment)
        for kind in kinds:  # they are drawn in the order in which they were made
            on = False if kind is EntryKind.GIVEN else on or kind in (EntryKind.EXTRA, EntryKind.TAKEN)
        away = bool(ABSENCES & set(kinds))
        assert at(found.away, moment) == away
        assert at(found.duty, moment) == (on and not away)
        assert at(found.standby, moment) == (EntryKind.STANDBY in kinds and not on and not away)


@given(stories())
def test_a_holiday_moves_shifts_to_standby_and_loses_no_moment(
    story: tuple[str, list[Entry], tzinfo, datetime, Holidays],
) -> None:
    shift, _, zone, around, holidays = story
    plain, found = duty(shift, zone, around), hours_of(shift, [], zone, around, holidays)
    if holidays.on_call:
        assert joined((*found.duty, *found.standby)) == plain
    else:
        assert found.standby == ()
        assert minus(found.duty, plain) == ()


@given(SHIFTS, ZONES, MOMENTS)
def test_without_entries_the_shift_alone_counts(shift: str, zone: tzinfo, around: datetime) -> None:
    assert hours_of(shift, [], zone, around) == Hours(duty(shift, zone, around))


def test_a_night_begun_before_a_holiday_ends_as_on_any_other_day() -> None:
    holiday = Holidays(frozenset({date(2027, 1, 1)}))
    found = hours_of("20:00-08:00", [], SHANGHAI, local("2027-01-01 03:00"), holiday)
    assert at(found.duty, local("2027-01-01 07:59"))
    assert not at(found.duty, local("2027-01-01 21:00"))
    assert at(found.standby, local("2027-01-02 07:59"))
    assert at(found.duty, local("2027-01-02 20:00"))


def test_a_holiday_has_as_many_hours_as_its_clock_changes_say() -> None:
    spring = Holidays(frozenset({date(2026, 3, 29)}))
    [off] = hours_of("", [], BERLIN, local("2026-03-29 12:00", BERLIN), spring).standby
    assert off.end - off.start == timedelta(hours=23)


def test_what_was_taken_over_may_be_given_on() -> None:
    start, end = local("2026-11-21 20:00"), local("2026-11-22 08:00")
    taken, given_on = entry("taken", start, end, made=1), entry("given", start, end, made=2)
    assert at(duty_of("08:00-20:00", [given_on, taken], SHANGHAI, start), local("2026-11-21 23:00")) is False
    assert at(duty_of("08:00-20:00", [taken], SHANGHAI, start), local("2026-11-21 23:00"))


def test_leave_holds_over_extra_duty_whichever_came_first() -> None:
    start, end = local("2026-11-21 08:00"), local("2026-11-21 20:00")
    for one, other in ((1, 2), (2, 1)):
        found = hours_of("", [entry("extra", start, end, one), entry("sick", start, end, other)], SHANGHAI, start)
        assert not at(found.duty, start)
        assert at(found.away, start)


@pytest.mark.parametrize(
    ("rest", "hours"),
    [(8, 12), (12, 12), (13, 24), (36, 24)],
)
def test_stretches_without_a_rest_between_them_are_one_spell(rest: int, hours: int) -> None:
    days = tuple(Interval(*(local(f"2026-11-{day} {hour}:00") for hour in ("08", "20"))) for day in (21, 22))
    assert spell_around(days, days[1], timedelta(hours=rest)) == timedelta(hours=hours)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(1, 12), st.integers(1, 12), ZONES)
def test_a_swap_moves_duty_between_two_and_loses_none(
    mine: int, theirs: int, length: int, other_length: int, zone: tzinfo
) -> None:
    shifts = {"A": "08:00-20:00", "C": "20:00-08:00"}
    regular = {person: hours_of(shift, [], zone, NOW).duty for person, shift in shifts.items()}
    gives, takes = regular["A"][mine + 2], regular["C"][theirs + 2]
    swap = Swap(
        swap_id="X",
        technician_id="A",
        since=gives.start,
        until=min(gives.end, gives.start + timedelta(hours=length)),
        other_id="C",
        other_since=takes.start,
        other_until=min(takes.end, takes.start + timedelta(hours=other_length)),
        asked_at=NOW,
    )
    entries = swap.entries(NOW, "li")
    after = {
        person: duty_of(shift, [one for one in entries if one.technician_id == person], zone, NOW)
        for person, shift in shifts.items()
    }
    assert joined((*after["A"], *after["C"])) == joined((*regular["A"], *regular["C"]))
    assert minus(after["A"], regular["A"]) == (swap.takes,)
    assert minus(regular["A"], after["A"]) == (swap.gives,)
    assert [overlap(after["A"], one) for one in after["C"] if overlap(after["A"], one)] == []
