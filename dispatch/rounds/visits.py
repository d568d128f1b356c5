"""Visits from when they are due until nothing more is to be done about them: what alarm_correlation is asked, and when.

Everything is asked under a key made of what it is for, so that a crash, or looking twice, asks nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from dispatch.board import Board
from dispatch.rounds.due import is_visited, next_due, tolerance
from dispatch.rounds.model import RoundSite, RoundVisit, VisitTicket
from dispatch.rounds.policy import RoundPlan
from dispatch.shifts import zone_of
from guywire.commands import MoveTicket, OpenTicket
from guywire.errors import Refused
from guywire.model import NeedKind, TicketState

_PRIORITY = 4
_DROPPED = frozenset({TicketState.CANCELLED, TicketState.REJECTED})
_PARTY = "maintenance (planned round)"


class _Due(NamedTuple):
    """A site that is due by a plan, and the last day of its tolerance."""

    late_on: date
    plan: str
    site: RoundSite
    due_on: date


def open_visits(board: Board) -> None:
    """Asks for a ticket for each site that is due, the one whose tolerance ends first in front."""
    if not board.rounds.is_look:
        return
    due = sorted(_due(board), key=lambda one: (one.late_on, one.plan, one.site.site_id))
    for one in due[: board.rounds.policy.at_once]:
        plan = board.rounds.policy.plans[one.plan]
        visit = _visit(board, one, plan)
        board.rounds.put_visit(visit)
        board.rounds.ask(visit.visit_id, _ticket(visit, plan, one.site, board.rounds.policy.quiet.weight))


def follow_visits(board: Board) -> None:
    """Learns which ticket each visit got, and from its ticket whether somebody was there."""
    for visit in list(board.rounds.visits.values()):
        if visit.over_at is None and not visit.ticket_id:
            _learn_ticket(board, visit)
        elif visit.over_at is None and (ticket := board.rounds.tickets.get(visit.ticket_id)):
            _follow(board, visit, ticket)


def _due(board: Board) -> Iterator[_Due]:
    known = board.rounds
    today = {site.time_zone: board.now.astimezone(zone_of(site.time_zone)).date() for site in known.sites}
    for name, plan in known.policy.plans.items():
        for site in known.sites if plan.on else ():
            past = known.past.get((name, site.site_id))
            if not is_visited(plan, site) or (past and not past.is_over):
                continue
            due_on = next_due(name, plan, site.site_id, past, today[site.time_zone])
            if due_on - timedelta(days=plan.early_days) <= today[site.time_zone]:
                yield _Due(due_on + timedelta(days=plan.late_days), name, site, due_on)


def _visit(board: Board, due: _Due, plan: RoundPlan) -> RoundVisit:
    return RoundVisit(
        visit_id=f"round:{due.plan}:{due.site.site_id}:{due.due_on}",
        plan=due.plan,
        kind=plan.kind,
        site_id=due.site.site_id,
        domain=due.site.domain,
        due_on=due.due_on,
        asked_at=board.now,
        checklist=tuple({"zh": one.zh, "en": one.en} for one in plan.checklist),
        **tolerance(plan, due.due_on, zone_of(due.site.time_zone))._asdict(),
    )


def _ticket(visit: RoundVisit, plan: RoundPlan, site: RoundSite, weight: float) -> OpenTicket:
    return OpenTicket(
        origin=visit.visit_id,
        site=visit.site_id,
        title=f"{plan.words.en} {plan.words.zh}: {site.name or site.site_id}",
        kind=NeedKind.INSPECT,
        skills=plan.skills,
        priority=_PRIORITY,
        text=f"Due {visit.due_on}, {plan.early_days} days before to {plan.late_days} after.",
        deadline=visit.deadline,
        service_minutes=plan.service_minutes,
        weight=weight,
    )


def _learn_ticket(board: Board, visit: RoundVisit) -> None:
    answer = board.rounds.answers.get(visit.visit_id)
    if isinstance(answer, Refused):
        board.rounds.put_visit(replace(visit, over_at=board.now, reason=answer.message))
    elif answer:
        board.rounds.put_visit(replace(visit, ticket_id=answer["id"]))
    else:
        board.look_again_at.append(board.now + timedelta(seconds=board.policy.retry_seconds))


def _follow(board: Board, visit: RoundVisit, ticket: VisitTicket) -> None:
    """Done when a crew says so, or when the response centre ends the ticket as solved without one."""
    solved = ticket.state in (TicketState.RESOLVED, TicketState.CLOSED)
    done_at = visit.done_at or ticket.done_at or (ticket.ended_at if solved else None)
    now = replace(visit, done_at=done_at, work_order_id=visit.work_order_id or ticket.order_id)
    if ticket.state == TicketState.RESOLVED:
        board.rounds.ask(f"{visit.visit_id}:close", _closing(board, visit, ticket))
    if solved or ticket.state in _DROPPED:
        now = replace(now, over_at=board.now, reason="" if done_at else f"the ticket was {ticket.state}")
    if now != visit:
        board.rounds.put_visit(now)


def _closing(board: Board, visit: RoundVisit, ticket: VisitTicket) -> MoveTicket:
    """What was planned and done needs nobody's word; where too little was said, the response centre closes it."""
    plan = board.rounds.policy.plans.get(visit.plan)
    cause = plan.words.en if plan else visit.plan
    return MoveTicket(
        ticket=visit.ticket_id,
        to=TicketState.CLOSED,
        cause=f"{cause} due {visit.due_on}",
        result=ticket.result,
        responsible_party=_PARTY,
    )
