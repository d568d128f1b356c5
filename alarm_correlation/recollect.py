"""A restart under the very same rules: what is not stored is found again, and what is stored stands as it is.

What follows from time alone is asked for again; the first step after the restart then finds what came due meanwhile,
as it would have without one. Under other rules `engine` has all stages look at everything instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from alarm_correlation.audible import DELAY
from alarm_correlation.explain import explain, weigh_evidence
from alarm_correlation.inference import infer
from alarm_correlation.isolation import trace_isolation
from alarm_correlation.spans import EVER
from alarm_correlation.state import State
from alarm_correlation.tickets import OPEN
from alarm_correlation.work import Inputs, Work

_MOST_URGENT = 1


def recollect(state: State) -> Work:
    """Fills in a restored state; returns the slate of its first step: what time may have changed, or is to change."""
    found = Work(Inputs(), state.now, moved=set(state.alarms))
    trace_isolation(state, found)
    weigh_evidence(state, found)
    found.unsettled.clear()
    found.evidence = {place: {EVER} for place in state.evidence}
    infer(state, found)
    _hang_as_stored(state, found.unsettled)
    explain(state, found)
    _group_inferred(state)
    _wind_delays(state)
    return Work(
        Inputs(),
        state.now,
        changes=found.changes,
        uprooted=set(_misplaced(state)) | found.changes.alarms,
        incidents={key for key in _moved_by_time(state) if state.members.get(key)},
        tickets={ticket.ticket_id for ticket in state.tickets.values() if ticket.state not in OPEN},
        restored=True,
    )


def _hang_as_stored(state: State, unsettled: set[str]) -> None:
    """The causes of all that no inferred root can explain, and of what operators put where it is."""
    for alarm_id, alarm in state.alarms.items():
        cause = alarm.cause_alarm_id
        if cause in state.alarms and (alarm_id not in unsettled or alarm_id in state.corrected):
            state.set_cause(alarm_id, cause)


def _group_inferred(state: State) -> None:
    """An inferred root stands in the incident of what it explains."""
    for node in state.inferred:
        below = (incident for one in state.subtree(node) if (incident := state.incident_of.get(one)) is not None)
        if (incident := next(below, None)) is not None:
            state.incident_of[node] = incident


def _misplaced(state: State) -> Iterator[str]:
    """Nodes by which incidents would not be the trees of causes: there are none, or they are regrouped."""
    roots: dict[str, str] = {}
    for node in chain(state.alarms, state.inferred):
        incident, above = state.incident_of.get(node, ""), state.cause.get(node)
        if above is None:
            fits = bool(incident) and roots.setdefault(incident, node) == node
        else:
            fits = state.incident_of.get(above) == incident
        if not fits:
            yield node


def _wind_delays(state: State) -> None:
    for alarm in state.alarms.values():
        if alarm.silenced_by == DELAY and alarm.silenced_until is not None:
            state.look_again(alarm.silenced_until, alarm.alarm_id)


def _moved_by_time(state: State) -> Iterator[str]:
    """Incidents that wait: for a ticket, for what is left over to heal, to be more urgent, or to be forgotten."""
    yield from state.incidents.keys() - state.ticket_of.keys()
    yield from {alarm.incident_id or "" for alarm in state.alarms.values() if not alarm.stands}
    for incident, outages in state.outages.items():
        ticket = state.tickets.get(state.ticket_of.get(incident, ""))
        less_urgent = ticket is not None and ticket.urgency != _MOST_URGENT
        if less_urgent and any(outage.ended_at is None for outage in outages.values()):
            yield incident
