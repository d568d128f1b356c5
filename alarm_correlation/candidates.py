"""Which heard alarms may have caused which, and how well each fits: what `explain` and `inference` choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.causes import Rule, Scope
from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.spans import EVER, Stood
from alarm_correlation.state import FEED, State, feed_named
from guywire.commands.suspicion import CUSTOMERS
from guywire.model import Identity


class Candidate(NamedTuple):
    """A permitted cause. The smallest is the best: strongest in its time, then nearest, then an order free of ids."""

    weakness: float
    distance: timedelta
    raised_at: datetime
    identity: Identity
    node: str
    rule: Rule


Node = Alarm | Inferred
Found = tuple[Node, datetime, datetime | None]
"""A possible cause, and the time in which it acts on the effect."""


def heard_causes(state: State, effect: Node) -> Iterator[Candidate]:
    """Every alarm that may have caused this one."""
    for rule, found in _permitted(state, effect):
        if (candidate := _candidate(state, rule, *found, effect)) is not None:
            yield candidate


def inferred_causes(state: State, effect: Alarm) -> Iterator[Candidate]:
    """Every inferred root that may have caused this alarm by the same rules: of its site, or of its feed."""
    rules = state.rules.causes.by_effect.get(effect.alarm_type, ())
    feed = FEED + state.rules.topology.feed_of(effect.site)
    for scope, place in ((Scope.SITE, effect.site), (Scope.FEED, feed)):
        for node in state.inferred_on.get(place, ()):
            root = state.inferred[node]
            for rule in rules:
                if rule.scope is scope and rule.cause == root.alarm_type:
                    candidate = _candidate(state, rule, root, root.raised_at, root.cleared_at, effect)
                    if candidate is not None:
                        yield candidate


def seen_since(state: State, before: Stood | None, now: Stood) -> datetime:
    """Effects that began before this see no difference between a cause that stood as before and one that stands as now.

    An effect begins in a rule's time after the beginning; the end matters only to what begins after it.
    """
    if before is None or before[0] != now[0]:
        return min(now[0], before[0] if before is not None else now[0]) + state.rules.causes.earliest
    ends = [end for end in (before[1], now[1]) if end is not None]
    return min(ends) if before[1] != now[1] else EVER.until


def best(candidates: Iterator[Candidate]) -> Candidate | None:
    return min(candidates, default=None, key=lambda found: found[:4])


def weight(rule: Rule, delay: timedelta) -> float:
    """The rule's strength, less the further the delay lies outside its usual span: at once the span away half of it."""
    if rule.usual is None or (beyond := max(rule.usual[0] - delay, delay - rule.usual[1])) <= timedelta(0):
        return rule.strength
    span = max(rule.usual[1] - rule.usual[0], timedelta(minutes=1))
    return rule.strength * (span / (span + beyond))


def _permitted(state: State, effect: Node) -> Iterator[tuple[Rule, Found]]:
    here, is_cut_off = state.at_site.get(effect.site, {}), effect.site in state.cut_off
    for rule in state.rules.causes.by_effect.get(effect.alarm_type, ()):
        if rule.cause not in here if rule.scope in _HERE else rule.scope is Scope.DOWNSTREAM and not is_cut_off:
            continue  # most rules, most of the time
        if not effect.site or (isinstance(effect, Inferred) and rule.scope is not Scope.SITE):
            continue
        for found in _IN_SCOPE[rule.scope](state, rule, effect):
            if found[0] is not effect and _of_one_party(state, found[0], effect):
                yield rule, found


def _of_one_party(state: State, cause: Node, effect: Node) -> bool:
    """What breaks in a tenant's own equipment takes no other tenant's down."""
    tenant = state.rules.topology.tenant_of(cause.site, cause.identity.resource)
    return not tenant or _tenant_of(state, effect.identity) in ("", tenant)


def _tenant_of(state: State, identity: Identity) -> str:
    """Whose equipment it is, or whose customers they are."""
    if identity.resource == CUSTOMERS:
        return identity.qualifier
    return state.rules.topology.tenant_of(identity.site, identity.resource)


