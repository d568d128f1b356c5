"""What the response centre says of a ticket beside its state: whose it is, how urgent, a remark, its mass ticket."""

from __future__ import annotations

from typing import Any

from alarm_correlation.family import lineage
from alarm_correlation.records import MOST_TEXT, Note, Ticket
from alarm_correlation.state import State
from alarm_correlation.tickets import ENDED, check_version, ticket_named, touch
from alarm_correlation.work import Work
from guywire.commands.tickets import AssignTicket, CommentTicket, SetParent, SetTicketPriority
from guywire.errors import conflict, invalid
from guywire.model import NeedState

_MOST_NAME = 200


def assign(state: State, work: Work, command: AssignTicket, actor: str) -> dict[str, Any]:
    """Gives it to a person, a group of the policy, both, or nobody. Refused: `unknown_group`, and what has ended."""
    ticket = _open_ticket(state, command.ticket, command.version)
    if command.group and command.group not in state.rules.policy.ticket.groups:
        known = ", ".join(sorted(state.rules.policy.ticket.groups))
        raise invalid("unknown_group", f"There is no group {command.group!r}; policy names {known or 'none'}.")
    if len(command.person) > _MOST_NAME:
        raise invalid("person", f"person has {_MOST_NAME} characters at the most.")
    ticket.assignee, ticket.assigned_group = command.person, command.group
    to = " / ".join(filter(None, (command.group, command.person))) or "nobody"
    return _said(work, ticket, actor, "assigned", f"to {to}: {command.note}" if command.note else f"to {to}")


def set_priority(state: State, work: Work, command: SetTicketPriority, actor: str) -> dict[str, Any]:
    """A person's priority, which its open needs take over; without one impact and urgency decide again."""
    ticket = _open_ticket(state, command.ticket, command.version)
    if command.priority is None:
        ticket.priority_by = ""
        if ticket.incident_id in state.incidents:
            work.incidents.add(ticket.incident_id)
        return _said(work, ticket, actor, "priority", command.reason or "by impact and urgency again")
    if not 1 <= command.priority <= 4:
        raise invalid("priority", "priority must be 1 (most urgent) to 4.")
    if not command.reason.strip():
        raise invalid("reason", "Say why its priority is another one: the next shift reads it.")
    ticket.priority, ticket.priority_by = command.priority, actor
    for need in (state.needs[key] for key in state.needs_of.get(ticket.ticket_id, ())):
        if need.state is NeedState.OPEN and need.priority != command.priority:
            need.priority, need.version = command.priority, need.version + 1
            work.changes.needs.add(need.need_id)
    return _said(work, ticket, actor, "priority", f"{command.priority}: {command.reason}")


def comment(state: State, work: Work, command: CommentTicket, actor: str) -> dict[str, Any]:
    """A remark; of one that has ended too, as long as it is remembered."""
    if not command.text.strip():
        raise invalid("text", "A comment must not be empty.")
    return _said(work, ticket_named(state, command.ticket), actor, "commented", command.text.strip())


def set_parent(state: State, work: Work, command: SetParent, actor: str) -> dict[str, Any]:
    """Puts it under another ticket or takes it out. Refused: `parent_cycle`, and a parent that has ended."""
    ticket = _open_ticket(state, command.ticket, command.version)
    before, ticket_id = ticket.parent_id, ticket.ticket_id
    if command.parent:
        parent = _open_ticket(state, command.parent, None)
        if ticket_id in lineage(state, parent.ticket_id):
            raise conflict("parent_cycle", f"{parent.ticket_id} stands under {ticket_id} itself: choose another one.")
        touch(work, parent)
    ticket.parent_id = command.parent or None
    ticket.follows_parent = bool(command.parent) and command.follows
    if before is not None and before in state.tickets:
        touch(work, state.tickets[before])
    follows = " and moves as it does" if ticket.follows_parent else ""
    text = f"under {command.parent}{follows}" if command.parent else f"no longer under {before or 'another'}"
    return _said(work, ticket, actor, "parent", text)


def _open_ticket(state: State, ticket_id: str, version: int | None) -> Ticket:
    ticket = ticket_named(state, ticket_id)
    check_version(ticket, version)
    if ticket.state in ENDED:
        raise conflict("ticket_has_ended", f"{ticket_id} is {ticket.state}: nothing of it is changed any more.")
    return ticket


def _said(work: Work, ticket: Ticket, actor: str, kind: str, text: str) -> dict[str, Any]:
    """What is answered, with the line in its story."""
    if kind != "commented":
        ticket.version += 1
    touch(work, ticket)
    note = Note(ticket_id=ticket.ticket_id, at=work.now, actor=actor, kind=kind, text=text[:MOST_TEXT])
    work.changes.notes.append(note)
    return {"id": ticket.ticket_id, "state": ticket.state, "version": ticket.version}
