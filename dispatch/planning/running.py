"""One urgent job more in a plan that is being carried out: the cheapest place, and what it does to the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from dispatch.model import Job
from dispatch.planning.committed import bind
from dispatch.planning.fits import able
from dispatch.planning.improve import insert as put_in
from dispatch.planning.left_out import left_out
from dispatch.planning.planner import plan_of
from dispatch.planning.problem import Plan, Problem, Unassigned
from dispatch.planning.roads import roads_of
from dispatch.planning.routes import NO_JOB, Routes
from dispatch.planning.world import World, job_arrays, pairs, seconds_until, world_of
from dispatch.policy import Policy


@dataclass(frozen=True, slots=True)
class Running:
    """A plan in the form that takes one more job in milliseconds. An insertion makes another one."""

    routes: Routes
    policy: Policy

    def plan(self) -> Plan:
        return plan_of(self.routes, self.policy)


class Delay(NamedTuple):
    """A job that is begun later (or, below 0, earlier) than it was to be, and whether that misses its deadline."""

    job_id: str
    minutes: float
    late: bool


class Inserted(NamedTuple):
    """Who goes, from when to when, what it adds in weighted minutes late and kilometres, and who waits for it."""

    technicians: tuple[str, ...]
    arrive: datetime
    leave: datetime
    late: float
    km: float
    delays: tuple[Delay, ...]
    running: Running


def running(problem: Problem, plan: Plan) -> Running:
    """A plan of this very problem, which can be carried out. Raises `ValueError` where it cannot, or names others."""
    world = bind(world_of(problem), problem)
    people = {one.technician_id: at for at, one in enumerate(world.candidates)}
    jobs = {job.job_id: at for at, job in enumerate(world.jobs) if world.to_plan[at]}
    bound = {world.jobs[head.job].job_id for heads in world.heads.values() for head in heads}
    stops: list[list[int]] = [[] for _ in people]
    fixed = np.full(len(world.jobs), -1)
    for route in plan.routes:
        for stop in route.stops:
            if stop.job in bound:
                continue
            if route.technician not in people or stop.job not in jobs:
                raise ValueError(f"the plan sends {route.technician!r} to {stop.job!r}: the problem lacks one of them")
            stops[people[route.technician]].append(jobs[stop.job])
            if world.crew[jobs[stop.job]] > 1:
                fixed[jobs[stop.job]] = seconds_until(stop.arrive, world.now)
    routes = Routes(world, stops, fixed)
    if not routes.timed.ok.all():
        names = [world.candidates[int(at)].technician_id for at in np.flatnonzero(~routes.timed.ok)]
        raise ValueError(f"the routes of {', '.join(names)} cannot be driven any more: plan anew")
    return Running(routes, problem.policy)


def insert(plan: Running, job: Job) -> Inserted | Unassigned:
    """The place where the job adds least, of all places on all routes; or why there is none that is worth it.

    No route is turned round: the other jobs keep their order and whoever goes to them.
    """
    before = plan.routes
    world = _with_job(before.world, job, plan.policy)
    after, new = before.in_world(world), len(before.world.jobs)
    if not put_in(after, new):
        return next(one for one in left_out(after, plan.policy) if one.job == job.job_id)
    rows, places = np.nonzero(after.timed.stops == new)
    who = [int(row) for row in rows]
    begins = int(after.timed.begins[who[0], places[0]])
    drive = int(after.timed.drive.sum() - before.timed.drive.sum())
    return Inserted(
        technicians=tuple(world.candidates[one].technician_id for one in who),
        arrive=world.at(begins),
        leave=world.at(begins + int(world.service[new])),
        late=_weighted_minutes(after) - _weighted_minutes(before),
        km=drive / 3600 * plan.policy.speed_kmh,
        delays=_delays(before, after, who),
        running=Running(after, plan.policy),
    )


def _weighted_minutes(routes: Routes) -> float:
    """Of arriving late, of all that is on a route."""
    world, stops = routes.world, routes.timed.stops
    on = stops != NO_JOB
    late = np.maximum(routes.timed.begins[on] - world.deadline[stops[on]], 0)
    return float((world.weight[stops[on]] * late).sum() / 60)


def _delays(before: Routes, after: Routes, who: Sequence[int]) -> tuple[Delay, ...]:
    """What begins at another time on these routes."""
    world = before.world
    was, now = (dict(_begins(routes, who)) for routes in (before, after))
    return tuple(
        Delay(world.jobs[job].job_id, (now[job] - at) / 60, bool(now[job] > world.deadline[job]))
        for job, at in was.items()
        if now[job] != at
    )


def _begins(routes: Routes, who: Sequence[int]) -> Iterator[tuple[int, int]]:
    for one in who:
        yield from zip(routes[one], routes.timed.begins[one].tolist(), strict=False)


def _with_job(world: World, job: Job, policy: Policy) -> World:
    """The world with one job more, the last of all. Where a matrix gives the roads, those to it are measured."""
    more = job_arrays([job], world.now)
    pace = np.array([3600 / policy.speed_in(job.region) * policy.detour_in(job.region)])
    column = able(world.candidates, [job], world.duties, policy)
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(world, name), value]) for name, value in more.items() if name != "windows"
    }
    return replace(
        world,
        jobs=[*world.jobs, job],
        roads=world.roads.joined(roads_of([job.place], pace)),
        nodes=np.append(world.nodes, len(world.roads.row)),
        fits=np.concatenate([world.fits, column], axis=1),
        windows=pairs([one.windows for one in [*world.jobs, job]], world.now, inward=True),
        **joined,
    )
