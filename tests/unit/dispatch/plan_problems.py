"""Problems of routes as a plan file holds them, small ones by hand and random ones with everything in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from dispatch.planning import plan
from dispatch.planning.plan_file import ProblemIn, problem_of

Json = dict[str, Any]

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def span(start: float, end: float) -> Json:
    return {"from": at(start), "until": at(end)}


def numbered(prefix: str, items: list[Json]) -> list[Json]:
    return [{"id": f"{prefix}{number}", **item} for number, item in enumerate(items)]


def problem(technicians: list[Json], jobs: list[Json], **more: Any) -> Json:
    return {
        "now": at(0),
        "speed_kmh": 40,
        "detour": 1.3,
        "technicians": numbered("T", technicians),
        "jobs": numbered("J", jobs),
        **more,
    }


def technician(latitude: float, **fields: Any) -> Json:
    day = {"available_from": at(0), "available_until": at(480)}
    return {"latitude": latitude, "longitude": 121.0, "skills": ["power"], **day, **fields}


def job(latitude: float, **fields: Any) -> Json:
    return {"latitude": latitude, "longitude": 121.0, "skills": ["power"], **fields}


def planned(given: Json, **how: Any) -> Json:
    made = plan(problem_of(msgspec.convert(given, ProblemIn)), **how)
    out: Json = json.loads(msgspec.json.encode(made))
    return out


def routes(made: Json) -> dict[str, list[str]]:
    return {route["technician"]: [stop["job"] for stop in route["stops"]] for route in made["routes"]}


def left(made: Json) -> dict[str, str]:
    return {one["job"]: one["code"] for one in made["unassigned"]}


# Random ones ----------------------------------------------------------------------------------------------------------

_SKILLS = st.lists(st.sampled_from(["power", "transmission"]), unique=True)
_PLACE = {"latitude": st.floats(31, 31.5), "longitude": st.floats(121, 121.5)}
_TIMES = st.integers(-120, 600).map(at)


@st.composite
def _spans(draw: st.DrawFn, most: int) -> list[Json]:
    """Disjoint stretches of the day, in order."""
    cuts = sorted(draw(st.lists(st.integers(-100, 700), max_size=2 * most, unique=True)))
    return [span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


_TECHNICIANS = st.fixed_dictionaries(
    {
        **_PLACE,
        "skills": _SKILLS,
        "available_from": st.integers(-60, 240).map(at),
        "available_until": st.integers(240, 600).map(at),
    },
    optional={
        "generators": st.integers(0, 2),
        "generator_kva": st.sampled_from([0, 10, 30]),
        "breaks": _spans(2),
        "end": st.fixed_dictionaries(_PLACE),
        "certificates": st.dictionaries(st.sampled_from(["power", "transmission"]), _TIMES),
    },
)
_JOBS = st.fixed_dictionaries(
    _PLACE,
    optional={
        "skills": _SKILLS,
        "priority": st.integers(1, 4),
        "service_minutes": st.integers(0, 180),
        "release": _TIMES,
        "deadline": st.none() | _TIMES,
        "weight": st.floats(0, 5),
        "needs_generator": st.booleans(),
        "generator_kva": st.sampled_from([0, 20, 40]),
        "crew_size": st.integers(1, 2),
        "windows": _spans(3),
    },
)


@st.composite
def problems(draw: st.DrawFn, plain: bool = False) -> Json:
    """With commitments and a matrix, unless `plain`."""
    given = problem(draw(st.lists(_TECHNICIANS, max_size=5)), draw(st.lists(_JOBS, max_size=9)))
    if plain:
        return given
    people = [one["id"] for one in given["technicians"]]
    given["committed"] = []
    for one in given["jobs"]:
        crew = draw(st.permutations(people))[: one.get("crew_size", 1)]
        if len(crew) == one.get("crew_size", 1) and draw(st.integers(0, 4)) == 0:
            begun = {commitment["technician"] for commitment in given["committed"]}
            start = draw(st.none() | st.integers(-60, 60).map(at)) if begun.isdisjoint(crew) else None
            when = {} if start is None else {"arrive": start}
            given["committed"] += [{"technician": who, "job": one["id"], **when} for who in crew]
    if draw(st.booleans()):
        size = len(people) + len(given["jobs"])
        row = st.lists(st.integers(0, 5000), min_size=size, max_size=size)
        given["matrix"] = draw(st.lists(row, min_size=size, max_size=size))
    return given
