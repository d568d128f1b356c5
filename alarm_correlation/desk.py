"""What the response centre does to tickets: opening by hand, and the legal transitions as a table."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import msgspec

from alarm_correlation.closing import is_over
from alarm_correlation.family import followers
from alarm_correlation.needs import end, weight_of
from alarm_correlation.records import MOST_TEXT, Need, Note, Ticket
from alarm_correlation.state import State, number
from alarm_correlation.tickets import SYSTEM, back_to, check_version, move, ticket_named, touch
from alarm_correlation.work import Work
from guywire.commands import MoveTicket, OpenTicket
from guywire.errors import Refused, conflict, invalid, not_found
from guywire.model import NeedKind, NeedState, TicketState
from guywire.vague import is_vague

_A, _P, _W, _H = TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS, TicketState.PENDING, TicketState.HELD
_R, _X = TicketState.RESOLVED, TicketState.CANCELLED

TRANSITIONS: Mapping[TicketState, frozenset[TicketState]] = MappingProxyType(
    {
        _A: frozenset({_P, _W, _H, _R, TicketState.REJECTED, _X}),
        _P: frozenset({_W, _H, _R, _X}),
        _W: frozenset({_P, _H, _R, _X}),
        _H: frozenset({_A, _P, _W, _R, _X}),
        _R: frozenset({_P, TicketState.CLOSED}),
        TicketState.CLOSED: frozenset(),
        TicketState.REJECTED: frozenset(),
        _X: frozenset(),
    }
)
"""Where a person may move a ticket from each state."""

_MOST_MINUTES = 10_000


def open_by_hand(state: State, work: Work, command: OpenTicket, actor: str) -> dict[str, Any]:
    """A ticket by hand, or for another service's finding; the same origin opens one."""
    if (known := state.origins.get(command.origin)) is not None:
        return {"id": known}
    site = state.rules.topology.site(command.site)
    if site is None:
        raise not_found("site", command.site)
    kind, title = _need_kind(command.kind), _text("title", command.title)
    _check_opening(command)
    ticket = Ticket(
        ticket_id=state.new_id("T"),
        origin=command.origin,
        incident_id=None,
        site_id=site.site_id,
        domain=site.domain,
        priority=command.priority,
        title=title,
        text=command.text[:MOST_TEXT],
        opened_at=work.now,
        opened_by=actor,
    )
    need = Need(
        need_id=state.new_id("N"),
        ticket_id=ticket.ticket_id,
        site_id=site.site_id,
        domain=site.domain,
        kind=kind,
        summary=title,
        skills=command.skills,
        priority=command.priority,
        opened_at=work.now,
        weight=weight_of(state, site) * command.weight,
        deadline=command.deadline,
    )
    if command.service_minutes is not None:
        need.service_minutes = command.service_minutes
    _keep(state, work, ticket, need, actor)
    return {"id": ticket.ticket_id, "state": ticket.state, "version": ticket.version}


def _check_opening(command: OpenTicket) -> None:
    if not command.origin or command.origin.startswith("incident:"):
        raise invalid("origin", "origin must name what asks for the ticket, such as manual:20261121-7.")
    if not 1 <= command.priority <= 4:
        raise invalid("priority", "priority must be 1 (most urgent) to 4.")
    if command.service_minutes is not None and not 1 <= command.service_minutes <= _MOST_MINUTES:
        raise invalid("service_minutes", f"service_minutes must be 1 to {_MOST_MINUTES}, or left out.")
    if not 0 < command.weight <= 1:
        raise invalid("weight", "weight must be more than 0, and 1 at most.")


def move_by_hand(state: State, work: Work, command: MoveTicket, actor: str) -> dict[str, Any]:
    """A transition asked for by a person. Refused: `version_is_old`, `illegal_transition`, or what is missing."""
    ticket = ticket_named(state, command.ticket)
    check_version(ticket, command.version)
    to = _target(ticket, command.to)
    _check(work, ticket, to, command)
    _move(state, work, ticket, to, command, actor)
    for child in list(followers(state, ticket.ticket_id)):
        if to in TRANSITIONS[child.state]:
            _move_along(state, work, child, to, command, actor)
    return {"id": ticket.ticket_id, "state": ticket.state, "version": ticket.version}


def _move(state: State, work: Work, ticket: Ticket, to: TicketState, command: MoveTicket, actor: str) -> None:
    _apply(state, work, ticket, to, command)
    said = command.reason or command.result
    with_it = "" if ticket.ticket_id == command.ticket else f"with {command.ticket}"
    move(work, ticket, to, actor, ": ".join(filter(None, (with_it, said))))
    if ticket.incident_id in state.incidents:  # taken up again it is as urgent as its incident is by now
        work.incidents.add(ticket.incident_id)


def _move_along(state: State, work: Work, child: Ticket, to: TicketState, command: MoveTicket, actor: str) -> None:
    """Moves what stands under a ticket; one in which nothing is left to be taken up stays as it is."""
    with suppress(Refused):
        _move(state, work, child, to, command, actor)


