"""Who has no generator fetches one on the way: the way over the best depot, in the choice as in the trip."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.choice.assign import assign
from dispatch.constraints.generator import has_generator
from dispatch.model import Candidate, Fetchable, Interval, Job, Leg, Place, Trip
from dispatch.policy import default_policy
from dispatch.travel import drives, estimate, with_depot

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
DUTY = (Interval(NOW - timedelta(hours=1), NOW + timedelta(hours=9)),)
SITE = Place(31.0, 121.0)
JOB = Job(job_id="N1", place=SITE, release=NOW, region="p/c/a", needs_generator=True, generator_kva=7.5)
MAN = Candidate(technician_id="A", place=Place(31.2, 121.0), duty=DUTY, region="p/c/a")


def machine(key: str, latitude: float, kva: float = 10.0) -> Fetchable:
    return Fetchable(key, kva, Place(latitude, 121.0), "p/c/a", 15.0, f"D{latitude}")


def test_the_depot_on_the_way_is_taken_although_another_one_is_nearer() -> None:
    on_the_way, behind = machine("G1", 31.1), machine("G2", 31.25)
    drive = with_depot(replace(MAN, fetchable=(behind, on_the_way)), JOB, estimate, POLICY)
    straight = estimate(MAN.place, SITE, "p/c/a", POLICY)
    assert drive.fetch == on_the_way
    assert drive.leg.minutes == pytest.approx(straight.minutes + 15)
    assert drive.leg.km == pytest.approx(straight.km)


@pytest.mark.parametrize(
    ("generators", "kva", "fetched"), [(1, 10.0, ""), (1, 0.0, ""), (1, 5.0, "G1"), (0, 0.0, "G1")]
)
def test_who_carries_one_that_will_do_drives_straight(generators: int, kva: float, fetched: str) -> None:
    man = replace(
        MAN, generators=generators, generator_kva=kva, fetchable=(machine("G0", 31.1, 5), machine("G1", 31.1))
    )
    drive = with_depot(man, JOB, estimate, POLICY)
    assert (drive.fetch.generator_id if drive.fetch else "") == fetched


def test_without_a_machine_that_will_do_nobody_is_sent() -> None:
    def refusal(man: Candidate) -> str:
        said = has_generator(Trip(candidate=man, job=JOB, leave=NOW, leg=Leg(0, 0), policy=POLICY))
        return said.code if said else ""

    assert refusal(MAN) == "no_generator"
    assert refusal(replace(MAN, generators=1, generator_kva=5.0)) == "generator_too_small"
    assert refusal(replace(MAN, fetchable=(machine("G0", 31.1, 5),))) == "no_generator"
    assert refusal(replace(MAN, fetchable=(machine("G1", 31.1),))) == ""


def test_who_has_one_on_board_goes_before_who_stands_nearer_and_must_fetch_one() -> None:
    near = replace(MAN, technician_id="near", place=Place(31.05, 121.0), fetchable=(machine("G1", 31.15),))
    loaded = replace(MAN, technician_id="loaded", place=Place(31.08, 121.0), generators=1)
    chosen = assign([JOB], [near, loaded], NOW, POLICY)[0]
    assert chosen.trip
    assert chosen.trip.candidate.technician_id == "loaded"
    alone = assign([JOB], [near], NOW, POLICY)[0]
    assert alone.trip
    assert alone.trip.fetch
    assert alone.trip.fetch.generator_id == "G1"
    other = assign([replace(JOB, needs_generator=False)], [near, loaded], NOW, POLICY)[0]
    assert other.trip
    assert other.trip.candidate.technician_id == "near"
    assert other.trip.fetch is None


latitudes = st.floats(30.5, 31.5)
people = st.lists(
    st.builds(
        lambda key, latitude, carried, depots: replace(
            MAN,
            technician_id=key,
            place=Place(latitude, 121.1),
            generators=int(carried > 0),
            generator_kva=carried,
            fetchable=tuple(machine(f"G{at}", one, kva) for at, (one, kva) in enumerate(depots)),
        ),
        st.text("ABC", min_size=1, max_size=3),
        latitudes,
        st.sampled_from([0.0, 5.0, 10.0]),
        st.lists(st.tuples(latitudes, st.sampled_from([5.0, 7.5, 30.0])), max_size=3),
    ),
    max_size=5,
)
jobs = st.lists(
    st.builds(
        lambda latitude, wants, kva: replace(
            JOB, place=Place(latitude, 121.0), needs_generator=wants, generator_kva=kva if wants else 0.0
        ),
        latitudes,
        st.booleans(),
        st.sampled_from([3.0, 7.5, 30.0]),
    ),
    min_size=1,
    max_size=4,
)


@given(people, jobs)
def test_many_at_once_are_reckoned_as_each_by_itself(people: list[Candidate], jobs: list[Job]) -> None:
    minutes = drives(people, jobs, estimate, POLICY)
    assert minutes.shape == (len(jobs), len(people))
    for row, job in enumerate(jobs):
        for at, one in enumerate(people):
            assert minutes[row, at] == pytest.approx(with_depot(one, job, estimate, POLICY).leg.minutes, abs=1e-6)
