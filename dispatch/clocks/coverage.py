"""Who may have heard nothing: inside the outage's own footprint a phone has no coverage; its silence is no refusal."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.board import Board
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Clock
from dispatch.constraints.past import NO_COVERAGE
from dispatch.model import PastOrder
from dispatch.records import WorkOrder
from dispatch.travel import crow_km
from guywire.model import WorkOrderState

_WAITED_FOR = {
    ClockKind.ACCEPT: frozenset({WorkOrderState.OFFERED}),
    ClockKind.ARRIVE: frozenset({WorkOrderState.ACCEPTED, WorkOrderState.EN_ROUTE}),
}


def lacks_coverage(board: Board, person_id: str, ticket_id: str) -> bool:
    """Whether somebody was last seen, or else lives, near a site of that ticket that is down.

    However old a position is, it counts: where there is no coverage no newer one arrives.
    """
    person, ticket = board.people.get(person_id), board.clocks.tickets.get(ticket_id)
    if person is None or ticket is None:
        return False
    at = person.position or person.home
    sites = (board.clocks.sites.get(site_id) for site_id in ticket.down)
    return any(site is not None and crow_km(at, site.place) <= board.clocks.policy.coverage.km for site in sites)


def why_silent(board: Board, order: WorkOrder) -> str:
    """The reason of an offer that nobody answered: `NO_COVERAGE`, or nothing to say."""
    return NO_COVERAGE if lacks_coverage(board, order.technician_id, order.ticket_id) else ""


def was_silent(past: PastOrder) -> bool:
    """Whether an offer ran out where there is no coverage."""
    return past.how == WorkOrderState.EXPIRED and past.reason == NO_COVERAGE


def out_of_reach(board: Board, clock: Clock, orders: Iterable[WorkOrder]) -> tuple[str, ...]:
    """The technicians that a clock waits for and who may not hear anything. `orders` are those of the clock's need."""
    expected = _WAITED_FOR.get(clock.kind, frozenset())
    asked = {order.technician_id for order in orders if order.state in expected}
    near = {one for one in asked if lacks_coverage(board, one, clock.ticket_id)}
    if clock.kind is ClockKind.ACCEPT:
        near |= {past.technician for past in board.past.get(clock.need_id, ()) if was_silent(past)}
    return tuple(sorted(near))