def _candidate(
    state: State, rule: Rule, cause: Node, start: datetime, end: datetime | None, effect: Node
) -> Candidate | None:
    since = end if rule.recovery else start
    if since is None or not _fits(state, rule, start, end, effect):
        return None
    delay = effect.raised_at - since
    strength = weight(rule, delay)
    if strength < state.rules.policy.inference.usual_share * rule.strength:
        return None
    key = cause.alarm_id if isinstance(cause, Alarm) else cause.node_id
    return Candidate(-strength, abs(delay), cause.raised_at, cause.identity, key, rule)


def _fits(state: State, rule: Rule, start: datetime, end: datetime | None, effect: Node) -> bool:
    """Whether the times agree: the effect begins in the rule's time, while the cause acts or just after."""
    if rule.recovery:
        return end is not None and rule.earliest <= effect.raised_at - end <= rule.latest and effect.raised_at > end
    delay = effect.raised_at - start
    earliest = rule.earliest
    if rule.battery and (site := state.rules.topology.site(effect.site)) is not None:
        earliest = max(earliest, timedelta(hours=rule.battery * site.battery_hours))
    ended_before = end is not None and effect.raised_at > end + state.rules.policy.linger
    gone_before = effect.cleared_at is not None and effect.cleared_at < start
    return earliest <= delay <= rule.latest and not ended_before and not gone_before


def _at_site(state: State, rule: Rule, effect: Node) -> Iterator[Found]:
    for alarm in state.alarms_at(effect.site, (rule.cause,)):
        yield alarm, alarm.raised_at, alarm.cleared_at


def _on_resource(state: State, rule: Rule, effect: Node) -> Iterator[Found]:
    for found in _at_site(state, rule, effect):
        if found[0].identity.resource == effect.identity.resource:
            yield found


def _on_feed(state: State, rule: Rule, effect: Node) -> Iterator[Found]:
    for key in state.of_feed.get(state.rules.topology.feed_of(effect.site), ()):
        if (alarm := state.alarms[key]).alarm_type == rule.cause:
            yield alarm, alarm.raised_at, alarm.cleared_at


def _cutting_off(state: State, rule: Rule, effect: Node) -> Iterator[Found]:
    for episode in state.cut_off.get(effect.site, ()):
        culprit = state.alarms[episode.culprit]
        if culprit.alarm_type == rule.cause and _may_cross(state, culprit, effect):
            yield culprit, episode.start, episode.end


def _at_far_ends(state: State, rule: Rule, effect: Node) -> Iterator[Found]:
    for link in state.rules.topology.links_at(effect.site, effect.identity.resource):
        upwards = effect.site == link.downstream_site_id
        far = link.upstream_site_id if upwards else link.downstream_site_id
        resource = link.resource if upwards else link.downstream_resource
        for cause in state.alarms_at(far, (rule.cause,)):
            same_link = cause.identity.resource == resource and _may_cross(state, cause, effect)
            if rule.scope is Scope.FAR_END or same_link:
                yield cause, cause.raised_at, cause.cleared_at


_IN_SCOPE: Mapping[Scope, Callable[[State, Rule, Node], Iterator[Found]]] = {
    Scope.SITE: _at_site,
    Scope.RESOURCE: _on_resource,
    Scope.DOWNSTREAM: _cutting_off,
    Scope.FAR_END: _at_far_ends,
    Scope.LINK: _at_far_ends,
    Scope.FEED: _on_feed,
}
_HERE = frozenset({Scope.SITE, Scope.RESOURCE})


def _may_cross(state: State, cause: Alarm, effect: Node) -> bool:
    """Within one type only outwards from the gateways, so that a ring of links never becomes a ring of causes."""
    rank = state.rules.topology.rank
    return cause.alarm_type != effect.alarm_type or rank(cause.site) < rank(effect.site)


def said_of_feed(state: State, root: Inferred) -> Iterator[Alarm]:
    """Alarms of the feed that an inferred root is about, of its type."""
    for key in state.of_feed.get(feed_named(root.identity) or "", ()):
        if (alarm := state.alarms[key]).alarm_type == root.alarm_type:
            yield alarm
