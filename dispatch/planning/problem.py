"""A problem of routes and the plan that answers it, in the words of the core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from dispatch.model import Candidate, Job
from dispatch.policy import Policy


class Commitment(NamedTuple):
    """What somebody is already on: it stays first on the route. `arrive` is when work begins; None: soonest."""

    technician_id: str
    job_id: str
    arrive: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Who can go and what is wanted.

    Each candidate is planned through one stretch of duty: the one he is in when he is free, or his next one. `matrix`
    holds the seconds from each place to each, candidates first and then jobs, in the order given here; without one
    roads are the policy's. A job that is committed must be among `jobs`.
    """

    now: datetime
    candidates: Sequence[Candidate]
    jobs: Sequence[Job]
    policy: Policy
    committed: Sequence[Commitment] = ()
    matrix: Sequence[Sequence[float]] | None = None


class Stop(msgspec.Struct, frozen=True):
    """Work from `arrive` (not before the job's release, and inside one of its windows) to `leave`."""

    job: str
    arrive: datetime
    leave: datetime


class Route(msgspec.Struct, frozen=True):
    technician: str
    stops: tuple[Stop, ...]


class Unassigned(msgspec.Struct, frozen=True):
    job: str
    code: str
    hint: str


class Plan(msgspec.Struct, frozen=True):
    """One route for each technician who goes anywhere, and why each other job is not on one."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
