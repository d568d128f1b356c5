"""The problem file and the plan of `guywire plan` as the command line fixes them, and a problem as the core sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from dispatch.model import Candidate, Interval, Job, Place
from dispatch.policy import Policy, default_policy
from guywire.errors import GuywireError

_MOST_BYTES = 50_000_000
_Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class PlanError(GuywireError):
    """A problem file that cannot be planned: what is wrong and where."""


class TechnicianIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: _Id
    latitude: _Latitude
    longitude: _Longitude
    skills: frozenset[str]
    available_from: _Time
    available_until: _Time
    generators: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0


class JobIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: _Id
    latitude: _Latitude
    longitude: _Longitude
    skills: frozenset[str] = frozenset()
    priority: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    service_minutes: Annotated[float, msgspec.Meta(ge=0, le=10_080)] = 45.0
    release: _Time | None = None
    deadline: _Time | None = None
    weight: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 1.0
    needs_generator: bool = False


class ProblemIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`now`, the travel model, who can go and what is to be done; times are ISO 8601 with an offset."""

    now: _Time
    speed_kmh: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    detour: Annotated[float, msgspec.Meta(ge=1, le=10)]
    technicians: tuple[TechnicianIn, ...]
    jobs: tuple[JobIn, ...]


class Stop(msgspec.Struct, frozen=True):
    """Work from `arrive` (not before the job's release) to `leave`."""

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


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in the words of the core: everybody's duty is one interval, and no overtime is worked."""

    now: datetime
    candidates: Sequence[Candidate]
    jobs: Sequence[Job]
    policy: Policy


def read_problem(path: Path) -> Problem:
    """The problem in a file. Raises `PlanError`, in one line that says what to mend."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PlanError(f"{path}: larger than {_MOST_BYTES // 1_000_000} MB. Plan it in regions.")
        return problem_of(msgspec.json.decode(path.read_bytes(), type=ProblemIn))
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}. Name a file that can be read.") from None
    except msgspec.MsgspecError as error:
        raise PlanError(f"{path}: {error}. Mend it and try again.") from None
    except ValueError as error:
        raise PlanError(f"{path}: {error}. Mend it and try again.") from None


def problem_of(given: ProblemIn) -> Problem:
    """Raises `ValueError` for what no single field shows: ids twice, a shift that ends before it starts."""
    _check_once("technician", [technician.id for technician in given.technicians])
    _check_once("job", [job.id for job in given.jobs])
    shipped = default_policy()
    policy = msgspec.structs.replace(
        shipped, speed_kmh=given.speed_kmh, detour=given.detour, detour_of_region={}, overtime_minutes=0
    )
    return Problem(
        now=given.now.astimezone(UTC),
        candidates=[_candidate(technician) for technician in sorted(given.technicians, key=lambda one: one.id)],
        jobs=[_job(job, given.now) for job in given.jobs],
        policy=policy,
    )


def _candidate(given: TechnicianIn) -> Candidate:
    if given.available_until < given.available_from:
        raise ValueError(f"technician {given.id!r} is available until a time before available_from")
    return Candidate(
        technician_id=given.id,
        place=Place(given.latitude, given.longitude),
        duty=(Interval(given.available_from.astimezone(UTC), given.available_until.astimezone(UTC)),),
        skills=given.skills,
        generators=given.generators,
    )


def _job(given: JobIn, now: datetime) -> Job:
    return Job(
        job_id=given.id,
        place=Place(given.latitude, given.longitude),
        release=(given.release or now).astimezone(UTC),
        skills=given.skills,
        priority=given.priority,
        weight=given.weight,
        service_minutes=given.service_minutes,
        deadline=given.deadline.astimezone(UTC) if given.deadline else None,
        needs_generator=given.needs_generator,
    )


def _check_once(kind: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{kind} {one!r} is there twice")
        seen.add(one)
