"""Who can come? When nobody can be sent, everybody in reach who could do it is asked at once; the first one gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dispatch.board import Board
from dispatch.constraints import refusals_of
from dispatch.jobs import candidates
from dispatch.model import Candidate, Job, Trip
from dispatch.policy import REACH
from dispatch.records import DISPATCH, Need, WaitingNeed, WorkOrder
from dispatch.travel import estimate, with_depot
from guywire.model import WorkOrderState


def trips_to_call(board: Board, job: Job, needs: Sequence[Need]) -> list[Trip]:
    """Whom to ask for this job now, the nearest first; nobody while it is too early, or was asked lately.

    A person is asked for one thing at a time and not again for a while, nobody is asked for what nobody does alone (a
    crew cannot be called together), and only so many calls are open at once: whoever is rung in vain answers no more.
    """
    call, rows = board.policy.call, [board.waiting.get(need.need_id) for need in needs]
    since = min((row.since for row in rows if row), default=board.now)
    called = max((row.called_at for row in rows if row and row.called_at), default=None)
    early = board.now < since + timedelta(minutes=call.after_minutes)
    lately = called is not None and board.now < called + timedelta(minutes=call.again_minutes)
    if job.priority > call.priority or early or lately or job.crew_size > 1:
        return []
    calls = [order for order in board.open_orders() if order.is_call]
    if len({order.need_ids for order in calls}) >= call.at_once:
        return []
    asked = board.called_lately | {order.technician_id for order in calls}
    people = (one for one in candidates(board, job.zone) if one.technician_id not in asked)
    trips = [trip for one in people if _could(board, trip := _trip(board, job, one))]
    trips.sort(key=lambda trip: (trip.leg.minutes, trip.candidate.technician_id))
    return trips[: call.at_most]


def asked_all(board: Board, need: Need, calls: Sequence[WorkOrder]) -> WaitingNeed:
    """Why a need waits that many were asked for, until the last of these calls runs out."""
    until = max(call.offer_expires_at or board.now for call in calls)
    called_at = max(call.offered_at for call in calls)
    hint = f"{len(calls)} were asked who can come, until {until:%H:%M} UTC: whoever accepts first gets it."
    return WaitingNeed(need.need_id, "asked_all", hint, board.now, until, {}, called_at=called_at)


def settle_calls(board: Board) -> None:
    """Ends the calls for what somebody has by now."""
    orders = board.open_orders()
    calls = [order for order in orders if order.is_call]
    if not calls:
        return
    holders = {need_id: order for order in orders if not order.is_call for need_id in order.need_ids}
    for call in calls:
        if holder := next((holders[need_id] for need_id in call.need_ids if need_id in holders), None):
            reason = f"{board.name_of(holder.technician_id)} has it"
            board.end(replace(call, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)


def is_called(board: Board, needs: Sequence[Need]) -> bool:
    """Whether there is an open call for one of these."""
    return bool(calls_for(board, needs))


def calls_for(board: Board, needs: Sequence[Need]) -> list[WorkOrder]:
    """The open calls for one of these."""
    ids = {need.need_id for need in needs}
    return [order for order in board.open_orders() if order.is_call and ids & set(order.need_ids)]


def _could(board: Board, trip: Trip) -> bool:
    """Nothing stands against it but what a person can set aside by coming."""
    if trip.leg.km > board.policy.call.kilometres:
        return False
    return all(refusal.code in board.policy.call.although for refusal in refusals_of(trip))


def _trip(board: Board, job: Job, one: Candidate) -> Trip:
    drive = with_depot(one, job, estimate, board.policy)
    leave = max(one.free_from or board.now, board.now)
    reach = REACH[board.policy.widen[-1]]
    return Trip(candidate=one, job=job, leave=leave, leg=drive.leg, fetch=drive.fetch, policy=board.policy, reach=reach)
