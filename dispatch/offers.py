"""Open needs that nobody holds become jobs, and jobs become offers, in the order of their urgency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch import explain
from dispatch.board import Board
from dispatch.choose import Choice, choose
from dispatch.constraints.generator import has_generator
from dispatch.constraints.skills import has_skills
from dispatch.follow import is_served
from dispatch.jobs import candidate_of, candidates, groups, job_of
from dispatch.model import Job, Leg, Trip
from dispatch.records import DISPATCH, Need, WaitingNeed, WorkOrder
from guywire.model import WorkOrderState


def offer_needs(board: Board) -> list[Choice]:
    """Offers what is open, most urgent first; returns the choices made, for the logs."""
    loose = loose_needs(board)
    unplaced = [need for need in loose if need.place is None]
    for need in unplaced:
        _wait_for_inventory(board, need)
    placed = groups(need for need in loose if need.place is not None)
    due = [(job_of(board, needs), needs) for needs in placed if _due(board, needs)]
    due.sort(key=lambda pair: pair[0].urgency)
    _leave_over(board, [needs for _, needs in due[board.policy.jobs_at_once :]])
    return [choice for job, needs in due[: board.policy.jobs_at_once] for choice in _offer(board, job, needs)]


def join_orders(board: Board) -> None:
    """A need at a place to which a crew of its ticket is already sent goes along, when that crew can do it."""
    for need in loose_needs(board):
        if need.place and (order := _crew_for(board, need)):
            joined = replace(
                order,
                need_ids=(*order.need_ids, need.need_id),
                priority=min(order.priority, need.priority),
                summary=_summary([order.summary, need.summary]),
            )
            board.put(joined, DISPATCH, note=f"{need.need_id} goes along: {need.summary}")


def loose_needs(board: Board) -> list[Need]:
    """Needs that may be offered and that nobody holds, oldest first."""
    held = {need_id for order in board.open_orders() for need_id in order.need_ids}
    loose = (need for need in board.needs.values() if need.to_offer and need.need_id not in held)
    return sorted(
        (need for need in loose if not is_served(board, need)), key=lambda need: (need.opened_at, need.need_id)
    )


def give(
    board: Board, needs: Sequence[Need], trip: Trip, why: dict[str, Any], given_by: str, note: str = ""
) -> WorkOrder:
    """Makes the order and offers it."""
    candidate, first = trip.candidate, needs[0]
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
        summary=_summary([need.summary for need in needs]),
        offered_at=board.now,
        offer_expires_at=board.now + timedelta(seconds=board.policy.offer_seconds),
        travel_minutes=round(trip.leg.minutes, 2),
        distance_km=round(trip.leg.km, 3),
        planned_arrival_at=trip.arrive,
        explanation=why,
        given_by=given_by,
    )
    return board.put(order, given_by, note=note)


def _offer(board: Board, job: Job, needs: Sequence[Need]) -> list[Choice]:
    people = candidates(board, job.zone)
    choice = choose(job, people, board.now, board.policy)
    if choice.trip is None and len(needs) > 1:
        return [made for need in needs for made in _offer(board, job_of(board, [need]), [need])]
    why = explain.explanation(choice, people, board.now, board.policy.explain_at_most)
    if choice.trip:
        give(board, needs, choice.trip, why, DISPATCH)
    else:
        _wait_for_people(board, choice, needs, why)
    return [choice]


def _leave_over(board: Board, rest: Sequence[Sequence[Need]]) -> None:
    """What is too much for one batch is due in the next one."""
    board.left_over = len(rest)
    for need in (need for needs in rest for need in needs):
        if row := board.waiting.get(need.need_id):
            board.wait(row._replace(next_try_at=board.now))


def _wait_for_people(board: Board, choice: Choice, needs: Sequence[Need], why: dict[str, Any]) -> None:
    said = explain.waiting(choice.refused.values(), board.now, board.policy.retry_seconds)
    for need in needs:
        board.wait(WaitingNeed(need.need_id, said.code, said.hint, board.now, said.next_try_at, why))


def _wait_for_inventory(board: Board, need: Need) -> None:
    if _due(board, [need]):
        hint = f"Site {need.site_id} is not in the inventory: load it, then an order goes out by itself."
        board.wait(WaitingNeed(need.need_id, "site_unknown", hint, board.now, _later(board), {}))


def _later(board: Board) -> datetime:
    return board.now + timedelta(seconds=board.policy.retry_seconds)


def _due(board: Board, needs: Sequence[Need]) -> bool:
    """Whether it is worth looking: somebody may be free now, one of them is new, or its time has come."""
    rows = [board.waiting.get(need.need_id) for need in needs]
    return board.try_all or any(row is None or row.next_try_at <= board.now for row in rows)


def _crew_for(board: Board, need: Need) -> WorkOrder | None:
    there = (
        order
        for order in board.open_orders()
        if (order.ticket_id, order.site_id) == (need.ticket_id, need.site_id) and not order.asked_to_return_at
    )
    return next((order for order in there if _can_do(board, order, need)), None)


def _can_do(board: Board, order: WorkOrder, need: Need) -> bool:
    person = board.people.get(order.technician_id)
    if person is None:
        return False
    job = job_of(board, [need])
    candidate = candidate_of(board, person, job.zone)
    trip = Trip(candidate=candidate, job=job, leave=board.now, leg=Leg(0, 0), policy=board.policy)
    return not has_skills(trip) and not has_generator(trip)


def _summary(summaries: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(summaries))
