"""A person takes a need in hand: dispatch leaves it to them, until they release it or the time they said."""

from __future__ import annotations

from dataclasses import replace

from dispatch.board import Board
from dispatch.centre.pauses import check_until
from dispatch.centre.state import InHand
from dispatch.moves import check_text
from dispatch.records import DISPATCH, Need, WorkOrder
from dispatch.said import Said
from guywire.commands.centre import HoldNeed, ReleaseNeed
from guywire.errors import conflict, not_found
from guywire.model import WorkOrderState


def hold_need(board: Board, command: HoldNeed, actor: str) -> Said:
    """Takes an open need in hand; an offer of it that nobody accepted is taken back. Raises `Refused`."""
    need = _wanted(board, command.need)
    check_text("reason", command.reason)
    check_until(board, command.until)
    holder = board.holder_of(need.need_id)
    if holder and holder.state is not WorkOrderState.OFFERED:
        raise conflict(
            "already_given",
            f"{need.need_id} is {holder.state} with {holder.technician_id} as {holder.work_order_id}: reassign or"
            " withdraw that order instead.",
        )
    before = board.centre.in_hand.get(need.need_id)
    if before and before.person != actor:
        raise conflict("already_in_hand", f"{before.person} has {need.need_id} in hand: ask them to release it.")
    for order in _offers_of(board, need.need_id):
        reason = f"{actor} took it in hand"
        board.end(replace(order, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)
    board.centre.in_hand[need.need_id] = InHand(
        need_id=need.need_id, person=actor, reason=command.reason, since=board.now, until_at=command.until
    )
    board.centre.taken.add(need.need_id)
    board.stop_waiting([need.need_id])  # what it waits for now is said anew
    return Said("need", need.need_id)


def release_need(board: Board, command: ReleaseNeed, actor: str) -> Said:  # noqa: ARG001 - a handler's
    """Gives it back to dispatch. Anybody may who may take it: the one who took it may have gone home."""
    if command.need not in board.centre.in_hand:
        raise not_found("need_in_hand", command.need)
    _release(board, command.need)
    return Said("need", command.need)


def release_over(board: Board) -> None:
    """Gives back what was taken until now, and forgets what is wanted no more."""
    for held in list(board.centre.in_hand.values()):
        need = board.needs.get(held.need_id)
        if (held.until_at and held.until_at <= board.now) or need is None or not need.wanted:
            _release(board, held.need_id)
        elif held.until_at:
            board.look_again_at.append(held.until_at)


def _release(board: Board, need_id: str) -> None:
    board.centre.in_hand.pop(need_id)
    board.centre.released.add(need_id)
    board.centre.taken.discard(need_id)
    board.stop_waiting([need_id])


def _wanted(board: Board, need_id: str) -> Need:
    need = board.needs.get(need_id)
    if need is None:
        raise not_found("need", need_id)
    if not need.wanted:
        raise conflict("need_is_ended", f"{need_id} wants nobody any more: it is {need.state}.")
    return need


def _offers_of(board: Board, need_id: str) -> list[WorkOrder]:
    return [order for order in board.open_orders() if need_id in order.need_ids]
