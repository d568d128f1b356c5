"""News from dispatch: how work orders move tickets and needs (docs/architecture.md, "How ticket, need and work order").

Telling the same news twice, or older news after a restart, ends in the same state.
"""

from __future__ import annotations

from typing import Any

from alarm_correlation.facts import Order
from alarm_correlation.needs import end
from alarm_correlation.records import Note, Ticket
from alarm_correlation.state import State
from alarm_correlation.tickets import OPEN, UNDER_WAY, move, touch
from alarm_correlation.work import Work
from guywire.model import NeedState, TicketState, WorkOrderState

_ENDED = frozenset(
    {
        WorkOrderState.DECLINED,
        WorkOrderState.EXPIRED,
        WorkOrderState.DONE,
        WorkOrderState.FAILED,
        WorkOrderState.WITHDRAWN,
    }
)
_BEGINS = UNDER_WAY | {WorkOrderState.ACCEPTED}


def take_orders(state: State, work: Work) -> None:
    """Takes in the bodies of dispatch's topic `work_order`, in feed order."""
    for body in work.inputs.orders:
        if not body.get("gone"):
            _take(state, work, body)


def _take(state: State, work: Work, body: dict[str, Any]) -> None:
    order = Order(body["id"], body["ticket"], tuple(body["needs"]), WorkOrderState(body["state"]))
    ticket = state.tickets.get(state.ticket_of_order(order))
    if ticket is None:
        return  # closed long ago, and forgotten
    if order.state in _ENDED:
        state.orders.pop(order.order_id, None)
        state.orders_of[ticket.ticket_id].discard(order.order_id)
    else:
        state.orders[order.order_id] = order
        state.orders_of[ticket.ticket_id].add(order.order_id)
    work.tickets.add(ticket.ticket_id)
    who = str(body.get("technician_name") or body.get("technician") or "dispatch")
    if order.state in _BEGINS and ticket.state in (TicketState.ACKNOWLEDGED, TicketState.PENDING):
        ticket.in_progress_at = ticket.in_progress_at or work.now
        move(work, ticket, TicketState.IN_PROGRESS, who, f"{order.order_id} {order.state}", kind="order")
    if order.state is WorkOrderState.DONE:
        _done(state, work, ticket, order, body, who)


def _done(state: State, work: Work, ticket: Ticket, order: Order, body: dict[str, Any], who: str) -> None:
    """Done proposes: its needs are met; the ticket resolves once the alarms are clear or the centre agrees.

    Every crew's words stand in the notes; the first that say something are proposed for the closing.
    """
    open_needs = [
        need for need in (state.needs.get(key) for key in order.needs) if need and need.state is NeedState.OPEN
    ]
    for need in open_needs:
        end(work, need, NeedState.MET)
    first = ticket.resolution_proposed_at is None
    if ticket.state not in OPEN or not (first or open_needs):
        return  # said before
    ticket.resolution_proposed_at = ticket.resolution_proposed_at or work.now
    ticket.cause = ticket.cause or str(body.get("cause") or "")
    ticket.result = ticket.result or str(body.get("result") or "")
    if first:
        ticket.version += 1
    touch(work, ticket)
    said = "; ".join(str(body[key]) for key in ("cause", "result") if body.get(key))
    text = f"{order.order_id} done: {said}" if said else f"{order.order_id} done"
    work.changes.notes.append(Note(ticket_id=ticket.ticket_id, at=work.now, actor=who, kind="order", text=text))
