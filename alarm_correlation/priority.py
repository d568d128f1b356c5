"""How urgent a ticket is: impact by urgency (ITIL), from what its incident touches and when a site goes down.

Pure, and declared from what stands: `keep_tickets` asks at every change, and again when time alone changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.complaint_load import Load, load_of
from alarm_correlation.policy import Policy
from alarm_correlation.records import Incident
from alarm_correlation.state import State
from alarm_correlation.work import Members
from guywire.model import Severity

_SMALL = 3
"""The level of what is below both steps."""


class Extent(NamedTuple):
    """What an incident touches. `down_at`: when the first of its sites goes down, or went; none when none will.

    `load` are those who complain of it.
    """

    sites: int
    site_class: str
    sites_down: int
    tenants: int
    customers: int
    down_at: datetime | None
    load: Load = Load()


class Measure(NamedTuple):
    """1 is the greatest of each. `changes_at`: when it will be more urgent although nothing happens."""

    impact: int
    urgency: int
    priority: int
    changes_at: datetime | None


def extent_of(state: State, incident: str, members: Members) -> Extent:
    """The extent of what stands; of all its alarms once none does."""
    topology = state.rules.topology
    going = [outage for outage in state.outages.get(incident, {}).values() if outage.ended_at is None]
    places = {alarm.identity.site for alarm in members.standing or members.alarms}
    places.update(outage.site_id for outage in going)
    tenants: set[str] = set()
    customers, site_class = 0, "C"
    for key in places:
        if (site := topology.site(key)) is not None:
            tenants.update(site.tenants)
            customers += topology.customers_at(key)
            site_class = min(site_class, site.site_class)
    times = [at for outage in going if (at := outage.started_at or outage.predicted_at) is not None]
    return Extent(
        sites=len(places) - ("" in places),
        site_class=site_class,
        sites_down=len(going),
        tenants=len(tenants),
        customers=customers,
        down_at=min(times, default=None),
        load=load_of(state, incident),
    )


def measure(policy: Policy, incident: Incident, extent: Extent, now: datetime) -> Measure:
    """The priority of an incident of that extent at that time, from policy.toml's tables."""
    impact = _impact(policy, extent)
    urgency, changes_at = _urgency(policy, incident.severity, extent, now)
    return Measure(impact, urgency, policy.priority.matrix[impact - 1][urgency - 1], changes_at)


def _impact(policy: Policy, extent: Extent) -> int:
    steps = policy.impact
    return min(
        steps.site_class[extent.site_class],
        _level(extent.sites_down, steps.sites_down),
        _level(extent.tenants, steps.tenants),
        _level(extent.customers, steps.customers),
        _level(extent.load.linked, steps.complaints),
        _level(extent.load.vips, steps.vips),
    )


def _level(count: int, steps: tuple[int, int]) -> int:
    """1 from the first of the steps on, 2 from the second, 3 below both."""
    great, middle = steps
    return 1 if count >= great else 2 if count >= middle else _SMALL


def _urgency(policy: Policy, severity: Severity, extent: Extent, now: datetime) -> tuple[int, datetime | None]:
    urgency = policy.urgency.severity[severity]
    if (pressed := _level(extent.load.still_out, policy.urgency.still_out)) < _SMALL:
        urgency = min(urgency, pressed)
    if extent.down_at is None:
        return urgency, None
    ahead = []
    for level, since in _thresholds(policy, extent.down_at):
        if since <= now:
            urgency = min(urgency, level)
        else:
            ahead.append((since, level))
    return urgency, min((since for since, level in ahead if level < urgency), default=None)


def _thresholds(policy: Policy, down_at: datetime) -> Iterator[tuple[int, datetime]]:
    """From when on a site that goes down makes it how urgent."""
    for level, minutes in enumerate(policy.urgency.down_minutes, 1):
        yield level, down_at - timedelta(minutes=minutes)
