"""Stage 8: one ticket for each incident that needs a person; how urgent it is, merges and reopenings.

Never two for one incident: a ticket goes with its incident through everything, and one that a person ended while the
incident went on is not replaced when it gets worse, but taken up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from alarm_correlation.audible import asks_at
from alarm_correlation.family import hand_on
from alarm_correlation.incidents import members_of
from alarm_correlation.party import propose
from alarm_correlation.priority import Extent, Measure, extent_of, measure
from alarm_correlation.records import Alarm, Incident, Note, Ticket
from alarm_correlation.state import State
from alarm_correlation.work import Work
from guywire.errors import conflict, not_found
from guywire.model import NeedState, TicketState, WorkOrderState

SYSTEM = "alarm_correlation"
ENDED = frozenset({TicketState.CLOSED, TicketState.REJECTED, TicketState.CANCELLED})
OPEN = frozenset(TicketState) - ENDED - {TicketState.RESOLVED}
UNDER_WAY = frozenset({WorkOrderState.EN_ROUTE, WorkOrderState.ON_SITE})


def keep_tickets(state: State, work: Work) -> None:
    """Opens, merges, words and reopens the tickets of the step's incidents."""
    for loser, winner in sorted(work.merged.items()):
        _merge(state, work, loser, winner)
    for key in sorted((work.incidents | work.called) & state.incidents.keys()):
        incident = state.incidents[key]
        if (ticket_id := state.ticket_of.get(key)) is None:
            _consider(state, work, incident)
        elif key in work.incidents or incident.state == "open":  # time makes nothing more urgent that is over
            _follow(state, work, state.tickets[ticket_id], incident)


def wanting(state: State, incident: str) -> Iterator[Alarm]:
    """The members that ask for a person: of a kind that does, at a known site, unsilenced until the hold ran out.

    What only stood when its device was first looked at asks for nobody.
    """
    return (alarm for alarm, _ in _asking(state, (state.alarms[key] for key in state.members[incident])))


def _asking(state: State, members: Iterable[Alarm]) -> Iterator[tuple[Alarm, datetime]]:
    """Those that ask for a person, and from when on."""
    wants_hands = state.rules.policy.wants_hands
    for alarm in members:
        told, identity = alarm.occurrence, alarm.identity
        if told.baseline or not identity.site or not wants_hands(identity.alarm_type, told.severity):
            continue
        if (at := asks_at(state, alarm, hold_of(state, alarm))) is not None:
            yield alarm, at


def hold_of(state: State, alarm: Alarm) -> timedelta:
    """How long its ticket waits, from when it was first heard."""
    site = state.rules.topology.site(alarm.site)
    return state.rules.policy.hold(alarm.alarm_type, site.site_class if site is not None else "C")


def ticket_named(state: State, ticket_id: str) -> Ticket:
    """The ticket that a command names, or `Refused`."""
    if (ticket := state.tickets.get(ticket_id)) is None:
        raise not_found("ticket", ticket_id)
    return ticket


def check_version(ticket: Ticket, version: int | None) -> None:
    """Raises `Refused` when somebody changed it since it was looked at; none stands for whatever it is now."""
    if version is not None and version != ticket.version:
        raise conflict(
            "version_is_old",
            f"{ticket.ticket_id} is now {ticket.state} (version {ticket.version}). Look at it again, then decide.",
        )


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


def back_to(ticket: Ticket) -> TicketState:
    """The state that a ticket returns to from being held or over."""
    return TicketState.IN_PROGRESS if ticket.in_progress_at is not None else TicketState.ACKNOWLEDGED


def _consider(state: State, work: Work, incident: Incident) -> None:
    """Opens a ticket when the hold has run out, or asks to be called again then."""
    members = members_of(state, work, incident.incident_id).alarms
    due = min((at for _, at in _asking(state, members)), default=None)
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
        priority=4,
        title=incident.title,
        opened_at=work.now,
        opened_by=SYSTEM,
    )
    state.tickets[ticket.ticket_id] = ticket
    state.ticket_of[incident.incident_id] = ticket.ticket_id
    _word(state, work, ticket, incident)
    touch(work, ticket)
    text = f"opened for incident {incident.incident_id}"
    work.changes.notes.append(Note(ticket_id=ticket.ticket_id, at=work.now, actor=SYSTEM, kind="opened", text=text))


def _follow(state: State, work: Work, ticket: Ticket, incident: Incident) -> None:
    """A ticket is worded as its incident is. What came back within the reopen window takes its ticket along."""
    work.tickets.add(ticket.ticket_id)
    if incident.incident_id in work.reopened and ticket.state in (TicketState.RESOLVED, TicketState.CLOSED):
        _take_up_again(work, ticket, "the alarm came back")
    _word(state, work, ticket, incident)


