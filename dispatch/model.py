"""The values that live choice and `guywire plan` share: a job, a candidate for it, and the trip that joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from dispatch.policy import Policy


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
    breaks: Sequence[Interval] = ()
    """When no work is done, sorted and disjoint, within the duty."""
    free_from: datetime | None = None
    """When he is through with what he is on; then he stands at `place`. None: he is free now."""
    company: str = ""
    holds: str = ""
    place_from: str = "home"
    shift_problem: str = ""

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

    @property
    def arrive(self) -> datetime:
        """When work can begin: after the drive (in whole seconds, rounded up) and not before the job's release."""
        drive = timedelta(seconds=-int(-self.leg.minutes * 60 // 1))
        return max(self.leave + drive, self.job.release)

    @property
    def finish(self) -> datetime:
        return self.arrive + timedelta(minutes=self.job.service_minutes)
