"""The correlator: state and inputs to changed state and changes. Pure; this page is the path of an event from here on.

The same events give the same incidents in whatever order they come within the reorder window, in a live run, in a
replay and after a restart, because every stage declares its outcome from what stands rather than from what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from alarm_correlation.closing import resolve_tickets
from alarm_correlation.complaint_load import take_complaints
from alarm_correlation.corrections import apply_corrections
from alarm_correlation.desk import come_back
from alarm_correlation.discharges import follow_batteries
from alarm_correlation.explain import explain, weigh
from alarm_correlation.facts import Rules, Saved
from alarm_correlation.fingerprint import FINGERPRINT, fingerprint
from alarm_correlation.incidents import regroup
from alarm_correlation.inference import infer
from alarm_correlation.intake import look_at_life, take_events
from alarm_correlation.isolation import trace_isolation
from alarm_correlation.memory import call_due, forget
from alarm_correlation.needs import refresh_needs
from alarm_correlation.operators import take_commands
from alarm_correlation.orders import take_orders
from alarm_correlation.outages import refresh_outages
from alarm_correlation.recollect import recollect
from alarm_correlation.refresh import refresh_incidents
from alarm_correlation.restore import restored
from alarm_correlation.silence import declare_silence, follow_silences
from alarm_correlation.state import State
from alarm_correlation.tickets import keep_tickets
from alarm_correlation.work import Changes, Inputs, Work

Stage = Callable[[State, Work], None]

PIPELINE: tuple[Stage, ...] = (
    call_due,  # what a timer asked to be looked at again
    take_events,  # events -> alarms
    take_commands,  # what people ask
    take_orders,  # what dispatch reports
    take_complaints,  # who complains of what
    follow_silences,  # windows and shelves that begin or end -> the alarms that they mean
    trace_isolation,  # broken links and dead hubs -> who is cut off, by what
    weigh,  # alarm -> the best heard cause, or none
    infer,  # many without a cause -> the feed, the site, the link that nobody reported
    explain,  # alarm -> its cause
    apply_corrections,  # ... but where an operator knows better
    regroup,  # trees of causes -> incidents
    follow_batteries,  # readings, power alarms -> how long each battery lasts
    refresh_outages,  # incident -> the sites that it takes down, or will
    refresh_incidents,  # incident -> root, title, severity, state
    come_back,  # holds that are over
    keep_tickets,  # incident -> ticket
    refresh_needs,  # ticket -> the places that want hands
    resolve_tickets,  # nothing stands, nobody under way -> resolved; what policy closes -> closed
    declare_silence,  # alarm -> why it does not speak
    forget,  # closed, and too long ago to come back
)


def new_state(rules: Rules, now: datetime) -> State:
    return State(rules, now, {FINGERPRINT: fingerprint(rules)})


def step(state: State, inputs: Inputs, now: datetime) -> Changes:
    """Takes inputs in at a time; a step without inputs is a tick. Time never runs backwards."""
    state.now = max(state.now, now)
    work = Work(inputs, state.now)
    return _run(state, work)


def resume(saved: Saved, rules: Rules) -> tuple[State, Changes]:
    """A state from its facts, under these rules. The changes are empty unless rules or time make them something else.

    Under the rules by which the facts were found what they say is taken from them; under others all is found anew.
    """
    state = restored(saved, rules)
    known = fingerprint(rules)
    work = recollect(state) if state.counters.get(FINGERPRINT) == known else _look_at_everything(state)
    state.counters[FINGERPRINT] = known
    return state, _run(state, work)


def _look_at_everything(state: State) -> Work:
    work = Work(Inputs(), state.now, restored=True, everything=True)
    for alarm in state.alarms.values():
        look_at_life(state, work, alarm)
    work.moved = set(state.alarms)
    work.uprooted = set(state.alarms)
    work.incidents = {key for key in state.incidents if state.members.get(key)}
    work.tickets = set(state.tickets)
    return work


def _run(state: State, work: Work) -> Changes:
    for stage in PIPELINE:
        stage(state, work)
    return work.changes
