"""The judge of plans finds each thing that can be wrong: a good plan is spoilt in every way, one at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from geopy.distance import geodesic

from dispatch.checker import cost, kilometres, misses, violations
from tests.unit.dispatch.plan_problems import Json, at, job, problem, span, technician

GIVEN = problem(
    [
        technician(31.0, skills=["power", "x"], breaks=[span(200, 230)], generators=1, generator_kva=30),
        technician(31.3, end={"latitude": 31.3, "longitude": 121.0}),
        technician(31.6, skills=["power", "x"], certificates={"x": at(500)}),
    ],
    [
        job(31.01, skills=["x"], release=at(5), windows=[span(0, 200)]),
        job(31.02, needs_generator=True, generator_kva=20),
        job(31.3, crew_size=2, deadline=at(300)),
        job(31.31, id="held"),
        job(31.6, skills=["x"]),
    ],
    committed=[{"technician": "T1", "job": "held", "arrive": at(10)}],
)


def stop(made: Json, who: str, name: str) -> Json:
    mine: Json = next(
        stop for route in made["routes"] if route["technician"] == who for stop in route["stops"] if stop["job"] == name
    )
    return mine


def route(made: Json, who: str) -> list[Json]:
    stops: list[Json] = next(one["stops"] for one in made["routes"] if one["technician"] == who)
    return stops


def done(name: str, arrive: float) -> Json:
    return {"job": name, "arrive": at(arrive), "leave": at(arrive + 45)}


@pytest.fixture
def good() -> Json:
    return {
        "routes": [
            {"technician": "T0", "stops": [done("J0", 5), done("J1", 53), done("J2", 230)]},
            {"technician": "T1", "stops": [done("held", 10), done("J2", 230)]},
            {"technician": "T2", "stops": [done("J4", 0)]},
        ],
        "unassigned": [],
    }


def test_nothing_is_wrong_with_the_good_plan(good: Json) -> None:
    assert violations(GIVEN, good) == []
    assert (misses(GIVEN, good), cost(GIVEN, good)) == (0, 0.0)
    road = geodesic((31.0, 121), (31.3, 121)).km + geodesic((31.3, 121), (31.31, 121)).km * 2
    assert kilometres(GIVEN, good) == pytest.approx(road * 1.3)


def test_what_is_late_costs_its_weight_and_what_is_left_counts_as_reached_at_the_end(good: Json) -> None:
    for who in ("T0", "T1"):
        moves(who, "J2", arrive=310, leave=355)(good)
    assert (misses(GIVEN, good), cost(GIVEN, good)) == (1, 10.0)
    for who in ("T0", "T1"):
        removes(who, "J2")(good)
    good["unassigned"].append({"job": "J2", "code": "x", "hint": ""})
    assert violations(GIVEN, good) == []
    assert (misses(GIVEN, good), cost(GIVEN, good)) == (1, 180.0)


def moves(who: str, name: str, **times: float) -> Callable[[Json], None]:
    return lambda made: stop(made, who, name).update({key: at(minutes) for key, minutes in times.items()})


def adds(who: str, name: str, arrive: float, leave: float) -> Callable[[Json], None]:
    more = {"job": name, "arrive": at(arrive), "leave": at(leave)}
    return lambda made: route(made, who).append(more)


def removes(who: str, name: str) -> Callable[[Json], None]:
    return lambda made: route(made, who).remove(stop(made, who, name))


def leaves_out(name: str, code: str) -> Callable[[Json], None]:
    return lambda made: made["unassigned"].append({"job": name, "code": code, "hint": ""})


def both(one: Callable[[Json], None], two: Callable[[Json], None]) -> Callable[[Json], None]:
    def change(made: Json) -> None:
        one(made)
        two(made)

    return change


def add_route(made: Json) -> None:
    made["routes"].append({"technician": "T0", "stops": []})


def go_along_with_oneself(made: Json) -> None:
    removes("T1", "J2")(made)
    route(made, "T0").append(stop(made, "T0", "J2"))


SPOILT: dict[str, tuple[Callable[[Json], None], str]] = {
    "planned by nobody": (removes("T2", "J4"), "job J4 is planned 0 times"),
    "planned by two": (adds("T1", "J1", 400, 445), "job J1 is planned 2 times"),
    "planned and left": (leaves_out("J4", "x"), "job J4 is planned 2 times"),
    "left without a code": (both(removes("T2", "J4"), leaves_out("J4", "")), "left without a code"),
    "a strange job": (adds("T2", "J9", 300, 345), "job J9 is not in the problem"),
    "a strange technician": (lambda made: made["routes"][2].update(technician="T9"), "T9 is not in the problem"),
    "two routes": (add_route, "T0 has 2 routes"),
    "no mate": (removes("T1", "J2"), "job J2 is planned 1 times"),
    "his own mate": (
        go_along_with_oneself,
        "one technician is there twice",
    ),
    "a late mate": (moves("T1", "J2", arrive=250, leave=295), "its crew arrives at different times"),
    "turned round": (lambda made: route(made, "T1").reverse(), "T1 is turned round"),
    "committed for another time": (moves("T1", "held", arrive=20, leave=65), "is committed for"),
    "lacks a skill": (
        both(removes("T2", "J4"), adds("T1", "J4", 300, 345)),
        "job J4 by T1: lacks ['x']",
    ),
    "too early to be there": (moves("T0", "J1", arrive=45, leave=95), "job J1 by T0: arrives at"),
    "in two places": (moves("T0", "J0", arrive=5, leave=60), "T0 is in two places: J0 and J1"),
    "before its release": (moves("T0", "J0", arrive=4), "begins before its release"),
    "too short": (moves("T2", "J4", leave=30), "leaves before the work is done"),
    "after the shift": (moves("T2", "J4", leave=500), "ends after the shift"),
    "after the window": (moves("T0", "J0", arrive=190, leave=235), "is there while nobody is let in"),
    "works in the break": (moves("T0", "J2", arrive=190, leave=235), "job J2 by T0: works in a break"),
    "never home": (moves("T1", "J2", leave=481), "is not where the day ends"),
    "brings too few generators": (
        both(removes("T0", "J1"), adds("T2", "J1", 300, 345)),
        "generators are wanted that nobody brings: {'T2': 1}",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_spoilt_is_found(good: Json, name: str) -> None:
    spoil, said = SPOILT[name]
    bad = copy.deepcopy(good)
    spoil(bad)
    assert said in "; ".join(violations(GIVEN, bad))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"generator_kva": 10}, "brings 10 kVA where 20 are wanted"),
        ({"certificates": {"x": at(40)}}, "the certificate for x ends before the work does"),
        ({"available_from": at(30)}, "job J0 by T0: arrives at"),
        ({"breaks": [span(0, 20)]}, "job J0 by T0: arrives at"),
    ],
)
def test_the_same_plan_is_wrong_for_who_can_do_less(good: Json, change: Json, said: str) -> None:
    less = copy.deepcopy(GIVEN)
    less["technicians"][0].update(change)
    assert said in "; ".join(violations(less, good))


def test_slower_roads_make_the_plan_impossible(good: Json) -> None:
    assert violations({**GIVEN, "speed_kmh": 20}, good)
    size = len(GIVEN["technicians"]) + len(GIVEN["jobs"])
    assert violations({**GIVEN, "matrix": [[9000] * size] * size}, good)
