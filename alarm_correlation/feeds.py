"""The first tier of inference: power feeds that nobody reported. Sites of one feed that lose mains together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil

from alarm_correlation.finding import Finding, runs
from alarm_correlation.records import Alarm
from alarm_correlation.state import FEED, State
from guywire.model import Identity


def tells_of(state: State, alarm: Alarm) -> tuple[str, ...]:
    """The feed of which an alarm that nothing explains is a sign: mains gone, or what follows when it goes."""
    if alarm.alarm_type not in state.rules.causes.fed:
        return ()
    feed = state.rules.topology.feed_of(alarm.site)
    return (feed,) if feed else ()


def conclude(state: State, feed: str, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """Each run in which enough of the feed's sites went, one soon after the other."""
    policy = state.rules.policy.feed
    signs = [alarm for alarm in alarms if alarm.alarm_type in policy.signs]
    needed = min(policy.sites, max(2, ceil(policy.share * state.rules.topology.sites_on(feed))))
    for run in runs(signs, timedelta(seconds=policy.chain_seconds)):
        if len({alarm.site for alarm in run}) >= needed:
            yield Finding(Identity("", FEED + feed, policy.alarm_type, ""), tuple(run))
