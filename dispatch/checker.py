"""An independent judge of plans: reads problem and plan as plain JSON and shares no code with the planner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from geopy.distance import geodesic

_TOLERANCE = timedelta(seconds=1)  # times are planned in whole seconds

Json = dict[str, Any]


def violations(problem: Json, plan: Json) -> list[str]:
    """Everything that is wrong with the plan, in words; an empty list when it can be carried out."""
    return [*_counted(problem, plan), *(wrong for route in plan["routes"] for wrong in _route(problem, route))]


def cost(problem: Json, plan: Json) -> float:
    """Weighted minutes of arriving late; a job left unserved counts as reached when the last shift ends."""
    jobs = {job["id"]: job for job in problem["jobs"]}
    end = max(
        (_at(technician["available_until"]) for technician in problem["technicians"]), default=_at(problem["now"])
    )
    arrivals = {stop["job"]: _at(stop["arrive"]) for route in plan["routes"] for stop in route["stops"]}
    return sum(_late(job, arrivals.get(job_id, end)) for job_id, job in jobs.items())


def _counted(problem: Json, plan: Json) -> Iterator[str]:
    """Every job stands in the plan exactly once, and every technician drives one route at most."""
    wanted = {job["id"] for job in problem["jobs"]}
    planned = Counter(stop["job"] for route in plan["routes"] for stop in route["stops"])
    planned.update(left["job"] for left in plan["unassigned"])
    yield from (f"job {job} is planned {planned[job]} times" for job in wanted if planned[job] != 1)
    yield from (f"job {job} is not in the problem" for job in planned if job not in wanted)
    drivers = Counter(route["technician"] for route in plan["routes"])
    yield from (f"technician {one} has {count} routes" for one, count in drivers.items() if count != 1)
    yield from (f"job {left['job']} is left without a code" for left in plan["unassigned"] if not left["code"])


def _route(problem: Json, route: Json) -> Iterator[str]:
    technician = next((one for one in problem["technicians"] if one["id"] == route["technician"]), None)
    if technician is None:
        yield f"technician {route['technician']} is not in the problem"
        return
    jobs = {job["id"]: job for job in problem["jobs"]}
    stops = [(stop, jobs[stop["job"]]) for stop in route["stops"] if stop["job"] in jobs]
    generators = sum(1 for _, job in stops if job.get("needs_generator"))
    if generators > technician.get("generators", 0):
        yield f"technician {technician['id']} would need {generators} generators"
    free = max(_at(problem["now"]), _at(technician["available_from"]))
    here = (technician["latitude"], technician["longitude"])
    for stop, job in stops:
        there = (job["latitude"], job["longitude"])
        yield from _stop(technician, job, stop, free + _drive(problem, here, there))
        free, here = _at(stop["leave"]), there


def _stop(technician: Json, job: Json, stop: Json, reachable: datetime) -> Iterator[str]:
    arrive, leave = _at(stop["arrive"]), _at(stop["leave"])
    name = f"job {job['id']} by {technician['id']}"
    if missing := set(job.get("skills", ())) - set(technician["skills"]):
        yield f"{name}: lacks {sorted(missing)}"
    if arrive < reachable - _TOLERANCE:
        yield f"{name}: arrives at {arrive}, but cannot be there before {reachable}"
    if job.get("release") and arrive < _at(job["release"]):
        yield f"{name}: begins before its release"
    if leave < arrive + timedelta(minutes=job.get("service_minutes", 45)) - _TOLERANCE:
        yield f"{name}: leaves before the work is done"
    if leave > _at(technician["available_until"]):
        yield f"{name}: ends after the shift"


def _drive(problem: Json, start: tuple[float, float], end: tuple[float, float]) -> timedelta:
    return timedelta(hours=geodesic(start, end).km * problem["detour"] / problem["speed_kmh"])


def _late(job: Json, arrive: datetime) -> float:
    if not job.get("deadline"):
        return 0.0
    late = (arrive - _at(job["deadline"])).total_seconds() / 60
    return float(max(0.0, late) * job.get("weight", 1.0))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
