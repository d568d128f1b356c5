"""Faults that keep coming back: closed tickets of one site that have something in common are linked as a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from dispatch.board import Board
from dispatch.records import DISPATCH
from dispatch.review.model import ClosedTicket, Problem, Repeat
from dispatch.review.policy import ProblemPolicy
from dispatch.review.problem_notices import tell_manager
from guywire.vague import is_vague

_PLANNED = ("round:", "finding:")
"""Origins of tickets that are no faults that came back."""
_FAULT = "incident:"
"""What stands before the incident in the origin of its ticket."""


def raise_problems(board: Board) -> None:
    """Raises a problem for each repeat at the sites of what was just closed, or links more tickets to one there."""
    if not board.review.is_look:
        return
    for ticket in board.review.closed:
        _take_in(board, ticket)
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
    known = board.review.problems.values()
    here = [one for one in known if repeat.site_id in one.site_ids and one.shared == repeat.shared]
    standing = next((one for one in here if one.ended_at is None), None)
    if standing:
        _add(board, standing, repeat.tickets)
        return
    settled = max((one.ended_at for one in here if one.ended_at), default=None)
    later = [ticket for ticket in repeat.tickets if settled is None or ticket.opened_at > settled]
    if len(later) >= board.review.policy.problems.least:
        _raise(board, repeat, later)


def _take_in(board: Board, ticket: ClosedTicket) -> None:
    """Links it to the problem of its type that stands at its site, however long ago the last such fault was, and
    though the type by itself would raise none: that somebody opened one is enough."""
    if not ticket.site_id or not ticket.alarm_type or ticket.origin.startswith(_PLANNED):
        return
    for problem in list(board.review.problems.values()):
        here = ticket.site_id in problem.site_ids and problem.shared == f"type:{ticket.alarm_type}"
        if here and problem.ended_at is None:
            _add(board, problem, [ticket])


def _add(board: Board, problem: Problem, tickets: Iterable[ClosedTicket]) -> None:
    known = {*problem.ticket_ids, *problem.unlinked_ids}
    new = [ticket for ticket in tickets if known.isdisjoint({ticket.ticket_id, ticket.origin.removeprefix(_FAULT)})]
    if new:
        ids = tuple(ticket.ticket_id for ticket in new)
        last = max(problem.last_at, *(ticket.opened_at for ticket in new))
        more = replace(problem, ticket_ids=(*problem.ticket_ids, *ids), last_at=last, version=problem.version + 1)
        board.review.put_problem(more, board.now, DISPATCH, "linked", ", ".join(ids))


def _raise(board: Board, repeat: Repeat, tickets: list[ClosedTicket]) -> None:
    problem = Problem(
        problem_id=board.review.next_problem(),
        site_ids=(repeat.site_id,),
        domain=tickets[-1].domain,
        shared=repeat.shared,
        raised_at=board.now,
        last_at=tickets[-1].opened_at,
        ticket_ids=tuple(ticket.ticket_id for ticket in tickets),
    )
    board.review.put_problem(problem, board.now, DISPATCH, "opened", ", ".join(problem.ticket_ids))
    tell_manager(board, problem, tickets)
