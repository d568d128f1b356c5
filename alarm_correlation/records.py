"""What the correlator holds and stores: alarms, incidents, outages, tickets and needs, named as their table columns.

None of them can be part of a circle, so the garbage collector is told to pass them over (`gc=False`): with a hundred
thousand in memory it would stop a batch for as long as ten of them take.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from alarm_correlation.lifecycle import Occurrence
from guywire.model import Identity, NeedKind, NeedState, Severity, TicketState

MOST_TEXT = 2_000
"""Characters that are kept of what a person writes."""


class Alarm(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """An alarm 告警: one occurrence of an identity, its place among incidents, and what operators did to it."""

    alarm_id: str
    identity: Identity
    domain: str
    occurrence: Occurrence
    incident_id: str | None = None
    cause_alarm_id: str | None = None
    cause_reason: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    shelved_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    stale_since: datetime | None = None
    silenced_by: str = ""
    silenced_until: datetime | None = None
    version: int = 1

    @property
    def site(self) -> str:
        return self.identity.site

    @property
    def alarm_type(self) -> str:
        return self.identity.alarm_type

    @property
    def raised_at(self) -> datetime:
        return self.occurrence.raised_at

    @property
    def cleared_at(self) -> datetime | None:
        return self.occurrence.cleared_at

    @property
    def stands(self) -> bool:
        return self.occurrence.cleared_at is None

    def row(self, settled: Occurrence | None) -> dict[str, Any]:
        """As its table has it; `settled` is the base of its track when that is this occurrence."""
        told = self.occurrence
        return {
            "alarm_id": self.alarm_id,
            "site_id": self.identity.site,
            "resource": self.identity.resource,
            "alarm_type": self.identity.alarm_type,
            "qualifier": self.identity.qualifier,
            "domain": self.domain,
            "severity": told.severity,
            "text": told.text,
            "source": told.source,
            "details": told.details,
            "raised_at": told.raised_at,
            "received_at": told.received_at,
            "changed_at": told.changed_at,
            "cleared_at": told.cleared_at,
            "cleared_by": told.cleared_by,
            "count": told.count,
            "baseline": told.baseline,
            "chattering_since": told.chatter.since if told.chatter else None,
            "chatter_rate": told.chatter.rate if told.chatter else 0.0,
            "incident_id": self.incident_id,
            "cause_alarm_id": self.cause_alarm_id,
            "cause_reason": self.cause_reason,
            "acknowledged_at": self.acknowledged_at,
            "acknowledged_by": self.acknowledged_by,
            "shelved_until": self.shelved_until,
            "shelved_by": self.shelved_by,
            "closed_at": self.closed_at,
            "closed_by": self.closed_by,
            "stale_since": self.stale_since,
            "silenced_by": self.silenced_by,
            "silenced_until": self.silenced_until,
            "version": self.version,
            "settled": settled,
        }


class Inferred(msgspec.Struct, kw_only=True, gc=False):
    """A root that nobody reported, as the alarm that its place would have raised: a feed, a site.

    `members` are the ids of its alarms, `first` the earliest of them; `sites` is how many sites it rests on.
    """

    node_id: str
    tier: int
    identity: Identity
    raised_at: datetime
    cleared_at: datetime | None
    members: frozenset[str]
    first: str
    sites: int

    @property
    def site(self) -> str:
        return self.identity.site

    @property
    def alarm_type(self) -> str:
        return self.identity.alarm_type

    @property
    def place(self) -> str:
        return self.identity.site or self.identity.resource


class Outage(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A site that an incident takes down, or will at `predicted_at`, between earliest and latest eight times of ten.

    `prediction_basis` says what that rests on: stated, load, voltage or history; `predicted_from`: as of when.
    """

    incident_id: str
    site_id: str
    reason: str = ""
    predicted_at: datetime | None = None
    predicted_earliest: datetime | None = None
    predicted_latest: datetime | None = None
    prediction_basis: str = ""
    predicted_from: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def outage_id(self) -> str:
        return f"{self.incident_id}/{self.site_id}"


