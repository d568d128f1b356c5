"""The choice of one technician for one job: who can go, who is there soonest, and why the others are not sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.constraints import Constraint, refusal_of
from dispatch.constraints.region import in_region
from dispatch.model import Candidate, Job, Leg, Refusal, Trip
from dispatch.policy import REACH, Policy
from dispatch.travel import Road, estimate, measure

_MEASURED = 10  # the nearest by haversine are measured exactly: the order differs in 0.2 % of cases
_NO_DRIVE = Leg(0, 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """`trip` is None when nobody can go. `ranked` are all who could, best first; `refused` says why not the others."""

    job: Job
    trip: Trip | None
    width: str
    ranked: Sequence[Trip]
    refused: Mapping[str, Refusal]


def choose(job: Job, candidates: Iterable[Candidate], now: datetime, policy: Policy, road: Road = measure) -> Choice:
    """Looks in the area, then wider as the policy says, and takes whoever is there soonest; ties by id."""
    widest = min(policy.widen, key=REACH.__getitem__)
    fitting, refused = _sieve(_standing(candidate, job, now, policy, REACH[widest]) for candidate in candidates)
    for width in policy.widen:
        inside, outside = _sieve((replace(trip, reach=REACH[width]) for trip in fitting), in_region)
        ranked, too_far = _ranked(inside, road)
        if ranked or width == widest:
            break
    return Choice(job, ranked[0] if ranked else None, width, ranked, refused | outside | too_far)


def soonest(trip: Trip) -> tuple[float, str]:
    """Sorts trips: the shorter drive first, ties by id."""
    return trip.leg.minutes, trip.candidate.technician_id


def _ranked(standing: Sequence[Trip], road: Road) -> tuple[list[Trip], dict[str, Refusal]]:
    """Best first, and for whom the drive is too long: all drives are estimated, and few are measured."""
    fitting, too_far = _sieve(_driving(trip, estimate) for trip in standing)
    fitting.sort(key=soonest)
    ranked: list[Trip] = []
    while fitting and not ranked:
        nearest, fitting = fitting[:_MEASURED], fitting[_MEASURED:]
        ranked, farther = _sieve(_driving(trip, road) for trip in nearest)
        too_far |= farther
    return sorted(ranked, key=soonest) + fitting, too_far


def _sieve(trips: Iterable[Trip], constraint: Constraint = refusal_of) -> tuple[list[Trip], dict[str, Refusal]]:
    fitting: list[Trip] = []
    refused: dict[str, Refusal] = {}
    for trip in trips:
        if refusal := constraint(trip):
            refused[trip.candidate.technician_id] = refusal
        else:
            fitting.append(trip)
    return fitting, refused


def _standing(candidate: Candidate, job: Job, now: datetime, policy: Policy, reach: int) -> Trip:
    """The trip as if no drive lay between: who cannot make even this one cannot make it at all."""
    return Trip(candidate=candidate, job=job, leave=now, leg=_NO_DRIVE, policy=policy, reach=reach)


def _driving(trip: Trip, road: Road) -> Trip:
    return replace(trip, leg=road(trip.candidate.place, trip.job.place, trip.job.region, trip.policy))
