"""The drive to a job that wants a generator, over the depot at which whoever has none fetches one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.model import Candidate, Fetchable, Job, Leg
from dispatch.policy import Policy
from dispatch.travel.crow import Road, estimate, estimates
from dispatch.travel.known import KnownLegs

Floats = NDArray[np.float64]


class Drive(NamedTuple):
    """All of the way to a job, loading included, and what is fetched on it."""

    leg: Leg
    fetch: Fetchable | None = None


def with_depot(candidate: Candidate, job: Job, road: Road, policy: Policy) -> Drive:
    """The drive; straight for whoever has a machine that will do or needs none, and where there is none to fetch."""
    if not job.needs_generator or candidate.carries(job.generator_kva):
        return Drive(road(candidate.place, job.place, job.region, policy))
    usable = candidate.to_fetch(job.generator_kva)
    if not usable:
        return Drive(road(candidate.place, job.place, job.region, policy))
    nearest = min(usable, key=lambda one: (_over(candidate, job, one, estimate, policy).minutes, one))
    return Drive(_over(candidate, job, nearest, road, policy), nearest)


def drives(people: Sequence[Candidate], jobs: Sequence[Job], road: Road, policy: Policy) -> Floats:
    """Minutes from everybody (columns) to every job (rows), by estimate and as far as the road knows better.

    Who would have to fetch a generator first drives over the depot that makes the way shortest.
    """
    starts, ends = [one.place for one in people], [job.place for job in jobs]
    minutes = estimates(starts, [(job.place, job.region) for job in jobs], policy)
    if isinstance(road, KnownLegs):
        minutes = road.over(minutes, starts, ends)
    wanting = [row for row, job in enumerate(jobs) if job.needs_generator]
    if wanting and any(one.fetchable for one in people):
        _detour(minutes, people, jobs, wanting, policy)
    return minutes


def _detour(
    minutes: Floats, people: Sequence[Candidate], jobs: Sequence[Job], wanting: Sequence[int], policy: Policy
) -> None:
    """Puts the way over a depot in place of the straight one: for all rows that want the same size at once."""
    by_size: dict[float, list[int]] = {}
    for row in wanting:
        by_size.setdefault(jobs[row].generator_kva, []).append(row)
    for kva, rows in by_size.items():
        columns: dict[tuple[Fetchable, ...], list[int]] = {}
        for at, one in enumerate(people):
            if not one.carries(kva) and (usable := one.to_fetch(kva)):
                columns.setdefault(usable, []).append(at)
        ends = [(jobs[row].place, jobs[row].region) for row in rows]
        for usable, who in columns.items():
            there = estimates([people[at].place for at in who], [(one.place, one.region) for one in usable], policy)
            on = estimates([one.place for one in usable], ends, policy) + np.array([one.minutes for one in usable])
            over = np.min(on[:, :, None] + there[None, :, :], axis=1)
            minutes[np.ix_(rows, who)] = over


def _over(candidate: Candidate, job: Job, fetched: Fetchable, road: Road, policy: Policy) -> Leg:
    there = road(candidate.place, fetched.place, fetched.region, policy)
    on = road(fetched.place, job.place, job.region, policy)
    return Leg(there.minutes + fetched.minutes + on.minutes, there.km + on.km)