class Incident(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """An incident 故障: the tree of alarms under one root. State open, closed or merged."""

    incident_id: str
    state: str
    domain: str
    title: str
    severity: Severity
    opened_at: datetime
    closed_at: datetime | None = None
    root_kind: str = "alarm"
    root_alarm_id: str | None = None
    root_site_id: str = ""
    root_resource: str = ""
    root_alarm_type: str = ""
    root_qualifier: str = ""
    root_reason: str = ""
    root_confirmed_at: datetime | None = None
    root_confirmed_by: str = ""
    merged_into: str | None = None
    alarm_count: int = 0
    version: int = 1


class Ticket(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A trouble ticket 故障工单: an incident's, or one by hand (`incident_id` none)."""

    ticket_id: str
    origin: str
    incident_id: str | None
    site_id: str
    domain: str
    priority: int
    title: str
    opened_at: datetime
    opened_by: str
    state: TicketState = TicketState.ACKNOWLEDGED
    text: str = ""
    in_progress_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    duplicate_of: str | None = None
    hold_reason: str = ""
    hold_until: datetime | None = None
    resolution_proposed_at: datetime | None = None
    cause: str = ""
    result: str = ""
    responsible_party: str = ""
    impact: int | None = None
    urgency: int | None = None
    customers: int = 0
    proposed_party: str = ""
    proposed_party_reason: str = ""
    assignee: str = ""
    assigned_group: str = ""
    parent_id: str | None = None
    follows_parent: bool = False
    priority_by: str = ""
    version: int = 1


class Need(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One place that wants hands. `deadline` is when it is too late, `weight` how much that matters."""

    need_id: str
    ticket_id: str
    site_id: str
    domain: str
    kind: NeedKind
    summary: str
    skills: tuple[str, ...]
    priority: int
    opened_at: datetime
    alarm_type: str = ""
    weight: float = 1.0
    service_minutes: int = 45
    deadline: datetime | None = None
    site_down_at: datetime | None = None
    state: NeedState = NeedState.OPEN
    ended_at: datetime | None = None
    version: int = 1


class Correction(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """What an operator knows better: the alarm is a root (`root`), or another one caused it (`under`).

    Holds until it is withdrawn. `instead_of` is the cause that the correlator had named, none for a root.
    """

    correction_id: str
    kind: str
    alarm_id: str
    incident_id: str
    made_at: datetime
    made_by: str
    cause_alarm_id: str | None = None
    instead_of: str | None = None
    comment: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


class Silence(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A maintenance window 工程预约, or a standing shelf 屏蔽. An empty list of places or types matches all of them.

    `resources` are patterns as in a shell. `weekly` such as `Sun 02:00-04:00` in `time_zone`; empty: all the time from
    `starts_at` to `ends_at`. The first that matches in the order of `place` holds (RFC 8632, shelves are ordered).
    `holds`: it does now, and `changes_at` is when that becomes otherwise.
    """

    silence_id: str
    kind: str
    title: str
    starts_at: datetime
    made_at: datetime
    made_by: str
    place: int = 0
    reason: str = ""
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    alarm_types: tuple[str, ...] = ()
    ends_at: datetime | None = None
    weekly: str = ""
    time_zone: str = "UTC"
    ticket_id: str | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    holds: bool = False
    changes_at: datetime | None = None
    version: int = 1


class Voice(NamedTuple):
    """The alarm that speaks for an incident, and whether it is heard."""

    alarm_id: str
    heard: bool


class Note(msgspec.Struct, kw_only=True, frozen=True):
    """A line in a ticket's story: who, when, what kind (opened, moved, merged, order, reopened, assigned, priority,
    commented, parent)."""

    ticket_id: str
    at: datetime
    actor: str
    kind: str
    text: str


class Comment(msgspec.Struct, kw_only=True, frozen=True):
    alarm_id: str
    at: datetime
    actor: str
    text: str


class Audit(msgspec.Struct, kw_only=True, frozen=True):
    """What a person did, for the record."""

    actor: str
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


def as_row(record: msgspec.Struct) -> dict[str, Any]:
    """A record with all its fields, defaults too, as its table has it."""
    return msgspec.structs.asdict(record)
