"""When a crew under way will be there, thought over from where it is now: customers are told by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.jobs import place_of
from dispatch.records import WorkOrder
from dispatch.travel import estimate
from guywire.model import WorkOrderState


def follow_positions(board: Board) -> None:
    """Moves the expected arrival of who is under way or overdue to set off, when it differs by minutes."""
    for order in board.open_orders():
        arrival = _arrival(board, order)
        if arrival is None:
            continue
        board.look_again_at.append(board.now + timedelta(seconds=board.policy.eta_every_seconds))
        moved = abs(arrival - order.planned_arrival_at)
        if moved > timedelta(minutes=board.policy.eta_minutes):
            board.revise(replace(order, planned_arrival_at=arrival, estimated_at=board.now))


def _arrival(board: Board, order: WorkOrder) -> datetime | None:
    """The new estimate; None where there is nothing to think over."""
    if order.state is WorkOrderState.EN_ROUTE and not order.asked_to_return_at:
        return _from_position(board, order)
    if order.state is WorkOrderState.ACCEPTED:
        return max(order.planned_arrival_at, board.now + timedelta(minutes=order.travel_minutes))
    return None


def _from_position(board: Board, order: WorkOrder) -> datetime:
    """The drive from the last position; without one since they set off, not before the time that has passed says."""
    person, place = board.people.get(order.technician_id), place_of(board, order)
    fresh = board.now - timedelta(minutes=board.policy.position_max_age_minutes)
    since = max(fresh, order.en_route_at or fresh)
    if person and place and person.position and person.position_at and person.position_at >= since:
        leg = estimate(person.position, place, _region(board, order), board.policy)
        return max(person.position_at + timedelta(minutes=leg.minutes), board.now)
    return max(order.planned_arrival_at, board.now)


def _region(board: Board, order: WorkOrder) -> str:
    return next((need.region for need_id in order.need_ids if (need := board.needs.get(need_id))), "")
