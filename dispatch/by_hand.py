"""What the response centre does by hand: gives a need to somebody, gives an order to another, takes one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dispatch.board import Board
from dispatch.choice import explain
from dispatch.constraints import refusals_of
from dispatch.give import give
from dispatch.jobs import candidate_of, job_of
from dispatch.model import Trip
from dispatch.moves import check_not_withdrawn, check_text, check_version, order_of
from dispatch.policy import REACH
from dispatch.records import Need, Person, WorkOrder
from dispatch.states import is_end
from dispatch.travel import with_depot
from guywire.commands import GiveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.errors import conflict, invalid, not_found
from guywire.model import NeedState, Role, WorkOrderState


def give_by_hand(board: Board, command: GiveWorkOrder, actor: str) -> str:
    """Offers an open need to the named technician, whatever dispatch would say; returns the order's id."""
    need = board.needs.get(command.need)
    if need is None:
        raise not_found("need", command.need)
    if not need.wanted:
        state = need.state if need.state is not NeedState.OPEN else f"open, but its ticket is {need.ticket_state}"
        raise conflict("need_is_ended", f"{command.need} wants nobody any more: it is {state}.")
    if holder := board.holder_of(command.need):
        raise conflict(
            "already_given",
            f"{command.need} is with {holder.technician_id} as {holder.work_order_id}: reassign that order instead.",
        )
    check_text("reason", command.reason)
    _check_placed([need])
    return _give_to(board, [need], _person(board, command.technician), actor, command.reason)


def reassign(board: Board, command: ReassignWorkOrder, actor: str) -> str:
    """Takes the order back and offers what is still wanted of it to the named technician; the new order's id."""
    order = _open_order(board, command.work_order, command.version)
    person = _person(board, command.technician)
    if person.technician_id == order.technician_id:
        raise conflict(
            "same_technician", f"{order.work_order_id} is with {person.name or person.technician_id} already."
        )
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id)) and need.wanted]
    if not needs:
        raise conflict("need_is_ended", f"{order.work_order_id} is no longer wanted: withdraw it instead.")
    reason = command.reason or f"given to {person.name or person.technician_id} instead"
    check_text("reason", reason)
    _check_placed(needs)
    board.end(replace(order, reason=reason), WorkOrderState.WITHDRAWN, actor, note=reason)
    return _give_to(board, needs, person, actor, command.reason, instead_of=order.work_order_id)


def withdraw(board: Board, command: WithdrawWorkOrder, actor: str) -> str:
    """Takes the order back; its needs are offered to somebody else."""
    order = _open_order(board, command.work_order, command.version)
    if not command.reason.strip():
        raise invalid("reason_missing", "Say why the order is withdrawn: the technician reads it.")
    check_text("reason", command.reason)
    board.end(replace(order, reason=command.reason), WorkOrderState.WITHDRAWN, actor, note=command.reason)
    return order.work_order_id


def _open_order(board: Board, work_order_id: str, version: int | None) -> WorkOrder:
    order = order_of(board, work_order_id)
    check_not_withdrawn(order)
    check_version(board, order, version)
    if is_end(order.state):
        raise conflict("wrong_state", f"{work_order_id} is {order.state} already: there is nothing to take back.")
    return order


def _person(board: Board, technician_id: str) -> Person:
    person = board.people.get(technician_id)
    if person is None:
        raise not_found("technician", technician_id)
    if person.role != Role.TECHNICIAN:
        raise invalid("not_a_technician", f"{technician_id} is {person.role}, not a technician: choose somebody else.")
    return person


def _check_placed(needs: Sequence[Need]) -> None:
    if needs[0].place is None:
        raise conflict("site_unknown", f"Site {needs[0].site_id} is not in the inventory: load it first.")


def _give_to(board: Board, needs: Sequence[Need], person: Person, actor: str, reason: str, instead_of: str = "") -> str:
    trip = trip_by_hand(board, needs, person)
    why = explain.by_hand(trip, actor, reason, refusals_of(trip), board.now)
    return give(board, needs, trip, why, actor, note=reason, instead_of=instead_of).work_order_id


def trip_by_hand(board: Board, needs: Sequence[Need], person: Person) -> Trip:
    """The trip of somebody who is sent by hand, now and from wherever: what dispatch says against it is set aside."""
    job = job_of(board, needs)
    held = board.held_by().get(person.technician_id, ())
    holds = held[0].work_order_id if held else ""
    candidate = candidate_of(board, person, job.zone, holds)
    drive = with_depot(candidate, job, board.road, board.policy)
    return Trip(
        candidate=candidate,
        job=job,
        leave=board.now,
        leg=drive.leg,
        fetch=drive.fetch,
        policy=board.policy,
        reach=REACH[board.policy.widen[-1]],
    )
