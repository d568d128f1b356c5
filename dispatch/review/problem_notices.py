"""Who is told of a problem: the area manager where dispatch raises one, and whoever is made responsible for it."""

from __future__ import annotations

from typing import NamedTuple

from dispatch.board import Board
from dispatch.clocks.people import persons_for
from dispatch.notices import Notice
from dispatch.review.model import ClosedTicket, Problem, ProblemNote, ProblemState
from dispatch.shifts import zone_of
from guywire.catalogue import CATALOGUE
from guywire.chinese import joined

_SHOWN = 120  # signs of a title: a notice stands on a locked screen
_ENDS = frozenset({ProblemState.RESOLVED.value, ProblemState.CLOSED.value})


class _Charge(NamedTuple):
    """Who has a problem in hand, from which of its versions on; nobody where it has ended."""

    account: str
    version: int


def tell_manager(board: Board, problem: Problem, tickets: list[ClosedTicket]) -> None:
    """The area manager, once; more tickets of the same are seen on the problem itself."""
    site = tickets[-1].site_name or tickets[-1].site_id
    what, days = tickets[-1].title, board.review.policy.problems.days
    zone = zone_of(tickets[-1].time_zone)
    people = persons_for(board.people.values(), "area", tickets[-1].region, board.now, zone, board.rota)
    words = {
        "zh": f"{site} {days} 天内第 {len(tickets)} 次同类故障：{what}。请查明根本原因。",
        "en": f"{site}: the same fault {len(tickets)} times within {days} days ({what}). Find out why.",
    }
    for person in people[:1]:
        _put(board, problem, _raised_id(problem), person.technician_id, words)


def tell_responsible(board: Board, before: Problem | None, problem: Problem, actor: str) -> None:
    """Tells whoever became responsible with this step, once for each time, and takes down what was told before.

    To be called once the step stands in the problem's story. Nobody is told of what they took on themselves.
    """
    if problem.responsible or problem.ended_at:
        board.notices.is_over(_raised_id(problem))
    had, has = before and _charge(board, before), _charge(board, problem)
    if had == has:
        return
    if had:
        board.notices.is_over(_charge_id(problem, had))
    person = _person(board, has.account) if has.account != actor else ""
    if person:
        _put(board, problem, _charge_id(problem, has), person, _words(board, problem, actor))


def _charge(board: Board, problem: Problem) -> _Charge:
    """As it was with that version, by the problem's story."""
    if problem.ended_at or not problem.responsible:
        return _Charge("", 0)
    since, has_ended = 0, False
    for note in board.review.notes.get(problem.problem_id, ()):
        if note.version > problem.version:
            break
        if note.kind in _ENDS:
            has_ended = True
        elif note.kind == "opened" or _names_responsible(note) or (note.kind == "reopened" and has_ended):
            since, has_ended = note.version, False
    return _Charge(problem.responsible, since)


def _names_responsible(note: ProblemNote) -> bool:
    return note.kind == "edited" and "responsible" in note.text.split(", ")


def _person(board: Board, account: str) -> str:
    """By whom an account is reached: its technician; else the account itself, which `contacts.toml` may name.

    Nobody where the account is closed, or goes by the id of a technician who is somebody else.
    """
    technician = board.review.accounts.get(account)
    if technician == "":
        return "" if account in board.people else account
    return technician or ""


def _words(board: Board, problem: Problem, actor: str) -> dict[str, str]:
    technician = board.review.accounts.get(actor)
    by = board.name_of(technician) if technician else actor
    zh, en = (_short(text) for text in _titles(problem))
    number, sites = problem.problem_id, len(problem.site_ids)
    first = board.review.site_names.get(problem.site_ids[0], problem.site_ids[0])
    where_zh = joined(first, "等", sites, "个站址") if sites > 1 else first
    where_en = f"{first} and {sites - 1} more" if sites > 1 else first
    return {
        "zh": joined(by, "指定您负责问题", number, f"：{zh}（{where_zh}）"),
        "en": f"{by} made you responsible for problem {number}: {en} ({where_en})",
    }


def _titles(problem: Problem) -> tuple[str, str]:
    """In Chinese and English; where dispatch raised it, what its faults have in common says it."""
    if problem.title:
        return problem.title, problem.title
    kind, _, shared = problem.shared.partition(":")
    known = CATALOGUE.get(shared) if kind == "type" else None
    return (known.zh, known.en) if known else (shared, shared)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _put(board: Board, problem: Problem, notice_id: str, person: str, words: dict[str, str]) -> None:
    board.notices.tell(
        Notice(
            notice_id=notice_id,
            person_id=person,
            kind="problem",
            at=board.now,
            words=words,
            site_id=problem.site_ids[0] if len(problem.site_ids) == 1 else "",
            domain=problem.domain,
        )
    )


def _raised_id(problem: Problem) -> str:
    return f"{problem.problem_id}/raised"


def _charge_id(problem: Problem, charge: _Charge) -> str:
    return f"{problem.problem_id}/responsible/{charge.account}/{charge.version}"
