"""Stage 4: roots that nobody reported. What no heard alarm explains is evidence; each tier says what it is evidence of.

Declared, not remembered: the tiers are asked in order, each about the evidence that those before it leave, and what
they find depends on the alarms alone. Only places are looked at of which the evidence changed in this step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from alarm_correlation import darkness, feeds, mains, repeats
from alarm_correlation.causes import Scope
from alarm_correlation.facts import Evidence
from alarm_correlation.finding import Finding, in_time
from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.state import INFERRED, State, feed_named, number
from alarm_correlation.work import Work
from guywire.model import Identity


class Tier(NamedTuple):
    """One kind of inference: of which places an alarm tells, which of those to look at, and what is found there."""

    tells_of: Callable[[State, Alarm], tuple[str, ...]]
    conclude: Callable[[State, str, Sequence[Alarm]], Iterator[Finding]]
    outermost: Callable[[State, Collection[str]], set[str]] = lambda _, places: set(places)


TIERS = (
    Tier(feeds.tells_of, feeds.conclude),
    Tier(darkness.tells_of, darkness.conclude, darkness.outermost),
    Tier(mains.tells_of, mains.conclude),
    Tier(repeats.tells_of, repeats.conclude),
)


def tells_of(state: State, alarm: Alarm) -> tuple[Evidence, ...]:
    """All the places of which an alarm that nothing explains is evidence."""
    return tuple((number, place) for number, tier in enumerate(TIERS) for place in tier.tells_of(state, alarm))


def infer(state: State, work: Work) -> None:
    """Asks each tier about the places of `work.evidence`. Alarms with another inferred cause go to `work.unsettled`."""
    for number_, tier in enumerate(TIERS):
        places = {place for at, place in work.evidence if at == number_}
        for place in sorted(tier.outermost(state, places)):
            _look(state, work, number_, place)
        for node in sorted(work.shaken & state.inferred.keys()):
            if state.inferred[node].tier == number_ and not _members(state, node):
                _take_down(state, work, node)


def _look(state: State, work: Work, tier: int, place: str) -> None:
    free = [key for sign in state.evidence.get((tier, place), ()) if _is_free(state, key := sign.alarm_id, tier)]
    before = {key: node for key in free if (node := state.inferred_of.get(key)) and _tier(state, node) == tier}
    old = set(before.values()) & state.inferred.keys()
    now: dict[str, str] = {}
    for finding in TIERS[tier].conclude(state, place, [state.alarms[key] for key in free]):
        node = _stand_up(state, work, tier, finding, old)
        now |= {alarm.alarm_id: node for alarm in finding.members + finding.trailing if alarm.alarm_id != node}
    for key in free:
        _pin(state, work, key, now.get(key), tier)
    for node in sorted(old):
        _take_down(state, work, node)


def _is_free(state: State, alarm_id: str, tier: int) -> bool:
    """Whether no earlier tier has it."""
    node = state.inferred_of.get(alarm_id)
    return node is None or _tier(state, node) >= tier


def _tier(state: State, node: str) -> int:
    return state.inferred[node].tier if node in state.inferred else len(TIERS) - 1


def _members(state: State, node: str) -> bool:
    return any(state.inferred_of.get(key) == node for key in state.inferred[node].members)


def _stand_up(state: State, work: Work, tier: int, finding: Finding, old: set[str]) -> str:
    """The root of a finding: the oldest of those that had one of its members, or a new one."""
    members = finding.members
    if finding.root is None:
        return members[0].alarm_id
    ids = frozenset(alarm.alarm_id for alarm in members + finding.trailing)
    known = min((node for node in old if state.inferred[node].members & ids), key=number, default=None)
    before = state.inferred[known] if known else None
    root = Inferred(
        node_id=known or state.new_id(INFERRED),
        tier=tier,
        identity=finding.root,
        raised_at=members[0].raised_at,
        cleared_at=finding.ends,
        members=ids,
        first=in_time(members + finding.trailing)[0].alarm_id,
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
    if (incident := state.incident_of.get(root.node_id)) is not None:
        work.incidents.add(incident)
    if before is not None and before.identity != root.identity:
        work.unsettled |= before.members & root.members  # they say where they hang
    if before is None or _acts(before) != _acts(root):  # what only follows it sees no more of it than this
        for one in (before, root):
            if one is not None:
                _unsettle(state, work, one)


def _acts(root: Inferred) -> tuple[Identity, datetime, datetime | None]:
    return root.identity, root.raised_at, root.cleared_at


def _pin(state: State, work: Work, alarm_id: str, node: str | None, tier: int) -> None:
    before = state.inferred_of.get(alarm_id)
    if before == node:
        return
    if before is not None:
        work.shaken.add(before)
    if node is None:
        del state.inferred_of[alarm_id]
    else:
        state.inferred_of[alarm_id] = node
    work.unsettled.add(alarm_id)
    work.evidence |= {place for place in state.places_told(alarm_id) if place[0] > tier}


def _take_down(state: State, work: Work, node: str) -> None:
    root = state.inferred[node]
    _unsettle(state, work, root)
    state.drop_inferred(node)
    if (incident := state.incident_of.pop(node, None)) is not None:
        work.incidents.add(incident)
    state.set_cause(node, None)
    for key in root.members:
        if state.inferred_of.get(key) == node:
            _pin(state, work, key, None, root.tier)
    work.unsettled |= state.effects.get(node, set())


def _unsettle(state: State, work: Work, root: Inferred) -> None:
    """The root itself, and all that it may explain by the rules though it does not rest on it."""
    work.unsettled.add(root.node_id)
    types = state.rules.causes.effects(root.alarm_type, Scope.SITE)
    work.unsettled |= {alarm.alarm_id for alarm in state.alarms_at(root.site, types)}
    if (feed := feed_named(root.identity)) is not None:
        work.unsettled |= state.on_feed[feed]
