"""A plan for many jobs at once: the most urgent first, each where it makes the others least late. Pure.

Trips, constraints and travel are those of live choice (`dispatch.choose`), which is a plan of one job for now.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from dispatch.explain import waiting
from dispatch.model import Job, Refusal
from dispatch.plan_file import Plan, Problem, Stop, Unassigned
from dispatch.plan_file import Route as RouteOut
from dispatch.routes import Cost, Route, drive, late_at
from dispatch.travel import Road, estimate, measure

_MEASURED = 10  # as in live choice: all are estimated, and only the best are measured exactly


_NOT_WORTH_IT = partial(
    Unassigned,
    code="delays_others",
    hint="Serving it would make others late by more than it is worth: add a crew or extend a shift.",
)


class _Insertion(NamedTuple):
    """A job put into a route at a place; sorts by what it adds, ties by technician and place."""

    added: Cost
    technician: str
    at: int
    route: Route


class _Insertions(NamedTuple):
    found: list[_Insertion]
    refusals: list[Refusal]


def plan(problem: Problem) -> Plan:
    """Routes for the jobs, and a reason for each job that is on none."""
    planner = _Planner(problem)
    unassigned = [out for job in sorted(problem.jobs, key=lambda job: job.urgency) if (out := planner.place(job))]
    routes = (route for route in planner.exact.values() if route.trips)
    return Plan(tuple(_out(route) for route in routes), tuple(unassigned))


class _Planner:
    """The routes so far, each driven twice: with measured legs, and with estimates to try insertions on."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._full: list[Refusal] = []
        self._end = max((duty.end for one in problem.candidates for duty in one.duty), default=problem.now)
        self.exact = {candidate.technician_id: Route(candidate) for candidate in problem.candidates}
        self.rough = dict(self.exact)

    def place(self, job: Job) -> Unassigned | None:
        """Puts the job where it adds least; when there is no such place, says why."""
        everywhere = ((route, at) for route in self.rough.values() for at in range(len(route.trips) + 1))
        found, refusals = self._insert(job, everywhere, estimate)
        found.sort(key=_cheapest)
        while found:
            nearest, found = found[:_MEASURED], found[_MEASURED:]
            exact, too_far = self._insert(job, [(self.exact[one.technician], one.at) for one in nearest], measure)
            if exact:
                return self._adopt(job, min(exact, key=_cheapest))
            refusals += too_far
        said = waiting([*refusals, *self._full], self._problem.now, self._problem.policy.retry_seconds)
        return Unassigned(job.job_id, said.code, said.hint)

    def _insert(self, job: Job, places: Iterable[tuple[Route, int]], road: Road) -> _Insertions:
        out = _Insertions([], [])
        for route, at in places:
            jobs = [trip.job for trip in route.trips]
            driven = self._drive(route, [*jobs[:at], job, *jobs[at:]], road)
            if isinstance(driven, Refusal):
                out.refusals.append(driven)
            else:
                out.found.append(_Insertion(_added(route, driven), route.candidate.technician_id, at, driven))
        return out

    def _adopt(self, job: Job, best: _Insertion) -> Unassigned | None:
        """Takes the insertion, unless it costs the others more than leaving the job until the last shift ends."""
        if best.added.late > late_at(job, self._end):
            return _NOT_WORTH_IT(job.job_id)
        self.exact[best.technician] = best.route
        rough = self._drive(best.route, [trip.job for trip in best.route.trips], estimate)
        if isinstance(rough, Refusal):  # full to within the error of an estimate
            self._full.append(rough)
            self.rough.pop(best.technician)
        else:
            self.rough[best.technician] = rough
        return None

    def _drive(self, route: Route, jobs: list[Job], road: Road) -> Route | Refusal:
        return drive(route.candidate, jobs, self._problem.now, self._problem.policy, road)


def _cheapest(insertion: _Insertion) -> tuple[Cost, str, int]:
    return insertion[:3]


def _added(before: Route, after: Route) -> Cost:
    return Cost(after.cost.late - before.cost.late, after.cost.km - before.cost.km)


def _out(route: Route) -> RouteOut:
    stops = tuple(Stop(trip.job.job_id, trip.arrive, trip.finish) for trip in route.trips)
    return RouteOut(route.candidate.technician_id, stops)
