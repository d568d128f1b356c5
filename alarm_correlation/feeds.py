"""Stage 2: power feeds that nobody reported. Sites of one feed that lose mains together have one cause, the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.state import INFERRED, State, feed_named, number
from alarm_correlation.work import Work


def infer_feeds(state: State, work: Work) -> None:
    """Looks at the feeds of alarms that moved. Nodes to be explained anew go to `work.unsettled`."""
    topology = state.rules.topology
    moved = [state.alarms[alarm_id] for alarm_id in work.moved] + list(work.dropped.values())
    wanted = state.rules.policy.feed.alarm_type
    named = {feed for alarm in moved if (feed := feed_named(alarm.identity)) is not None}
    losing = {topology.feed_of(alarm.site) for alarm in moved if alarm.alarm_type == wanted}
    for feed in sorted((losing | (set(state.on_feed) if work.everything else set())) - {""}):
        _infer(state, work, feed)
    for feed in named:  # an alarm of the feed itself explains them all
        work.unsettled |= state.on_feed[feed]
        work.unsettled |= state.inferred_on[feed]


def clusters(onsets: list[tuple[datetime, str]], gap: timedelta) -> Iterator[list[str]]:
    """Runs of onsets in which each follows the one before within the gap; as ids, in order of time."""
    run: list[str] = []
    last: datetime | None = None
    for at, alarm_id in onsets:
        if last is not None and at - last > gap:
            yield run
            run = []
        run.append(alarm_id)
        last = at
    if run:
        yield run


def _infer(state: State, work: Work, feed: str) -> None:
    policy = state.rules.policy.feed
    open_to_us = state.on_feed[feed] - state.corrected.keys()
    onsets = sorted((state.alarms[alarm_id].raised_at, alarm_id) for alarm_id in open_to_us)
    old = {node: state.inferred[node] for node in state.inferred_on[feed]}
    for run in clusters(onsets, timedelta(seconds=policy.chain_seconds)):
        members = [state.alarms[alarm_id] for alarm_id in run]
        if len({alarm.site for alarm in members}) >= policy.sites:
            _stand_up(state, work, feed, members, old)
    for node, root in old.items():
        _take_down(state, work, node, root)


def _stand_up(state: State, work: Work, feed: str, members: list[Alarm], old: dict[str, Inferred]) -> None:
    """The root of this run: the oldest of those that had one of its members, or a new one."""
    ids = frozenset(alarm.alarm_id for alarm in members)
    known = min((node for node, root in old.items() if root.members & ids), key=number, default=None)
    before = old.pop(known) if known else None
    root = Inferred(
        node_id=known or state.new_id(INFERRED),
        feed=feed,
        alarm_type=members[0].alarm_type,
        raised_at=members[0].raised_at,
        members=ids,
        sites=len({alarm.site for alarm in members}),
    )
    if root == before:
        return
    state.add_inferred(root)
    work.unsettled.add(root.node_id)
    for alarm_id in ids ^ (before.members if before else frozenset()):
        _point(state, work, alarm_id, root.node_id if alarm_id in ids else None)
    if (incident := state.incident_of.get(root.node_id)) is not None:
        work.incidents.add(incident)


def _take_down(state: State, work: Work, node: str, root: Inferred) -> None:
    state.drop_inferred(node)
    state.incident_of.pop(node, None)
    state.set_cause(node, None)
    for alarm_id in root.members:
        if state.inferred_of.get(alarm_id) == node:
            _point(state, work, alarm_id, None)
    for alarm_id in list(state.effects.get(node, ())):
        work.unsettled.add(alarm_id)


def _point(state: State, work: Work, alarm_id: str, node: str | None) -> None:
    if node is None:
        state.inferred_of.pop(alarm_id, None)
    else:
        state.inferred_of[alarm_id] = node
    if alarm_id in state.alarms:
        work.unsettled.add(alarm_id)
