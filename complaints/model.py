"""What the decisions of this package speak of: who complains, what is near, what is affected, and what explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Near:
    """A site near the place of a complaint; no `tenants` means that the inventory does not say."""

    site: str
    tenants: frozenset[str]
    distance_km: float


@dataclass(frozen=True, slots=True)
class Subject:
    """Who complains, for the decision: the sites that serve them and, with a position, the sites around it.

    `tenant` is the operator whose customer it is, "" when unknown. `near` is sorted, nearest first.
    """

    sites: tuple[str, ...] = ()
    tenant: str = ""
    near: tuple[Near, ...] = ()

    @property
    def around(self) -> tuple[str, ...]:
        """The serving sites, then the nearest others."""
        return (*self.sites, *(near.site for near in self.near))


@dataclass(frozen=True, slots=True)
class SiteAlarm:
    """An alarm of an incident at a site; `tenant` owns its resource ("" is the tower company)."""

    alarm_type: str
    tenant: str
    raised_at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """What one incident does to one site. Without outage times it is known from its alarms alone."""

    incident: str
    site: str
    opened_at: datetime
    alarms: tuple[SiteAlarm, ...] = ()
    has_outage: bool = False
    predicted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def standing(self) -> tuple[SiteAlarm, ...]:
        return tuple(alarm for alarm in self.alarms if alarm.cleared_at is None)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None and not self.standing

    @property
    def since(self) -> datetime:
        """Since when customers may notice: the outage's start, else the first alarm at the site, else the incident."""
        return self.started_at or min((alarm.raised_at for alarm in self.alarms), default=self.opened_at)

    @property
    def only_tenants(self) -> frozenset[str]:
        """The tenants whose equipment alone is affected; empty when it is everybody's."""
        tenants = {alarm.tenant for alarm in self.standing or self.alarms}
        return frozenset() if "" in tenants else frozenset(tenants)


@dataclass(frozen=True, slots=True)
class Link:
    """What explains a complaint: `score` from 0 to 1, `reason` in words, a distance when it is no serving site."""

    affected: Affected
    score: float
    reason: str
    distance_km: float | None = None


class Stage(StrEnum):
    """How far the repair is, as a customer is told."""

    DETECTED = "detected"
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    ON_SITE = "on_site"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Repair:
    """The state of the work that ends an outage, from ticket and work order; minutes of work as the need plans them."""

    stage: Stage
    technician: str = ""
    technician_name: str = ""
    planned_arrival_at: datetime | None = None
    on_site_at: datetime | None = None
    service_minutes: float | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """An honest interval for the end of an outage: probably `at`, hardly before `earliest` or after `latest`."""

    at: datetime
    earliest: datetime
    latest: datetime
