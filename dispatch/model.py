"""The values that live choice and `guywire plan` share: a job, a candidate for it, and the trip that joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from dispatch.policy import Policy
from dispatch.worktime import drive_ends, work_begins


class Place(NamedTuple):
    """WGS-84 degrees."""

    latitude: float
    longitude: float


class Interval(NamedTuple):
    """A stretch of time, UTC: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


class Leg(NamedTuple):
    """One drive."""

    minutes: float
    km: float


class Refusal(NamedTuple):
    """Why not: a stable code, words for a person, the values in the words, and when it may be over (None: unknown)."""

    code: str
    words: str
    values: Mapping[str, str] = {}
    until: datetime | None = None


class Fetchable(NamedTuple):
    """A generator at a depot; `minutes` is what loading it takes, `region` the depot's."""

    generator_id: str
    kva: float
    place: Place
    region: str
    minutes: float
    depot_id: str


class PastOrder(NamedTuple):
    """An order of this very job that came to nothing with somebody: `how` is its last state."""

    technician: str
    how: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One visit that is wanted: the needs of one ticket at one site, or one job of a plan file."""

    job_id: str
    place: Place
    release: datetime
    skills: frozenset[str] = frozenset()
    priority: int = 3
    weight: float = 1.0
    service_minutes: float = 45.0
    deadline: datetime | None = None
    needs_generator: bool = False
    generator_kva: float = 0.0
    """The least size that carries the site's load; 0 where any will do."""
    crew_size: int = 1
    """Two where a tower is climbed: nobody climbs alone."""
    windows: Sequence[Interval] = ()
    """When somebody is let in (site keys, landlord's hours), sorted and disjoint; empty: at any time."""
    region: str = ""
    zone: tzinfo = UTC
    past: Sequence[PastOrder] = ()
    held_by: str = ""
    """Who has it in an order that may still go to somebody else."""

    @property
    def urgency(self) -> tuple[int, bool, datetime, datetime, str]:
        """Sorts jobs: priority, then deadline (those without one last), then age, then id."""
        return (self.priority, self.deadline is None, self.deadline or self.release, self.release, self.job_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who could go, as seen at one moment. `duty` is sorted and disjoint; `holds` is the open order."""

    technician_id: str
    place: Place
    duty: Sequence[Interval]
    name: str = ""
    skills: frozenset[str] = frozenset()
    region: str = ""
    role: str = "technician"
    manager_id: str = ""
    generators: int = 0
    generator_kva: float = 0.0
    """The size of each of the generators, 0 where nobody wrote it down."""
    fetchable: tuple[Fetchable, ...] = ()
    """Generators at depots of the own city that could be fetched on the way."""
    breaks: Sequence[Interval] = ()
    """When no work is done, sorted and disjoint, within the duty."""
    end: Place | None = None
    """Where he must be when his shift is over; None: wherever the last job is."""
    certificates: Mapping[str, datetime] = field(default_factory=dict)
    """Until when he may use a skill that wants a certificate; what is not named here does not expire."""
    free_from: datetime | None = None
    """When he is through with what he is on; then he stands at `place`. None: he is free now."""
    company: str = ""
    holds: str = ""
    place_from: str = "home"
    shift_problem: str = ""
    standby: Sequence[Interval] = ()
    """When he may be called from home for what is urgent; no moment of it is in `duty`."""
    away: Sequence[Interval] = ()
    """When he is away (leave, sick, training) and not even called; no moment of it is in `duty`."""

    def carries(self, kva: float) -> bool:
        """Whether a generator of that size is on board. One whose size nobody wrote down is taken to be enough."""
        return self.generators > 0 and not 0 < self.generator_kva < kva

    def could_fetch(self, kva: float) -> bool:
        """Whether there is a generator of that size to fetch."""
        return any(one.kva >= kva for one in reversed(self.fetchable))

    def to_fetch(self, kva: float) -> tuple[Fetchable, ...]:
        """What is large enough of what could be fetched: the smallest of each depot."""
        enough = sorted((one for one in self.fetchable if one.kva >= kva), key=lambda one: (one.kva, one))
        return tuple({one.depot_id: one for one in reversed(enough)}.values())

    def duty_at(self, at: datetime) -> Interval | None:
        """The stretch of duty around `at`."""
        return next((duty for duty in self.duty if duty.start <= at < duty.end), None)

    def duty_after(self, at: datetime) -> datetime | None:
        """When the next stretch of duty begins."""
        return next((duty.start for duty in self.duty if duty.start > at), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One candidate going to one job: what the constraints judge.

    `leave` is the earliest moment of setting off; `reach` says how many steps of the region path both must share.
    """

    candidate: Candidate
    job: Job
    leave: datetime
    leg: Leg
    policy: Policy = field(repr=False)
    reach: int = 0
    fetch: Fetchable | None = None
    """The generator that is fetched on the way."""

    @property
    def arrive(self) -> datetime:
        """When work can begin; where no access window is left for it, when he is there."""
        return self.begins or self._there

    @property
    def begins(self) -> datetime | None:
        """When work can begin, in an access window and outside of breaks; None where no window is left for it."""
        service = timedelta(minutes=self.job.service_minutes)
        return work_begins(self.candidate.breaks, self.job.windows, self._there, service)

    @property
    def _there(self) -> datetime:
        """After the drive (in whole seconds, rounded up) and not before the job's release."""
        drive = timedelta(seconds=-int(-self.leg.minutes * 60 // 1))
        return max(drive_ends(self.candidate.breaks, self.leave, drive), self.job.release)

    @property
    def finish(self) -> datetime:
        return self.arrive + timedelta(minutes=self.job.service_minutes)
