"""Many jobs and people at once: the pairs that are worth most together, whatever the order; and who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.choice.assign import Choice, assign, choose
from dispatch.choice.explain import explanation, waiting
from dispatch.choice.round import best_pairs
from dispatch.choice.score import demand, worth
from dispatch.choice.sieve import NO_DRIVE, Sieve, trip_of
from dispatch.constraints import refusal_of
from dispatch.model import Candidate, Interval, Job, PastOrder, Place
from dispatch.policy import default_policy
from dispatch.travel import estimate

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
DUTY = (Interval(NOW - timedelta(hours=8), NOW + timedelta(hours=16)),)
HERE = Place(31.0, 121.0)
PLACES = st.builds(Place, st.floats(31, 31.5), st.floats(121, 121.5))


def east(minutes: float) -> Place:
    """So many minutes' drive from here."""
    return Place(31.0, 121.0 + minutes / estimate(HERE, Place(31.0, 122.0), "", POLICY).minutes)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def job(job_id: str, place: Place = HERE, deadline: float | None = 60) -> Job:
    at = None if deadline is None else later(deadline)
    return Job(job_id=job_id, place=place, release=NOW, deadline=at)


def person(technician_id: str, place: Place = HERE) -> Candidate:
    return Candidate(technician_id=technician_id, name=technician_id, place=place, duty=DUTY)


def sent(choices: Sequence[Choice]) -> dict[str, str]:
    return {choice.job.job_id: choice.trip.candidate.technician_id for choice in choices if choice.trip}


@st.composite
def storms(draw: st.DrawFn) -> tuple[list[Job], list[Candidate]]:
    places = draw(st.lists(PLACES, min_size=2, max_size=10))
    cut = draw(st.integers(1, len(places) - 1))
    skills = st.sets(st.sampled_from(("power", "fibre")), min_size=1).map(frozenset)
    jobs = [
        replace(
            job(f"N{at}", place, draw(st.one_of(st.none(), st.floats(-300, 900)))),
            skills=draw(skills),
            weight=draw(st.sampled_from((1.0, 2.0, 4.0))),
            priority=draw(st.integers(1, 4)),
        )
        for at, place in enumerate(places[:cut])
    ]
    return jobs, [replace(person(f"T{at}", place), skills=draw(skills)) for at, place in enumerate(places[cut:])]


@given(storms())
def test_the_choice_does_not_depend_on_the_order_of_jobs_and_people(
    storm: tuple[list[Job], list[Candidate]],
) -> None:
    jobs, people = storm
    straight = assign(jobs, people, NOW, POLICY)
    turned = assign(jobs[::-1], people[::-1], NOW, POLICY)
    assert [(one.job, one.trip) for one in straight] == [(one.job, one.trip) for one in turned]


@given(storms())
def test_everybody_is_sent_once_and_nobody_idle_is_left_who_could_serve_what_waits(
    storm: tuple[list[Job], list[Candidate]],
) -> None:
    jobs, people = storm
    choices = assign(jobs, people, NOW, POLICY)
    assert sorted(choice.job.job_id for choice in choices) == sorted(one.job_id for one in jobs)
    busy = list(sent(choices).values())
    assert len(set(busy)) == len(busy)
    for choice in choices:
        if choice.trip is None:
            assert set(choice.refused) == {one.technician_id for one in people}
            able = {one.technician_id for one in people if choice.job.skills <= one.skills}
            assert able <= set(busy)
        else:
            assert choice.trip.candidate.skills >= choice.job.skills


@given(st.lists(PLACES, min_size=4, max_size=4), st.lists(st.floats(-300, 900), min_size=4, max_size=4))
def test_no_other_way_to_pair_them_is_worth_more(places: list[Place], deadlines: list[float]) -> None:
    jobs = [job(f"N{at}", places[at], deadlines[at]) for at in range(4)]
    people = [person(f"T{at}", Place(31.1 * (at < 2) + 31.4 * (at >= 2), 121.1 + 0.1 * at)) for at in range(3)]
    drives = np.array([[estimate(one.place, job.place, "", POLICY).minutes for one in people] for job in jobs])
    worths = worth(demand(jobs, NOW, POLICY.choice), drives, POLICY.choice)
    best = max(sum(worths[row, at] for at, row in enumerate(rows)) for rows in permutations(range(4), 3))
    chosen = sent(assign(jobs, people, NOW, POLICY))
    total = sum(worths[int(one[1:]), int(who[1:])] for one, who in chosen.items())
    assert total == pytest.approx(best, rel=1e-6)


def test_pairs_that_are_worth_nothing_are_not_made() -> None:
    assert best_pairs(np.array([[0.0, 2.0], [0.0, 1.0]])) == [(0, 1)]
    assert best_pairs(np.zeros((0, 3))) == []


@given(st.floats(-600, 1200), st.floats(0, 300), st.floats(1, 200))
def test_a_longer_drive_is_never_worth_more(deadline: float, near: float, more: float) -> None:
    one = demand([job("N1", deadline=deadline)], NOW, POLICY.choice)
    nearer, farther = worth(one, np.array([[near, near + more]]), POLICY.choice)[0]
    assert nearer > farther > 0


def test_a_job_waits_for_somebody_who_is_through_soon_and_then_there_first() -> None:
    soon = replace(person("T2"), free_from=later(30), place_from="W7")
    (choice,) = assign([job("N1")], [person("T1", east(90)), soon], NOW, POLICY)
    assert choice.trip is None
    assert choice.awaited is not None
    assert choice.awaited.candidate.technician_id == "T2"
    assert choice.awaited.leave == later(30)
    assert choice.refused["T2"].code == "awaited"
    said = waiting(choice.refused.values(), NOW, 7200)
    assert (said.code, said.next_try_at) == ("awaited", later(30))


