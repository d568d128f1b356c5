"""What a problem may ask beside places and skills: breaks, windows, two at once, generators, what is begun already."""

from __future__ import annotations

import pytest
from hypothesis import given as given_by
from hypothesis import settings

from dispatch.checker import cost, kilometres, misses, violations
from tests.unit.dispatch.plan_problems import (
    Json,
    at,
    job,
    left,
    planned,
    problem,
    problems,
    routes,
    span,
    technician,
)


def stops(made: Json, who: str = "T0") -> list[tuple[str, str]]:
    """Which job from when."""
    mine = next(route["stops"] for route in made["routes"] if route["technician"] == who)
    return [(stop["job"], stop["arrive"][11:16]) for stop in mine]


@settings(max_examples=80, deadline=None)
@given_by(problems())
def test_every_plan_can_be_carried_out_whatever_is_asked(given: Json) -> None:
    made = planned(given)
    assert violations(given, made) == []
    assert planned(given) == made


def test_nobody_works_in_a_break_and_a_drive_stops_for_it() -> None:
    given = problem([technician(31.0, breaks=[span(30, 60)])], [job(31.0), job(31.2, deadline=at(75))])
    made = planned(given)
    assert violations(given, made) == []
    assert stops(made) == [("J1", "09:13"), ("J0", "10:41")]  # 43 min of driving, 30 of them before the break


def test_work_waits_for_the_window_and_lies_in_it_as_a_whole() -> None:
    given = problem([technician(31.0)], [job(31.0, windows=[span(0, 40), span(120, 170)])])
    assert stops(planned(given)) == [("J0", "10:00")]
    given = problem([technician(31.0)], [job(31.0, windows=[span(0, 40)])])
    assert left(planned(given)) == {"J0": "no_open_window"}


def test_two_come_at_the_same_time_where_nobody_works_alone() -> None:
    given = problem([technician(31.0), technician(31.2), technician(31.9)], [job(31.05, crew_size=2), job(31.9)])
    made = planned(given)
    assert violations(given, made) == []
    assert routes(made) == {"T0": ["J0"], "T1": ["J0"], "T2": ["J1"]}
    assert stops(made, "T0") == stops(made, "T1")


def test_who_has_nobody_to_go_along_says_so() -> None:
    given = problem([technician(31.0), technician(31.0, skills=[])], [job(31.0, crew_size=2)])
    assert left(planned(given)) == {"J0": "nobody_goes_along"}


def test_a_generator_must_carry_the_load() -> None:
    wanted = job(31.0, needs_generator=True, generator_kva=20)
    small = technician(31.0, generators=1, generator_kva=10)
    assert left(planned(problem([small], [wanted]))) == {"J0": "no_generator_left"}
    large = technician(31.3, generators=1, generator_kva=30)
    assert routes(planned(problem([small, large], [wanted]))) == {"T1": ["J0"]}


def test_a_certificate_that_ends_today_does_not_count() -> None:
    expiring = technician(31.0, certificates={"power": at(60)})
    assert left(planned(problem([expiring], [job(31.0)]))) == {"J0": "nobody_certified"}


def test_the_way_to_where_the_day_ends_belongs_to_the_day() -> None:
    far = technician(31.0, available_until=at(120), end={"latitude": 31.5, "longitude": 121.0})
    assert left(planned(problem([far], [job(31.0)]))) == {"J0": "no_time_left"}
    given = problem([technician(31.0, end={"latitude": 31.5, "longitude": 121.0})], [job(31.0)])
    assert kilometres(given, planned(given)) == pytest.approx(1.3 * 55.4, rel=0.01)


def test_what_somebody_is_on_stays_first() -> None:
    given = problem(
        [technician(31.0)],
        [job(31.3), job(31.0, deadline=at(20), weight=100)],
        committed=[{"technician": "T0", "job": "J0", "arrive": at(-30)}],
    )
    made = planned(given)
    assert violations(given, made) == []
    assert stops(made) == [("J0", "07:30"), ("J1", "09:19")]


def test_a_matrix_replaces_the_roads() -> None:
    river = [[0, 0, 9000, 60], [0, 0, 60, 9000], [9000, 60, 0, 0], [60, 9000, 0, 0]]
    given = problem(
        [technician(31.0), technician(31.3)], [job(31.01, deadline=at(30)), job(31.29, deadline=at(30))], matrix=river
    )
    made = planned(given)
    assert violations(given, made) == []
    assert routes(made) == {"T0": ["J1"], "T1": ["J0"]}


def test_a_problem_of_a_county_meets_what_can_be_met() -> None:
    """Sixty jobs in all directions: more cells than one, and nothing is left."""
    people = [technician(31 + n / 40, longitude=121 + (n * 7 % 50) / 50) for n in range(50)]
    jobs = [job(31 + n / 50, longitude=121 + (n * 11 % 60) / 60, deadline=at(90 + n)) for n in range(60)]
    given = problem(people, jobs)
    made = planned(given)
    assert violations(given, made) == []
    assert (misses(given, made), cost(given, made), made["unassigned"]) == (0, 0.0, [])
    assert planned(given) == made


def test_when_time_is_up_the_plan_so_far_is_the_answer() -> None:
    given = problem([technician(31.0), technician(31.2)], [job(31 + n / 50) for n in range(6)])
    made = planned(given, more=lambda: False)
    assert violations(given, made) == []
    assert made["unassigned"] == []