def come_back(state: State, work: Work) -> None:
    """Tickets whose hold is over return to where they were."""
    for ticket_id in sorted(work.tickets):
        ticket = state.tickets.get(ticket_id)
        if ticket is not None and ticket.state is _H and ticket.hold_until and ticket.hold_until <= work.now:
            ticket.hold_until, ticket.hold_reason = None, ""
            move(work, ticket, back_to(ticket), SYSTEM, "the hold is over")


def _target(ticket: Ticket, to: str) -> TicketState:
    allowed = sorted(TRANSITIONS[ticket.state])
    if to not in allowed:
        choices = f"It can become: {', '.join(allowed)}." if allowed else "It has ended; open a new ticket."
        raise conflict(
            "illegal_transition", f"{ticket.ticket_id} is {ticket.state} and cannot become {to!r}. {choices}"
        )
    return TicketState(to)


def _check(work: Work, ticket: Ticket, to: TicketState, command: MoveTicket) -> None:
    if to is _H and (not command.reason.strip() or command.until is None or command.until <= work.now):
        raise invalid("hold", "Holding a ticket takes a reason and a time in the future (until).")
    if to in (TicketState.REJECTED, _X) and not command.reason.strip():
        raise invalid("reason", f"{ticket.ticket_id} cannot become {to} without a reason.")
    if to is TicketState.CLOSED:
        for name in ("cause", "result", "responsible_party"):
            _text(name, getattr(command, name))
        if is_vague(command.result) or is_vague(command.cause):
            raise invalid(
                "too_vague",
                "Say what was wrong and what was done, for instance: cause "
                '"rectifier 2 failed after a surge", result "replaced rectifier 2, load is back on mains".',
            )


def _apply(state: State, work: Work, ticket: Ticket, to: TicketState, command: MoveTicket) -> None:
    ticket.hold_until, ticket.hold_reason = None, ""
    if to is _H and command.until is not None:
        ticket.hold_until, ticket.hold_reason = command.until, command.reason[:MOST_TEXT]
        state.look_again(command.until, ticket.ticket_id)
    elif to is _P:
        if ticket.state is _R and is_over(state, ticket):
            _look_again(state, work, ticket)
        ticket.in_progress_at = ticket.in_progress_at or work.now
        ticket.resolved_at = ticket.resolution_proposed_at = None
    elif to is _R:
        ticket.resolved_at = work.now
    elif to is TicketState.CLOSED:
        ticket.closed_at = work.now
        ticket.cause, ticket.result = command.cause[:MOST_TEXT], command.result[:MOST_TEXT]
        ticket.responsible_party = command.responsible_party[:MOST_TEXT]
    elif to in (TicketState.REJECTED, _X):
        ticket.closed_at = work.now
    if to in (_R, TicketState.REJECTED, _X):
        for need_id in state.needs_of.get(ticket.ticket_id, ()):
            if state.needs[need_id].state is NeedState.OPEN:
                end(work, state.needs[need_id], NeedState.CANCELLED)


def _look_again(state: State, work: Work, ticket: Ticket) -> None:
    """Taken up although nothing stands: somebody is to look at its last place, or it would be resolved at once."""
    keys = (*state.needs_of.get(ticket.ticket_id, ()), *state.past_needs_of.get(ticket.ticket_id, ()))
    last = max((state.needs[key] for key in keys), key=lambda need: number(need.need_id), default=None)
    if last is None:
        raise conflict("nothing_to_do", f"Nothing of {ticket.ticket_id} stands any more. Open a new ticket by hand.")
    need = msgspec.structs.replace(
        last,
        need_id=state.new_id("N"),
        kind=NeedKind.INSPECT,
        summary=last.summary if last.kind is NeedKind.INSPECT else f"To be looked at again: {last.summary}",
        priority=ticket.priority,
        deadline=None,
        site_down_at=None,
        state=NeedState.OPEN,
        opened_at=work.now,
        ended_at=None,
        version=1,
    )
    _want(state, work, need)


def _want(state: State, work: Work, need: Need) -> None:
    state.needs[need.need_id] = need
    state.needs_of[need.ticket_id].append(need.need_id)
    work.changes.needs.add(need.need_id)


def _keep(state: State, work: Work, ticket: Ticket, need: Need, actor: str) -> None:
    state.tickets[ticket.ticket_id] = ticket
    state.origins[ticket.origin] = ticket.ticket_id
    _want(state, work, need)
    touch(work, ticket)
    note = Note(ticket_id=ticket.ticket_id, at=work.now, actor=actor, kind="opened", text=ticket.origin)
    work.changes.notes.append(note)


def _need_kind(kind: str) -> NeedKind:
    try:
        return NeedKind(kind)
    except ValueError:
        raise invalid("kind", f"kind cannot be {kind!r}; it is one of {', '.join(NeedKind)}.") from None


def _text(name: str, value: str) -> str:
    if not value.strip():
        raise invalid(name, f"{name} must not be empty.")
    return value.strip()[:MOST_TEXT]
