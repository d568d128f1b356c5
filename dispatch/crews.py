"""Nobody climbs alone: who goes along with whoever leads, and what happens when a mate steps back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from dispatch.board import Board
from dispatch.constraints import refusal_of
from dispatch.jobs import candidates, job_of
from dispatch.model import Candidate, Job, Leg, PastOrder, Trip
from dispatch.moves import check_not_withdrawn, check_text, order_of
from dispatch.policy import REACH
from dispatch.records import DISPATCH, SteppedBack, WorkOrder
from dispatch.states import RECALLED, is_end
from dispatch.travel import estimate
from guywire.commands.orders import StepBack
from guywire.errors import Refused, conflict, invalid
from guywire.model import WorkOrderState

_NOBODY = "nobody is left to go along"


def mates_for(board: Board, job: Job, people: Sequence[Candidate], taken: Collection[str]) -> tuple[str, ...] | None:
    """The nearest who can go along, as many as the job wants besides its lead; None when they are too few.

    A mate has what the two-person rule is about (can climb), not all that the lead knows, and is free now.
    """
    wanted = job.crew_size - 1
    if wanted < 1:
        return ()
    along = replace(job, skills=job.skills & board.policy.two_person_skills, needs_generator=False)
    free = (one for one in people if one.technician_id not in taken and one.free_from is None)
    near = (trip for one in free if (trip := _trip(board, along, one)).leg.km <= board.policy.mate_kilometres)
    trips = [trip for trip in near if not refusal_of(trip)]
    trips.sort(key=lambda trip: (trip.leg.minutes, trip.candidate.technician_id))
    return tuple(trip.candidate.technician_id for trip in trips[:wanted]) if len(trips) >= wanted else None


def step_back(board: Board, command: StepBack, actor: str) -> str:
    """Takes a mate off an order; another one is found in the same batch, if there is one."""
    order = order_of(board, command.work_order)
    check_not_withdrawn(order)
    if command.technician not in order.mates:
        raise Refused("forbidden", "not_a_mate", f"{command.technician} does not go along on {order.work_order_id}.")
    if is_end(order.state):
        raise conflict("wrong_state", f"{order.work_order_id} is {order.state} already: there is nothing to leave.")
    if not command.reason.strip():
        raise invalid("reason_missing", "Say why you step back: whoever goes instead depends on it.")
    check_text("reason", command.reason)
    mates = tuple(mate for mate in order.mates if mate != command.technician)
    board.put(replace(order, mates=mates), actor, note=f"{command.technician} steps back: {command.reason}")
    board.stepped_back.append(SteppedBack(order.work_order_id, command.technician, board.now, command.reason))
    board.try_all = True
    for need_id in order.need_ids:
        past = PastOrder(command.technician, WorkOrderState.DECLINED, board.now, command.reason)
        board.past.setdefault(need_id, []).append(past)
    return order.work_order_id


def fill_crews(board: Board) -> None:
    """Finds a mate for each order that lacks one; without one, what is not under way yet goes back to be given anew."""
    for order in board.open_orders():
        needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id)) and need.wanted]
        if order.is_call or not needs or needs[0].place is None or order.asked_to_return_at:
            continue
        job = job_of(board, needs)
        missing = job.crew_size - len(order.crew)
        if missing > 0:
            _fill(board, order, replace(job, crew_size=missing + 1))


def _fill(board: Board, order: WorkOrder, job: Job) -> None:
    found = mates_for(board, job, candidates(board, job.zone), order.crew)
    if found:
        board.put(replace(order, mates=(*order.mates, *found)), DISPATCH, note=f"{', '.join(found)} goes along")
    elif order.state in RECALLED and order.given_by == DISPATCH:
        board.end(replace(order, reason=_NOBODY), WorkOrderState.WITHDRAWN, DISPATCH, note=_NOBODY)


def _trip(board: Board, job: Job, candidate: Candidate) -> Trip:
    leg: Leg = estimate(candidate.place, job.place, job.region, board.policy)
    reach = REACH[board.policy.widen[-1]]
    return Trip(candidate=candidate, job=job, leave=board.now, leg=leg, policy=board.policy, reach=reach)
