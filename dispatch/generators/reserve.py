"""Which machine goes with an order: one that the technician carries, else one of a depot on the way. Pure."""

from __future__ import annotations

from dataclasses import replace

from dispatch.board import Board
from dispatch.generators.machines import place_at, put_back
from dispatch.generators.model import Machine, MachineState
from dispatch.jobs import candidate_of, job_of
from dispatch.model import Fetchable, Job
from dispatch.records import DISPATCH, Person, WorkOrder
from dispatch.states import RECALLED
from dispatch.travel import measure, with_depot
from guywire.model import NeedKind, WorkOrderState

_TAKEN = "its generator was taken elsewhere"


def keep_machines(board: Board) -> None:
    """Reserves a machine for each order that takes one along, and gives back those of orders that came to nothing."""
    release_machines(board)
    for order in board.open_orders():
        if not order.is_call and reserve(board, order) is None and order.work_order_id in board.generators.robbed:
            _give_up(board, order)


def reserve(board: Board, order: WorkOrder, fetch: Fetchable | None = None) -> Machine | None:
    """The machine for the order, from now on nobody else's; None where it wants none, or there is none on the list.

    `fetch` is the one that was chosen with whoever goes: others of the same decision count on the rest.
    """
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id))]
    wants = [need for need in needs if need.kind is NeedKind.GENERATOR and need.wanted and need.place]
    person = board.people.get(order.technician_id)
    if person is None or not wants or order.on_site_at is not None:
        return None
    if mine := board.generators.of_order(order.work_order_id):
        return mine
    release_machines(board)
    chosen = board.generators.machines[fetch.generator_id] if fetch and is_free(board, fetch) else None
    return _promise(board, chosen or _chosen(board, order, person, job_of(board, wants)), order)


def _chosen(board: Board, order: WorkOrder, person: Person, job: Job) -> Machine | None:
    """One on board that will do, else the best to fetch; by hand somebody may be sent with less than is wanted."""
    carried = [one for one in board.generators.of_technician(order.technician_id) if one.state is MachineState.FREE]
    chosen = next((one for one in carried if one.kva >= job.generator_kva), None)
    if chosen is None:
        trip = with_depot(candidate_of(board, person, job.zone), job, measure, board.policy)
        chosen = board.generators.machines[trip.fetch.generator_id] if trip.fetch else None
    return chosen or (carried[-1] if carried else None)


def _promise(board: Board, chosen: Machine | None, order: WorkOrder) -> Machine | None:
    if chosen is None:
        return None
    board.candidates.clear()  # they were told what there is to fetch
    board.generators.leads[order.work_order_id] = order.technician_id
    return board.generators.put_machine(
        chosen, state=MachineState.RESERVED, work_order_id=order.work_order_id, since=board.now, reason=""
    )


def is_free(board: Board, fetched: Fetchable) -> bool:
    """Whether nobody else took it meanwhile."""
    return board.generators.machines[fetched.generator_id].state is MachineState.FREE


def _give_up(board: Board, order: WorkOrder) -> None:
    """Whoever was to bring a machine that is elsewhere now, and finds no other one, is not sent in vain."""
    if order.state in RECALLED and order.given_by == DISPATCH:
        board.end(replace(order, reason=_TAKEN), WorkOrderState.WITHDRAWN, DISPATCH, note=_TAKEN)
        board.look_again_at.append(board.now)


def release_machines(board: Board) -> None:
    """Gives back what was reserved for orders that have ended: others may go with it in this very batch."""
    for machine in list(board.generators.machines.values()):
        if machine.state is MachineState.RESERVED:
            _release(board, machine)


def _release(board: Board, machine: Machine) -> None:
    """Of an order that ended: it stands at the site where the work was done, else it was never brought."""
    order = board.orders.get(machine.work_order_id)
    if order is None or order.ended_at is not None:
        if order and order.state is WorkOrderState.DONE and order.on_site_at:
            place_at(board, machine, order.site_id, work_order=order.work_order_id)
        else:
            put_back(board, machine)
