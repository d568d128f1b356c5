"""One urgent job more finds the cheapest of all places, as a slow search over whole routes does, and says who waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given as given_by
from hypothesis import settings

from dispatch.model import Job as CoreJob
from dispatch.model import Place, Trip
from dispatch.planning import Inserted, insert, plan, running
from dispatch.planning.plan_file import ProblemIn, problem_of
from dispatch.planning.problem import Problem
from dispatch.planning.routes import timed
from dispatch.travel import measure
from tests.unit.dispatch.plan_problems import NOW, Json, at, job, problem, problems, technician


def core(given: Json) -> Problem:
    return problem_of(msgspec.convert(given, ProblemIn))


@settings(max_examples=60, deadline=None)
@given_by(problems(plain=True))
def test_the_cheapest_place_is_the_cheapest_of_all_routes_driven_as_a_whole(given: Json) -> None:
    stated = core({**given, "jobs": [{**one, "crew_size": 1} for one in given["jobs"]]})
    if not stated.jobs:
        return
    rest, more = replace(stated, jobs=stated.jobs[:-1]), stated.jobs[-1]
    state = running(rest, plan(rest, rounds=0))
    added = insert(state, more)
    if not isinstance(added, Inserted):
        return
    routes, world, new = state.routes, added.running.routes.world, len(rest.jobs)
    able = np.flatnonzero(world.fits[:, new] & (routes.generators_left >= world.takes[new])).tolist()
    everywhere = [
        (int(one), [*routes[one][:at], new, *routes[one][at:]]) for one in able for at in range(len(routes[one]) + 1)
    ]
    tried = timed(
        world, added.running.routes.fixed, np.array([one for one, _ in everywhere]), [way for _, way in everywhere]
    )
    before = (
        np.array([routes.timed.late[one] for one, _ in everywhere]),
        [routes.timed.drive[one] for one, _ in everywhere],
    )
    costs = [
        (round(float(late), 6), int(drive))
        for late, drive, ok in zip(tried.late - before[0], tried.drive - before[1], tried.ok, strict=True)
        if ok
    ]
    after = added.running.routes.timed
    assert (
        round(float(after.late.sum() - routes.timed.late.sum()), 6),
        int(after.drive.sum() - routes.timed.drive.sum()),
    ) == min(costs)


def test_an_urgent_job_goes_first_and_says_who_waits_for_it() -> None:
    given = problem([technician(31.0)], [job(31.1, deadline=at(60)), job(31.2)])
    stated = core(given)
    state = running(stated, plan(stated))
    urgent = CoreJob(
        job_id="U", place=Place(31.0, 121.0), release=NOW, skills=frozenset({"power"}), priority=1,
        deadline=NOW + timedelta(minutes=5), weight=10,
    )  # fmt: skip
    added = insert(state, urgent)
    assert isinstance(added, Inserted)
    assert added.technicians == ("T0",)
    assert (added.arrive, added.leave) == (NOW, NOW + timedelta(minutes=45))
    assert added.km == pytest.approx(0, abs=0.1)
    assert [(delay.job_id, delay.minutes, delay.late) for delay in added.delays] == [
        ("J0", 45, True),
        ("J1", 45, False),
    ]
    assert added.late == pytest.approx(45 + 21.7 - 60, abs=0.1)
    assert [stop.job for route in added.running.plan().routes for stop in route.stops] == ["U", "J0", "J1"]
    assert [stop.job for route in state.plan().routes for stop in route.stops] == ["J0", "J1"]


def test_two_come_for_an_urgent_job_that_wants_two() -> None:
    given = problem([technician(31.0), technician(31.1)], [job(31.0), job(31.1)])
    stated = core(given)
    climb = CoreJob(job_id="U", place=Place(31.05, 121.0), release=NOW, crew_size=2)
    added = insert(running(stated, plan(stated)), climb)
    assert isinstance(added, Inserted)
    assert added.technicians == ("T0", "T1")


def test_a_job_that_nobody_can_do_says_why() -> None:
    stated = core(problem([technician(31.0)], []))
    odd = CoreJob(job_id="U", place=Place(31.0, 121.0), release=NOW, skills=frozenset({"diving"}))
    refused = insert(running(stated, plan(stated)), odd)
    assert not isinstance(refused, Inserted)
    assert (refused.job, refused.code) == ("U", "nobody_has_skill")


def test_a_plan_that_cannot_be_driven_any_more_is_refused() -> None:
    stated = core(problem([technician(31.0)], [job(31.4)]))
    made = plan(stated)
    later = replace(stated, now=NOW + timedelta(hours=7))
    with pytest.raises(ValueError, match="T0 cannot be driven any more"):
        running(later, made)
    with pytest.raises(ValueError, match="lacks one of them"):
        running(replace(stated, jobs=[]), made)


@settings(max_examples=80, deadline=None)
@given_by(problems(plain=True))
def test_one_trip_begins_when_a_plan_of_one_job_says(given: Json) -> None:
    """Breaks and windows mean the same to live choice and to plans."""
    stated = core(given)
    for candidate in stated.candidates[:1]:
        for one in stated.jobs:
            alone = replace(one, crew_size=1)
            made = plan(replace(stated, candidates=[replace(candidate, end=None)], jobs=[alone]), rounds=0)
            if made.routes:
                start = max(NOW, candidate.duty[0].start)
                assert made.routes[0].stops[0].arrive >= start
                leg = measure(candidate.place, one.place, "", stated.policy)
                trip = Trip(candidate=candidate, job=one, leave=start, leg=leg, policy=stated.policy)
                assert trip.begins is not None
                assert abs(made.routes[0].stops[0].arrive - trip.begins) <= timedelta(seconds=1)
