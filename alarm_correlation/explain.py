"""Stages 3 and 5: the cause of each alarm. Declared, not remembered: the best of all that causes.toml permits.

From type to type there is no way round, within a type a cause is nearer to the gateways, and what is inferred stands
above what it rests on; so the causes form a forest whatever is raised in whatever order.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from alarm_correlation.candidates import best, heard_causes, inferred_causes, said_of_feed, seen_since
from alarm_correlation.causes import Scope
from alarm_correlation.darkness import TIER as DARKNESS
from alarm_correlation.darkness import concerned
from alarm_correlation.facts import Evidence
from alarm_correlation.inference import tells_of
from alarm_correlation.reasons import reason_of_inference, reason_of_rule
from alarm_correlation.records import Alarm
from alarm_correlation.spans import EVER, apart, moment
from alarm_correlation.state import State, feed_named
from alarm_correlation.work import Work


def weigh(state: State, work: Work) -> None:
    """Finds what moved and what it may have caused, and which of these no heard alarm explains: `work.evidence`."""
    work.unsettled |= work.moved
    for alarm_id in () if work.everything else work.moved:  # of everything the effects are moved, too
        _unsettle_effects(state, work, state.alarms[alarm_id])
    for alarm_id, alarm in work.dropped.items():
        _drop(state, work, alarm_id, alarm)
    for alarm_id in list(work.unsettled):
        if alarm_id in state.alarms:
            _weigh(state, work, state.alarms[alarm_id])


def weigh_evidence(state: State, work: Work) -> None:
    """All that is evidence, after a restart; the causes of what never is are known by then."""
    for alarm_id, alarm in state.alarms.items():
        if (places := tells_of(state, alarm)) and _is_open(state, work, alarm):
            state.is_evidence(alarm_id, places)


def explain(state: State, work: Work) -> None:
    """Names the best cause of each alarm that is unsettled; moves nodes to `work.uprooted`."""
    work.uprooted |= {alarm_id for alarm_id in work.moved if alarm_id not in state.incident_of}
    for node in sorted(work.unsettled & state.inferred.keys()):  # first: what rests on them tells of them
        _settle_inferred(state, work, node)
    for node in work.unsettled:
        if node in state.alarms and node not in state.corrected:
            _settle_alarm(state, work, state.alarms[node])


def _drop(state: State, work: Work, alarm_id: str, alarm: Alarm) -> None:
    _unsettle_effects(state, work, alarm)
    began, ended = work.stood.get(alarm_id) or (alarm.raised_at, alarm.cleared_at)
    _note_change(work, tells_of(state, alarm), began)
    for span in apart(None, (began, ended)):
        for site in concerned(state, alarm):
            work.evidence[DARKNESS, site].add(span)
    work.unsettled |= state.effects.get(alarm_id, set())
    state.set_cause(alarm_id, None)
    if (node := state.rest(alarm_id, None)) is not None:
        work.shaken.add(node)


def _weigh(state: State, work: Work, alarm: Alarm) -> None:
    """Notes of what an alarm is evidence now, and the places that are to be looked at for it."""
    key = alarm.alarm_id
    sign, now = state.evidence_of.get(key), tells_of(state, alarm) if _is_open(state, work, alarm) else ()
    before = sign.places if sign is not None else ()
    if not now and (node := state.rest(key, None)) is not None:
        work.shaken.add(node)
    if before != now or key in work.moved:
        _note_change(work, now, alarm.raised_at)
    if before != now or (sign is not None and sign.raised_at != alarm.raised_at):
        if sign is not None:
            _note_change(work, before, sign.raised_at)
        state.is_evidence(key, now)
    if key in work.stood:
        _note_life(state, work, alarm)


def _note_change(work: Work, places: tuple[Evidence, ...], at: datetime) -> None:
    for place in places:
        work.evidence[place].add(moment(at))


def _note_life(state: State, work: Work, alarm: Alarm) -> None:
    """Alarms show, too, whether a site lives: in the times in which it stands now, or did before, and not both."""
    if spans := apart(work.stood[alarm.alarm_id], (alarm.raised_at, alarm.cleared_at)):
        for site in concerned(state, alarm):
            if (DARKNESS, site) in state.evidence:
                work.evidence[DARKNESS, site] |= spans


def _is_open(state: State, work: Work, alarm: Alarm) -> bool:
    """Whether an alarm is evidence of something unreported: no heard alarm explains it well."""
    found = work.weighed[alarm.alarm_id] = best(heard_causes(state, alarm))
    if alarm.alarm_id in state.corrected:
        return False
    return found is None or -found.weakness < state.rules.policy.inference.open_below


def _unsettle_effects(state: State, work: Work, alarm: Alarm) -> None:
    """What this alarm may have caused, on its site, at far ends and on its feed; isolation was seen to before."""
    causes, since = state.rules.causes, _seen_since(state, work, alarm)
    here = causes.effects(alarm.alarm_type, Scope.SITE, Scope.RESOURCE)
    work.unsettled |= {found.alarm_id for found in state.alarms_at(alarm.site, here) if found.raised_at >= since}
    if (feed := feed_named(alarm.identity)) is not None:
        work.unsettled |= state.fed_since(feed, since) | state.inferred_on[alarm.identity.resource]
    if alarm.site in state.inferred_on:
        work.unsettled |= state.inferred_on[alarm.site]
    if not (there := causes.effects(alarm.alarm_type, Scope.FAR_END, Scope.LINK)):
        return
    topology = state.rules.topology
    for link in (*topology.uplinks(alarm.site), *topology.downlinks(alarm.site)):
        for far in {link.upstream_site_id, link.downstream_site_id} - {alarm.site}:
            work.unsettled |= {found.alarm_id for found in state.alarms_at(far, there) if found.raised_at >= since}


def _seen_since(state: State, work: Work, alarm: Alarm) -> datetime:
    """From when on what began may be explained otherwise; all of it where an operator had the alarm looked at."""
    now = alarm.raised_at, alarm.cleared_at
    if alarm.alarm_id in work.dropped:
        return min(seen_since(state, None, now), seen_since(state, None, work.stood.get(alarm.alarm_id) or now))
    return seen_since(state, work.stood[alarm.alarm_id], now) if alarm.alarm_id in work.stood else EVER.since


def _settle_alarm(state: State, work: Work, alarm: Alarm) -> None:
    found = None
    if (node := state.inferred_of.get(alarm.alarm_id)) is None:
        heard = work.weighed[alarm.alarm_id] if alarm.alarm_id in work.weighed else best(heard_causes(state, alarm))
        found = best(chain([heard] if heard else [], inferred_causes(state, alarm)))
        node = found.node if found else None
    if state.set_cause(alarm.alarm_id, node):
        work.uprooted.add(alarm.alarm_id)
    reported = state.cause.get(node) if node in state.inferred else node
    reason = ""
    if found is not None:
        reason = reason_of_rule(state, alarm, found)
    elif node is not None:
        reason = reason_of_inference(state, alarm, node)
    if (alarm.cause_alarm_id, alarm.cause_reason) != (reported, reason):
        alarm.cause_alarm_id, alarm.cause_reason = reported, reason
        alarm.version += 1
        work.changes.alarms.add(alarm.alarm_id)


def _settle_inferred(state: State, work: Work, node: str) -> None:
    """An inferred root is explained by what its feed said late, or by a cause on its site."""
    root = state.inferred[node]
    late = state.rules.policy.inference.late_seconds
    said = [
        (abs(root.raised_at - alarm.raised_at), alarm.identity, alarm.alarm_id)
        for alarm in said_of_feed(state, root)
        if abs((root.raised_at - alarm.raised_at).total_seconds()) <= late
    ]
    found = best(heard_causes(state, root)) if not said else None
    cause = min(said)[2] if said else found.node if found else None
    if state.set_cause(node, cause) or node not in state.incident_of:
        work.uprooted.add(node)
        work.unsettled |= state.resting_on.get(node, set())
