"""Alarms that belong to a dark site though it is not told by them: they came late, or when it was back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from alarm_correlation.darkness import TIER, tells_of
from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.spans import EVER, Span, within
from alarm_correlation.state import State


def followed(state: State, alarm: Alarm) -> str | None:
    """The newest of the dark sites on its way up to which an alarm can still belong, of two the nearer."""
    fitting: list[tuple[datetime, int, str]] = []
    for depth, place in enumerate(tells_of(state, alarm)):
        for node in state.inferred_on.get(place, ()):
            root = state.inferred[node]
            if root.tier == TIER:
                span = _reach(state, root)
                if span.since <= alarm.raised_at <= span.until:
                    fitting.append((root.raised_at, depth, node))
    return max(fitting)[2] if fitting else None


def may_follow(state: State, before: Inferred | None, root: Inferred) -> set[str]:
    """The alarms that may follow it, or no longer, now that it is another than before."""
    then, now = _reach(state, before) if before is not None else None, _reach(state, root)
    if before is None or then is None or (before.place, then.since) != (root.place, now.since):
        return state.resting_on.get(root.node_id, set()) | _told(state, root.place, now)
    if then.until == now.until:
        return set()
    return _told(state, root.place, Span(min(then.until, now.until), max(then.until, now.until)))


def told_in(state: State, changed: Mapping[str, set[Span]]) -> set[str]:
    """The alarms that tell of these places and began in these very times."""
    return {alarm_id for place, spans in changed.items() for span in spans for alarm_id in _told(state, place, span)}


def _told(state: State, place: str, span: Span) -> set[str]:
    return {sign.alarm_id for sign in within(state.evidence.get((TIER, place), ()), span)}


def _reach(state: State, root: Inferred) -> Span:
    """From a little before it went dark to a while after all that tells of it was over."""
    policy = state.rules.policy.inference
    since = root.raised_at - timedelta(seconds=policy.chain_seconds)
    ended = root.cleared_at
    return Span(since, EVER.until if ended is None else ended + timedelta(seconds=policy.straggler_seconds))
