"""What rounds keep, as values: visits that are due, the silences of visits, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundVisit:
    """A row of dispatch.round_visit: one visit of a plan to a site. Times are UTC, the day is the site's own."""

    visit_id: str
    plan: str
    kind: str
    site_id: str
    domain: str
    due_on: date
    release_at: datetime
    due_at: datetime
    deadline: datetime
    asked_at: datetime
    checklist: tuple[dict[str, str], ...] = ()
    ticket_id: str = ""
    done_at: datetime | None = None
    work_order_id: str = ""
    over_at: datetime | None = None
    reason: str = ""
    version: int = 1


class RoundSite(NamedTuple):
    """A site of the inventory; `kinds` are those of its resources."""

    site_id: str
    name: str
    region: str
    domain: str
    site_class: str
    time_zone: str
    kinds: frozenset[str]


class Past(NamedTuple):
    """The last visit of a plan to a site: when it was due, and when somebody was there, if ever."""

    due_on: date
    done_on: date | None
    is_over: bool


class VisitTicket(NamedTuple):
    """How the ticket of an open visit stands, and the order that was done for it."""

    state: str
    ended_at: datetime | None
    order_id: str
    done_at: datetime | None
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSilence:
    """A row of dispatch.visit_silence; its key is what it was asked for under."""

    silence_key: str
    work_order_id: str
    starts_at: datetime
    ends_at: datetime
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A row of dispatch.finding."""

    finding_id: str
    work_order_id: str
    site_id: str
    domain: str
    technician_id: str
    actor: str
    at: datetime
    recorded_at: datetime
    text: str
    severity: str
    skills: tuple[str, ...]
    photo_id: str
