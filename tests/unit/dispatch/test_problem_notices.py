"""Who is told of a problem that is theirs: once for each time it becomes so, and no longer than it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dispatch.board import Board
from dispatch.model import Place
from dispatch.notices import Notice
from dispatch.policy import default_policy
from dispatch.records import Person
from dispatch.review.model import ClosedTicket
from dispatch.review.problem_steps import comment_problem, edit_problem, move_problem, open_problem
from dispatch.review.problems import raise_problems
from guywire.commands.problems import CommentProblem, EditProblem, MoveProblem, OpenProblem

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KNOWN = {"cause": "fan relay sticks", "workaround": "tap the relay"}


def a_person(person_id: str, role: str = "technician") -> Person:
    return Person(technician_id=person_id, name=f"Mr {person_id}", region="p/c/a", home=Place(0, 0), role=role)


def opened(responsible: str = "", sites: tuple[str, ...] = ("S1", "S2", "S3"), title: str = "Hot shelter") -> Board:
    made = Board(now=NOW, policy=default_policy())
    made.review.domains = {"S1": "p/c", "S2": "p/d", "S3": "p/c"}
    made.review.site_names = {"S1": "Longhua", "S2": "西山"}
    made.review.accounts = {"wei": "M1", "zhao": "M2", "ann": "", "T7": ""}
    made.people = {"T7": a_person("T7"), "M1": a_person("M1")}
    open_problem(made, OpenProblem(title=title, sites=sites, responsible=responsible), "ann")
    return made


def give(made: Board, responsible: str, actor: str = "ann") -> None:
    edit_problem(made, EditProblem(problem="R1", responsible=responsible), actor)


def move(made: Board, to: str, **said: Any) -> None:
    move_problem(made, MoveProblem(problem="R1", to=to, **said), "ann")


def standing(made: Board) -> list[str]:
    """Whom notices tell that are not taken down."""
    return [one.person_id for one in made.notices.new.values() if one.notice_id not in made.notices.over]


def the_notice(made: Board) -> Notice:
    (notice,) = made.notices.new.values()
    return notice


def test_whoever_is_made_responsible_is_told_what_it_is_where_and_by_whom() -> None:
    notice = the_notice(opened("wei"))
    assert (notice.person_id, notice.kind, notice.domain, notice.site_id) == ("M1", "problem", "p/c", "")
    assert notice.words == {
        "zh": "ann 指定您负责问题 R1：Hot shelter（Longhua 等 3 个站址）",
        "en": "ann made you responsible for problem R1: Hot shelter (Longhua and 2 more)",
    }
    one_site = the_notice(opened("wei", ("S2",), "机房高温" * 50))
    assert (one_site.site_id, len(one_site.words["zh"]) < 150) == ("S2", True)
    assert one_site.words["zh"].endswith("…（西山）")


def test_an_account_that_is_no_technician_is_told_by_its_own_name() -> None:
    assert standing(opened("ann")) == []  # she did it herself
    made = opened()
    give(made, "ann", "wei")
    assert standing(made) == ["ann"]
    assert the_notice(made).words["en"].startswith("Mr M1 made you responsible")


def test_nobody_is_told_in_place_of_an_account_that_is_closed_or_named_as_a_technician_is() -> None:
    assert standing(opened("gone")) == []
    assert standing(opened("T7")) == []


def test_one_is_told_once_however_often_the_problem_is_touched() -> None:
    made = opened("wei")
    edit_problem(made, EditProblem(problem="R1", why="weekly", responsible="wei"), "ann")
    comment_problem(made, CommentProblem(problem="R1", text="seen again"), "ann")
    move(made, "known_error", **KNOWN)
    move(made, "open", reason="it was not that")
    assert (len(made.notices.new), made.notices.over & set(made.notices.new)) == (1, set())


def test_when_it_passes_to_another_only_that_one_is_told_still_and_again_when_it_comes_back() -> None:
    made = opened("wei")
    give(made, "zhao")
    assert standing(made) == ["M2"]
    give(made, "wei", "zhao")
    assert (standing(made), len(made.notices.new)) == (["M1"], 3)
    give(made, "")
    assert standing(made) == []


def test_an_end_takes_the_notice_down_and_who_gets_it_back_is_told_again() -> None:
    made = opened("wei")
    move(made, "known_error", **KNOWN)
    move(made, "resolved", solution="relays replaced")
    assert standing(made) == []
    comment_problem(made, CommentProblem(problem="R1", text="well done"), "ann")
    move(made, "open", reason="it is hot again")
    assert (standing(made), len(made.notices.new)) == (["M1"], 2)


def test_what_the_area_manager_was_told_of_a_repeat_is_over_once_somebody_has_it_or_it_ended() -> None:
    given, closed = raised(), raised()
    assert standing(given) == standing(closed) == ["M1"]
    give(given, "zhao")
    move(closed, "closed", reason="site given up")
    assert (standing(given), standing(closed)) == (["M2"], [])


def raised() -> Board:
    """A board on which dispatch has just raised R1."""
    made = Board(now=NOW, policy=default_policy())
    made.people = {"M1": a_person("M1", "area_manager")}
    made.review.accounts = {"zhao": "M2", "ann": ""}
    tickets = [_closed(number) for number in range(5)]
    made.review.is_look, made.review.closed = True, tickets
    made.review.tickets = {one.ticket_id: one for one in tickets}
    raise_problems(made)
    return made


def _closed(number: int) -> ClosedTicket:
    at = NOW - timedelta(hours=number + 1)
    return ClosedTicket(
        ticket_id=f"K{number}", origin=f"incident:I{number}", title="t", site_id="S1", site_name="Longhua",
        region="p/c/a", time_zone="Asia/Shanghai", domain="p/c", site_class="A", alarm_type="rectifier-failure",
        cause="", opened_at=at, closed_at=at, closed_by="li",
    )  # fmt: skip


@given(st.lists(st.sampled_from(["wei", "zhao", "ann", "", "end", "again"]), max_size=10))
def test_whatever_happened_just_the_one_in_charge_is_told_unless_it_was_their_own_step(steps: list[str]) -> None:
    made, own = opened(), False
    for one in steps:
        problem = made.review.problems["R1"]
        before = (problem.responsible, problem.ended_at)
        if one == "again" and problem.ended_at:
            move(made, "open", reason="it is hot again")
        elif one == "end" and not problem.ended_at:
            move(made, "closed", reason="site given up")
        elif one not in ("again", "end") and not problem.ended_at:
            give(made, one)
        problem = made.review.problems["R1"]
        if (problem.responsible, problem.ended_at) != before:
            own = problem.responsible == "ann"
    wanted = {"wei": ["M1"], "zhao": ["M2"]}.get(problem.responsible, []) if steps and not problem.ended_at else []
    assert standing(made) == (wanted if not own else [])
