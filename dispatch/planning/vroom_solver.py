"""Some candidates' routes planned anew by VROOM: latest arrivals are hard, the fewest seconds on the road win."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import vroom  # type: ignore[import-untyped]

from dispatch.planning.roads import Ints
from dispatch.planning.routes import Routes
from dispatch.planning.world import World

_THREADS = 64
"""More than VROOM has searches at any level. With fewer, searches queue at a semaphore of libstdc++ that now and then
loses a wake-up (GCC bug 104928), and then the call never comes back. The number changes no answer."""
_MOST = (1 << 31) - 1  # seconds that VROOM can count
_DRIVE = 1 << 26  # two years on the road: no drive of a plan, and VROOM can still add up thousands
_NEVER_LEFT_OUT = 100  # VROOM's highest priority
_LEAST_URGENT = 9


class _Task(NamedTuple):
    """A job as VROOM is to see it. `row` is whose it is (his place in the list), -1 when anybody's."""

    job: int
    opens: int
    closes: int
    row: int = -1


def solve(routes: Routes, who: Ints, jobs: Ints, latest: Ints, level: int) -> list[list[int]]:
    """Routes of `who` through as many of `jobs` as can be begun by their `latest`, urgent ones before others.

    What is fixed on the routes of `who` stays on them. `level` is VROOM's exploration level, 0 to 5. The same input
    gives the same routes; whether they can be driven in every detail is for the caller to judge.
    """
    world = routes.world
    tasks = [_Task(int(job), int(world.release[job]), int(end)) for job, end in zip(jobs, latest, strict=True)]
    for row, one in enumerate(who):
        tasks += (_Task(job, at, at, row) for job in routes[one] if (at := int(routes.fixed[job])) >= 0)
    skills = _skills(world, who, tasks) if tasks else []
    vehicles = list(_vehicles(world, who, skills, len(tasks)))
    wanted = list(_jobs(world, tasks, skills, len(who)))
    if not vehicles or not wanted:
        return [[] for _ in who]
    problem = vroom.Input()
    problem.set_durations_matrix("car", _durations(world, who, tasks))
    problem.add_vehicle(vehicles)
    problem.add_job(wanted)
    return _read(problem.solve(exploration_level=level, nb_threads=_THREADS), tasks, len(who))


def _durations(world: World, who: Ints, tasks: list[_Task]) -> Ints:
    """Of all drives: the starts of `who`, the tasks, and where days end."""
    ends = np.where(world.ends[who] >= 0, world.ends[who], who)
    nodes = np.concatenate([who, world.nodes[[task.job for task in tasks]], ends])
    return np.minimum(world.roads.seconds(nodes[:, None], nodes[None, :]), _DRIVE)


def _skills(world: World, who: Ints, tasks: list[_Task]) -> list[tuple[bool, ...]]:
    """Who can do each task: VROOM matches skills, so each different answer becomes a skill of its own."""
    able = world.fits[who][:, [task.job for task in tasks]].T
    mine = [task.row >= 0 for task in tasks]
    able[mine] = np.arange(len(who)) == np.array([[task.row] for task in tasks])[mine]
    return [tuple(row) for row in able.tolist()]


def _vehicles(world: World, who: Ints, skills: list[tuple[bool, ...]], tasks: int) -> Iterator[vroom.Vehicle]:
    kinds = {able: number for number, able in enumerate(dict.fromkeys(skills))}
    for row, one in enumerate(who):
        start, until = int(world.start[one]), min(int(world.until[one]), _MOST)
        breaks: list[vroom.Break] = []
        for begin, end in world.breaks[one].tolist():
            if begin <= start < end:
                start = end
            elif start < begin < until:
                breaks.append(vroom.Break(len(breaks), [vroom.TimeWindow(begin, begin)], min(end, until) - begin))
        if start < until:
            yield vroom.Vehicle(
                row,
                start=row,
                end=len(who) + tasks + row if world.ends[one] >= 0 else None,
                skills={number for able, number in kinds.items() if able[row]},
                capacity=[int(world.generators[one])],
                time_window=vroom.TimeWindow(start, until),
                breaks=breaks,
            )


def _jobs(world: World, tasks: list[_Task], skills: list[tuple[bool, ...]], first: int) -> Iterator[vroom.Job]:
    kinds = {able: number for number, able in enumerate(dict.fromkeys(skills))}
    for number, (task, able) in enumerate(zip(tasks, skills, strict=True)):
        windows = [vroom.TimeWindow(*window) for window in _windows(world, task)]
        if windows and any(able):
            yield vroom.Job(
                number,
                location=first + number,
                default_service=int(world.service[task.job]),
                skills={kinds[able]},
                delivery=[int(world.takes[task.job])],
                priority=_NEVER_LEFT_OUT if task.row >= 0 else _LEAST_URGENT + 1 - world.jobs[task.job].priority,
                time_windows=windows,
            )


def _windows(world: World, task: _Task) -> Iterator[tuple[int, int]]:
    """When work may begin."""
    service = int(world.service[task.job])
    opened = world.windows[task.job].tolist() or [(task.opens, _MOST + service)]
    for opens, closes in opened:
        window = max(opens, task.opens), min(closes - service, task.closes, _MOST)
        if window[0] <= window[1]:
            yield window


def _read(solution: vroom.Solution, tasks: list[_Task], count: int) -> list[list[int]]:
    routes: list[list[int]] = [[] for _ in range(count)]
    frame = solution.routes
    if "id" in frame:
        done = (frame["type"] == "job").to_numpy()
        stops = zip(frame["vehicle_id"].to_numpy()[done], frame["id"].to_numpy()[done], strict=True)
        for row, number in stops:
            routes[int(row)].append(tasks[int(number)].job)
    return routes
