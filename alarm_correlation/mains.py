"""The third tier of inference: mains that failed at one site without saying so, told by what follows when it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from alarm_correlation.finding import Finding, runs
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from guywire.model import Identity


def tells_of(state: State, alarm: Alarm) -> tuple[str, ...]:
    """The alarm's own site, when mains would explain it."""
    return (alarm.site,) if alarm.site and alarm.alarm_type in state.rules.policy.mains.signs else ()


def conclude(state: State, site: str, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """Each run in which several different signs came together."""
    policy = state.rules.policy.mains
    for run in runs(alarms, timedelta(seconds=policy.chain_seconds)):
        if len({alarm.alarm_type for alarm in run}) >= policy.kinds:
            yield Finding(Identity(site, "mains", state.rules.policy.feed.alarm_type, ""), tuple(run))
