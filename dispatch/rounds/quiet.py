"""When a round's visit may be offered: in its hours, when nothing urgent waits near, and rather with a crew near."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.jobs import place_of
from dispatch.model import Place
from dispatch.records import Need, WaitingNeed
from dispatch.rounds.hours import hours_of
from dispatch.rounds.model import RoundVisit
from dispatch.travel import crow_km


def find_urgent(board: Board) -> None:
    """Sees in which areas something urgent waits; a round's visit is not, whatever its priority."""
    least, known, held = board.rounds.policy.quiet.urgent_priority, board.rounds.by_ticket, board.held_needs()
    urgent = (need for need in board.needs.values() if need.priority <= least and need.to_offer)
    board.rounds.urgent_in = frozenset(
        need.region for need in urgent if need.need_id not in held and need.ticket_id not in known
    )


def waits_for_quiet(board: Board, need: Need) -> WaitingNeed | None:
    """Why a round's visit is not offered now; None for every other need, and when its time has come."""
    visit = board.rounds.of_ticket(need.ticket_id)
    if visit is None:
        return None
    before = board.waiting.get(need.need_id)
    if before and before.next_try_at > board.now and not board.try_all:
        return before
    return _out_of_hours(board, need) or _disturbed(board, need) or _far_from_crews(board, visit, need)


def _out_of_hours(board: Board, need: Need) -> WaitingNeed | None:
    hours = hours_of(board, need)
    if not hours or any(span.start <= board.now < span.end for span in hours):
        return None
    opens = min((span.start for span in hours if span.start > board.now), default=None)
    return _row(board, need, "round_hours", "It is offered in the hours of its plan.", opens)


def _disturbed(board: Board, need: Need) -> WaitingNeed | None:
    if board.centre.emergency_of(need.region):
        return _row(board, need, "round_emergency", "There is an emergency: rounds wait until it is over.")
    if need.region in board.rounds.urgent_in:
        return _row(board, need, "round_urgent_first", "Something urgent waits in this area: rounds come after it.")
    return None


def _far_from_crews(board: Board, visit: RoundVisit, need: Need) -> WaitingNeed | None:
    """Before its day a visit is made on the way; from then on a crew is sent for it alone."""
    if board.now >= visit.due_at or need.place is None or _is_crew_near(board, need.place):
        return None
    km = board.rounds.policy.quiet.near_km
    hint = f"Due {visit.due_on}; until then it is offered when a crew is within {km:g} km."
    return _row(board, need, "round_no_crew_near", hint, visit.due_at)


def _is_crew_near(board: Board, place: Place) -> bool:
    near = board.rounds.policy.quiet.near_km
    return any(crow_km(crew, place) <= near for crew in _crews(board))


def _crews(board: Board) -> list[Place]:
    """Where crews are, or will be next."""
    oldest = board.now - timedelta(minutes=board.rounds.policy.quiet.position_minutes)
    people = board.people.values()
    fresh = [one.position for one in people if one.position and one.position_at and one.position_at >= oldest]
    return fresh + [place for order in board.open_orders() if (place := place_of(board, order))]


def _row(board: Board, need: Need, code: str, hint: str, until: datetime | None = None) -> WaitingNeed:
    """Looked at again as often as everything that waits: what it waits for may happen at any time."""
    later = board.now + timedelta(seconds=board.policy.retry_seconds)
    return WaitingNeed(need.need_id, code, hint, board.now, min(until or later, later), {})
