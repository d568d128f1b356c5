"""How urgent a ticket is: impact by urgency (ITIL), from what its incident touches and when a site goes down.

Pure, and declared from what stands: `keep_tickets` asks at every change, and again when time alone changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.policy import Policy
from alarm_correlation.records import Incident
from alarm_correlation.state import State
from guywire.model import Severity


class Extent(NamedTuple):
    """What an incident touches. `down_at`: when the first of its sites goes down, or went; none when none will."""

    sites: int
    site_class: str
    sites_down: int
    tenants: int
    customers: int
    down_at: datetime | None


class Measure(NamedTuple):
    """1 is the greatest of each. `changes_at`: when it will be more urgent although nothing happens."""

    impact: int
    urgency: int
    priority: int
    changes_at: datetime | None


def extent_of(state: State, incident: str) -> Extent:
    """The extent of what stands; of all its alarms once none does."""
    topology = state.rules.topology
    members = [state.alarms[alarm_id] for alarm_id in state.members[incident]]
    standing = {alarm.identity.site for alarm in members if alarm.occurrence.cleared_at is None}
    going = [outage for outage in state.outages.get(incident, {}).values() if outage.ended_at is None]
    places = (standing or {alarm.site for alarm in members}) | {outage.site_id for outage in going}
    sites = [site for key in places if (site := topology.site(key)) is not None]
    times = (outage.started_at or outage.predicted_at for outage in going)
    return Extent(
        sites=len(places - {""}),
        site_class=min((site.site_class for site in sites), default="C"),
        sites_down=len(going),
        tenants=len({tenant for site in sites for tenant in site.tenants}),
        customers=sum(topology.customers_at(site.site_id) for site in sites),
        down_at=min((at for at in times if at is not None), default=None),
    )


def measure(policy: Policy, incident: Incident, extent: Extent, now: datetime) -> Measure:
    """The priority of an incident of that extent at that time, from policy.toml's tables."""
    impact = _impact(policy, extent)
    urgency, changes_at = _urgency(policy, incident.severity, extent.down_at, now)
    return Measure(impact, urgency, policy.priority.matrix[impact - 1][urgency - 1], changes_at)


def _impact(policy: Policy, extent: Extent) -> int:
    steps = policy.impact
    return min(
        steps.site_class[extent.site_class],
        _level(extent.sites_down, steps.sites_down),
        _level(extent.tenants, steps.tenants),
        _level(extent.customers, steps.customers),
    )


def _level(count: int, steps: Iterable[int]) -> int:
    """1 from the first of the steps on, 2 from the second, 3 below both."""
    return next((level for level, least in enumerate(steps, 1) if count >= least), 3)


def _urgency(
    policy: Policy, severity: Severity, down_at: datetime | None, now: datetime
) -> tuple[int, datetime | None]:
    urgency = policy.urgency.severity[severity]
    ahead = []
    for level, since in _thresholds(policy, down_at):
        if since <= now:
            urgency = min(urgency, level)
        else:
            ahead.append((since, level))
    return urgency, min((since for since, level in ahead if level < urgency), default=None)


def _thresholds(policy: Policy, down_at: datetime | None) -> Iterator[tuple[int, datetime]]:
    """From when on a site that goes down makes it how urgent."""
    if down_at is not None:
        for level, minutes in enumerate(policy.urgency.down_minutes, 1):
            yield level, down_at - timedelta(minutes=minutes)
