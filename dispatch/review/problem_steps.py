"""What people do with problems: open one, say what is known, link its faults, and move it until its cause is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch.board import Board
from dispatch.moves import check_text, clock
from dispatch.review.model import Problem, ProblemState
from dispatch.review.problem_notices import tell_responsible
from dispatch.said import Said
from guywire.catalogue import CATALOGUE
from guywire.commands.problems import CommentProblem, EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.errors import conflict, invalid, not_found
from guywire.vague import is_vague

_OPEN, _KNOWN, _RESOLVED, _CLOSED = ProblemState
_NEXT: Mapping[ProblemState, tuple[ProblemState, ...]] = {
    _OPEN: (_KNOWN, _RESOLVED, _CLOSED),
    _KNOWN: (_OPEN, _RESOLVED, _CLOSED),
    _RESOLVED: (_OPEN,),
    _CLOSED: (_OPEN,),
}
_WANTED: Mapping[ProblemState, tuple[str, ...]] = {
    _OPEN: ("reason",),
    _KNOWN: ("cause", "workaround"),
    _RESOLVED: ("cause", "solution"),
    _CLOSED: ("reason",),
}
"""What has to be said to come there; the last of them is what its story tells."""
_EXAMPLES = {
    "title": "rectifiers of the 2019 batch trip when it is hot",
    "cause": "rectifier shelf earthed at one end only",
    "workaround": "switch the second rectifier on by hand, then call the depot",
    "solution": "both shelves earthed anew, measured 0.4 ohm",
    "reason": "the site is given up in March",
}
_EDITED = ("title", "why", "responsible", "cause", "workaround")


def open_problem(board: Board, command: OpenProblem, actor: str) -> Said:
    """Raises `Refused`, also where the same fault of the same site has a problem that has not ended."""
    if command.alarm_type and command.alarm_type not in CATALOGUE:
        raise invalid("unknown_alarm_type", f"There is no alarm type {command.alarm_type!r}.")
    sites = _sites(board, command.sites)
    shared = f"type:{command.alarm_type}" if command.alarm_type else ""
    _refuse_second(board, shared, sites)
    problem = Problem(
        site_ids=sites,
        domain=board.review.domains[sites[0]],
        shared=shared,
        raised_at=board.now,
        last_at=_last(board, command, None) or board.now,
        ticket_ids=_known(board.review.named_tickets, command.tickets, "ticket"),
        incident_ids=_known(board.review.named_incidents, command.incidents, "incident"),
        title=_plain("title", command.title),
        why=_text("why", command.why),
        raised_by=actor,
        report=command.report,
        responsible=command.responsible.strip(),
        problem_id=board.review.next_problem(),  # last: what was refused before it has no number
    )
    return _keep(board, problem, actor, "opened", problem.why)


def edit_problem(board: Board, command: EditProblem, actor: str) -> Said:
    """Raises `Refused`; what a known error is known by cannot be taken out."""
    problem = _standing(board, command.problem, command.version)
    given = {name: getattr(command, name) for name in _EDITED}
    changes: dict[str, Any] = {name: _text(name, text) for name, text in given.items() if text is not None}
    if command.sites is not None:
        changes["site_ids"] = _sites(board, command.sites)
        _refuse_second(board, problem.shared, changes["site_ids"], problem)
    edited = replace(problem, **changes)
    wanted = _WANTED[_KNOWN] if problem.state is _KNOWN else ()
    for name in (*wanted, *(() if problem.shared else ("title",))):
        _plain(name, getattr(edited, name))
    if edited == problem:
        return Said("problem", problem.problem_id)
    names = [name.replace("site_ids", "sites") for name in changes if getattr(edited, name) != getattr(problem, name)]
    return _keep(board, replace(edited, version=problem.version + 1), actor, "edited", ", ".join(names))


def link_problem(board: Board, command: LinkProblem, actor: str) -> Said:
    """Links faults, or takes them out; what is so already stays so. Raises `Refused`."""
    problem = _standing(board, command.problem, None)
    if command.unlink:
        changed = replace(
            problem,
            ticket_ids=_without(problem.ticket_ids, command.tickets),
            incident_ids=_without(problem.incident_ids, command.incidents),
            unlinked_ids=_union(problem.unlinked_ids, (*command.tickets, *command.incidents)),
        )
    else:
        changed = replace(
            problem,
            ticket_ids=_union(problem.ticket_ids, _known(board.review.named_tickets, command.tickets, "ticket")),
            incident_ids=_union(
                problem.incident_ids, _known(board.review.named_incidents, command.incidents, "incident")
            ),
            unlinked_ids=_without(problem.unlinked_ids, (*command.tickets, *command.incidents)),
            last_at=_last(board, command, problem.last_at) or problem.last_at,
        )
    if changed == problem:
        return Said("problem", problem.problem_id)
    named = ", ".join((*command.tickets, *command.incidents))
    kind = "unlinked" if command.unlink else "linked"
    return _keep(board, replace(changed, version=problem.version + 1), actor, kind, named)


def comment_problem(board: Board, command: CommentProblem, actor: str) -> Said:
    """Also on one that has ended. Raises `Refused`."""
    problem = _found(board, command.problem)
    if not command.text.strip():
        raise invalid("text_missing", "Say something.")
    noted = replace(problem, version=problem.version + 1)
    return _keep(board, noted, actor, "noted", _text("text", command.text))


def move_problem(board: Board, command: MoveProblem, actor: str) -> Said:
    """Raises `Refused` where it cannot come there, or what has to be said for it is missing or says nothing."""
    problem = _found(board, command.problem)
    _check_version(board, problem, command.version)
    to = _wanted(command.to)
    if to not in _NEXT[problem.state]:
        ended = f" It ended at {clock(problem.ended_at)} by {problem.ended_by}." if problem.ended_at else ""
        after = ", ".join(_NEXT[problem.state])
        message = f"{problem.problem_id} is {problem.state} and cannot become {to}.{ended} It can become {after}."
        raise conflict("wrong_state", message)
    if to is _OPEN:
        _refuse_second(board, problem.shared, problem.site_ids, problem)
    said: dict[str, Any] = {
        name: _plain(name, getattr(command, name) or _before(problem, name)) for name in _WANTED[to]
    }
    moved = _ended(replace(problem, **said, version=problem.version + 1), board, actor, to)
    return _keep(board, moved, actor, "reopened" if to is _OPEN else to.value, said[_WANTED[to][-1]])


def _before(problem: Problem, name: str) -> str:
    """What was said of it before; a reason is of one move alone."""
    return "" if name == "reason" else getattr(problem, name)


def _ended(problem: Problem, board: Board, actor: str, to: ProblemState) -> Problem:
    """In its new state, ended or not; what was said of an end that did not last is told by its story alone."""
    if to in (_RESOLVED, _CLOSED):
        return replace(problem, state=to, ended_at=board.now, ended_by=actor)
    return replace(problem, state=to, ended_at=None, ended_by="", solution="", reason="")


def _keep(board: Board, problem: Problem, actor: str, kind: str, text: str) -> Said:
    before = board.review.problems.get(problem.problem_id)
    board.review.put_problem(problem, board.now, actor, kind, text)
    tell_responsible(board, before, problem, actor)
    return Said("problem", problem.problem_id)


def _found(board: Board, problem_id: str) -> Problem:
    problem = board.review.problems.get(problem_id)
    if problem is None:
        raise not_found("problem", problem_id)
    return problem


def _standing(board: Board, problem_id: str, version: int | None) -> Problem:
    problem = _found(board, problem_id)
    if problem.ended_at:
        message = (
            f"{problem.ended_by} ended {problem_id} at {clock(problem.ended_at)}. Open it again before you change it."
        )
        raise conflict("already_ended", message)
    _check_version(board, problem, version)
    return problem


def _check_version(board: Board, problem: Problem, version: int | None) -> None:
    """Refuses a change made on an old version, with what happened meanwhile."""
    if version is None or version == problem.version:
        return
    notes = [note for note in board.review.notes.get(problem.problem_id, ()) if note.version > version]
    meanwhile = ", then ".join(f"{note.kind} at {clock(note.at)} by {note.actor}" for note in notes)
    message = f"{problem.problem_id} has changed since you saw it: {meanwhile or f'it is version {problem.version}'}."
    raise conflict("version_is_old", f"{message} Look at it again.")


def _refuse_second(board: Board, shared: str, sites: Iterable[str], but: Problem | None = None) -> None:
    """A fault of a site has one problem that has not ended: who saw it too adds to that."""
    for site in sites if shared else ():
        for one in board.review.problems.values():
            if one.shared == shared and site in one.site_ids and not one.ended_at and one != but:
                raise conflict("already_open", f"{one.problem_id} is open for this fault at {site}: add to that one.")


def _sites(board: Board, named: tuple[str, ...]) -> tuple[str, ...]:
    sites = tuple(dict.fromkeys(named))
    if not sites:
        raise invalid("sites_missing", "Name at least one site.")
    if unknown := next((site for site in sites if site not in board.review.domains), None):
        raise not_found("site", unknown)
    return sites


def _known(named: Mapping[str, datetime], keys: tuple[str, ...], what: str) -> tuple[str, ...]:
    if unknown := next((key for key in keys if key not in named), None):
        raise not_found(what, unknown)
    return tuple(dict.fromkeys(keys))


def _last(board: Board, command: OpenProblem | LinkProblem, before: datetime | None) -> datetime | None:
    """When the last of all its faults began."""
    known = board.review
    named = [
        *(known.named_tickets[key] for key in command.tickets if key in known.named_tickets),
        *(known.named_incidents[key] for key in command.incidents if key in known.named_incidents),
        *([before] if before else []),
    ]
    return max(named, default=None)


def _wanted(to: str) -> ProblemState:
    try:
        return ProblemState(to)
    except ValueError:
        raise invalid("no_such_state", f"{to!r} is no state: choose one of {', '.join(ProblemState)}.") from None


def _plain(name: str, text: str) -> str:
    """A text that has to say something."""
    if is_vague(text):
        raise invalid("too_vague", f"The {name} has to say something, for instance: {_EXAMPLES[name]}.")
    return _text(name, text)


def _text(name: str, text: str) -> str:
    check_text(name, text)
    return text.strip()


def _union(some: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *more)))


def _without(some: tuple[str, ...], fewer: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in fewer)
