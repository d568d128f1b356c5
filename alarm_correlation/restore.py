"""A correlator's memory out of its saved facts: what `engine.resume` then completes."""

from __future__ import annotations

from alarm_correlation.batteries import Batteries
from alarm_correlation.facts import Rules, Saved
from alarm_correlation.state import State
from guywire.model import NeedState


def restored(saved: Saved, rules: Rules) -> State:
    """A state that holds the saved facts; `engine.resume` then works out the rest."""
    state = State(rules, saved.now, dict(saved.counters), tracks=dict(saved.tracks), origins=dict(saved.origins))
    for alarm in saved.alarms:
        state.add_alarm(alarm)
        if alarm.incident_id is not None:
            state.incident_of[alarm.alarm_id] = alarm.incident_id
            state.members[alarm.incident_id].add(alarm.alarm_id)
    state.incidents = {incident.incident_id: incident for incident in saved.incidents}
    for outage in saved.outages:
        state.outages[outage.incident_id][outage.site_id] = outage
    for ticket in saved.tickets:
        state.tickets[ticket.ticket_id] = ticket
        if ticket.incident_id in state.incidents and ticket.duplicate_of is None:
            state.ticket_of[ticket.incident_id] = ticket.ticket_id
    _restore_needs(state, saved)
    for order in saved.orders:
        state.orders[order.order_id] = order
        state.orders_of[state.ticket_of_order(order)].add(order.order_id)
    for complaint in saved.complaints:
        state.add_complaint(complaint)
    for correction in saved.corrections:
        state.corrections[correction.correction_id] = correction
        if correction.holds:
            state.corrected[correction.alarm_id] = correction.correction_id
    state.silences = {silence.silence_id: silence for silence in saved.silences}
    state.batteries = Batteries.restored(saved.readings, saved.discharges, saved.outages)
    _wind_timers(state)
    return state


def _restore_needs(state: State, saved: Saved) -> None:
    """Which open ones were left open for another incident's alarm is not stored: all may have been."""
    for need in saved.needs:
        state.needs[need.need_id] = need
        state.needs_of[need.ticket_id].append(need.need_id)
        if need.state is NeedState.OPEN:
            state.left_open[need.site_id].add(need.ticket_id)


def _wind_timers(state: State) -> None:
    """Those of single alarms, tickets and lone clears; incidents ask for theirs when they are looked at."""
    for alarm in state.alarms.values():
        if alarm.shelved_until is not None:
            state.look_again(alarm.shelved_until, alarm.alarm_id)
        state.watch_life(alarm)
    for ticket in state.tickets.values():
        if ticket.hold_until is not None:
            state.look_again(ticket.hold_until, ticket.ticket_id)
    for identity, track in state.tracks.items():
        if not track.alarms:
            state.remember_lone_clear(identity)
