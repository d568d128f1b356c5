"""The problem file of `guywire plan` as the command line fixes it, read into a problem as the core sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec

from dispatch.model import Candidate, Interval, Job, Place
from dispatch.planning.problem import Commitment, Problem
from dispatch.policy import default_policy
from guywire.errors import GuywireError

_MOST_BYTES = 50_000_000
_Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Kva = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class PlanError(GuywireError):
    """A problem file that cannot be planned: what is wrong and where."""


class PlaceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    latitude: _Latitude
    longitude: _Longitude


class StretchIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    start: _Time = msgspec.field(name="from")
    until: _Time


class TechnicianIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`generator_kva` is the size of each generator; `certificates` says until when a skill may be used."""

    id: _Id
    latitude: _Latitude
    longitude: _Longitude
    skills: frozenset[str]
    available_from: _Time
    available_until: _Time
    generators: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    generator_kva: _Kva = 0.0
    breaks: tuple[StretchIn, ...] = ()
    end: PlaceIn | None = None
    certificates: dict[str, _Time] = {}


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
    generator_kva: _Kva = 0.0
    crew_size: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1
    windows: tuple[StretchIn, ...] = ()


class CommittedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a technician is already on; in the order in which it is done, where there is more than one."""

    technician: _Id
    job: _Id
    arrive: _Time | None = None


class ProblemIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`now`, the travel model, who can go and what is to be done; times are ISO 8601 with an offset.

    `matrix` holds the seconds from each place (row) to each place (column), technicians first and then jobs, in the
    order of the file. It replaces the travel model, but for the way to a technician's `end`.
    """

    now: _Time
    speed_kmh: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    detour: Annotated[float, msgspec.Meta(ge=1, le=10)]
    technicians: tuple[TechnicianIn, ...]
    jobs: tuple[JobIn, ...]
    committed: tuple[CommittedIn, ...] = ()
    matrix: tuple[tuple[_Seconds, ...], ...] | None = None


def read_problem(path: Path) -> Problem:
    """The problem in a file. Raises `PlanError`, in one line that says what to mend."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PlanError(f"{path}: larger than {_MOST_BYTES // 1_000_000} MB. Plan it in regions.")
        return problem_of(msgspec.json.decode(path.read_bytes(), type=ProblemIn))
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}. Name a file that can be read.") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise PlanError(f"{path}: {error}. Mend it and try again.") from None


def problem_of(given: ProblemIn) -> Problem:
    """Raises `ValueError` for what no single field shows, such as ids twice or a shift that ends before it starts."""
    _check_once("technician", [technician.id for technician in given.technicians])
    _check_once("job", [job.id for job in given.jobs])
    _check_committed(given)
    _check_matrix(given)
    policy = msgspec.structs.replace(
        default_policy(),
        speed_kmh=given.speed_kmh,
        detour=given.detour,
        detour_of_region={},
        speed_of_region={},
        overtime_minutes=0,
    )
    return Problem(
        now=given.now.astimezone(UTC),
        candidates=[_candidate(technician) for technician in given.technicians],
        jobs=[_job(job, given.now) for job in given.jobs],
        policy=policy,
        committed=[
            Commitment(one.technician, one.job, one.arrive and one.arrive.astimezone(UTC)) for one in given.committed
        ],
        matrix=given.matrix,
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
        generator_kva=given.generator_kva,
        breaks=_stretches(f"technician {given.id!r}: breaks", given.breaks),
        end=Place(given.end.latitude, given.end.longitude) if given.end else None,
        certificates=given.certificates,
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
        generator_kva=given.generator_kva,
        crew_size=given.crew_size,
        windows=_stretches(f"job {given.id!r}: windows", given.windows),
    )


def _stretches(where: str, given: Sequence[StretchIn]) -> tuple[Interval, ...]:
    """In the order of time."""
    stretches = sorted(Interval(one.start.astimezone(UTC), one.until.astimezone(UTC)) for one in given)
    for one in stretches:
        if one.end <= one.start:
            raise ValueError(f"{where}: the one from {one.start:%Y-%m-%dT%H:%MZ} ends before it begins")
    for one, after in pairwise(stretches):
        if after.start < one.end:
            raise ValueError(f"{where}: the one from {after.start:%Y-%m-%dT%H:%MZ} overlaps the one before it")
    return tuple(stretches)


def _check_once(kind: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{kind} {one!r} is there twice")
        seen.add(one)


def _check_committed(given: ProblemIn) -> None:
    technicians, jobs = {one.id for one in given.technicians}, {job.id: job for job in given.jobs}
    crews: dict[str, list[str]] = {}
    begun: set[str] = set()
    for at, one in enumerate(given.committed):
        if one.technician not in technicians:
            raise ValueError(f"committed[{at}]: there is no technician {one.technician!r}")
        if one.job not in jobs:
            raise ValueError(f"committed[{at}]: there is no job {one.job!r}")
        if one.technician in crews.setdefault(one.job, []):
            raise ValueError(f"committed[{at}]: {one.technician!r} is committed to {one.job!r} twice")
        if one.arrive and one.technician in begun:
            raise ValueError(f"committed[{at}]: only the first job of {one.technician!r} can say when he arrives")
        begun.add(one.technician)
        crews[one.job].append(one.technician)
    for job, crew in crews.items():
        if len(crew) != (wanted := jobs[job].crew_size):
            raise ValueError(f"committed: job {job!r} wants {wanted} technicians and {len(crew)} are committed to it")


def _check_matrix(given: ProblemIn) -> None:
    size = len(given.technicians) + len(given.jobs)
    if given.matrix is None:
        return
    if len(given.matrix) != size:
        raise ValueError(f"matrix has {len(given.matrix)} rows and must have {size}: technicians first, then jobs")
    for at, row in enumerate(given.matrix):
        if len(row) != size:
            raise ValueError(f"matrix[{at}] has {len(row)} columns and must have {size}: technicians, then jobs")
