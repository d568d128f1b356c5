"""Learned speeds: close to what was driven where much was, close to the usual where little was, and always bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model import Place
from dispatch.policy import default_policy
from dispatch.travel import crow_km, estimate, estimates, measure
from dispatch.travel.policy import shipped_policy
from dispatch.travel.speeds import ANY_HOUR, DriveMade, hour_of_week, learned, with_speeds

USUAL = default_policy()
SPEEDS = shipped_policy().speeds
MONDAY_8 = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
START, END = Place(31.0, 121.0), Place(31.2, 121.1)


def drive(kmh: float, at: datetime = MONDAY_8, region: str = "p/c/a") -> DriveMade:
    return DriveMade(region, at, START, END, crow_km(START, END) * USUAL.detour / kmh * 60)


def test_many_drives_say_how_fast_it_is_and_lunch_breaks_do_not() -> None:
    drives = [drive(20.0)] * 400 + [drive(9.0)] * 60
    found = learned(drives, USUAL, SPEEDS)
    assert found["p/c/a", 8].kmh == pytest.approx(20.0, abs=1.0)
    assert found["p/c/a", 8].drives == 460
    assert found["p/c/a", ANY_HOUR].kmh == pytest.approx(20.0, abs=1.0)


def test_an_hour_of_which_little_is_known_is_as_its_area() -> None:
    night = MONDAY_8 + timedelta(hours=15)
    found = learned([drive(60.0)] * 500 + [drive(20.0, night)], USUAL, SPEEDS)
    assert found["p/c/a", hour_of_week(night)].kmh == pytest.approx(found["p/c/a", ANY_HOUR].kmh, rel=0.04)


speeds = st.floats(0.5, 300)
hours = st.integers(0, 400).map(lambda count: MONDAY_8 + timedelta(hours=count))
some_drives = st.lists(st.builds(drive, speeds, hours, st.sampled_from(["p/c/a", "p/c/b"])), max_size=60)


@given(some_drives)
def test_speeds_are_bounded_whatever_was_driven(drives: list[DriveMade]) -> None:
    found = learned(drives, USUAL, SPEEDS)
    assert all(SPEEDS.lowest_kmh <= one.kmh <= SPEEDS.highest_kmh for one in found.values())
    assert {region for region, _ in found} <= {one.region for one in drives}


@given(st.lists(speeds.map(drive), min_size=1, max_size=2))
def test_a_drive_or_two_change_little(drives: list[DriveMade]) -> None:
    for one in learned(drives, USUAL, SPEEDS).values():
        most = (SPEEDS.highest_kmh - SPEEDS.lowest_kmh) * 2 * 2 / SPEEDS.usual_counts
        assert abs(one.kmh - USUAL.speed_kmh) <= most


@given(some_drives, st.randoms())
def test_the_order_of_drives_does_not_matter(drives: list[DriveMade], random: object) -> None:
    shuffled = sorted(drives, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert learned(drives, USUAL, SPEEDS) == learned(shuffled, USUAL, SPEEDS)


def test_drives_that_say_nothing_are_left_out() -> None:
    short = DriveMade("p/c/a", MONDAY_8, START, Place(31.001, 121.0), 30)
    long = DriveMade("p/c/a", MONDAY_8, START, END, 900)
    at_once = DriveMade("p/c/a", MONDAY_8, START, END, 0.0)
    assert learned([short, long, at_once], USUAL, SPEEDS) == {}


def test_what_the_operator_says_of_a_region_holds_for_all_below_it() -> None:
    policy = msgspec.structs.replace(USUAL, speed_of_region={"p/c": 30.0})
    assert with_speeds(policy, {"p/c/a": 20.0, "p/d/a": 50.0}) == {"p/c": 30.0, "p/d/a": 50.0}


def test_every_way_to_reckon_a_drive_follows_the_speed_of_its_region() -> None:
    slow = msgspec.structs.replace(USUAL, speed_of_region={"p/c/a": USUAL.speed_kmh / 2})
    for road in (measure, estimate):
        assert road(START, END, "p/c/a", slow).minutes == pytest.approx(road(START, END, "p/c/a", USUAL).minutes * 2)
        assert road(START, END, "p/c/b", slow) == road(START, END, "p/c/b", USUAL)
    two = estimates([START], [(END, "p/c/a"), (END, "p/c/b")], slow)[:, 0]
    assert two[0] == pytest.approx(two[1] * 2)
