"""First step of a choice: who can go at all, were there no drive. Jobs of one kind refuse the same people."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter

from dispatch.constraints import Constraint, refusal_of
from dispatch.constraints.region import in_region
from dispatch.model import Candidate, Job, Leg, Refusal, Trip
from dispatch.policy import REACH, Policy
from dispatch.travel import Drive

NO_DRIVE = Drive(Leg(0, 0))
_SEQUENCES = ("windows", "past")
_MATTER_NOT = ("job_id", "place", "priority", "weight", "deadline", "held_by")
_alike = attrgetter(*(one.name for one in fields(Job) if one.name not in (*_SEQUENCES, *_MATTER_NOT)))


@dataclass(frozen=True, slots=True)
class Sieved:
    """Who can go to jobs of one kind: places in the list of candidates, and the refusals of all the others, by id."""

    fit: Sequence[int]
    refused: Mapping[str, Refusal]


@dataclass(slots=True)
class Sieve:
    """Judges candidates once for each kind of job: what is asked of people differs in few ways among many jobs."""

    candidates: Sequence[Candidate]
    now: datetime
    policy: Policy
    _known: dict[tuple[Hashable, str], Sieved] = field(default_factory=dict)

    def who_can(self, job: Job, width: str) -> Sieved:
        """Who can go as far as anybody can tell without the drive, within this width of the region tree."""
        key = (kind_of(job), width)
        if key not in self._known:
            self._known[key] = self._judged(job, width)
        return self._known[key]

    def _judged(self, job: Job, width: str) -> Sieved:
        if job.past:
            return self._with_past(job, width)
        widest = widest_of(self.policy)
        if width == widest:
            return self._sieved(range(len(self.candidates)), job, width, refusal_of)
        wide = self.who_can(job, widest)
        near = self._sieved(wide.fit, job, width, in_region)
        return Sieved(near.fit, {**wide.refused, **near.refused})

    def _with_past(self, job: Job, width: str) -> Sieved:
        """What a job has behind it concerns only those who were on it; the others are judged once for all its kind."""
        kind, names = self.who_can(replace(job, past=()), width), {past.technician for past in job.past}
        asked = [at for at, one in enumerate(self.candidates) if one.technician_id in names]
        own = self._sieved(asked, job, width, refusal_of)
        return Sieved(sorted({*kind.fit, *own.fit} - ({*asked} - {*own.fit})), {**kind.refused, **own.refused})

    def _sieved(self, places: Iterable[int], job: Job, width: str, judge: Constraint) -> Sieved:
        fit: list[int] = []
        refused: dict[str, Refusal] = {}
        for at in places:
            candidate = self.candidates[at]
            if refusal := judge(trip_of(candidate, job, self.now, NO_DRIVE, self.policy, width)):
                refused[candidate.technician_id] = refusal
            else:
                fit.append(at)
        return Sieved(fit, refused)


def kind_of(job: Job) -> Hashable:
    """What makes a difference to who can go, were there no drive."""
    return (_alike(job), tuple(job.windows), tuple(job.past))


def widest_of(policy: Policy) -> str:
    return min(policy.widen, key=REACH.__getitem__)


def trip_of(candidate: Candidate, job: Job, now: datetime, drive: Drive, policy: Policy, width: str) -> Trip:
    """The trip that begins as soon as the candidate is free."""
    leave = max(now, candidate.free_from or now)
    return Trip(
        candidate=candidate, job=job, leave=leave, leg=drive.leg, fetch=drive.fetch, policy=policy, reach=REACH[width]
    )
