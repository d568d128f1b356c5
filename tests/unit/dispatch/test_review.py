"""What is made of work that is done: the sample that is inspected, and faults that come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dispatch.board import Board
from dispatch.policy import default_policy
from dispatch.review.inspections import draw_inspections, inspect, is_drawn
from dispatch.review.model import ClosedTicket
from dispatch.review.policy import ReviewPolicy, shipped_policy
from dispatch.review.problem_steps import link_problem, move_problem, open_problem
from dispatch.review.problems import raise_problems, repeats
from guywire.commands.problems import LinkProblem, MoveProblem, OpenProblem
from guywire.commands.rounds import InspectTicket
from guywire.errors import Refused
from guywire.policy_file import PolicyError, read_policy
from tests.unit.dispatch.dispatch_story import person_at

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()
FULL = {"cause": 100, "result": 100, "evidence": 100, "on_time": 100}


def ticket(number: int, days_ago: float = 0.0, **changes: Any) -> ClosedTicket:
    at = NOW - timedelta(days=days_ago)
    row: dict[str, Any] = {
        "ticket_id": f"T{number}",
        "origin": f"incident:I{number}",
        "title": "Rectifier failure at S1",
        "site_id": "S1",
        "site_name": "Hill",
        "region": "p/c/a",
        "time_zone": "Asia/Shanghai",
        "domain": "p/c",
        "site_class": "B",
        "alarm_type": "rectifier-failure",
        "cause": f"cause number {number}",
        "opened_at": at,
        "closed_at": at + timedelta(hours=3),
        "closed_by": "ann",
        "technicians": ("A",),
        "companies": ("East",),
        **changes,
    }
    return ClosedTicket(**row)


def board(*closed: ClosedTicket, now: datetime = NOW) -> Board:
    """What a look finds: all of these were closed since the last one."""
    made = Board(now=now, policy=default_policy(), people={"M1": person_at("M1", role="area_manager")})
    made.review.is_look = True
    made.review.closed = list(closed)
    made.review.tickets = {one.ticket_id: one for one in closed}
    return made


def test_the_sample_takes_all_of_class_a_and_its_share_of_the_rest_and_the_same_ones_each_time() -> None:
    policy = POLICY.inspection
    drawn = {
        of_class: sum(is_drawn(policy, ticket(number, site_class=of_class)) for number in range(5_000))
        for of_class in ("A", "B", "C", "")
    }
    assert drawn["A"] == 5_000
    assert 900 < drawn["B"] < 1_100
    assert 400 < drawn["C"] < 600
    assert drawn["C"] == drawn[""]
    assert not is_drawn(policy, ticket(1, site_class="A", technicians=()))


def test_what_was_drawn_once_is_not_drawn_again() -> None:
    looked = board(ticket(1, site_class="A"))
    draw_inspections(looked)
    assert looked.review.changed_inspections == {"T1"}
    again = board(ticket(1, site_class="A"))
    again.review.inspections = looked.review.inspections
    draw_inspections(again)
    assert again.review.changed_inspections == set()


def test_an_inspection_weighs_its_items_and_fails_only_with_a_remark() -> None:
    looked = board(ticket(1))
    poor = FULL | {"evidence": 0, "on_time": 40}
    with pytest.raises(Refused, match=r"scores 68 of 100"):
        inspect(looked, InspectTicket(ticket="T1", scores=poor), "li")
    inspect(looked, InspectTicket(ticket="T1", scores=poor, remark="no photo of the new module"), "li")
    found = looked.review.inspections["T1"]
    assert (found.score, found.passed, found.sampled, found.inspected_by) == (68.0, False, False, "li")
    inspect(looked, InspectTicket(ticket="T1", scores=FULL, version=found.version), "wang")
    assert looked.review.inspections["T1"].passed


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (InspectTicket(ticket="T1", scores=FULL), "ann", "own_ticket"),
        (InspectTicket(ticket="T9", scores=FULL), "li", "closed_ticket_not_found"),
        (InspectTicket(ticket="T1", scores={"cause": 100}), "li", "items"),
        (InspectTicket(ticket="T1", scores=FULL | {"beauty": 1}), "li", "items"),
        (InspectTicket(ticket="T1", scores=FULL | {"cause": 101}), "li", "points"),
    ],
)
def test_an_inspection_is_refused(command: InspectTicket, actor: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect(board(ticket(1)), command, actor)
    assert refused.value.reason == reason


def test_two_inspect_and_the_second_sees_the_first() -> None:
    looked = board(ticket(1))
    inspect(looked, InspectTicket(ticket="T1", scores=FULL), "li")
    with pytest.raises(Refused, match="li inspected T1 already"):
        inspect(looked, InspectTicket(ticket="T1", scores=FULL), "wang")


def test_a_fault_that_comes_back_within_thirty_days_is_raised_once_and_the_area_manager_told_once() -> None:
    looked = board(ticket(1, 29), ticket(2))
    raise_problems(looked)
    (problem,) = looked.review.problems.values()
    assert (problem.shared, problem.ticket_ids) == ("type:rectifier-failure", ("T1", "T2"))
    (notice,) = looked.notices.new.values()
    assert (notice.person_id, "2 times within 30 days" in notice.words["en"]) == ("M1", True)
    third = board(ticket(1, 29), ticket(2), ticket(3))
    third.review.problems = {problem.problem_id: problem}
    raise_problems(third)
    assert third.review.problems[problem.problem_id].ticket_ids == ("T1", "T2", "T3")
    assert not third.notices.new


def test_what_lies_farther_apart_or_elsewhere_or_was_planned_or_is_the_mains_is_no_problem() -> None:
    for other in (
        ticket(1, 31),
        ticket(1, 3, site_id="S2"),
        ticket(1, 3, alarm_type="fan-failure"),
        ticket(1, 3, origin="round:x:S1:2026-11-20"),
    ):
        assert list(repeats([other, ticket(2)], POLICY.problems)) == []
    mains = [ticket(number, number, alarm_type="mains-failure", cause="grid outage") for number in (1, 2)]
    assert list(repeats(mains, POLICY.problems)) == []


def test_one_cause_links_faults_of_several_types_however_it_is_spelt() -> None:
    tickets = [
        ticket(1, 5, alarm_type="fan-failure", cause="Water  in the shelter"),
        ticket(2, 1, alarm_type="smoke", cause="water in the shelter"),
    ]
    assert [(one.shared, len(one.tickets)) for one in repeats(tickets, POLICY.problems)] == [
        ("cause:water in the shelter", 2)
    ]
    same_type = [ticket(number, number, cause="worn brushes") for number in (1, 2)]
    assert [one.shared for one in repeats(same_type, POLICY.problems)] == ["type:rectifier-failure"]


def test_a_resolved_problem_takes_two_more_faults_to_be_raised_again() -> None:
    looked = board(ticket(1, 9), ticket(2, 8))
    raise_problems(looked)
    looked.now = NOW - timedelta(days=7)
    told = MoveProblem(problem="R1", to="resolved", cause="shelf earthed at one end", solution="earthed at both ends")
    move_problem(looked, told, "M1")
    ended = looked.review.problems
    assert ended["R1"].ended_by == "M1"
    for more, count in (((ticket(3, 2),), 1), ((ticket(3, 2), ticket(4, 1)), 2)):
        later = board(ticket(1, 9), ticket(2, 8), *more)
        later.review.problems, later.review.last_problem = dict(ended), 1
        raise_problems(later)
        assert len(later.review.problems) == count
    assert later.review.problems["R2"].ticket_ids == ("T3", "T4")


def test_a_problem_that_stands_takes_in_each_fault_of_its_type_though_the_type_raises_none_by_itself() -> None:
    mains: dict[str, Any] = {"alarm_type": "mains-failure"}
    looked = board(ticket(1, **mains), ticket(2, site_id="S9", **mains), ticket(3, origin="round:x", **mains))
    looked.review.domains = {"S1": "p/c"}
    open_problem(looked, OpenProblem(title="Feeder 7 trips", sites=("S1",), alarm_type="mains-failure"), "ann")
    raise_problems(looked)
    assert [one.ticket_ids for one in looked.review.problems.values()] == [("T1",)]


def test_a_fault_that_was_taken_out_of_a_problem_is_not_linked_again() -> None:
    looked = board(ticket(1, 9), ticket(2, 8))
    raise_problems(looked)
    link_problem(looked, LinkProblem(problem="R1", tickets=("T2",), unlink=True), "M1")
    link_problem(looked, LinkProblem(problem="R1", incidents=("I4",), unlink=True), "M1")
    again = board(ticket(1, 9), ticket(2, 8), ticket(3, 1), ticket(4, 0))
    again.review.problems = dict(looked.review.problems)
    raise_problems(again)
    assert again.review.problems["R1"].ticket_ids == ("T1", "T3")


def test_a_policy_that_cannot_be_is_refused_and_the_items_may_be_others() -> None:
    with pytest.raises(PolicyError, match="no alarm type 'rain'"):
        read_policy('[problems]\nexcept_types = ["rain"]\n', "review.toml", ReviewPolicy, POLICY)
    with pytest.raises(PolicyError, match="share_of_class"):
        read_policy("[inspection]\nshare_of_class = { A = 1.5 }\n", "review.toml", ReviewPolicy, POLICY)
    assert msgspec.structs.asdict(POLICY.problems)["least"] == 2