def _word(state: State, work: Work, ticket: Ticket, incident: Incident) -> None:
    """Title, place and party go with the incident until the ticket has ended, its urgency while anything stands."""
    before = msgspec.structs.astuple(ticket)
    extent = extent_of(state, incident.incident_id, members_of(state, work, incident.incident_id))
    if incident.state == "open" or ticket.impact is None:
        _weigh(state, work, ticket, incident, extent)
    if ticket.state not in ENDED:
        ticket.title, ticket.site_id = incident.title, incident.root_site_id
        ticket.proposed_party, ticket.proposed_party_reason = propose(state, incident, extent.sites)
    if msgspec.structs.astuple(ticket) != before:
        touch(work, ticket)


def _weigh(state: State, work: Work, ticket: Ticket, incident: Incident, extent: Extent) -> None:
    """How urgent it is now; what a person ended is taken up again when it has become worse since."""
    found = measure(state.rules.policy, incident, extent, work.now)
    if found.changes_at is not None:
        state.look_again(found.changes_at, incident.incident_id)
    if ticket.state not in OPEN and _is_worse(ticket, found):
        _take_up_again(work, ticket, f"it got worse: priority {found.priority}, impact {found.impact}")
    if ticket.state in OPEN:
        ticket.impact, ticket.urgency = found.impact, found.urgency
        ticket.priority = ticket.priority if ticket.priority_by else found.priority
        ticket.customers = extent.customers


def _is_worse(ticket: Ticket, found: Measure) -> bool:
    """Whether an incident that goes on is worse than when its ticket was ended by a person."""
    more_urgent = not ticket.priority_by and found.priority < ticket.priority
    return more_urgent or found.impact < (ticket.impact or 0)


def _take_up_again(work: Work, ticket: Ticket, why: str) -> None:
    """What was said at its end did not hold: the notes keep it."""
    ticket.resolved_at = ticket.closed_at = ticket.resolution_proposed_at = None
    ticket.cause = ticket.result = ticket.responsible_party = ""
    move(work, ticket, back_to(ticket), SYSTEM, why, kind="reopened")


def _merge(state: State, work: Work, loser: str, winner: str) -> None:
    """The older ticket goes on; the other is its duplicate, and its needs move over under their own ids."""
    while winner in work.merged:
        winner = work.merged[winner]
    if (duplicate_id := state.ticket_of.pop(loser, None)) is None:
        return
    duplicate = state.tickets[duplicate_id]
    if (kept := state.ticket_of.get(winner)) is None:  # cannot be: seniority goes by tickets
        raise AssertionError(f"incident {winner} took over {loser} without a ticket")
    work.tickets.add(duplicate_id)
    if duplicate.state in ENDED:
        return
    went_on = duplicate.state in OPEN
    duplicate.duplicate_of = kept
    duplicate.closed_at = work.now
    duplicate.hold_until, duplicate.hold_reason = None, ""
    move(work, duplicate, TicketState.CANCELLED, SYSTEM, f"the same fault as {kept}", kind="merged")
    _hand_over(state, work, duplicate_id, kept)
    for moved in hand_on(state, duplicate_id, kept):
        touch(work, moved)
    if went_on:
        _take_on(work, state.tickets[kept], duplicate)


def _take_on(work: Work, survivor: Ticket, duplicate: Ticket) -> None:
    """The work on a duplicate goes on in the ticket that survives; one that was resolved is not, then."""
    begun = [at for at in (survivor.in_progress_at, duplicate.in_progress_at) if at is not None]
    survivor.in_progress_at = min(begun, default=None)
    touch(work, survivor)
    if survivor.state is TicketState.RESOLVED:
        _take_up_again(work, survivor, f"{duplicate.ticket_id} is the same fault and goes on here")
    elif duplicate.in_progress_at is not None and survivor.state is TicketState.ACKNOWLEDGED:
        text = f"work on {duplicate.ticket_id} goes on here"
        move(work, survivor, TicketState.IN_PROGRESS, SYSTEM, text, kind="merged")


def _hand_over(state: State, work: Work, from_ticket: str, to_ticket: str) -> None:
    """Open needs, so that an order already given goes on, and those that were met, so that nobody is sent again.

    What has healed goes along while a crew has an order for it: the survivor waits for them.
    """
    orders = state.orders_of.pop(from_ticket, set())
    given = {need_id for order_id in orders for need_id in state.orders[order_id].needs}
    for held, going_on in ((state.needs_of, (NeedState.OPEN, NeedState.MET)), (state.past_needs_of, ())):
        for need_id in [key for key in held[from_ticket] if key in given or state.needs[key].state in going_on]:
            state.needs[need_id].ticket_id = to_ticket
            state.needs[need_id].version += 1
            held[from_ticket].remove(need_id)
            held[to_ticket].append(need_id)
            work.changes.needs.add(need_id)
    state.orders_of[to_ticket] |= orders
