"""Stage 4: the cause of each alarm. Declared, not remembered: the best of all that causes.toml permits, whenever asked.

From type to type there is no way round, and within a type a cause is nearer to the gateways or is the feed; so the
causes form a forest whatever is raised in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.causes import Rule, Scope
from alarm_correlation.records import Alarm
from alarm_correlation.state import State, feed_named
from alarm_correlation.work import Work
from guywire.model import Identity


class Candidate(NamedTuple):
    """A permitted cause. The smallest is the best: strongest, nearest in time, then an order free of ids."""

    weakness: float
    distance: timedelta
    raised_at: datetime
    identity: Identity
    alarm_id: str
    rule: Rule


def explain(state: State, work: Work) -> None:
    """Looks for the causes of what moved and of what it may have caused; moves nodes to `work.uprooted`."""
    for alarm_id in work.moved:
        work.unsettled.add(alarm_id)
        _unsettle_effects(state, work, state.alarms[alarm_id])
    for alarm_id, alarm in work.dropped.items():
        _unsettle_effects(state, work, alarm)
        work.unsettled |= state.effects.get(alarm_id, set())
        state.set_cause(alarm_id, None)
        state.inferred_of.pop(alarm_id, None)
    work.uprooted |= {alarm_id for alarm_id in work.moved if alarm_id not in state.incident_of}
    for node in work.unsettled & state.inferred.keys():  # first: their members tell of them
        work.unsettled = work.unsettled | _settle_inferred(state, work, node)
    for node in work.unsettled:
        if node in state.alarms and node not in state.corrected:
            _settle_alarm(state, work, state.alarms[node])


def candidates(state: State, alarm: Alarm) -> Iterator[Candidate]:
    """Every alarm that may have caused this one."""
    if not alarm.site:
        return
    site = state.rules.topology.site(alarm.site)
    hours = site.battery_hours if site else 0.0
    here = state.at_site.get(alarm.site, {})
    for rule in state.rules.causes.by_effect.get(alarm.alarm_type, ()):
        if rule.scope in _HERE and rule.cause not in here:
            continue  # most rules, most of the time
        for cause, start, end in _IN_SCOPE[rule.scope](state, rule, alarm):
            if cause is not alarm and _fits(state, rule, start, end, alarm, hours):
                distance = abs(alarm.raised_at - start)
                yield Candidate(-rule.strength, distance, cause.raised_at, cause.identity, cause.alarm_id, rule)


Found = tuple[Alarm, datetime, datetime | None]
"""A possible cause, and the time in which it acts on the effect."""


def _at_site(state: State, rule: Rule, effect: Alarm) -> Iterator[Found]:
    for alarm in state.alarms_at(effect.site, (rule.cause,)):
        yield alarm, alarm.raised_at, alarm.cleared_at


def _on_resource(state: State, rule: Rule, effect: Alarm) -> Iterator[Found]:
    for found in _at_site(state, rule, effect):
        if found[0].identity.resource == effect.identity.resource:
            yield found


def _on_feed(state: State, rule: Rule, effect: Alarm) -> Iterator[Found]:
    for key in state.of_feed.get(state.rules.topology.feed_of(effect.site), ()):
        if (alarm := state.alarms[key]).alarm_type == rule.cause:
            yield alarm, alarm.raised_at, alarm.cleared_at


def _cutting_off(state: State, rule: Rule, effect: Alarm) -> Iterator[Found]:
    for episode in state.cut_off.get(effect.site, ()):
        culprit = state.alarms[episode.culprit]
        if culprit.alarm_type == rule.cause and _may_cross(state, culprit, effect):
            yield culprit, episode.start, episode.end


def _at_far_ends(state: State, rule: Rule, effect: Alarm) -> Iterator[Found]:
    for link in state.rules.topology.links_at(effect.site, effect.identity.resource):
        upwards = effect.site == link.downstream_site_id
        far = link.upstream_site_id if upwards else link.downstream_site_id
        resource = link.resource if upwards else link.downstream_resource
        for cause in state.alarms_at(far, (rule.cause,)):
            same_link = cause.identity.resource == resource and _may_cross(state, cause, effect)
            if rule.scope is Scope.FAR_END or same_link:
                yield cause, cause.raised_at, cause.cleared_at


_IN_SCOPE: Mapping[Scope, Callable[[State, Rule, Alarm], Iterator[Found]]] = {
    Scope.SITE: _at_site,
    Scope.RESOURCE: _on_resource,
    Scope.DOWNSTREAM: _cutting_off,
    Scope.FAR_END: _at_far_ends,
    Scope.LINK: _at_far_ends,
    Scope.FEED: _on_feed,
}
_HERE = frozenset({Scope.SITE, Scope.RESOURCE})


def _may_cross(state: State, cause: Alarm, effect: Alarm) -> bool:
    """Within one type only outwards from the gateways, so that a ring of links never becomes a ring of causes."""
    rank = state.rules.topology.rank
    return cause.alarm_type != effect.alarm_type or rank(cause.site) < rank(effect.site)


def _fits(state: State, rule: Rule, start: datetime, end: datetime | None, effect: Alarm, hours: float) -> bool:
    """Whether the times agree: the effect begins in the rule's time, while the cause acts or just after."""
    delay = effect.raised_at - start
    if not max(rule.earliest, timedelta(hours=rule.battery * hours) if rule.battery else rule.earliest) <= delay:
        return False
    ended_before = end is not None and effect.raised_at > end + state.rules.policy.linger
    gone_before = effect.cleared_at is not None and effect.cleared_at < start
    return delay <= rule.latest and not ended_before and not gone_before


