"""The first and the last stage: what a timer asked to be looked at again, and what may be forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from alarm_correlation.corrections import forget_corrections
from alarm_correlation.darkness import weighed_with
from alarm_correlation.intake import look_at_life
from alarm_correlation.isolation import told_otherwise
from alarm_correlation.operators import unshelve_due
from alarm_correlation.state import State
from alarm_correlation.tickets import ENDED
from alarm_correlation.work import Work
from guywire.model import Identity


def call_due(state: State, work: Work) -> None:
    """Puts whatever is due on the slate. A timer only says "look again": what is found then decides."""
    for key in state.due():
        work.due.add(key)
        if key in state.incidents:
            work.called.add(key)
        elif key in state.tickets:
            work.tickets.add(key)
        elif key in state.alarms:
            look_at_life(state, work, state.alarms[key])  # first: it may have cleared before its shelf was over
            unshelve_due(work, state.alarms[key])
        elif key.startswith("["):
            _forget_lone_clear(state, Identity(*msgspec.json.decode(key)))


def forget(state: State, work: Work) -> None:
    """Lets go of incidents that closed too long ago to come back, and of tickets that have ended.

    Whatever this very step changed stays: the store has yet to read it.
    """
    for key in sorted(work.incidents | work.called | work.merged.keys()):
        incident = state.incidents.get(key)
        if incident is None or incident.state == "open":
            continue
        if key in work.due and (company := _company(state, work, key)):
            for one in company:
                _forget_incident(state, work, one)
        else:
            held_back = key in work.due and _may_go(state, work, key)
            _ask_to_forget(state, key, incident.closed_at or state.now, held_back=held_back)
    for key in sorted(work.tickets):
        ticket = state.tickets.get(key)
        if ticket is None or ticket.state not in ENDED or state.ticket_of.get(ticket.incident_id or "") == key:
            continue  # as long as its incident is in hand it may be taken up again; a duplicate is not
        if key in work.due and key not in work.changes.tickets:
            _forget_ticket(state, key)
        else:
            state.look_again(state.now + state.rules.policy.memory, key)


def _ask_to_forget(state: State, key: str, closed_at: datetime, *, held_back: bool) -> None:
    """One timer at a time for each: what flaps closes many times before it may go.

    What others hold back is asked for again once it has been closed for twice as long: they may stand for weeks.
    """
    if state.leaving.get(key, state.now) <= state.now:
        memory = state.rules.policy.memory
        wait = max(memory, state.now - closed_at) if held_back else memory
        due = closed_at + memory
        state.leaving[key] = due if due > state.now else state.now + wait
        state.look_again(state.leaving[key], key)


def _company(state: State, work: Work, key: str) -> set[str]:
    """The incident, and all of which something else would be told without it; empty unless all of them may go.

    What broke after them, and is mended, goes however long they stand: so what is held back does not grow with time.
    """
    company: set[str] = set()
    gone: set[str] = set()
    joining = {key}
    while joining:
        if not all(_may_go(state, work, one) for one in joining):
            return set()
        company |= joining
        fresh = {alarm_id for one in joining for alarm_id in state.members.get(one, ())}
        gone |= fresh
        joining = set()
        for other in weighed_with(state, (state.alarms[one] for one in fresh)):
            if (incident := state.incident_of[other]) not in company and incident not in joining:
                if not _may_go(state, work, incident):
                    return set()  # one that stays is found soon; behind a gateway there are thousands of others
                joining.add(incident)
        joining |= {state.incident_of[other] for other in told_otherwise(state, gone)} - company
    return company


def _may_go(state: State, work: Work, key: str) -> bool:
    """Not while it stands or is fresh, and not in the step that changed it."""
    incident = state.incidents[key]
    if key in work.changes.incidents or state.members.get(key, set()) & work.changes.alarms:
        return False
    if incident.state == "merged":
        return True
    return incident.closed_at is not None and incident.closed_at <= state.now - state.rules.policy.memory


def _forget_incident(state: State, work: Work, key: str) -> None:
    work.changes.forgotten.append(key)
    state.leaving.pop(key, None)
    members = state.members.pop(key, set())
    forget_corrections(state, members)
    for site in {site for alarm_id in members for site in state.cut_by.pop(alarm_id, ())}:
        if left := tuple(episode for episode in state.cut_off.pop(site, ()) if episode.culprit not in members):
            state.cut_off[site] = left
    for node in members | {state.inferred_of[alarm_id] for alarm_id in members & state.inferred_of.keys()}:
        state.set_cause(node, None)
        state.incident_of.pop(node, None)
        if node in state.inferred:
            state.drop_inferred(node)
    for alarm_id in members:
        state.rest(alarm_id, None)
        _forget_alarm(state, alarm_id)
    for complaint_id in tuple(state.complaints_of.get(key, ())):
        state.drop_complaint(complaint_id)
    state.outages.pop(key, None)
    state.voices.pop(key, None)
    del state.incidents[key]
    if (ticket_id := state.ticket_of.pop(key, None)) is not None:
        state.look_again(state.now + timedelta(microseconds=1), ticket_id)


def _forget_alarm(state: State, alarm_id: str) -> None:
    """Takes it out of its track too, with all that was before it: what is left goes on from the next raise."""
    alarm = state.drop_alarm(alarm_id)
    track = state.tracks.get(alarm.identity)
    if track is None or alarm_id not in track.alarms:
        return
    del track.alarms[: track.alarms.index(alarm_id) + 1]
    if not track.alarms:
        del state.tracks[alarm.identity]
        return
    following = state.alarms[track.alarms[0]].raised_at
    if track.settled is None or track.settled.raised_at < following:
        track.settled = None
        track.tail = [heard for heard in track.tail if heard.at >= following]


def _forget_ticket(state: State, key: str) -> None:
    del state.tickets[key]
    for need_id in (*state.needs_of.pop(key, ()), *state.past_needs_of.pop(key, ())):
        state.left_open[state.needs.pop(need_id).site_id].discard(key)
    for order_id in state.orders_of.pop(key, set()):
        state.orders.pop(order_id, None)


def _forget_lone_clear(state: State, identity: Identity) -> None:
    track = state.tracks.get(identity)
    if track is not None and not track.alarms:
        del state.tracks[identity]
