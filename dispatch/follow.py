"""What happens to orders by itself: a fault clears, a ticket is held, needs move, people leave, an offer runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dispatch.board import Board
from dispatch.clocks.coverage import why_silent
from dispatch.records import DISPATCH, Need, WorkOrder
from dispatch.states import RECALLED
from guywire.model import NeedState, TicketState, WorkOrderState

_ENDED_NEEDS = {
    NeedState.HEALED: "the fault cleared by itself",
    NeedState.CANCELLED: "the need was cancelled",
    NeedState.MET: "the work was done already",
}


def follow_needs(board: Board) -> None:
    """Keeps every open order in step with its needs and their tickets."""
    for order in board.open_orders():
        needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id))]
        wanted = [need for need in needs if need.wanted]
        if wanted:
            _keep(board, order, wanted)
        else:
            _release(board, order, _why_released(needs))


def follow_people(board: Board) -> None:
    """Takes orders back from whoever left the inventory; who is under way ends what is begun."""
    for order in board.open_orders():
        gone = [person for person in order.crew if person not in board.people]
        if not gone or order.state not in RECALLED:
            continue
        reason = f"{', '.join(gone)} is no longer in the inventory"
        if order.technician_id in gone:
            board.end(replace(order, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)
        else:
            mates = tuple(mate for mate in order.mates if mate not in gone)
            board.put(replace(order, mates=mates), DISPATCH, note=reason)


def expire_offers(board: Board) -> None:
    """Ends offers that nobody answered in time."""
    for order in board.open_orders():
        if order.state is WorkOrderState.OFFERED and order.offer_expires_at and order.offer_expires_at <= board.now:
            silent = replace(order, reason=why_silent(board, order))
            board.end(silent, WorkOrderState.EXPIRED, DISPATCH, note=silent.reason or "nobody answered")


def forget_ended(board: Board) -> None:
    """Needs that want nobody any more, or are held, no longer wait."""
    held = board.held_needs()
    ended = [need_id for need_id in board.waiting if need_id in held or not _to_offer(board, need_id)]
    board.stop_waiting(ended)


def is_served(board: Board, need: Need) -> bool:
    """Whether an order for it was done: its owner marks it met, and opens another one if hands are wanted again."""
    return any(order.how == WorkOrderState.DONE for order in board.past.get(need.need_id, ()))


def _to_offer(board: Board, need_id: str) -> bool:
    need = board.needs.get(need_id)
    return need is not None and need.to_offer and not is_served(board, need)


def _keep(board: Board, order: WorkOrder, wanted: Sequence[Need]) -> None:
    kept = replace(
        order,
        ticket_id=wanted[0].ticket_id,
        asked_to_return_at=None,
        reason="" if order.asked_to_return_at else order.reason,
    )
    if kept != order:
        board.put(kept, DISPATCH, note="is wanted again" if order.asked_to_return_at else f"now of {kept.ticket_id}")


def _release(board: Board, order: WorkOrder, reason: str) -> None:
    if order.state in RECALLED:
        board.end(replace(order, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)
    elif order.asked_to_return_at is None:
        asked = replace(order, asked_to_return_at=board.now, reason=reason)
        board.put(asked, DISPATCH, note=f"asked to return: {reason}")


def _why_released(needs: Sequence[Need]) -> str:
    need = next((need for need in needs if need.state is NeedState.OPEN), needs[0] if needs else None)
    if need is None:
        return "the need is gone"
    if need.state is not NeedState.OPEN:
        return _ENDED_NEEDS[need.state]
    held = f": {need.hold_reason}" if need.ticket_state is TicketState.HELD and need.hold_reason else ""
    return f"ticket {need.ticket_id} is {need.ticket_state}{held}"