def _unsettle_effects(state: State, work: Work, alarm: Alarm) -> None:
    """What this alarm may have caused on its own site and at far ends; earlier stages saw to feeds and isolation."""
    causes = state.rules.causes
    here = causes.effects(alarm.alarm_type, Scope.SITE, Scope.RESOURCE)
    work.unsettled |= {found.alarm_id for found in state.alarms_at(alarm.site, here)}
    if not (there := causes.effects(alarm.alarm_type, Scope.FAR_END, Scope.LINK)):
        return
    topology = state.rules.topology
    for link in (*topology.uplinks(alarm.site), *topology.downlinks(alarm.site)):
        for far in {link.upstream_site_id, link.downstream_site_id} - {alarm.site}:
            work.unsettled |= {found.alarm_id for found in state.alarms_at(far, there)}


def _settle_alarm(state: State, work: Work, alarm: Alarm) -> None:
    best = None
    if (root := state.inferred_of.get(alarm.alarm_id)) is None:
        best = min(candidates(state, alarm), default=None, key=lambda found: found[:4])
    node = root or (best.alarm_id if best else None)
    if state.set_cause(alarm.alarm_id, node):
        work.uprooted.add(alarm.alarm_id)
    reported = node if root is None else state.cause.get(root)
    reason = _reason(state, alarm, best) if best else _reason_of_feed(state, root) if root else ""
    if (alarm.cause_alarm_id, alarm.cause_reason) != (reported, reason):
        alarm.cause_alarm_id, alarm.cause_reason = reported, reason
        alarm.version += 1
        work.changes.alarms.add(alarm.alarm_id)


def _settle_inferred(state: State, work: Work, node: str) -> frozenset[str]:
    """An inferred feed failure is explained by an alarm of that very feed, where there is one.

    Returns the members whose own explanation now reads differently.
    """
    root = state.inferred[node]
    rules = [rule for rule in state.rules.causes.by_effect.get(root.alarm_type, ()) if rule.scope is Scope.FEED]
    linger = state.rules.policy.linger
    said = [
        (abs(root.raised_at - alarm.raised_at), alarm.identity, alarm.alarm_id)
        for alarm in (state.alarms[key] for key in state.of_feed.get(root.feed, ()))
        for rule in rules
        if alarm.alarm_type == rule.cause
        and rule.earliest <= root.raised_at - alarm.raised_at <= rule.latest
        and (alarm.cleared_at is None or root.raised_at <= alarm.cleared_at + linger)
    ]
    if state.set_cause(node, min(said)[2] if said else None) or node not in state.incident_of:
        work.uprooted.add(node)
        return root.members
    return frozenset()


def _reason(state: State, alarm: Alarm, best: Candidate) -> str:
    cause = state.alarms[best.alarm_id]
    seconds = (alarm.raised_at - cause.raised_at).total_seconds()
    when = f"{alarm.alarm_type} {in_words(abs(seconds))} {'before' if seconds < 0 else 'after'} {cause.alarm_type}"
    match best.rule.scope:
        case Scope.SITE:
            return f"{when} at the same site"
        case Scope.RESOURCE:
            return f"{when} on the same {alarm.identity.resource}"
        case Scope.DOWNSTREAM:
            return f"{when} on {cause.identity.resource} at {cause.site}, which cut this site off"
        case Scope.FAR_END:
            return f"{when} at {cause.site}, on the other end of this link"
        case Scope.LINK:
            return f"{when} at {cause.site}, the other end of the same link"
        case Scope.FEED:
            return f"{when} on power feed {feed_named(cause.identity)}"


def _reason_of_feed(state: State, node: str) -> str:
    return f"several sites on power feed {state.inferred[node].feed} lost mains at once"


def in_words(seconds: float) -> str:
    """A time span for people: seconds below a minute and a half, then minutes, then hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
