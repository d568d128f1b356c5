"""A technician's day as a row of trips, and what a row costs: built from the trips and constraints of live choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch.constraints import refusal_of
from dispatch.model import Candidate, Job, Refusal, Trip
from dispatch.policy import Policy
from dispatch.travel import Road


class Cost(NamedTuple):
    """Compared in this order: weighted minutes of arriving late, then kilometres."""

    late: float
    km: float


@dataclass(frozen=True, slots=True)
class Route:
    """One candidate's trips, in order; every one of them can be made."""

    candidate: Candidate
    trips: tuple[Trip, ...] = ()

    @property
    def cost(self) -> Cost:
        return Cost(sum(lateness(trip) for trip in self.trips), sum(trip.leg.km for trip in self.trips))


def lateness(trip: Trip) -> float:
    """Weighted minutes of arriving after the deadline."""
    return late_at(trip.job, trip.arrive)


def late_at(job: Job, arrive: datetime) -> float:
    """What it costs to be there at that time."""
    if job.deadline is None:
        return 0.0
    return job.weight * max(0.0, (arrive - job.deadline) / timedelta(minutes=1))


def drive(candidate: Candidate, jobs: Sequence[Job], now: datetime, policy: Policy, road: Road) -> Route | Refusal:
    """The route through these jobs in this order, or the first reason why it cannot be driven."""
    trips: list[Trip] = []
    here, leave = candidate, _starts(candidate, now)
    for job in jobs:
        leg = road(here.place, job.place, job.region, policy)
        trip = Trip(candidate=here, job=job, leave=leave, leg=leg, policy=policy)
        if refusal := refusal_of(trip):
            return refusal
        trips.append(trip)
        here, leave = _after(trip), trip.finish
    return Route(candidate, tuple(trips))


def _starts(candidate: Candidate, now: datetime) -> datetime:
    """Now, or when the next stretch of duty begins."""
    return now if candidate.duty_at(now) else candidate.duty_after(now) or now


def _after(trip: Trip) -> Candidate:
    """The candidate once the trip is made: he stands there, and a generator that was wanted stays there."""
    left = trip.candidate.generators - trip.job.needs_generator
    return replace(trip.candidate, place=trip.job.place, generators=left)
