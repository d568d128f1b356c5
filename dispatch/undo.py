"""Undoes what was last done by hand to an order: given, reassigned or withdrawn, while nothing came of it yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.board import Board
from dispatch.follow import is_served
from dispatch.moves import check_version, clock, order_of
from dispatch.records import DISPATCH, WorkOrder
from dispatch.states import is_end
from guywire.commands.orders import UndoWorkOrder
from guywire.errors import Refused, conflict
from guywire.model import WorkOrderState


def undo(board: Board, command: UndoWorkOrder, actor: str) -> str:
    """Undoes it and returns the id of the order that holds the needs now, or held them. Raises `Refused`."""
    order = order_of(board, command.work_order)
    check_version(board, order, command.version)
    if order.state is WorkOrderState.WITHDRAWN and order.ended_by != DISPATCH:
        return _give_back(board, order, actor)
    if is_end(order.state) or order.given_by == DISPATCH:
        raise _nothing_to_undo(order)
    return _take_back(board, order, actor)


def _take_back(board: Board, order: WorkOrder, actor: str) -> str:
    """Undoes a gift: the order is withdrawn as if never given; one that it took the place of goes on."""
    if order.state is not WorkOrderState.OFFERED:
        raise conflict(
            "something_came_of_it",
            f"{order.work_order_id} is {order.state} with {order.technician_id} since {clock(order.last_at)}:"
            " reassign or withdraw it instead.",
        )
    before = board.orders.get(order.instead_of)
    if before:
        _check_possible(board, before, instead=order)
    reason = f"undone by {actor}"
    board.end(replace(order, reason=reason, ended_by=DISPATCH), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)
    return _revive(board, before, actor) if before else order.work_order_id


def _give_back(board: Board, order: WorkOrder, actor: str) -> str:
    """Undoes a withdrawal: the order goes on where it was, and an offer made meanwhile is taken back."""
    replaced = next((one for one in board.open_orders() if one.instead_of == order.work_order_id), None)
    if replaced:
        raise conflict(
            "reassigned", f"{order.work_order_id} was given to another as {replaced.work_order_id}: undo that one."
        )
    _check_possible(board, order)
    for need_id in order.need_ids:
        for other in [one for one in board.open_orders() if need_id in one.need_ids]:
            reason = f"{order.work_order_id} goes on, undone by {actor}"
            board.end(replace(other, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)
    return _revive(board, order, actor)


def _check_possible(board: Board, order: WorkOrder, instead: WorkOrder | None = None) -> None:
    """Says why the order cannot go on where it was."""
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id))]
    wanted = [need.need_id for need in needs if need.wanted and not is_served(board, need)]
    if len(wanted) < len(order.need_ids):
        raise conflict("need_is_ended", f"{order.work_order_id} is no longer wanted as it was: nothing is undone.")
    for need_id in wanted:
        holder = board.holder_of(need_id)
        if holder and holder != instead and holder.state is not WorkOrderState.OFFERED:
            raise conflict(
                "something_came_of_it",
                f"{need_id} is {holder.state} with {holder.technician_id} as {holder.work_order_id} by now.",
            )
    busy = board.held_by()
    for person in order.crew:
        if person not in board.people:
            raise conflict("technician_gone", f"{person} is no longer in the inventory: give it to somebody else.")
        held = [one.work_order_id for one in busy.get(person, ()) if one != instead]
        if held:
            raise conflict("technician_busy", f"{person} has {held[0]} by now: give it to somebody else.")


def _revive(board: Board, order: WorkOrder, actor: str) -> str:
    """The order as it was before it was withdrawn; an offer runs anew."""
    state = _state_before(board, order)
    expires = board.now + timedelta(seconds=board.policy.offer_seconds)
    revived = replace(
        order,
        state=state,
        ended_at=None,
        ended_by="",
        reason="",
        offer_expires_at=expires if state is WorkOrderState.OFFERED else order.offer_expires_at,
    )
    board.put(revived, actor, note="its withdrawal is undone")
    for need_id in order.need_ids:
        past = board.past.get(need_id, [])
        board.past[need_id] = [one for one in past if (one.technician, one.at) != (order.technician_id, order.ended_at)]
    return order.work_order_id


def _state_before(board: Board, order: WorkOrder) -> WorkOrderState:
    states = [step.state for step in board.steps.get(order.work_order_id, ()) if not is_end(step.state)]
    return states[-1] if states else WorkOrderState.OFFERED


def _nothing_to_undo(order: WorkOrder) -> Refused:
    how = f"is {order.state}" if is_end(order.state) else "was given by dispatch"
    return conflict("nothing_to_undo", f"{order.work_order_id} {how}: nothing done by hand is left to undo.")
