"""An independent judge of plans: reads problem and plan as plain JSON and shares no code with the planner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any

from geopy.distance import geodesic

_TOLERANCE = timedelta(seconds=1)  # times are planned in whole seconds

Json = dict[str, Any]
Span = tuple[datetime, datetime]


def violations(problem: Json, plan: Json) -> list[str]:
    """Everything that is wrong with the plan, in words; an empty list when it can be carried out."""
    return [
        *_counted(problem, plan),
        *_crews(problem, plan),
        *_commitments(problem, plan),
        *_generators(problem, plan),
        *(wrong for route in plan["routes"] for wrong in _route(problem, route)),
    ]


def cost(problem: Json, plan: Json) -> float:
    """Weighted minutes of arriving late; a job left unserved counts as reached when the last shift ends."""
    return float(sum(_late(job, at) * job.get("weight", 1.0) for job, at in _reached(problem, plan)))


def misses(problem: Json, plan: Json) -> int:
    """How many deadlines are missed; by a job left unserved, too."""
    served = {stop["job"] for route in plan["routes"] for stop in route["stops"]}
    late = (job for job, at in _reached(problem, plan) if _late(job, at) > 0 or job["id"] not in served)
    return sum(1 for job in late if job.get("deadline"))


def kilometres(problem: Json, plan: Json) -> float:
    """On the road, the way home left out unless it was asked for; by the speed of the problem where it has a matrix."""
    seconds = sum(leg.total_seconds() for route in plan["routes"] for leg in _legs(problem, route))
    return float(seconds / 3600 * problem["speed_kmh"])


# Each job, each crew --------------------------------------------------------------------------------------------------


def _counted(problem: Json, plan: Json) -> Iterator[str]:
    """Every job stands in the plan once for each of its crew, or is left out; every technician drives one route."""
    jobs = {job["id"]: job for job in problem["jobs"]}
    planned = Counter(stop["job"] for route in plan["routes"] for stop in route["stops"])
    left = Counter(one["job"] for one in plan["unassigned"])
    for name, job in jobs.items():
        if (planned[name], left[name]) not in ((_crew(job), 0), (0, 1)):
            yield f"job {name} is planned {planned[name] + left[name]} times"
    yield from (f"job {name} is not in the problem" for name in planned | left if name not in jobs)
    drivers = Counter(route["technician"] for route in plan["routes"])
    yield from (f"technician {one} has {count} routes" for one, count in drivers.items() if count != 1)
    yield from (f"job {one['job']} is left without a code" for one in plan["unassigned"] if not one["code"])


def _crews(problem: Json, plan: Json) -> Iterator[str]:
    """Who does a job together are different people, and begin at the same time."""
    for job in problem["jobs"]:
        stops = [(route["technician"], stop) for route in plan["routes"] for stop in route["stops"]]
        mine = [(technician, stop) for technician, stop in stops if stop["job"] == job["id"]]
        if len({technician for technician, _ in mine}) != len(mine):
            yield f"job {job['id']}: one technician is there twice"
        if len({_at(stop["arrive"]) for _, stop in mine}) > 1:
            yield f"job {job['id']}: its crew arrives at different times"


def _commitments(problem: Json, plan: Json) -> Iterator[str]:
    """What somebody is already on stands first on his route, in the given order, at the given time."""
    routes = {route["technician"]: route["stops"] for route in plan["routes"]}
    for technician, wanted in _committed(problem).items():
        stops = routes.get(technician, [])[: len(wanted)]
        if [stop["job"] for stop in stops] != [one["job"] for one in wanted]:
            yield f"technician {technician} is turned round: {[one['job'] for one in wanted]} must come first"
            continue
        for stop, one in zip(stops, wanted, strict=True):
            crew = [other for other in problem["committed"] if other["job"] == one["job"]]
            if len(crew) == 1 and one.get("arrive") and abs(_at(stop["arrive"]) - _at(one["arrive"])) > _TOLERANCE:
                yield f"job {one['job']} by {technician}: is committed for {one['arrive']}"


def _generators(problem: Json, plan: Json) -> Iterator[str]:
    """Some way of sharing out who brings what leaves nobody with more generators at sites than he has."""
    wanting = {job["id"] for job in problem["jobs"] if job.get("needs_generator")}
    crews: dict[str, list[str]] = {}
    for route in plan["routes"]:
        for stop in route["stops"]:
            if stop["job"] in wanting:
                crews.setdefault(stop["job"], []).append(route["technician"])
    bound = {who: sum(one["job"] in wanting for one in ones) for who, ones in _committed(problem).items()}
    has = {one["id"]: max(one.get("generators", 0), bound.get(one["id"], 0)) for one in problem["technicians"]}
    alone = Counter(crew[0] for crew in crews.values() if len(crew) == 1)
    together = [crew for crew in crews.values() if len(crew) > 1]
    ways = (alone + Counter(way) for way in product(*together))
    if not any(all(count <= has.get(one, 0) for one, count in way.items()) for way in ways):
        short = {one: count for one, count in alone.items() if count > has.get(one, 0)}
        yield f"generators are wanted that nobody brings: {short or together}"


# Each route -----------------------------------------------------------------------------------------------------------


def _route(problem: Json, route: Json) -> Iterator[str]:
    technician = next((one for one in problem["technicians"] if one["id"] == route["technician"]), None)
    if technician is None:
        yield f"technician {route['technician']} is not in the problem"
        return
    jobs = {job["id"]: job for job in problem["jobs"]}
    stops = [stop for stop in route["stops"] if stop["job"] in jobs]
    bound = {one["job"]: one for one in _committed(problem).get(technician["id"], [])}
    free = max(_at(problem["now"]), _at(technician["available_from"]))
    for stop, leg in zip(stops, _legs(problem, {**route, "stops": stops}), strict=False):
        job, name = jobs[stop["job"]], f"job {stop['job']} by {technician['id']}"
        if not bound.get(job["id"], {}).get("arrive"):
            reachable = _after_driving(_spans(technician, "breaks"), free, leg)
            if _at(stop["arrive"]) < reachable - _TOLERANCE:
                yield f"{name}: arrives at {stop['arrive']}, but cannot be there before {reachable}"
        if _at(stop["leave"]) < _at(stop["arrive"]) + _service(job) - _TOLERANCE:
            yield f"{name}: leaves before the work is done"
        if job["id"] not in bound:
            yield from (f"{name}: {wrong}" for wrong in _stop(technician, job, stop))
        free = max(free, _at(stop["leave"]))
    yield from (
        f"technician {technician['id']} is in two places: {one['job']} and {after['job']}"
        for one, after in pairwise(stops)
        if _at(after["arrive"]) < _at(one["leave"])
    )
    if technician.get("end") and any(stop["job"] not in bound for stop in stops):
        home = _after_driving(_spans(technician, "breaks"), free, _legs(problem, route)[-1])
        if home > _at(technician["available_until"]) + _TOLERANCE:
            yield f"technician {technician['id']} is not where the day ends before {home}"


def _stop(technician: Json, job: Json, stop: Json) -> Iterator[str]:
    arrive, leave = _at(stop["arrive"]), _at(stop["leave"])
    if missing := set(job.get("skills", ())) - set(technician["skills"]):
        yield f"lacks {sorted(missing)}"
    for skill, until in technician.get("certificates", {}).items():
        if skill in job.get("skills", ()) and _at(until) < leave:
            yield f"the certificate for {skill} ends before the work does"
    if job.get("needs_generator") and 0 < technician.get("generator_kva", 0) < job.get("generator_kva", 0):
        yield f"brings {technician['generator_kva']} kVA where {job['generator_kva']} are wanted"
    if job.get("release") and arrive < _at(job["release"]):
        yield "begins before its release"
    windows = _spans(job, "windows")
    if windows and not any(start <= arrive and leave <= end + _TOLERANCE for start, end in windows):
        yield "is there while nobody is let in"
    if any(arrive < end and (leave > start or arrive >= start) for start, end in _spans(technician, "breaks")):
        yield "works in a break"
    if leave > _at(technician["available_until"]):
        yield "ends after the shift"


def _legs(problem: Json, route: Json) -> list[timedelta]:
    """The drives of a route, the one to where the day ends last."""
    technicians = {one["id"]: (at, one) for at, one in enumerate(problem["technicians"])}
    jobs = {one["id"]: (at, one) for at, one in enumerate(problem["jobs"], len(technicians))}
    if route["technician"] not in technicians:
        return []
    first = technicians[route["technician"]]
    way = [first, *(jobs[stop["job"]] for stop in route["stops"] if stop["job"] in jobs)]
    legs = [_drive(problem, here, there) for here, there in pairwise(way)]
    end = first[1].get("end")
    return [*legs, _crow(problem, way[-1][1], end)] if end and len(way) > 1 else legs


def _drive(problem: Json, here: tuple[int, Json], there: tuple[int, Json]) -> timedelta:
    if problem.get("matrix"):
        return timedelta(seconds=problem["matrix"][here[0]][there[0]])
    return _crow(problem, here[1], there[1])


def _crow(problem: Json, here: Json, there: Json) -> timedelta:
    km = geodesic((here["latitude"], here["longitude"]), (there["latitude"], there["longitude"])).km
    return timedelta(hours=km * problem["detour"] / problem["speed_kmh"])


def _after_driving(breaks: list[Span], leave: datetime, drive: timedelta) -> datetime:
    """Drives from one break to the next; what is left of the drive when there are none goes in one piece."""
    at, left = leave, drive
    for start, end in breaks:
        if end <= at:
            continue
        if at + left <= start and at < start:
            break
        left -= max(timedelta(0), start - at)
        at = end
    return at + left


# What a field says ----------------------------------------------------------------------------------------------------


def _committed(problem: Json) -> dict[str, list[Json]]:
    """By technician, in the given order."""
    bound: dict[str, list[Json]] = {}
    for one in problem.get("committed", ()):
        bound.setdefault(one["technician"], []).append(one)
    return bound


def _reached(problem: Json, plan: Json) -> list[tuple[Json, datetime]]:
    """When work begins at each job; what is left unserved counts as reached when the last shift ends."""
    ends = (_at(technician["available_until"]) for technician in problem["technicians"])
    end = max(ends, default=_at(problem["now"]))
    arrivals = {stop["job"]: _at(stop["arrive"]) for route in plan["routes"] for stop in route["stops"]}
    return [(job, arrivals.get(job["id"], end)) for job in problem["jobs"]]


def _late(job: Json, arrive: datetime) -> float:
    """Minutes."""
    if not job.get("deadline"):
        return 0.0
    return float(max(0.0, (arrive - _at(job["deadline"])).total_seconds() / 60))


def _crew(job: Json) -> int:
    return int(job.get("crew_size", 1))


def _service(job: Json) -> timedelta:
    return timedelta(minutes=job.get("service_minutes", 45))


def _spans(one: Json, name: str) -> list[Span]:
    return sorted((_at(span["from"]), _at(span["until"])) for span in one.get(name, ()))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
