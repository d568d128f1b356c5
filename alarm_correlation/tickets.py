"""Stage 8: one ticket for each incident that needs a person; merges, reopenings and what ends a ticket."""

from __future__ import annotations

from collections.abc import Iterator

from alarm_correlation.records import Alarm, Incident, Note, Ticket
from alarm_correlation.state import State
from alarm_correlation.work import Work
from guywire.model import NeedState, TicketState, WorkOrderState

SYSTEM = "alarm_correlation"
ENDED = frozenset({TicketState.CLOSED, TicketState.REJECTED, TicketState.CANCELLED})
OPEN = frozenset(TicketState) - ENDED - {TicketState.RESOLVED}
UNDER_WAY = frozenset({WorkOrderState.EN_ROUTE, WorkOrderState.ON_SITE})


def keep_tickets(state: State, work: Work) -> None:
    """Opens, merges, words and reopens the tickets of the step's incidents."""
    for loser, winner in sorted(work.merged.items()):
        _merge(state, work, loser, winner)
    for key in sorted(work.incidents & state.incidents.keys()):
        incident = state.incidents[key]
        if (ticket_id := state.ticket_of.get(key)) is not None:
            _follow(state, work, state.tickets[ticket_id], incident)
        else:
            _consider(state, work, incident)


def resolve_tickets(state: State, work: Work) -> None:
    """Resolves what is over: nothing stands, no need is open, no crew is under way. Comes after the needs."""
    for ticket_id in sorted(work.tickets):
        ticket = state.tickets.get(ticket_id)
        if ticket is not None and ticket.state in OPEN and _is_over(state, ticket):
            ticket.resolved_at = work.now
            move(work, ticket, TicketState.RESOLVED, SYSTEM, "all alarms are clear and all needs have ended")


def wanting(state: State, incident: str) -> Iterator[Alarm]:
    """The members that ask for a person: of a kind that does, at a known site, and not gone before the hold ran out.

    What only stood when its device was first looked at asks for nobody.
    """
    policy = state.rules.policy
    for alarm in (state.alarms[alarm_id] for alarm_id in state.members[incident]):
        if (
            alarm.occurrence.baseline
            or not alarm.site
            or not policy.wants_hands(alarm.alarm_type, alarm.occurrence.severity)
        ):
            continue
        if alarm.stands or alarm.cleared_at - alarm.raised_at >= policy.hold(alarm.alarm_type):  # type: ignore[operator]
            yield alarm


def move(work: Work, ticket: Ticket, to: TicketState, actor: str, text: str, kind: str = "moved") -> None:
    """Puts a ticket into a state and says so in its story."""
    ticket.state = to
    ticket.version += 1
    touch(work, ticket)
    work.changes.notes.append(Note(ticket_id=ticket.ticket_id, at=work.now, actor=actor, kind=kind, text=text))


def touch(work: Work, ticket: Ticket) -> None:
    work.changes.tickets.add(ticket.ticket_id)
    work.tickets.add(ticket.ticket_id)


def is_under_way(state: State, ticket_id: str) -> bool:
    """Whether a crew is on the road or on site for it."""
    return any(state.orders[key].state in UNDER_WAY for key in state.orders_of.get(ticket_id, ()))


def priority_of(state: State, incident: Incident) -> int:
    """From the incident's severity and the worst class among its sites; 1 is the most urgent."""
    sites = {state.alarms[alarm_id].site for alarm_id in state.members[incident.incident_id]}
    sites |= state.outages.get(incident.incident_id, {}).keys()
    classes = {site.site_class for key in sites if (site := state.rules.topology.site(key)) is not None}
    return state.rules.policy.priority[incident.severity][min(classes, default="C")]


def _consider(state: State, work: Work, incident: Incident) -> None:
    """Opens a ticket when the hold has run out, or asks to be called again then."""
    holds = state.rules.policy.hold
    due = min(
        (alarm.occurrence.received_at + holds(alarm.alarm_type) for alarm in wanting(state, incident.incident_id)),
        default=None,
    )
    if due is None:
        return
    if due > work.now:
        state.look_again(due, incident.incident_id)
    elif state.rules.shadow:
        work.changes.would_open.append(incident.incident_id)
    else:
        _open(state, work, incident)


