"""Every plan can be carried out, by a judge that shares no code with the planner; and the obvious choices are made."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.checker import cost, violations
from dispatch.plan_file import PlanError, ProblemIn, problem_of, read_problem
from dispatch.planning import plan
from guywire.cli import main

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SKILLS = st.lists(st.sampled_from(["power", "transmission"]), unique=True)
PLACES = {"latitude": st.floats(31, 31.5), "longitude": st.floats(121, 121.5)}
TIMES = st.integers(-120, 600).map(lambda minutes: at(minutes))
TECHNICIANS = st.fixed_dictionaries(
    {
        **PLACES,
        "skills": SKILLS,
        "available_from": st.integers(-60, 240).map(lambda minutes: at(minutes)),
        "available_until": st.integers(240, 600).map(lambda minutes: at(minutes)),
    },
    optional={"generators": st.integers(0, 2)},
)
JOBS = st.fixed_dictionaries(
    PLACES,
    optional={
        "skills": SKILLS,
        "priority": st.integers(1, 4),
        "service_minutes": st.integers(0, 180),
        "release": TIMES,
        "deadline": st.none() | TIMES,
        "weight": st.floats(0, 5),
        "needs_generator": st.booleans(),
    },
)


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def numbered(prefix: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"{prefix}{number}", **item} for number, item in enumerate(items)]


def problem(technicians: list[dict[str, Any]], jobs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "now": at(0),
        "speed_kmh": 40,
        "detour": 1.3,
        "technicians": numbered("T", technicians),
        "jobs": numbered("J", jobs),
    }


def technician(latitude: float, **fields: Any) -> dict[str, Any]:
    day = {"available_from": at(0), "available_until": at(480)}
    return {"latitude": latitude, "longitude": 121.0, "skills": ["power"], **day, **fields}


def job(latitude: float, **fields: Any) -> dict[str, Any]:
    return {"latitude": latitude, "longitude": 121.0, "skills": ["power"], **fields}


def planned(given: dict[str, Any]) -> dict[str, Any]:
    made = plan(problem_of(msgspec.convert(given, ProblemIn)))
    out: dict[str, Any] = json.loads(msgspec.json.encode(made))
    return out


def routes(made: dict[str, Any]) -> dict[str, list[str]]:
    return {route["technician"]: [stop["job"] for stop in route["stops"]] for route in made["routes"]}


@settings(max_examples=150, deadline=None)
@given(st.lists(TECHNICIANS, max_size=4), st.lists(JOBS, max_size=9))
def test_every_plan_can_be_carried_out(technicians: list[dict[str, Any]], jobs: list[dict[str, Any]]) -> None:
    given = problem(technicians, jobs)
    made = planned(given)
    assert violations(given, made) == []
    assert cost(given, made) <= cost(given, {"routes": [], "unassigned": []}) + 1e-6


def test_the_nearest_is_sent_and_the_far_job_goes_to_who_is_near_it() -> None:
    made = planned(problem([technician(31.0), technician(31.4)], [job(31.05), job(31.35)]))
    assert routes(made) == {"T0": ["J0"], "T1": ["J1"]}


def test_a_deadline_is_met_before_what_can_wait() -> None:
    waits, hurries = job(31.01), job(31.1, deadline=at(30))
    made = planned(problem([technician(31.0)], [waits, hurries]))
    assert routes(made) == {"T0": ["J1", "J0"]}


def test_a_job_on_the_way_is_done_on_the_way_when_nobody_is_late_for_it() -> None:
    made = planned(problem([technician(31.0)], [job(31.3, priority=1), job(31.15, priority=2)]))
    assert routes(made) == {"T0": ["J1", "J0"]}


def test_a_job_that_would_cost_the_others_more_than_it_is_worth_is_left() -> None:
    far = job(31.3, priority=1, deadline=at(65), weight=5.0)
    near = job(31.15, priority=2)
    made = planned(problem([technician(31.0, available_until=at(165))], [far, near]))
    assert routes(made) == {"T0": ["J0"]}
    assert [(left["job"], left["code"]) for left in made["unassigned"]] == [("J1", "delays_others")]


def test_a_generator_stays_where_it_is_wanted() -> None:
    made = planned(problem([technician(31.0, generators=1)], [job(31.1, needs_generator=True)] * 2))
    assert routes(made) == {"T0": ["J0"]}
    assert [(left["job"], left["code"]) for left in made["unassigned"]] == [("J1", "no_generator_left")]


@pytest.mark.parametrize(
    ("technicians", "code"),
    [
        ([], "no_technicians"),
        ([technician(31, skills=[])], "nobody_has_skill"),
        ([technician(31, available_from=at(-90), available_until=at(-60))], "nobody_on_shift"),
        ([technician(31, available_until=at(30))], "no_time_left"),
    ],
)
def test_what_is_left_out_says_why(technicians: list[dict[str, Any]], code: str) -> None:
    made = planned(problem(technicians, [job(31)]))
    assert [(left["job"], left["code"]) for left in made["unassigned"]] == [("J0", code)]
    assert made["unassigned"][0]["hint"]


def test_the_same_problem_gives_the_same_plan_in_any_order() -> None:
    given = problem([technician(31.0), technician(31.2)], [job(31 + n / 50, deadline=at(60 * n)) for n in range(6)])
    turned = {**given, "technicians": given["technicians"][::-1], "jobs": given["jobs"][::-1]}
    assert planned(given) == planned(turned)


def test_the_judge_finds_what_is_wrong() -> None:
    given = problem(
        [technician(31.0, skills=["power", "x"]), technician(31.3)],
        [job(31.1, skills=["x"], release=at(5)), job(31.2, needs_generator=True)],
    )
    good = planned(given)
    good["routes"][0]["stops"] = good["routes"][0]["stops"] or []
    assert violations(given, good) == []
    assert routes(good) == {"T0": ["J0"]}

    def broken(change: Any) -> str:
        bad = copy.deepcopy(good)
        change(bad)
        return "; ".join(violations(given, bad))

    stop = good["routes"][0]["stops"][0]
    assert "planned 0 times" in broken(lambda bad: bad["unassigned"].clear())
    assert "planned 2 times" in broken(lambda bad: bad["routes"].append({"technician": "T1", "stops": [stop]}))
    assert "has 2 routes" in broken(lambda bad: bad["routes"].append(bad["routes"][0]))
    assert "T9 is not in the problem" in broken(lambda bad: bad["routes"][0].update(technician="T9"))
    assert "lacks ['x']" in broken(lambda bad: bad["routes"][0].update(technician="T1"))
    assert "cannot be there" in broken(lambda bad: bad["routes"][0]["stops"][0].update(arrive=at(6)))
    assert "before its release" in broken(lambda bad: bad["routes"][0]["stops"][0].update(arrive=at(4)))
    assert "before the work is done" in broken(lambda bad: bad["routes"][0]["stops"][0].update(leave=at(30)))
    assert "after the shift" in broken(lambda bad: bad["routes"][0]["stops"][0].update(leave=at(500)))
    wants = {"job": "J1", "arrive": at(300), "leave": at(350)}
    assert "generators" in broken(lambda bad: bad["routes"][0]["stops"].append(wants))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"now": "2026-11-21T08:00:00"}, "$.now"),
        ({"speed_kmh": 0}, "$.speed_kmh"),
        ({"jobs": [job(95.0, id="J")]}, "$.jobs[0].latitude"),
        ({"jobs": [job(31, id="J"), job(31, id="J")]}, "job 'J' is there twice"),
        ({"technicians": [technician(31, id="T", available_until=at(-1))]}, "'T' is available until"),
        ({"tecnicians": []}, "tecnicians"),
    ],
)
def test_a_bad_problem_is_refused_with_the_place(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**problem([], []), **change}))
    with pytest.raises(PlanError) as caught:
        read_problem(path)
    assert said in str(caught.value)


def test_the_command_prints_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    given = problem([technician(31.0)], [job(31.0), job(31.0, skills=["x"])])
    path.write_text(json.dumps(given))
    result = CliRunner().invoke(main, ["plan", str(path)])
    assert result.exit_code == 0
    made = json.loads(result.output)
    assert made["routes"] == [
        {
            "technician": "T0",
            "stops": [{"job": "J0", "arrive": "2026-11-21T08:00:00Z", "leave": "2026-11-21T08:45:00Z"}],
        }
    ]
    assert [left["code"] for left in made["unassigned"]] == ["nobody_has_skill"]
    assert violations(given, made) == []


@pytest.mark.parametrize("content", ["", "{", '{"now": 1}', "\xff"])
def test_a_bad_file_is_one_line_and_exit_code_1(tmp_path: Path, content: str) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content.encode("latin-1"))
    for file in (path, tmp_path / "absent.json", tmp_path):
        result = CliRunner().invoke(main, ["plan", str(file)])
        assert (result.exit_code, result.stdout) == (1, "")
        assert len(result.stderr.splitlines()) == 1
