"""What people do with problems: what each step takes, what it leaves behind, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.board import Board
from dispatch.policy import default_policy
from dispatch.review.model import Problem, ProblemState
from dispatch.review.problem_steps import comment_problem, edit_problem, link_problem, move_problem, open_problem
from guywire.commands.problems import CommentProblem, EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.errors import Refused

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
OPENING = OpenProblem(title="Rectifiers trip in the heat", sites=("S1", "S2"), alarm_type="rectifier-failure")
SAID = {
    "cause": "fan relay sticks",
    "workaround": "tap the relay",
    "solution": "relays replaced",
    "reason": "site given up",
}


def board() -> Board:
    made = Board(now=NOW, policy=default_policy())
    made.review.domains = {"S1": "p/c", "S2": "p/d", "S3": "p/c"}
    made.review.named_tickets = {"T1": NOW - timedelta(days=3), "T2": NOW - timedelta(days=1)}
    made.review.named_incidents = {"I1": NOW - timedelta(days=2)}
    return made


def opened(command: OpenProblem = OPENING) -> Board:
    made = board()
    open_problem(made, command, "ann")
    return made


def problem_of(made: Board) -> Problem:
    return made.review.problems["R1"]


def reason_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.reason


def move(made: Board, to: str, actor: str = "li", **said: Any) -> None:
    move_problem(made, MoveProblem(problem="R1", to=to, **said), actor)


def test_a_problem_is_opened_for_several_sites_with_its_faults_and_knows_the_last_of_them() -> None:
    made = board()
    command = OpenProblem(title=" Hot shelter ", sites=("S1", "S2", "S1"), tickets=("T1", "T2"), incidents=("I1",))
    open_problem(made, command, "ann")
    problem = problem_of(made)
    assert (problem.site_ids, problem.domain, problem.shared, problem.title) == (("S1", "S2"), "p/c", "", "Hot shelter")
    assert (problem.ticket_ids, problem.incident_ids, problem.last_at) == (
        ("T1", "T2"),
        ("I1",),
        NOW - timedelta(days=1),
    )
    assert (problem.raised_by, problem.state, problem.version) == ("ann", ProblemState.OPEN, 1)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (OpenProblem(title="Fault", sites=("S1",)), "too_vague"),
        (OpenProblem(title="Hot shelter", sites=()), "sites_missing"),
        (OpenProblem(title="Hot shelter", sites=("S9",)), "site_not_found"),
        (OpenProblem(title="Hot shelter", sites=("S1",), alarm_type="rain"), "unknown_alarm_type"),
        (OpenProblem(title="Hot shelter", sites=("S1",), tickets=("T9",)), "ticket_not_found"),
        (OpenProblem(title="Hot shelter", sites=("S1",), incidents=("I9",)), "incident_not_found"),
        (OpenProblem(title="Hot shelter", sites=("S3", "S2"), alarm_type="rectifier-failure"), "already_open"),
    ],
)
def test_opening_is_refused_and_costs_nothing(command: OpenProblem, reason: str) -> None:
    made = opened()
    before = dict(made.review.problems)
    with pytest.raises(Refused) as refused:
        open_problem(made, command, "li")
    assert (reason_of(refused), made.review.problems) == (reason, before)


def test_another_fault_of_the_same_site_may_have_a_problem_of_its_own() -> None:
    made = opened()
    open_problem(made, OpenProblem(title="Fans are loud", sites=("S1",), alarm_type="fan-failure"), "li")
    open_problem(made, OpenProblem(title="Hot shelter", sites=("S1",)), "li")
    assert sorted(made.review.problems) == ["R1", "R2", "R3"]


def test_a_problem_becomes_known_then_resolved_and_keeps_what_was_said() -> None:
    made = opened()
    move(made, "known_error", cause="fan relay sticks", workaround="tap the relay")
    assert problem_of(made).ended_at is None
    move(made, "resolved", solution="relays replaced")  # its cause was said before
    problem = problem_of(made)
    assert (problem.state, problem.cause, problem.workaround, problem.solution) == (
        ProblemState.RESOLVED,
        "fan relay sticks",
        "tap the relay",
        "relays replaced",
    )
    assert (problem.ended_at, problem.ended_by) == (NOW, "li")
    assert [(note.kind, note.text) for note in made.review.new_notes] == [
        ("opened", ""),
        ("known_error", "tap the relay"),
        ("resolved", "relays replaced"),
    ]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("known_error", {"cause": "fan relay sticks"}),
        ("known_error", {"cause": "fixed", "workaround": "tap the relay"}),
        ("resolved", {"cause": "fan relay sticks", "solution": "已修复"}),
        ("resolved", {"solution": "relays replaced"}),
        ("closed", {"reason": "ok"}),
    ],
)
def test_a_move_takes_words_that_say_something(to: str, said: dict[str, str]) -> None:
    made = opened()
    with pytest.raises(Refused) as refused:
        move(made, to, **said)
    assert (reason_of(refused), problem_of(made).version) == ("too_vague", 1)


def test_only_what_has_ended_is_opened_again_or_what_was_taken_for_known_and_each_time_for_a_reason() -> None:
    allowed = {
        (start, to)
        for start, to in product(ProblemState, ProblemState)
        if start != to and (to is ProblemState.OPEN or start in (ProblemState.OPEN, ProblemState.KNOWN_ERROR))
    }
    for start, to in product(ProblemState, ProblemState):
        made = opened()
        if start is not ProblemState.OPEN:
            move(made, start, **SAID)
        if (start, to) in allowed:
            move(made, to, **SAID)
            assert problem_of(made).state is to
        else:
            with pytest.raises(Refused) as refused:
                move(made, to, **SAID)
            assert reason_of(refused) == "wrong_state"


def test_a_problem_that_is_opened_again_forgets_the_end_that_did_not_last_and_needs_a_new_reason() -> None:
    made = opened()
    move(made, "closed", reason="site given up")
    with pytest.raises(Refused) as refused:
        move(made, "open")
    assert reason_of(refused) == "too_vague"
    move(made, "open", reason="the site stays")
    problem = problem_of(made)
    assert (problem.ended_at, problem.ended_by, problem.reason) == (None, "", "")
    assert made.review.new_notes[-1].text == "the site stays"


def test_an_ended_problem_is_not_opened_again_beside_a_newer_one_of_the_same_fault() -> None:
    made = opened()
    move(made, "closed", reason="site given up")
    open_problem(made, OPENING, "li")
    with pytest.raises(Refused, match="R2 is open for this fault at S1"):
        move(made, "open", reason="the site stays")


def test_what_is_known_is_said_anew_and_its_story_names_only_what_changed() -> None:
    made = opened()
    edited = EditProblem(problem="R1", why="seven in a month", title=OPENING.title, sites=("S1", "S3"), version=1)
    edit_problem(made, edited, "li")
    assert (made.review.new_notes[-1].text, problem_of(made).site_ids) == ("why, sites", ("S1", "S3"))
    edit_problem(made, EditProblem(problem="R1", why="seven in a month"), "li")
    assert problem_of(made).version == 2
    with pytest.raises(Refused, match="edited at 2026-11-22 08:00 UTC by li"):
        edit_problem(made, EditProblem(problem="R1", why="eight", version=1), "wang")


def test_a_known_error_keeps_its_workaround_and_what_has_ended_is_not_edited() -> None:
    made = opened()
    move(made, "known_error", cause="fan relay sticks", workaround="tap the relay")
    with pytest.raises(Refused) as refused:
        edit_problem(made, EditProblem(problem="R1", workaround=""), "li")
    assert reason_of(refused) == "too_vague"
    move(made, "closed", reason="site given up")
    with pytest.raises(Refused) as refused:
        edit_problem(made, EditProblem(problem="R1", why="more"), "li")
    assert reason_of(refused) == "already_ended"
    with pytest.raises(Refused) as refused:
        link_problem(made, LinkProblem(problem="R1", tickets=("T1",)), "li")
    assert reason_of(refused) == "already_ended"
    comment_problem(made, CommentProblem(problem="R1", text="it was the right thing"), "li")
    assert made.review.new_notes[-1].kind == "noted"


@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(["T1", "T2"]))), max_size=8))
def test_links_are_those_that_were_said_last_whatever_was_said_before(steps: list[tuple[bool, set[str]]]) -> None:
    made, linked = opened(), set[str]()
    for unlink, tickets in steps:
        link_problem(made, LinkProblem(problem="R1", tickets=tuple(tickets), unlink=unlink), "li")
        linked = linked - tickets if unlink else linked | tickets
    problem = problem_of(made)
    assert (set(problem.ticket_ids), len(problem.ticket_ids)) == (linked, len(linked))
    assert not set(problem.unlinked_ids) & linked
