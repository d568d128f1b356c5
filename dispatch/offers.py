"""Open needs that nobody holds become jobs, and jobs become offers: all that are due are decided together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.centre.leave import leaves_alone
from dispatch.centre.switch import Switch, switches
from dispatch.choice.assign import Choice
from dispatch.constraints.certificates import certificates_valid
from dispatch.constraints.generator import has_generator
from dispatch.constraints.skills import has_skills
from dispatch.follow import is_served
from dispatch.give import summary_of
from dispatch.jobs import candidate_of, groups, job_of
from dispatch.model import Leg, Trip
from dispatch.offer_round import OfferRound, is_due
from dispatch.records import DISPATCH, Need, WaitingNeed, WorkOrder
from dispatch.rounds.quiet import waits_for_quiet
from dispatch.states import RECALLED


def offer_needs(board: Board) -> list[Choice]:
    """Offers what is open, most urgent first; returns the choices made, for the logs."""
    loose = [need for need in loose_needs(board) if not _left_alone(board, need)]
    for need in loose:
        if need.place is None:
            _wait_for_inventory(board, need)
    placed = groups(need for need in loose if need.place)
    due = [needs for needs in placed if is_due(board, needs)]
    due.sort(key=lambda needs: job_of(board, needs).urgency)
    now, left_over = due[: board.policy.jobs_at_once], due[board.policy.jobs_at_once :]
    board.left_over = len(left_over)  # they are due in the next batch, at once
    others = [needs for needs in placed if board.try_all and not is_due(board, needs)]
    visits = [*now, *others]
    return [choice for switch in switches(board, visits) for choice in _offer_all(board, switch)]


def join_orders(board: Board) -> None:
    """A need at a place to which a crew of its ticket is already sent goes along, when that crew can do it."""
    crews = _crews(board)
    for need in loose_needs(board):
        there = crews.get((need.ticket_id, need.site_id), ())
        order = next((board.orders[key] for key in there if _can_do(board, board.orders[key], need)), None)
        if order and not leaves_alone(board, need):
            joined = replace(
                order,
                need_ids=(*order.need_ids, need.need_id),
                priority=min(order.priority, need.priority),
                summary=summary_of([order.summary, need.summary]),
            )
            board.put(joined, DISPATCH, note=f"{need.need_id} goes along: {need.summary}")


def loose_needs(board: Board) -> list[Need]:
    """Needs that may be offered and that nobody holds, oldest first."""
    held = board.held_needs()
    loose = (need for need in board.needs.values() if need.to_offer and need.need_id not in held)
    return sorted(
        (need for need in loose if not is_served(board, need)), key=lambda need: (need.opened_at, need.need_id)
    )


def _offer_all(board: Board, switch: Switch) -> list[Choice]:
    """Chooses for all visits at once, and again for those that a round could not settle: each has fewer of them."""
    visits = {needs[0].need_id: needs for needs in switch.visits}
    moving = _moving(board, switch)
    held = {key: [board.needs[need] for need in order.need_ids] for key, order in moving.items()}
    this = OfferRound(board, switch, visits | held, moving)
    choices = this.decide()
    while this.again:
        this = OfferRound(board, switch, this.again)
        choices += this.decide()
    return choices


def _moving(board: Board, switch: Switch) -> dict[str, WorkOrder]:
    """The orders that may go to somebody else, by their first need: not under way, and in a city with something new.

    Only dispatch's own, not moved before, of one person who holds nothing else: what a person gave, or two agreed on,
    stays.
    """
    new = {_city(needs[0]) for needs in switch.visits if any(need.need_id not in board.waiting for need in needs)}
    held = board.held_by() if new else {}
    return {
        order.need_ids[0]: order
        for order in (board.open_orders() if new else ())
        if order.state in RECALLED
        and order.given_by == DISPATCH
        and not (order.called or order.instead_of or order.mates)
        and len(held[order.technician_id]) == 1
        and switch.concerns(board, order)
        and all(_may_move(board.needs.get(key), new) for key in order.need_ids)
    }


def _may_move(need: Need | None, cities: set[str]) -> bool:
    return need is not None and need.to_offer and need.place is not None and _city(need) in cities


def _city(need: Need) -> str:
    return "/".join(need.region.split("/")[:2])


def _left_alone(board: Board, need: Need) -> bool:
    """Whether dispatch may not offer it by itself now; then it waits, and says so."""
    row = leaves_alone(board, need) or waits_for_quiet(board, need)
    if row:
        board.wait(row)
    return row is not None


def _wait_for_inventory(board: Board, need: Need) -> None:
    if is_due(board, [need]):
        hint = f"Site {need.site_id} is not in the inventory: load it, then an order goes out by itself."
        board.wait(WaitingNeed(need.need_id, "site_unknown", hint, board.now, _later(board), {}))


def _later(board: Board) -> datetime:
    return board.now + timedelta(seconds=board.policy.retry_seconds)


def _crews(board: Board) -> dict[tuple[str, str], list[str]]:
    """The orders of crews that are sent, by their ticket and site."""
    crews: dict[tuple[str, str], list[str]] = {}
    for order in board.open_orders():
        if not order.asked_to_return_at and not order.is_call:
            crews.setdefault((order.ticket_id, order.site_id), []).append(order.work_order_id)
    return crews


def _can_do(board: Board, order: WorkOrder, need: Need) -> bool:
    person = board.people.get(order.technician_id)
    if person is None or need.place is None:
        return False
    job = job_of(board, [need])
    candidate = candidate_of(board, person, job.zone)
    trip = Trip(candidate=candidate, job=job, leave=board.now, leg=Leg(0, 0), policy=board.policy)
    able = not (has_skills(trip) or certificates_valid(trip) or has_generator(trip))
    return able and job.crew_size <= len(order.crew)
