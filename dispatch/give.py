"""An order is made and offered to whoever was chosen or named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from dispatch.board import Board
from dispatch.generators.reserve import reserve
from dispatch.model import Trip
from dispatch.records import Need, WorkOrder
from guywire.model import WorkOrderState


def give(
    board: Board, needs: Sequence[Need], trip: Trip, why: dict[str, Any], given_by: str, note: str = "", **more: Any
) -> WorkOrder:
    """Makes the order and offers it; `more` are further columns of it."""
    candidate, first = trip.candidate, needs[0]
    handed = [said for need in needs for said in board.handed_over.get(need.need_id, ())]
    order = WorkOrder(
        work_order_id=board.next_id(),
        technician_id=candidate.technician_id,
        manager_id=candidate.manager_id,
        ticket_id=first.ticket_id,
        site_id=first.site_id,
        domain=first.domain,
        need_ids=tuple(need.need_id for need in needs),
        state=WorkOrderState.OFFERED,
        priority=trip.job.priority,
        summary=summary_of([need.summary for need in needs]),
        offered_at=board.now,
        offer_expires_at=board.now + timedelta(seconds=board.policy.offer_seconds),
        travel_minutes=round(trip.leg.minutes, 2),
        distance_km=round(trip.leg.km, 3),
        planned_arrival_at=trip.arrive,
        explanation=why,
        given_by=given_by,
        handed_over=[said for at, said in enumerate(handed) if said not in handed[:at]],
        **more,
    )
    order = board.put(order, given_by, note=note)
    if not order.is_call:
        reserve(board, order, trip.fetch)
    return order


def summary_of(summaries: Iterable[str]) -> str:
    """What is to be done there, each thing once."""
    return "; ".join(dict.fromkeys(summaries))
