"""What a window or a shelf matches and when it holds, against calendars gone through quarter hour by quarter hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.lifecycle import Occurrence
from alarm_correlation.records import Silence
from alarm_correlation.silences import changes_at, headings, headings_of, held_at, in_order, matches, spoken_from
from guywire.model import Identity, Severity
from guywire.weekly import parse_weekly

QUARTER = timedelta(minutes=15)
BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
QUARTERS = 14 * 96
ZONES = ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "UTC"]  # New York and Berlin change in these weeks


def at(quarters: int) -> datetime:
    return BEGINNING + QUARTER * quarters


def silence(silence_id: str = "Q1", **given: Any) -> Silence:
    values: dict[str, Any] = {
        "kind": "maintenance",
        "title": "x",
        "starts_at": BEGINNING,
        "made_at": BEGINNING,
        "made_by": "ann",
    }
    return Silence(silence_id=silence_id, **(values | given))


quarters = st.integers(-96, QUARTERS)
weeklies = st.builds(
    lambda days, start, end: f"{days} {start // 4:02}:{start % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}",
    st.sampled_from(["Sun", "Sat-Sun", "Mon,Thu", "Fri-Tue", "Mon-Sun"]),
    st.integers(0, 95),
    st.integers(0, 96),
)
planned = st.builds(
    lambda starts, made, ends, ended, weekly, zone: silence(
        starts_at=at(starts),
        made_at=at(made),
        ends_at=None if ends is None else at(ends),
        ended_at=None if ended is None else at(ended),
        weekly=weekly,
        time_zone=zone,
    ),
    quarters,
    quarters,
    st.none() | quarters,
    st.none() | quarters,
    st.just("") | weeklies,
    st.sampled_from(ZONES),
)

short = st.builds(
    lambda starts, lasts: silence(starts_at=at(starts), ends_at=at(starts + lasts)),
    st.integers(0, 40),
    st.integers(1, 10),
)


def calendar(one: Silence) -> list[bool]:
    """In which quarter hours it holds: each looked at by itself, on the clock on the wall."""
    weekly = week_on_the_wall(one.weekly, ZoneInfo(one.time_zone)) if one.weekly else set(range(QUARTERS))
    return [
        n in weekly
        and one.starts_at <= at(n)
        and one.made_at <= at(n)
        and (one.ends_at is None or at(n) < one.ends_at)
        and (one.ended_at is None or at(n) < one.ended_at)
        for n in range(QUARTERS)
    ]


def week_on_the_wall(weekly: str, zone: ZoneInfo) -> set[int]:
    walls = {n: at(n).astimezone(zone).replace(tzinfo=None) for n in range(-2 * 96, QUARTERS + 2 * 96)}
    found: set[int] = set()
    for part in parse_weekly(weekly):
        for day in (date(2026, 2, 27) + timedelta(days=n) for n in range(18)):
            midnight = datetime.combine(day, datetime.min.time())
            begin, end = midnight + timedelta(minutes=part.start), midnight + timedelta(minutes=part.end)
            if day.weekday() in part.days and (shown := [n for n, wall in walls.items() if begin <= wall < end]):
                found |= set(range(shown[0], shown[-1] + 1))
    return found


@settings(max_examples=40)
@given(planned)
def test_a_silence_holds_when_the_calendar_says_so(one: Silence) -> None:
    assert [held_at(one, at(n)) is not None for n in range(QUARTERS)] == calendar(one)


@settings(max_examples=40)
@given(planned)
def test_from_change_to_change_nothing_is_left_out(one: Silence) -> None:
    expected = calendar(one)
    now, holds = BEGINNING, expected[0]
    for n in range(1, QUARTERS):
        if expected[n] == holds:
            continue
        while now < at(n):  # what goes on for weeks may be looked at in between
            change = changes_at(one, now)
            assert change is not None
            assert now < change <= at(n)
            now = change
        holds = expected[n]


@settings(max_examples=300)
@given(
    st.lists(planned, max_size=2) | st.lists(short, min_size=1, max_size=4),
    st.integers(0, 30),
    st.none() | st.integers(1, 40) | st.integers(1, 400),
    st.integers(0, 4) | st.integers(0, 30),
)
def test_an_alarm_asks_from_the_first_time_on_in_which_it_stood_unsilenced_for_its_hold(
    several: list[Silence], raised: int, lasts: int | None, hold: int
) -> None:
    end = None if lasts is None else raised + lasts
    now = end if end is not None else raised + 400
    calendars = [calendar(one) for one in several]
    awake = [not any(held[n] for held in calendars) for n in range(QUARTERS)]
    told = occurrence(at(raised), None if end is None else at(end))
    run = next((n for n in range(raised, now + 1) if stays_awake(awake, n, end or QUARTERS, hold)), None)
    expected = None if run is None else at(run)
    if end is None and run is not None and now - run < hold and any(not one for one in awake[now:]):
        return  # whether it will go on for long enough is not yet known to the oracle
    assert spoken_from(several, told, QUARTER * hold, at(now)) == expected


def stays_awake(awake: list[bool], start: int, end: int, hold: int) -> bool:
    if not all(awake[start : min(start + max(hold, 1), end)]):
        return False
    return start < end and (start + hold <= end or end == QUARTERS)


def occurrence(raised_at: datetime, cleared_at: datetime | None, stands_since: datetime | None = None) -> Occurrence:
    return Occurrence(
        raised_at=raised_at,
        received_at=raised_at,
        stands_since=stands_since or raised_at,
        changed_at=raised_at,
        heard_at=raised_at,
        severity=Severity.MAJOR,
        cleared_at=cleared_at,
    )


def test_what_stood_before_it_came_back_under_a_window_does_not_count() -> None:
    window = silence(starts_at=at(8), ends_at=at(16))
    told = occurrence(at(0), None, stands_since=at(9))
    assert spoken_from([window], told, QUARTER, at(10)) is None
    assert spoken_from([window], told, QUARTER, at(16)) == at(16)
    assert spoken_from([], told, QUARTER, at(10)) == at(0)


POWER = Identity("S1", "rectifier-2", "rectifier-failure", "")


@pytest.mark.parametrize(
    ("given", "matched"),
    [
        ({"sites": ("S1",)}, True),
        ({"sites": ("S2",)}, False),
        ({"sites": ("S2",), "regions": ("p/c",)}, True),
        ({"regions": ("p",)}, True),
        ({"regions": ("p/c/a",)}, True),
        ({"regions": ("p/c/a/b",)}, False),
        ({"regions": ("p/ca",)}, False),
        ({"regions": ("p/c/",)}, False),
        ({"resources": ("rectifier-*",)}, True),
        ({"resources": ("rectifier-[13]",)}, False),
        ({"resources": ("battery-?", "rectifier-?")}, True),
        ({"alarm_types": ("rectifier-failure",)}, True),
        ({"alarm_types": ("smoke",), "sites": ("S1",)}, False),
        ({"sites": ("S1",), "resources": ("*",), "alarm_types": ("smoke", "rectifier-failure")}, True),
        ({}, True),
    ],
)
def test_an_alarm_is_meant_where_place_resource_and_type_are(given: dict[str, Any], matched: bool) -> None:
    assert matches(silence(**given), POWER, "p/c/a") is matched


names = st.lists(st.sampled_from(["S1", "S2"]), unique=True).map(tuple)
paths = st.lists(st.sampled_from(["p", "p/c", "p/c/a", "p/c/b", "p/d", "q"]), unique=True).map(tuple)


@given(names, paths, st.sampled_from(["S1", "S2", ""]), st.sampled_from(["p/c/a", "p/c/b", "p/d", "q", ""]))
def test_what_matches_is_found_under_one_of_its_headings(
    sites: tuple[str, ...], regions: tuple[str, ...], site: str, region: str
) -> None:
    one = silence(sites=sites, regions=regions)
    found = set(headings(one)) & set(headings_of(site, region))
    assert bool(found) == matches(one, Identity(site, "r", "smoke", ""), region)


def test_shelves_come_before_windows_and_each_in_the_order_of_place() -> None:
    several = [
        silence("Q10", kind="shelf", place=1),
        silence("Q2", place=0),
        silence("Q9", kind="shelf", place=1),
        silence("Q11", kind="shelf", place=0),
    ]
    assert [one.silence_id for one in in_order(several)] == ["Q11", "Q9", "Q10", "Q2"]


def test_a_weekly_window_without_an_end_is_read_only_as_far_as_asked() -> None:
    window = silence(weekly="Sun 02:00-04:00", time_zone="Asia/Shanghai")
    change, seen = BEGINNING, []
    for _ in range(4):
        found = changes_at(window, change)
        assert found is not None
        change = found
        seen.append(change)
    assert list(islice(seen, 2)) == [datetime(2026, 3, 7, 18, tzinfo=UTC), datetime(2026, 3, 7, 20, tzinfo=UTC)]
