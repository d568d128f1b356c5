"""A problem in numbers: arrays of whole seconds since its `now`, by place in the lists of candidates and of jobs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from dispatch.model import Candidate, Interval, Job
from dispatch.planning.fits import able
from dispatch.planning.problem import Problem
from dispatch.planning.roads import FAR, Bools, Floats, Ints, Roads, roads_of

_SECOND = timedelta(seconds=1)
_MISSED = 300.0
"""A deadline that is missed at all counts like this many minutes: else many small delays stand in for a long one."""
_MOST = 1 << 36  # seconds: longer than any shift, and far from FAR


class Head(NamedTuple):
    """A stop that is committed: which job, and the seconds at which work there begins and ends."""

    job: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class World:
    """Candidates by id and jobs by urgency, both numbered from 0; a candidate's node in `roads` is his own number.

    Times are rounded so that nobody is early and nothing ends late.
    """

    now: datetime
    candidates: Sequence[Candidate]
    jobs: Sequence[Job]
    duties: Sequence[Interval | None]
    """By candidate: the stretch that is planned, from when he is free; None for who is not there at all."""
    roads: Roads
    fits: Bools
    """By candidate and job: who could do what, were there time."""
    nodes: Ints
    """By job: its node in `roads`."""
    start: Ints
    until: Ints
    """When a candidate can set off, and when work must be over; -1 for who is not there at all."""
    ends: Ints
    """The node where a candidate's day ends, -1 where it does not matter."""
    breaks: Ints
    """By candidate: pairs of when a break begins and when it is over."""
    generators: Ints
    release: Ints
    deadline: Ints
    service: Ints
    windows: Ints
    """By job: pairs between which the work must lie; shape (jobs, 0, 2) when everything is always open."""
    takes: Ints
    """How many generators stay at a job."""
    crew: Ints
    priority: Ints
    weight: Floats
    missed: Floats
    """By job: what each minute late costs, and being late at all; for each of its crew."""
    to_plan: Bools
    """By job: False for what somebody is committed to."""
    heads: Mapping[int, Sequence[Head]]
    """By candidate: what he is committed to, in order; his start is where and when that is over."""
    horizon: int
    """When the last shift ends: what is left unserved counts as reached then."""

    def lateness(self, job: Ints, arrive: Ints) -> Floats:
        """Weighted minutes late, and what it counts that the deadline is missed at all; for each of the crew."""
        late = np.maximum(arrive - self.deadline[job], 0)
        return np.asarray(self.weight[job] * late / 60 + self.missed[job] * (late > 0))

    def unserved(self, job: Ints) -> Floats:
        """What it costs to leave jobs until the last shift ends."""
        return self.lateness(job, np.full(np.shape(job), self.horizon)) * self.crew[job]

    def at(self, second: int) -> datetime:
        return self.now + int(second) * _SECOND


def world_of(problem: Problem) -> World:
    """Raises `ValueError` when the matrix has not one row and one column for each candidate and each job."""
    people = sorted(range(len(problem.candidates)), key=lambda at: problem.candidates[at].technician_id)
    work = sorted(range(len(problem.jobs)), key=lambda at: problem.jobs[at].urgency)
    candidates = [problem.candidates[at] for at in people]
    jobs = [problem.jobs[at] for at in work]
    bound = {commitment.technician_id for commitment in problem.committed}
    duties = [_duty(candidate, problem.now, bound) for candidate in candidates]
    late = timedelta(minutes=problem.policy.overtime_minutes)
    until = [_floor(duty.end + late - problem.now) if duty else -1 for duty in duties]
    return World(
        now=problem.now,
        candidates=candidates,
        jobs=jobs,
        duties=duties,
        roads=_roads(problem, candidates, jobs, [*people, *(at + len(people) for at in work)]),
        fits=able(candidates, jobs, duties, problem.policy),
        nodes=np.arange(len(jobs)) + len(candidates),
        start=_ints(_ceil(duty.start - problem.now) if duty else 0 for duty in duties),
        until=_ints(min(end, _MOST) for end in until),
        ends=_ints(at + len(candidates) + len(jobs) if one.end else -1 for at, one in enumerate(candidates)),
        breaks=pairs([candidate.breaks for candidate in candidates], problem.now),
        generators=_ints(candidate.generators for candidate in candidates),
        heads={},
        horizon=_horizon(candidates, duties, problem.now),
        **job_arrays(jobs, problem.now),
    )


