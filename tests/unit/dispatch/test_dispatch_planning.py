"""Every plan can be carried out, by a judge that shares no code with the planner; and the obvious choices are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given as given_by
from hypothesis import settings

from dispatch.checker import cost, violations
from dispatch.planning.plan_file import PlanError, read_problem
from guywire.cli import main
from tests.unit.dispatch.plan_problems import Json, at, job, planned, problem, problems, routes, span, technician


@settings(max_examples=50, deadline=None)
@given_by(problems(plain=True))
def test_every_plan_can_be_carried_out(given: Json) -> None:
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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"now": "2026-11-21T08:00:00"}, "$.now"),
        ({"speed_kmh": 0}, "$.speed_kmh"),
        ({"jobs": [job(95.0, id="J")]}, "$.jobs[0].latitude"),
        ({"jobs": [job(31, id="J"), job(31, id="J")]}, "job 'J' is there twice"),
        ({"technicians": [technician(31, id="T", available_until=at(-1))]}, "'T' is available until"),
        ({"tecnicians": []}, "tecnicians"),
        ({"technicians": [technician(31, id="T", breaks=[span(60, 30)])]}, "technician 'T': breaks"),
        ({"jobs": [job(31, id="J", windows=[span(0, 60), span(30, 90)])]}, "job 'J': windows"),
        ({"jobs": [job(31, id="J", crew_size=3)]}, "$.jobs[0].crew_size"),
        ({"jobs": [job(31, id="J")], "matrix": [[0, 1], [1, 0]]}, "matrix has 2 rows and must have 1"),
        ({"jobs": [job(31, id="J")], "matrix": [[0, 1]]}, "matrix[0] has 2 columns and must have 1"),
        ({"committed": [{"technician": "T", "job": "J"}]}, "committed[0]: there is no technician 'T'"),
        (
            {
                "technicians": [technician(31, id="T")],
                "jobs": [job(31, id="J", crew_size=2)],
                "committed": [{"technician": "T", "job": "J"}],
            },
            "job 'J' wants 2 technicians",
        ),
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
