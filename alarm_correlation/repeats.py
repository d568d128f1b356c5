"""The last tier of inference: what one link or one station says again and again is one fault.

A path that fades and a station that comes and goes are seldom whole in between. The first alarm is the root: nothing is
made up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from alarm_correlation.finding import Finding, runs
from alarm_correlation.records import Alarm
from alarm_correlation.state import State, is_of_transmission
from guywire.catalogue import CATALOGUE
from guywire.inventory.model import Link

_SERVICE = frozenset(key for key, kind in CATALOGUE.items() if kind.group == "service")


def tells_of(state: State, alarm: Alarm) -> tuple[str, ...]:
    """The link of which the alarm tells, whichever end says so; or the station."""
    if not alarm.site:
        return ()
    own = f"{alarm.site}/{alarm.identity.resource}"
    if is_of_transmission(alarm):
        links = state.rules.topology.links_at(alarm.site, alarm.identity.resource)
        ends = {end for link in links for end in _ends(link)}
        return ("|".join(sorted(ends)),) if len(ends) == 2 else (own,)
    return (own,) if alarm.alarm_type in _SERVICE else ()


def _ends(link: Link) -> tuple[str, str]:
    """A ring has its links in both directions: they are one."""
    up = f"{link.upstream_site_id}/{link.resource}"
    return up, f"{link.downstream_site_id}/{link.downstream_resource}"


def conclude(state: State, _: str, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """Each run in which it did not rest for long."""
    for run in runs(alarms, timedelta(seconds=state.rules.policy.repeats.rest_seconds)):
        if len(run) > 1:
            yield Finding(None, tuple(run))