def job_arrays(jobs: Sequence[Job], now: datetime) -> dict[str, Any]:
    """The fields of a world that are by job alone."""
    crew = _ints(job.crew_size for job in jobs)
    return {
        "release": _ints(max(0, _ceil(job.release - now)) for job in jobs),
        "deadline": _ints(FAR if job.deadline is None else _floor(job.deadline - now) for job in jobs),
        "service": _ints(_ceil(timedelta(minutes=job.service_minutes)) for job in jobs),
        "windows": pairs([job.windows for job in jobs], now, inward=True),
        "takes": _ints(job.needs_generator for job in jobs),
        "crew": crew,
        "priority": _ints(min(max(job.priority, 0), 9) for job in jobs),
        "to_plan": np.ones(len(jobs), dtype=bool),
        "weight": np.array([job.weight for job in jobs], dtype=float) / crew,
        "missed": np.array([_MISSED if job.weight else 0.0 for job in jobs]) / crew,
    }


def _duty(candidate: Candidate, now: datetime, bound: Container[str]) -> Interval | None:
    """From when he can set off until the end of that stretch of duty; None when he is not there to be planned."""
    ready = max(now, candidate.free_from or now)
    busy = candidate.holds and candidate.free_from is None and candidate.technician_id not in bound
    if candidate.shift_problem or busy:
        return None
    stretch = next((duty for duty in candidate.duty if duty.end > ready), None)
    return stretch and Interval(max(ready, stretch.start), stretch.end)


def _horizon(candidates: Sequence[Candidate], duties: Sequence[Interval | None], now: datetime) -> int:
    stretches = (duty or next(iter(one.duty), None) for one, duty in zip(candidates, duties, strict=True))
    return _floor(max((stretch.end for stretch in stretches if stretch), default=now) - now)


def _roads(problem: Problem, candidates: Sequence[Candidate], jobs: Sequence[Job], order: Sequence[int]) -> Roads:
    policy = problem.policy
    hour = 3600.0
    paces = {
        region: hour * policy.detour_in(region) / policy.speed_in(region) for region in {job.region for job in jobs}
    }
    home = [hour * policy.detour / policy.speed_kmh] * len(candidates)
    places = [
        *(candidate.place for candidate in candidates),
        *(job.place for job in jobs),
        *(candidate.end or candidate.place for candidate in candidates),
    ]
    pace = np.array([*home, *(paces[job.region] for job in jobs), *home])
    return roads_of(places, pace, None if problem.matrix is None else _matrix(problem.matrix, order))


def _matrix(given: Sequence[Sequence[float]], order: Sequence[int]) -> Ints:
    if len(given) != len(order) or any(len(row) != len(order) for row in given):
        raise ValueError(f"the matrix must have {len(order)} rows and columns: technicians first, then jobs")
    seconds = np.array(given, dtype=float).reshape(len(order), len(order))
    return np.asarray(np.ceil(seconds[np.ix_(order, order)]), dtype=np.int64)


def pairs(intervals: Sequence[Sequence[Interval]], now: datetime, *, inward: bool = False) -> Ints:
    """Padded to the same length: with breaks that are over, or with windows that never open."""
    most = max((len(one) for one in intervals), default=0)
    pairs = np.empty((len(intervals), most, 2), dtype=np.int64)
    pairs[:] = (FAR, -FAR) if inward else (-FAR, -FAR)
    for row, stretches in zip(pairs, intervals, strict=True):
        if inward and not stretches and most:
            row[0] = (-FAR, FAR)
        for at, (start, end) in enumerate(stretches):
            row[at] = (_ceil(start - now), _floor(end - now)) if inward else (_floor(start - now), _ceil(end - now))
    return pairs


def _ints(values: Iterable[float]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _ceil(span: timedelta) -> int:
    return -(-span // _SECOND)


def _floor(span: timedelta) -> int:
    return span // _SECOND


def seconds_until(at: datetime, now: datetime) -> int:
    """Rounded up; negative for what is past."""
    return _ceil(at - now)
