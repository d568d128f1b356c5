"""`python -m benchmarks.plans`: plans of routes beside pyvroom alone, by one judge, in one run.

pyvroom alone: deadlines as hard windows, then once more without them for what stayed unassigned; its time is that of
its two calls, ours is from the problem to the plan. `--day strained` gives days on which one deadline in six is missed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time
from typing import Any, NamedTuple

import msgspec
import numpy as np
import vroom  # type: ignore[import-untyped]

from dispatch.checker import cost, kilometres, misses, violations
from dispatch.planning import Inserted, insert, plan, running
from dispatch.planning.plan_file import ProblemIn, problem_of
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.roads import Ints, roads_of

Json = dict[str, Any]

SIZES = ((50, 20), (500, 200), (2000, 800))
_NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
_SKILLS = ("power", "transmission", "radio", "aircon")
_DAYS = {
    "usual": (350, 0.3, (60, 90, 120, 180, 240, 300)),
    "strained": (450, 0.2, (45, 60, 60, 90, 120, 180)),
}
"""Kilometres across for 800 technicians, the share of jobs without a deadline, minutes from release to deadline."""
_INSERTED = 25
_THREADS = 64  # see dispatch.planning.vroom_solver: fewer may hang


class Scored(NamedTuple):
    """What the judge says of a plan, and what it took: wall and CPU seconds."""

    wrong: int
    missed: int
    late: float
    left: int
    km: float
    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="problems of each size (default 1)")
    parser.add_argument("--day", choices=sorted(_DAYS), default="usual")
    parser.add_argument("--level", type=int, default=0, help="pyvroom's exploration level, 0 to 5 (default 0)")
    parser.add_argument("--jobs", type=int, help="only the size with so many jobs")
    chosen = parser.parse_args()
    print("| jobs x technicians | seed | who | wrong | missed | weighted min late | left out | km | wall s | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for jobs, technicians in SIZES:
        for seed in range(1, chosen.seeds + 1) if chosen.jobs in (None, jobs) else ():
            _compare(make(jobs, technicians, seed, chosen.day), f"{jobs:,} x {technicians} | {seed}", chosen.level)


def make(jobs: int, technicians: int, seed: int, day: str) -> Json:
    """A problem as a plan file holds it: a province with towns, in which most of the people and sites are."""
    draw = random.Random(seed)
    across, without, minutes = _DAYS[day]
    place = _places(draw, across * (technicians / 800) ** 0.5 / 111, max(3, technicians // 20))
    return {
        "now": _at(0),
        "speed_kmh": 40,
        "detour": 1.3,
        "technicians": [{"id": f"T{number}", **place(), **_technician(draw)} for number in range(technicians)],
        "jobs": [{"id": f"J{number}", **place(), **_job(draw, without, minutes)} for number in range(jobs)],
    }


def _places(draw: random.Random, degrees: float, towns: int) -> Callable[[], Json]:
    centres = [(draw.random(), draw.random()) for _ in range(towns)]

    def place() -> Json:
        town = draw.choice(centres) if draw.random() < 0.6 else None
        x, y = (draw.gauss(one, 0.04) for one in town) if town else (draw.random(), draw.random())
        return {"latitude": 31 + degrees * x, "longitude": 121 + degrees * y / 0.85}

    return place


def _technician(draw: random.Random) -> Json:
    begins = draw.choice((0, 0, 0, -60, 60, 120))
    return {
        "skills": draw.sample(_SKILLS, draw.choice((1, 2, 2, 3, 4))),
        "available_from": _at(begins),
        "available_until": _at(begins + draw.choice((360, 480, 480, 600))),
        "generators": int(draw.random() < 0.3),
    }


def _job(draw: random.Random, without: float, minutes: tuple[int, ...]) -> Json:
    release = draw.choice((0, 0, 0, draw.randint(0, 240)))
    return {
        "skills": draw.sample(_SKILLS, 1 if draw.random() < 0.8 else 2),
        "priority": draw.choice((1, 2, 2, 3, 3, 3, 4)),
        "service_minutes": draw.choice((30, 45, 45, 60, 90, 120)),
        "release": _at(release),
        "deadline": None if draw.random() < without else _at(release + draw.choice(minutes)),
        "weight": round(draw.choice((1, 1, 2, 5)) * draw.random(), 2),
        "needs_generator": draw.random() < 0.05,
    }


def _compare(given: Json, name: str, level: int) -> None:
    problem = problem_of(msgspec.convert(given, ProblemIn))
    _row(name, "pyvroom alone", theirs := _scored(given, *_vroom_alone(given, problem, level)))
    wall, cpu = perf_counter(), process_time()
    made = plan(problem)
    took = (perf_counter() - wall, process_time() - cpu)
    _row(name, "guywire", ours := _scored(given, _out(made), took))
    print(
        f"| {name} | ratio | | {_ratio(ours.missed, theirs.missed)} | {_ratio(ours.late, theirs.late)} | "
        f"| {_ratio(ours.km, theirs.km)} | {_ratio(ours.wall, theirs.wall)} | {_ratio(ours.cpu, theirs.cpu)} |"
    )
    print(
        f"| {name} | one urgent job more, the slowest of {_INSERTED} | | | | | | {_insertion(problem):.4f} | |",
        flush=True,
    )


def _scored(given: Json, made: Json, took: tuple[float, float]) -> Scored:
    left = len(made["unassigned"])
    return Scored(
        len(violations(given, made)), misses(given, made), cost(given, made), left, kilometres(given, made), *took
    )


def _insertion(problem: Problem) -> float:
    """The longest that one job took to find its place in a plan of all the others, in seconds."""
    rest = replace(problem, jobs=problem.jobs[:-_INSERTED])
    state, slowest = running(rest, plan(rest, rounds=1)), 0.0
    for job in problem.jobs[-_INSERTED:]:
        begun = perf_counter()
        inserted = insert(state, job)
        slowest = max(slowest, perf_counter() - begun)
        state = inserted.running if isinstance(inserted, Inserted) else state
    return slowest


# pyvroom alone --------------------------------------------------------------------------------------------------------


def _vroom_alone(given: Json, problem: Problem, level: int) -> tuple[Json, tuple[float, float]]:
    """Its last pass, and what its passes took in wall and CPU seconds."""
    places = [*(one.place for one in problem.candidates), *(job.place for job in problem.jobs)]
    pace = np.full(len(places), problem.policy.detour / problem.policy.speed_kmh * 3600)
    nodes = np.arange(len(places))
    seconds = roads_of(places, pace).seconds(nodes[:, None], nodes[None, :])
    wall, cpu = perf_counter(), process_time()
    solution = _solved(problem, seconds, level, frozenset())
    if left := frozenset(one._id for one in solution.unassigned):
        solution = _solved(problem, seconds, level, left)
    took = (perf_counter() - wall, process_time() - cpu)
    return _plan_of(given, problem, solution), took


def _solved(problem: Problem, seconds: Ints, level: int, soft: frozenset[int]) -> vroom.Solution:
    skills = {name: number for number, name in enumerate(_SKILLS)}
    model = vroom.Input()
    model.set_durations_matrix("car", seconds)
    for number, one in enumerate(problem.candidates):
        hours = vroom.TimeWindow(max(0, _second(one.duty[0].start)), _second(one.duty[0].end))
        known, carried = {skills[name] for name in one.skills}, [one.generators]
        model.add_vehicle(vroom.Vehicle(number, start=number, skills=known, capacity=carried, time_window=hours))
    for number, job in enumerate(problem.jobs):
        latest = _second(job.deadline) if job.deadline and number not in soft else 1 << 20
        wanted = vroom.Job(
            number,
            location=len(problem.candidates) + number,
            default_service=int(job.service_minutes * 60),
            skills={skills[name] for name in job.skills},
            delivery=[int(job.needs_generator)],
            priority=10 - job.priority,
            time_windows=[vroom.TimeWindow(_second(job.release), latest)],
        )
        model.add_job(wanted)
    return model.solve(exploration_level=level, nb_threads=_THREADS)


def _plan_of(given: Json, problem: Problem, solution: vroom.Solution) -> Json:
    frame = solution.routes
    stops: dict[int, list[Json]] = {}
    for row in frame[frame["type"] == "job"].itertuples():
        job = problem.jobs[row.id]
        arrive = _NOW + timedelta(seconds=row.arrival + row.waiting_time)
        leave = arrive + timedelta(minutes=job.service_minutes)
        stop = {"job": job.job_id, "arrive": arrive.isoformat(), "leave": leave.isoformat()}
        stops.setdefault(row.vehicle_id, []).append(stop)
    left = [{"job": given["jobs"][one._id]["id"], "code": "unassigned", "hint": ""} for one in solution.unassigned]
    names = [one.technician_id for one in problem.candidates]
    return {"routes": [{"technician": names[one], "stops": mine} for one, mine in stops.items()], "unassigned": left}


# Words and numbers ----------------------------------------------------------------------------------------------------


def _row(name: str, who: str, scored: Scored) -> None:
    figures = f"{scored.wrong} | {scored.missed} | {scored.late:,.0f} | {scored.left} | {scored.km:,.0f}"
    print(f"| {name} | {who} | {figures} | {scored.wall:.2f} | {scored.cpu:.2f} |", flush=True)


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else "-"


def _out(made: Plan) -> Json:
    out: Json = json.loads(msgspec.json.encode(made))
    return out


def _at(minutes: float) -> str:
    return (_NOW + timedelta(minutes=minutes)).isoformat()


def _second(at: datetime) -> int:
    return round((at - _NOW).total_seconds())


if __name__ == "__main__":
    main()
