"""The soonest is chosen among many, by drives that are close to the truth and as long as the region's roads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.choice.assign import choose
from dispatch.model import Candidate, Interval, Job, Place
from dispatch.policy import default_policy
from dispatch.travel import estimate, estimates, measure

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
PLACES = st.builds(Place, st.floats(18, 53), st.floats(73, 135))


def candidate(technician: str, place: Place) -> Candidate:
    return Candidate(
        technician_id=technician, place=place, duty=(Interval(NOW - timedelta(days=1), NOW + timedelta(days=99)),)
    )


@given(st.lists(PLACES, min_size=11, max_size=40), PLACES)
def test_the_soonest_of_many_is_chosen_and_everybody_else_is_accounted_for(places: list[Place], there: Place) -> None:
    candidates = [candidate(f"T{number:02}", place) for number, place in enumerate(places)]
    choice = choose(Job(job_id="N1", place=there, release=NOW), candidates, NOW, POLICY)
    exact = {one.technician_id: measure(one.place, there, "", POLICY).minutes for one in candidates}
    assert choice.trip is not None
    # 0.6 % is the error of an estimate, and less than a metre is no drive
    assert exact[choice.trip.candidate.technician_id] <= min(exact.values()) * 1.006 + 1e-3
    assert choice.trip in choice.ranked
    assert choice.fitting + len(choice.refused) == len(exact)


def test_a_drive_is_the_geodesic_by_detour_and_speed() -> None:
    leg = measure(Place(31.0, 121.0), Place(32.0, 121.0), "", POLICY)
    assert leg.km == pytest.approx(110.87 * 1.3, abs=0.1)  # one degree of latitude at 31.5 north, WGS-84
    assert leg.minutes == pytest.approx(leg.km / 40 * 60)


def test_roads_are_longer_where_the_policy_says_so() -> None:
    islands = msgspec.structs.replace(POLICY, detour_of_region={"zj/zs": 2.6})
    drives = [measure(Place(30, 122), Place(30.1, 122), region, islands).km for region in ("zj/zs/dh", "zj/nb/bl")]
    assert drives[0] == pytest.approx(2 * drives[1])


@given(st.lists(PLACES, min_size=1, max_size=5), st.lists(PLACES, min_size=1, max_size=5))
def test_estimates_of_many_are_those_of_each(starts: list[Place], ends: list[Place]) -> None:
    islands = msgspec.structs.replace(POLICY, detour_of_region={"zj/zs": 2.6})
    regions = ["zj/zs/dh" if at % 2 else "zj/nb/bl" for at in range(len(ends))]
    found = estimates(starts, list(zip(ends, regions, strict=True)), islands)
    for row, (end, region) in enumerate(zip(ends, regions, strict=True)):
        one_by_one = [estimate(start, end, region, islands).minutes for start in starts]
        assert list(found[row]) == pytest.approx(one_by_one, abs=1e-3)


@given(PLACES, PLACES)
def test_an_estimate_is_within_a_hundredth_of_the_measure(start: Place, end: Place) -> None:
    assert estimate(start, end, "", POLICY).km == pytest.approx(measure(start, end, "", POLICY).km, rel=0.01, abs=1e-3)
