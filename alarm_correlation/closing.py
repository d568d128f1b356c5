"""Stage 10: how a ticket ends by itself: resolved when nothing is left to do, closed where policy allows it."""

from __future__ import annotations

from datetime import timedelta

from alarm_correlation.reasons import in_words
from alarm_correlation.records import Incident, Ticket
from alarm_correlation.state import State
from alarm_correlation.ticket_policy import CloseRule
from alarm_correlation.tickets import OPEN, SYSTEM, is_under_way, move
from alarm_correlation.work import Work
from guywire.model import NeedState, TicketState


def resolve_tickets(state: State, work: Work) -> None:
    """Resolves what is over: nothing stands, no need is open, no crew is under way. Closes what policy allows."""
    for ticket_id in sorted(work.tickets):
        ticket = state.tickets.get(ticket_id)
        if ticket is None:
            continue
        if ticket.state in OPEN and is_over(state, ticket):
            ticket.resolved_at = work.now
            ticket.hold_until, ticket.hold_reason = None, ""
            move(work, ticket, TicketState.RESOLVED, SYSTEM, "all alarms are clear and all needs have ended")
        if ticket.state is TicketState.RESOLVED:
            _close_in_time(state, work, ticket)


def is_over(state: State, ticket: Ticket) -> bool:
    """Whether nothing is left to do for it."""
    if is_under_way(state, ticket.ticket_id):
        return False
    if any(state.needs[need_id].state is NeedState.OPEN for need_id in state.needs_of.get(ticket.ticket_id, ())):
        return False
    if ticket.incident_id is None:
        return True
    incident = state.incidents.get(ticket.incident_id)
    return incident is None or incident.state == "closed"


def _close_in_time(state: State, work: Work, ticket: Ticket) -> None:
    """Closes a resolved ticket whose rule's time is over, or asks to be called again then."""
    incident = state.incidents.get(ticket.incident_id or "")
    if incident is None or incident.state != "closed" or ticket.resolved_at is None:
        return
    rules = state.rules.policy.ticket.close
    rule = next((rule for rule in rules if _fits(state, rule, ticket, incident)), None)
    if rule is None:
        return
    due = ticket.resolved_at + timedelta(seconds=rule.after_seconds)
    if due > work.now:
        state.look_again(due, ticket.ticket_id)
    else:
        _close(work, ticket, incident)


def _fits(state: State, rule: CloseRule, ticket: Ticket, incident: Incident) -> bool:
    worked = ticket.in_progress_at is not None or ticket.resolution_proposed_at is not None
    went_down = any(outage.started_at for outage in state.outages.get(incident.incident_id, {}).values())
    return (
        (rule.worked or not worked)
        and (rule.outage or not went_down)
        and (not rule.types or incident.root_alarm_type in rule.types)
        and (not rule.severities or incident.severity in rule.severities)
    )


def _close(work: Work, ticket: Ticket, incident: Incident) -> None:
    """In the system's own words where nobody said more."""
    lasted = in_words(((incident.closed_at or work.now) - incident.opened_at).total_seconds())
    ticket.closed_at = work.now
    ticket.cause = ticket.cause or incident.title
    ticket.result = ticket.result or f"cleared by itself after {lasted}"
    ticket.responsible_party = ticket.proposed_party
    move(work, ticket, TicketState.CLOSED, SYSTEM, ticket.result)
