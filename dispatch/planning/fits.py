"""Who could do what, were there time: the constraints of live choice, each judged once for every two kinds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar

import numpy as np

from dispatch.constraints import Constraint
from dispatch.constraints.busy import is_free
from dispatch.constraints.certificates import certificates_valid
from dispatch.constraints.generator import has_generator
from dispatch.constraints.past import has_not_refused
from dispatch.constraints.region import in_region
from dispatch.constraints.role import is_technician
from dispatch.constraints.skills import has_skills
from dispatch.model import Candidate, Interval, Job, Leg, Refusal, Trip
from dispatch.planning.roads import Bools, Ints
from dispatch.policy import REACH, Policy

_NO_DRIVE = Leg(0, 0)
_NOT_THERE = Refusal("off_shift", "off shift")
_Item = TypeVar("_Item", Candidate, Job)


class _Rule(NamedTuple):
    """A constraint with what it looks at: everybody who is alike in this is judged alike."""

    judge: Constraint
    of_candidate: Callable[[Candidate], Hashable]
    of_job: Callable[[Job], Hashable]


_RULES = (
    _Rule(is_technician, lambda one: one.role, lambda _: None),
    _Rule(in_region, lambda one: one.region, lambda job: job.region),
    _Rule(has_skills, lambda one: one.skills, lambda job: job.skills),
    _Rule(
        certificates_valid,
        lambda one: (tuple(sorted(one.certificates.items())), one.technician_id if one.certificates else ""),
        lambda job: job.skills,
    ),
    _Rule(
        has_generator,
        lambda one: (one.generators > 0, one.generator_kva, one.fetchable),
        lambda job: (job.needs_generator, job.generator_kva),
    ),
)
_ORDER = (*(rule.judge for rule in _RULES), has_not_refused)


class _Kinds(NamedTuple):
    """Which are alike: the kind of each, and the first of each kind."""

    kind: Ints
    first: Sequence[int]


def able(
    candidates: Sequence[Candidate], jobs: Sequence[Job], duties: Sequence[Interval | None], policy: Policy
) -> Bools:
    """By candidate and job. A certificate must last until the shift is over, wherever in it the job comes to stand."""
    fits = np.array([duty is not None for duty in duties], dtype=bool)[:, None] & np.ones(len(jobs), dtype=bool)
    if not fits.any():
        return fits
    for rule in _RULES:
        who, whom = _kinds(candidates, rule.of_candidate), _kinds(jobs, rule.of_job)
        table = [
            [not rule.judge(_trip(candidates[one], jobs[job], duties[one], policy)) for job in whom.first]
            for one in who.first
        ]
        fits &= np.array(table)[who.kind[:, None], whom.kind[None, :]]
    for at, job in enumerate(jobs):
        for one in _asked_before(candidates, job):
            fits[one, at] &= not has_not_refused(_trip(candidates[one], job, duties[one], policy))
    return fits


def refused(candidate: Candidate, job: Job, duty: Interval | None, policy: Policy) -> Refusal | None:
    """The first standing reason against this pair; None when only time can be missing."""
    if duty is None:
        return is_free(_trip(candidate, job, duty, policy)) or _NOT_THERE
    trip = _trip(candidate, job, duty, policy)
    return next((refusal for judge in _ORDER if (refusal := judge(trip))), None)


def _trip(candidate: Candidate, job: Job, duty: Interval | None, policy: Policy) -> Trip:
    """The last that the shift holds, as if no drive lay between."""
    leave = duty.end - timedelta(minutes=job.service_minutes) if duty else job.release
    reach = min(REACH[width] for width in policy.widen)
    return Trip(candidate=candidate, job=job, leave=leave, leg=_NO_DRIVE, policy=policy, reach=reach)


def _kinds(items: Sequence[_Item], of: Callable[[_Item], Hashable]) -> _Kinds:
    numbers: dict[Hashable, int] = {}
    kind = [numbers.setdefault(of(item), len(numbers)) for item in items]
    first = dict(zip(reversed(kind), reversed(range(len(kind))), strict=True))
    return _Kinds(np.array(kind), [first[number] for number in range(len(numbers))])


def _asked_before(candidates: Sequence[Candidate], job: Job) -> list[int]:
    names = {past.technician for past in job.past}
    return [at for at, one in enumerate(candidates) if one.technician_id in names] if names else []