def test_whoever_is_there_before_him_goes_at_once() -> None:
    soon = replace(person("T2"), free_from=later(30))
    assert sent(assign([job("N1")], [person("T1", east(20)), soon], NOW, POLICY)) == {"N1": "T1"}


def test_whoever_is_nearly_through_is_given_what_is_next() -> None:
    soon = replace(person("T2"), free_from=later(POLICY.ahead_minutes - 1))
    (choice,) = assign([job("N1")], [soon], NOW, POLICY)
    assert choice.trip is not None
    assert choice.trip.leave == soon.free_from


def test_an_order_moves_to_somebody_else_for_a_gain_and_not_for_a_trifle() -> None:
    held = replace(job("N1"), held_by="T1")
    far, near, nearer = person("T1", east(20)), person("T2", east(15)), person("T3", east(1))
    assert sent(assign([held], [far, near], NOW, POLICY)) == {"N1": "T1"}
    assert sent(assign([held], [far, near, nearer], NOW, POLICY)) == {"N1": "T3"}


def test_nobody_is_sent_hours_before_the_site_can_be_entered() -> None:
    window = Interval(later(240), later(360))
    closed = replace(job("N1"), windows=(window,))
    (choice,) = assign([closed], [person("T1", east(20))], NOW, POLICY)
    assert choice.trip is None
    assert choice.refused["T1"].code == "access_closed"
    leaves = choice.refused["T1"].until
    assert leaves is not None
    then = assign([closed], [person("T1", east(20))], leaves + timedelta(minutes=1), POLICY)
    assert sent(then) == {"N1": "T1"}


def test_who_cannot_finish_in_the_shift_is_left_out_for_whoever_can() -> None:
    ends = (Interval(NOW - timedelta(hours=8), later(10)),)
    tired = replace(person("T1", east(40)), duty=ends)
    choice = choose(job("N1"), [tired, person("T2", east(80))], NOW, POLICY)
    assert sent([choice]) == {"N1": "T2"}
    alone = choose(job("N1"), [tired], NOW, POLICY)
    assert alone.refused["T1"].code == "shift_ends"


def test_who_refused_this_job_is_asked_for_another() -> None:
    past = (PastOrder("T1", "declined", NOW - timedelta(minutes=5)),)
    jobs = [replace(job("N1"), past=past), job("N2", east(30))]
    assert sent(assign(jobs, [person("T1")], NOW, POLICY)) == {"N2": "T1"}


@given(storms(), st.lists(st.integers(0, 9), max_size=4), st.sampled_from(POLICY.widen))
def test_judging_by_kind_says_what_judging_each_pair_would_say(
    storm: tuple[list[Job], list[Candidate]], declined: list[int], width: str
) -> None:
    jobs, people = storm
    people = [replace(one, region="js/nj/xw" if at % 2 else "js/nj/gl") for at, one in enumerate(people)]
    past = tuple(PastOrder(f"T{at}", "declined", NOW) for at in declined)
    sieve = Sieve(people, NOW, POLICY)
    for one in [replace(one, region="js/nj/xw", past=past if at % 2 else ()) for at, one in enumerate(jobs)]:
        trips = [trip_of(who, one, NOW, NO_DRIVE, POLICY, width) for who in people]
        refused = {trip.candidate.technician_id: said for trip in trips if (said := refusal_of(trip))}
        sieved = sieve.who_can(one, width)
        assert set(sieved.refused) == set(refused)
        assert [people[at] for at in sieved.fit] == [who for who in people if who.technician_id not in refused]


def test_a_job_without_a_deadline_is_served_when_nothing_else_is_wanted() -> None:
    assert sent(assign([job("N1", east(60), None)], [person("T1")], NOW, POLICY)) == {"N1": "T1"}


def test_the_explanation_says_who_is_nearer_where_he_goes_instead_and_what_has_to_wait() -> None:
    jobs = [job("N1", east(0), 240), job("N2", east(12), 60), job("N3", east(200), 900)]
    people = [person("T1", east(3)), person("T2", east(-10))]
    choices = {choice.job.job_id: choice for choice in assign(jobs, people, NOW, POLICY)}
    assert sent(list(choices.values())) == {"N1": "T2", "N2": "T1"}
    said = explanation(choices["N1"], people, NOW, 10)
    assert said["why"]["code"] == "best_together"
    assert said["why"]["rank"] == 2
    (other,) = said["others"]
    assert other["technician"] == "T1"
    assert other["code"] == "goes_elsewhere"
    assert other["words"] == "7 min nearer, but goes to N2, which would miss its deadline without him"
    assert said["waits"] == [{"job": "N3", "deadline": later(900).isoformat()}]


def test_only_as_many_are_named_as_asked_for_and_the_rest_is_counted() -> None:
    people = [person(f"T{at:02}", east(at)) for at in range(30)]
    said = explanation(choose(job("N1"), people, NOW, POLICY), people, NOW, 3)
    assert [other["technician"] for other in said["others"]] == ["T01", "T02", "T03"]
    assert sum(said["more"].values()) + len(said["others"]) + 1 == len(people)


def test_policy_decides_how_much_a_kept_deadline_is_worth() -> None:
    jobs = [job("N1", east(10), -60), job("N2", east(14), 120)]
    for deadline_worth, first in ((0.0, "N1"), (1.0, "N2")):
        policy = msgspec.structs.replace(
            POLICY, choice=msgspec.structs.replace(POLICY.choice, deadline_worth=deadline_worth)
        )
        assert sent(assign(jobs, [person("T1")], NOW, policy)) == {first: "T1"}
