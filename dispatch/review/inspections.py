"""归档与质检: which closed tickets somebody looks at again, and what they make of the work."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from dispatch.board import Board
from dispatch.moves import check_text
from dispatch.review.model import ClosedTicket, Inspection
from dispatch.review.policy import InspectionPolicy
from dispatch.said import Said
from guywire.commands.rounds import InspectTicket
from guywire.errors import Refused, conflict, invalid, not_found

_DRAWS = 10_000


def draw_inspections(board: Board) -> None:
    """Draws the sample among what was closed since the last look."""
    for ticket in board.review.closed if board.review.is_look else ():
        drawn = is_drawn(board.review.policy.inspection, ticket)
        if drawn and ticket.ticket_id not in board.review.inspections:
            board.review.put_inspection(_wanted(board, ticket, sampled=True))


def is_drawn(policy: InspectionPolicy, ticket: ClosedTicket) -> bool:
    """Whether the sample takes it: what a crew did, by the share of its site's class; always the same answer."""
    share = policy.share_of_class.get(ticket.site_class, policy.share_of_others)
    return bool(ticket.technicians) and crc32(ticket.ticket_id.encode()) % _DRAWS < share * _DRAWS


def inspect(board: Board, command: InspectTicket, actor: str) -> Said:
    """Writes down what was found, also of a ticket that was not drawn. Raises `Refused`."""
    ticket, policy = board.review.tickets.get(command.ticket), board.review.policy.inspection
    if ticket is None:
        raise not_found("closed_ticket", command.ticket)
    before = board.review.inspections.get(command.ticket) or _wanted(board, ticket, sampled=False)
    _check(before, command, actor, policy)
    score = _average(command.scores, policy)
    passed = score >= policy.pass_score
    if not passed and not command.remark.strip():
        raise invalid("remark_missing", f"It scores {score:g} of 100 and fails: say in the remark what was missing.")
    inspected = replace(
        before,
        scores=dict(command.scores),
        score=score,
        passed=passed,
        remark=command.remark.strip(),
        inspected_at=board.now,
        inspected_by=actor,
        version=before.version + 1,
    )
    board.review.put_inspection(inspected)
    return Said("inspection", ticket.ticket_id)


def _check(before: Inspection, command: InspectTicket, actor: str, policy: InspectionPolicy) -> None:
    if actor == before.closed_by:
        raise Refused("forbidden", "own_ticket", f"You closed {command.ticket} yourself: somebody else inspects it.")
    if before.inspected_at and command.version != before.version:
        message = f"{before.inspected_by} inspected {command.ticket} already. Look at it, then decide."
        raise conflict("version_is_old", message)
    if wrong := sorted(command.scores.keys() ^ policy.items.keys()):
        raise invalid("items", f"Give points for each of {', '.join(policy.items)}: {wrong[0]!r} is wrong or missing.")
    if any(not 0 <= points <= 100 for points in command.scores.values()):
        raise invalid("points", "Points are 0 to 100.")
    check_text("remark", command.remark)


def _average(scores: dict[str, int], policy: InspectionPolicy) -> float:
    weights = sum(item.weight for item in policy.items.values())
    return round(sum(scores[name] * item.weight for name, item in policy.items.items()) / weights, 1)


def _wanted(board: Board, ticket: ClosedTicket, *, sampled: bool) -> Inspection:
    return Inspection(
        ticket_id=ticket.ticket_id,
        domain=ticket.domain,
        sampled=sampled,
        wanted_at=board.now,
        closed_by=ticket.closed_by,
        technicians=ticket.technicians,
        companies=ticket.companies,
    )
