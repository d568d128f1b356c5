"""Stage 4: roots that nobody reported. What no heard alarm explains is evidence; each tier says what it is evidence of.

Declared, not remembered: the tiers are asked in order, each about the evidence that those before it leave, and what
they find depends on the alarms alone. A finding rests on a run of alarms, one soon after the other: only the runs are
looked at that are near something which changed in this step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation import darkness, feeds, following, mains, repeats
from alarm_correlation.candidates import seen_since
from alarm_correlation.causes import Scope
from alarm_correlation.facts import Evidence
from alarm_correlation.finding import Finding
from alarm_correlation.policy import Policy
from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.spans import Span, moment, near
from alarm_correlation.state import INFERRED, State, feed_named, number
from alarm_correlation.work import Work
from guywire.model import Identity


class Tier(NamedTuple):
    """One kind of inference: of which places an alarm tells, which of those to look at, and what is found there.

    `gap` is how many seconds between two onsets part one run from the next.
    """

    tells_of: Callable[[State, Alarm], tuple[str, ...]]
    gap: Callable[[Policy], float]
    conclude: Callable[[State, str, Sequence[Alarm]], Iterator[Finding]]
    outermost: Callable[[State, Mapping[str, set[Span]]], Mapping[str, set[Span]]] = lambda _, changed: changed


TIERS = (
    Tier(feeds.tells_of, lambda policy: policy.feed.chain_seconds, feeds.conclude),
    Tier(darkness.tells_of, lambda policy: policy.inference.chain_seconds, darkness.conclude, darkness.outermost),
    Tier(mains.tells_of, lambda policy: policy.mains.chain_seconds, mains.conclude),
    Tier(repeats.tells_of, lambda policy: policy.repeats.rest_seconds, repeats.conclude),
)


def tells_of(state: State, alarm: Alarm) -> tuple[Evidence, ...]:
    """All the places of which an alarm that nothing explains is evidence."""
    return tuple((number, place) for number, tier in enumerate(TIERS) for place in tier.tells_of(state, alarm))


def infer(state: State, work: Work) -> None:
    """Asks each tier about the places of `work.evidence`. Alarms with another inferred cause go to `work.unsettled`."""
    for tier, asked in enumerate(TIERS):
        changed = {place: spans for (at, place), spans in work.evidence.items() if at == tier}
        for place, spans in sorted(asked.outermost(state, changed).items()):
            _look(state, work, tier, place, spans)
        for node in sorted(work.shaken & state.inferred.keys()):
            if state.inferred[node].tier == tier and state.inferred[node].members.isdisjoint(
                state.resting_on.get(node, ())
            ):
                _take_down(state, work, node)
        if tier == darkness.TIER:
            for key in sorted(work.loose | following.told_in(state, changed)):
                _follow(state, work, key)


def _look(state: State, work: Work, tier: int, place: str, spans: set[Span]) -> None:
    signs = near(
        state.evidence.get((tier, place), ()),
        spans,
        timedelta(seconds=TIERS[tier].gap(state.rules.policy)),
        lambda sign: _is_free(state, sign.alarm_id, tier),
    )
    free = [sign.alarm_id for sign in signs]
    old = {node for key in free if (node := _founded_on(state, key, tier)) is not None}
    now: dict[str, str] = {}
    for finding in TIERS[tier].conclude(state, place, [state.alarms[key] for key in free]):
        node = _stand_up(state, work, tier, finding, old)
        now |= {alarm.alarm_id: node for alarm in finding.members if alarm.alarm_id != node}
    for key in free:
        if key in now or tier != darkness.TIER:
            _pin(state, work, key, now.get(key), tier)
        else:
            work.loose.add(key)
    for node in sorted(old):
        _take_down(state, work, node)


def _is_free(state: State, alarm_id: str, tier: int) -> bool:
    """Whether no earlier tier has it."""
    node = state.inferred_of.get(alarm_id)
    return node is None or _tier(state, node) >= tier


def _tier(state: State, node: str) -> int:
    return state.inferred[node].tier if node in state.inferred else len(TIERS) - 1


def _founded_on(state: State, alarm_id: str, tier: int) -> str | None:
    """The root that this tier found, if this alarm is of its members."""
    root = state.inferred.get(state.inferred_of.get(alarm_id, ""))
    return root.node_id if root is not None and root.tier == tier and alarm_id in root.members else None


def _follow(state: State, work: Work, alarm_id: str) -> None:
    """Has an alarm that tells of dark sites belong to the one that it came late for, or to none."""
    told = any(tier == darkness.TIER for tier, _ in state.places_told(alarm_id))
    if told and _is_free(state, alarm_id, darkness.TIER) and _founded_on(state, alarm_id, darkness.TIER) is None:
        _pin(state, work, alarm_id, following.followed(state, state.alarms[alarm_id]), darkness.TIER)


def _stand_up(state: State, work: Work, tier: int, finding: Finding, old: set[str]) -> str:
    """The root of a finding: the oldest of those that had one of its members, or a new one."""
    members = finding.members
    if finding.root is None:
        return members[0].alarm_id
    ids = frozenset(alarm.alarm_id for alarm in members)
    known = min((node for node in old if state.inferred[node].members & ids), key=number, default=None)
    before = state.inferred[known] if known else None
    root = Inferred(
        node_id=known or state.new_id(INFERRED),
        tier=tier,
        identity=finding.root,
        raised_at=members[0].raised_at,
        cleared_at=finding.ends,
        members=ids,
        first=members[0].alarm_id,
        sites=len({alarm.site for alarm in members}),
    )
    if known is not None:
        old.discard(known)
    if root != before:
        _replace(state, work, before, root)
    return root.node_id


def _replace(state: State, work: Work, before: Inferred | None, root: Inferred) -> None:
    if before is not None:
        state.drop_inferred(root.node_id)
    state.add_inferred(root)
    work.unsettled.add(root.node_id)
    if root.tier == darkness.TIER:
        work.loose |= following.may_follow(state, before, root)
    if (incident := state.incident_of.get(root.node_id)) is not None:
        work.incidents.add(incident)
    if before is not None and before.identity != root.identity:
        work.unsettled |= state.resting_on.get(root.node_id, set())  # they say where they hang
    if before is None or _acts(before) != _acts(root):  # what only follows it sees no more of it than this
        _unsettle_explained(state, work, before, root)


def _unsettle_explained(state: State, work: Work, before: Inferred | None, root: Inferred) -> None:
    now = root.raised_at, root.cleared_at
    if before is not None and before.identity != root.identity:
        _unsettle(state, work, before, seen_since(state, None, (before.raised_at, before.cleared_at)))
        before = None
    then = (before.raised_at, before.cleared_at) if before is not None else None
    _unsettle(state, work, root, seen_since(state, then, now))


def _acts(root: Inferred) -> tuple[Identity, datetime, datetime | None]:
    return root.identity, root.raised_at, root.cleared_at


def _pin(state: State, work: Work, alarm_id: str, node: str | None, tier: int) -> None:
    if state.inferred_of.get(alarm_id) == node:
        return
    if (before := state.rest(alarm_id, node)) is not None:
        work.shaken.add(before)
    work.unsettled.add(alarm_id)
    for place in state.places_told(alarm_id):
        if place[0] > tier:
            work.evidence[place].add(moment(state.alarms[alarm_id].raised_at))


def _take_down(state: State, work: Work, node: str) -> None:
    root = state.inferred[node]
    _unsettle(state, work, root, seen_since(state, None, (root.raised_at, root.cleared_at)))
    state.drop_inferred(node)
    if (incident := state.incident_of.pop(node, None)) is not None:
        work.incidents.add(incident)
    state.set_cause(node, None)
    left = set(state.resting_on.get(node, ()))
    for key in left:
        _pin(state, work, key, None, root.tier)
    work.loose |= left
    work.unsettled |= state.effects.get(node, set())


def _unsettle(state: State, work: Work, root: Inferred, since: datetime) -> None:
    """The root itself, and what began since then that it may explain by the rules though it does not rest on it."""
    work.unsettled.add(root.node_id)
    types = state.rules.causes.effects(root.alarm_type, Scope.SITE)
    work.unsettled |= {alarm.alarm_id for alarm in state.alarms_at(root.site, types) if alarm.raised_at >= since}
    if (feed := feed_named(root.identity)) is not None:
        work.unsettled |= state.fed_since(feed, since)
