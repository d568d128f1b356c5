"""The words of the domain as types: what every package says when it speaks of an alarm, a ticket or a work order.

Field names follow RFC 8632 (alarm identity), X.733 (severity) and TMF621 (ticket states).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec


class Severity(StrEnum):
    """X.733 perceived severity. `cleared` is only ever the severity of an event, never of an alarm."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"
    INDETERMINATE = "indeterminate"
    CLEARED = "cleared"

    @property
    def rank(self) -> int:
        """Most severe first: 0 for critical; for sorting and `min()`."""
        return _SEVERITY_RANK[self]


_SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Identity(NamedTuple):
    """What makes two events speak of one alarm (RFC 8632: resource, alarm type, qualifier).

    `site` is empty when no site could be found; `resource` then names the sender (`UNKNOWN_SENDER`).
    """

    site: str
    resource: str
    alarm_type: str
    qualifier: str


class AlarmEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing heard from the network: a raise, a change or a clear.

    `at` is the time at the source, `received_at` the time of receipt; both are aware and in UTC. `domain` is the unit
    of correlation (the city of the site's region path, `unassigned` without a site). `details` keeps what the sender
    said, bounded by the collector: names or OIDs to printable values.

    `count` is how many notifications it stands for, over 1 where a storm's repeats were merged. `baseline` marks what
    was found standing when a device was first looked at: shown, but it opens no ticket. `raw` is the datagram of what
    no profile knew, kept so that it can be classified again once one does.
    """

    at: datetime
    received_at: datetime
    site: str
    resource: str
    alarm_type: str
    severity: Severity
    qualifier: str = ""
    text: str = ""
    domain: str = "unassigned"
    source: str = ""
    details: dict[str, str] = {}
    count: int = 1
    baseline: bool = False
    raw: bytes = b""

    @property
    def identity(self) -> Identity:
        return Identity(self.site, self.resource, self.alarm_type, self.qualifier)

    @property
    def clears(self) -> bool:
        return self.severity is Severity.CLEARED


UNASSIGNED = "unassigned"

UNKNOWN_SENDER = "unidentified:"
"""Begins the resource of a sender that nobody knows; `realm/`, where it has one, and its address follow."""


@lru_cache(4096)
def domain_of(region: str) -> str:
    """The domain of a region path `province/city/area`: its first two steps, the city."""
    return "/".join(region.split("/")[:2]) or UNASSIGNED


def is_below(region: str, above: str) -> bool:
    """Whether a region path is `above` or lies in it, by whole steps; in "" lies everything."""
    return not above or region == above or region.startswith(f"{above}/")


class TicketState(StrEnum):
    """TMF621 trouble ticket states."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    HELD = "held"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class NeedKind(StrEnum):
    """What kind of hands a place wants."""

    REPAIR = "repair"
    GENERATOR = "generator"
    INSPECT = "inspect"
    CUSTOMER_VISIT = "customer_visit"


class NeedState(StrEnum):
    """`open` wants hands; `met` had them; `healed` no longer wants them; `cancelled` was taken back."""

    OPEN = "open"
    MET = "met"
    HEALED = "healed"
    CANCELLED = "cancelled"


class WorkOrderState(StrEnum):
    """One visit by one crew, from offer to end."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """Who may do what; the table of permissions is in `guywire.identity`."""

    ADMIN = "admin"
    SHIFT_LEADER = "shift_leader"
    NOC_OPERATOR = "noc_operator"
    AREA_MANAGER = "area_manager"
    TECHNICIAN = "technician"
    COMPLAINT_AGENT = "complaint_agent"
    TENANT = "tenant"
