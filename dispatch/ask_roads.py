"""Before a batch decides: a routing service is asked for the drives that the decision will look at."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np

from dispatch.board import Board
from dispatch.choice.sieve import Sieve, widest_of
from dispatch.jobs import candidates, groups, job_of
from dispatch.model import Job
from dispatch.offers import loose_needs
from dispatch.travel import estimates
from dispatch.travel.policy import RoutingPolicy
from dispatch.travel.routing import Asked, Routes


async def ask_roads(board: Board, routes: Routes, policy: RoutingPolicy, at: float) -> None:
    """Puts what the service knows on the board; without one, or where it fails, all is reckoned by the crow."""
    if policy.is_on:
        board.road = await routes.legs(wanted_drives(board, policy), policy, at)


def wanted_drives(board: Board, policy: RoutingPolicy) -> list[Asked]:
    """For the most urgent of what nobody holds: the nearest of those who can go, by the crow."""
    jobs = [job_of(board, needs) for needs in groups(need for need in loose_needs(board) if need.place)]
    jobs.sort(key=lambda job: job.urgency)
    sieves: dict[tzinfo, Sieve] = {}
    asked = [_nearest(board, job, sieves, policy.candidates) for job in jobs[: policy.jobs_at_once]]
    return [one for one in asked if one.starts]


def _nearest(board: Board, job: Job, sieves: dict[tzinfo, Sieve], most: int) -> Asked:
    if job.zone not in sieves:
        sieves[job.zone] = Sieve(candidates(board, job.zone), board.now, board.policy)
    sieve = sieves[job.zone]
    people = [sieve.candidates[at] for at in sieve.who_can(job, widest_of(board.policy)).fit]
    minutes = estimates([one.place for one in people], [(job.place, job.region)], board.policy)[0]
    nearest = np.argsort(minutes, kind="stable")[:most]
    return Asked(job.place, list(dict.fromkeys(people[int(at)].place for at in nearest)))
