"""Faults that keep coming back: closed tickets of one site that have something in common are linked as a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.clocks.people import persons_for
from dispatch.moves import check_text
from dispatch.notices import Notice
from dispatch.review.model import ClosedTicket, Problem, Repeat
from dispatch.review.policy import ProblemPolicy
from dispatch.said import Said
from dispatch.shifts import zone_of
from guywire.commands.rounds import CloseProblem
from guywire.errors import conflict, invalid, not_found
from guywire.vague import is_vague

_PLANNED = ("round:", "finding:")
"""Origins of tickets that are no faults that came back."""


def raise_problems(board: Board) -> None:
    """Raises a problem for each repeat at the sites of what was just closed, or links more tickets to an open one."""
    if not board.review.is_look:
        return
    sites = {ticket.site_id for ticket in board.review.closed if ticket.site_id}
    tickets = [ticket for ticket in board.review.tickets.values() if ticket.site_id in sites]
    for repeat in repeats(tickets, board.review.policy.problems):
        _link(board, repeat)


def repeats(tickets: Iterable[ClosedTicket], policy: ProblemPolicy) -> Iterator[Repeat]:
    """The groups that are a repeat, each with the tickets of the last days before its newest one.

    Tickets of one alarm type are not linked once more because they also name one cause.
    """
    groups: dict[tuple[str, str], list[ClosedTicket]] = {}
    for ticket in sorted(tickets, key=lambda one: (one.opened_at, one.ticket_id)):
        for shared in _shares(ticket, policy):
            groups.setdefault((ticket.site_id, shared), []).append(ticket)
    of_a_type: set[frozenset[str]] = set()
    for (site, shared), members in sorted(groups.items(), key=lambda one: one[0][1].startswith("cause:")):
        near = _within(members, timedelta(days=policy.days))
        ids = frozenset(ticket.ticket_id for ticket in near)
        if len(near) >= policy.least and not any(ids <= known for known in of_a_type):
            of_a_type.add(ids)
            yield Repeat(site, shared, near)


def close_problem(board: Board, command: CloseProblem, actor: str) -> Said:
    """Ends a problem with the cause that was found. Raises `Refused`."""
    problem = board.review.problems.get(command.problem)
    if problem is None:
        raise not_found("problem", command.problem)
    if problem.closed_at is not None:
        raise conflict("already_closed", f"{problem.closed_by} closed {problem.problem_id}: {problem.cause}.")
    if command.version is not None and command.version != problem.version:
        raise conflict("version_is_old", f"{problem.problem_id} has more tickets by now. Look at it, then decide.")
    check_text("cause", command.cause)
    if is_vague(command.cause):
        raise invalid(
            "too_vague", "Say why it kept coming back, for instance: rectifier shelf earthed at one end only."
        )
    closed = replace(
        problem, closed_at=board.now, closed_by=actor, cause=command.cause.strip(), version=problem.version + 1
    )
    board.review.put_problem(closed)
    return Said("problem", problem.problem_id)


def _shares(ticket: ClosedTicket, policy: ProblemPolicy) -> Iterator[str]:
    if not ticket.site_id or ticket.origin.startswith(_PLANNED) or ticket.alarm_type in policy.except_types:
        return
    if ticket.alarm_type:
        yield f"type:{ticket.alarm_type}"
    cause = " ".join(ticket.cause.casefold().split())
    if ticket.technicians and cause and not is_vague(cause):
        yield f"cause:{cause}"


def _within(members: list[ClosedTicket], span: timedelta) -> tuple[ClosedTicket, ...]:
    newest = members[-1].opened_at
    return tuple(ticket for ticket in members if newest - ticket.opened_at <= span)


def _link(board: Board, repeat: Repeat) -> None:
    here = [
        one for one in board.review.problems.values() if (one.site_id, one.shared) == (repeat.site_id, repeat.shared)
    ]
    open_one = next((one for one in here if one.closed_at is None), None)
    if open_one:
        _add(board, open_one, repeat)
        return
    settled = max((one.closed_at for one in here if one.closed_at), default=None)
    later = [ticket for ticket in repeat.tickets if settled is None or ticket.opened_at > settled]
    if len(later) >= board.review.policy.problems.least:
        _raise(board, repeat, later)


def _add(board: Board, problem: Problem, repeat: Repeat) -> None:
    new = [ticket for ticket in repeat.tickets if ticket.ticket_id not in problem.ticket_ids]
    if new:
        ids = (*problem.ticket_ids, *(ticket.ticket_id for ticket in new))
        last = max(problem.last_at, *(ticket.opened_at for ticket in new))
        board.review.put_problem(replace(problem, ticket_ids=ids, last_at=last, version=problem.version + 1))


def _raise(board: Board, repeat: Repeat, tickets: list[ClosedTicket]) -> None:
    problem = Problem(
        problem_id=board.review.next_problem(),
        site_id=repeat.site_id,
        domain=tickets[-1].domain,
        shared=repeat.shared,
        raised_at=board.now,
        last_at=tickets[-1].opened_at,
        ticket_ids=tuple(ticket.ticket_id for ticket in tickets),
    )
    board.review.put_problem(problem)
    _tell(board, problem, tickets, board.now)


def _tell(board: Board, problem: Problem, tickets: list[ClosedTicket], now: datetime) -> None:
    """The area manager, once; more tickets of the same are seen on the problem itself."""
    site = tickets[-1].site_name or problem.site_id
    what, days = tickets[-1].title, board.review.policy.problems.days
    zone = zone_of(tickets[-1].time_zone)
    people = persons_for(board.people.values(), "area", tickets[-1].region, now, zone, board.rota)
    for person in people[:1]:
        board.notices.tell(
            Notice(
                notice_id=f"{problem.problem_id}/problem/{person.technician_id}",
                person_id=person.technician_id,
                kind="problem",
                at=now,
                words={
                    "zh": f"{site} {days} 天内第 {len(tickets)} 次同类故障：{what}。请查明根本原因。",
                    "en": f"{site}: the same fault {len(tickets)} times within {days} days ({what}). Find out why.",
                },
                site_id=problem.site_id,
                domain=problem.domain,
            )
        )