def _open(state: State, work: Work, incident: Incident) -> None:
    ticket = Ticket(
        ticket_id=state.new_id("T"),
        origin=f"incident:{incident.incident_id}",
        incident_id=incident.incident_id,
        site_id=incident.root_site_id,
        domain=incident.domain,
        priority=priority_of(state, incident),
        title=incident.title,
        opened_at=work.now,
        opened_by=SYSTEM,
    )
    state.tickets[ticket.ticket_id] = ticket
    state.ticket_of[incident.incident_id] = ticket.ticket_id
    touch(work, ticket)
    text = f"opened for incident {incident.incident_id}"
    work.changes.notes.append(Note(ticket_id=ticket.ticket_id, at=work.now, actor=SYSTEM, kind="opened", text=text))


def _follow(state: State, work: Work, ticket: Ticket, incident: Incident) -> None:
    """A ticket is worded as its incident is. What came back within the reopen window takes its ticket along."""
    work.tickets.add(ticket.ticket_id)
    if incident.incident_id in work.reopened and ticket.state in (TicketState.RESOLVED, TicketState.CLOSED):
        ticket.resolved_at = ticket.closed_at = ticket.resolution_proposed_at = None
        move(work, ticket, back_to(ticket), SYSTEM, "the alarm came back", kind="reopened")
    if ticket.state not in OPEN:
        return
    worded = (incident.title, incident.root_site_id, priority_of(state, incident))
    if worded != (ticket.title, ticket.site_id, ticket.priority):
        ticket.title, ticket.site_id, ticket.priority = worded
        touch(work, ticket)


def back_to(ticket: Ticket) -> TicketState:
    """The state that a ticket returns to from being held or over."""
    return TicketState.IN_PROGRESS if ticket.in_progress_at is not None else TicketState.ACKNOWLEDGED


def _merge(state: State, work: Work, loser: str, winner: str) -> None:
    """The older ticket goes on; the other is its duplicate, and its open needs move over under their own ids."""
    while winner in work.merged:
        winner = work.merged[winner]
    if (duplicate_id := state.ticket_of.pop(loser, None)) is None:
        return
    duplicate = state.tickets[duplicate_id]
    if (kept := state.ticket_of.get(winner)) is None:  # cannot be: seniority goes by tickets
        raise AssertionError(f"incident {winner} took over {loser} without a ticket")
    if duplicate.state in ENDED:
        return
    duplicate.duplicate_of = kept
    duplicate.closed_at = work.now
    move(work, duplicate, TicketState.CANCELLED, SYSTEM, f"the same fault as {kept}", kind="merged")
    _hand_over(state, work, duplicate_id, kept)
    survivor = state.tickets[kept]
    if duplicate.in_progress_at is not None and survivor.state is TicketState.ACKNOWLEDGED:
        survivor.in_progress_at = duplicate.in_progress_at
        move(work, survivor, TicketState.IN_PROGRESS, SYSTEM, f"work on {duplicate_id} goes on here", kind="merged")


def _hand_over(state: State, work: Work, from_ticket: str, to_ticket: str) -> None:
    for need_id in list(state.needs_of[from_ticket]):
        need = state.needs[need_id]
        if need.state is NeedState.OPEN:
            need.ticket_id = to_ticket
            need.version += 1
            state.needs_of[from_ticket].remove(need_id)
            state.needs_of[to_ticket].append(need_id)
            work.changes.needs.add(need_id)
    for order_id in state.orders_of.pop(from_ticket, set()):
        state.orders_of[to_ticket].add(order_id)


def _is_over(state: State, ticket: Ticket) -> bool:
    if is_under_way(state, ticket.ticket_id):
        return False
    if any(state.needs[need_id].state is NeedState.OPEN for need_id in state.needs_of.get(ticket.ticket_id, ())):
        return False
    if ticket.incident_id is None:
        return True
    incident = state.incidents.get(ticket.incident_id)
    return incident is None or incident.state == "closed"
