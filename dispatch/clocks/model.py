"""The rows of clocks and of what hangs on them, and what of tickets, sites and contracts they go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch.clocks.calendars import FAR
from dispatch.clocks.kinds import ClockKind, Level
from dispatch.model import Interval, Place

PauseHow = Literal["pause", "ticket", "exemption", "over"]
"""By a person; with its ticket; with hindsight; while what it waits for was over, before it came back."""


class Term(NamedTuple):
    """What was promised: minutes by a calendar (`calendars.as_text`) in a zone; `tenant` is empty for the house."""

    minutes: int
    calendar: str
    time_zone: str
    tenant: str
    severity: str
    site_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A row of dispatch.clock: the fields are its columns. `due_at` is None where it is paused without end."""

    clock_id: str
    ticket_id: str
    kind: ClockKind
    need_id: str
    site_id: str
    region: str
    domain: str
    started_at: datetime
    term_minutes: int
    calendar: str
    time_zone: str
    tenant: str
    severity: str
    site_class: str
    extended_minutes: int = 0
    state: Literal["running", "paused", "stopped"] = "running"
    due_at: datetime | None = None
    breached_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_reason: str = ""
    elapsed_seconds: int = 0
    """As of the last look; what it came to, once it has stopped."""
    steps: int = 0
    """How many rungs of the ladder its time has passed."""
    look_at: datetime | None = None
    """When something becomes of it by itself."""
    version: int = 0

    @property
    def term(self) -> Term:
        return Term(self.term_minutes, self.calendar, self.time_zone, self.tenant, self.severity, self.site_class)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A row of dispatch.clock_pause: a stretch that does not count."""

    pause_id: str
    clock_id: str
    how: PauseHow
    reason: str
    since: datetime
    until: datetime | None
    made_at: datetime
    made_by: str
    note: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def stretch(self) -> Interval:
        return Interval(self.since, min([FAR, *filter(None, (self.until, self.ended_at))]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A row of dispatch.extension. `granted` is None until it is decided."""

    extension_id: str
    ticket_id: str
    kind: ClockKind
    need_id: str
    minutes: int
    reason: str
    evidence: str
    photos: tuple[str, ...]
    asked_at: datetime
    asked_by: str
    technician_id: str
    granted: bool | None = None
    granted_minutes: int = 0
    decided_at: datetime | None = None
    decided_by: str = ""
    decision_reason: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """A row of dispatch.climb: one person told that a clock runs out. `person_id` is empty where there was nobody."""

    climb_id: str
    ticket_id: str
    kind: ClockKind
    level: Level
    region: str
    clock_id: str
    person_id: str
    at: datetime
    reply_by: datetime | None
    words: Mapping[str, str]
    no_coverage: tuple[str, ...] = ()
    """Technicians who may not have heard of it."""
    answered_at: datetime | None = None
    answered_by: str = ""
    answer: Literal["", "seen", "answered", "for_them"] = ""
    note: str = ""
    passed_at: datetime | None = None
    passed_why: Literal["", "unreachable", "no_coverage", "nobody"] = ""
    over_at: datetime | None = None
    version: int = 1

    @property
    def notice_id(self) -> str:
        return f"{self.climb_id}/{self.person_id}"

    @property
    def waits(self) -> bool:
        """Whether an answer is still waited for."""
        return not (self.answered_at or self.passed_at or self.over_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """A row of dispatch.urge: somebody pressed a ticket on, and who was told."""

    urge_id: str
    ticket_id: str
    at: datetime
    urged_by: str
    text: str
    told: tuple[str, ...]
    stands: str
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What clocks go by in a ticket. `down` are its sites that are down, `sites` all that it concerns."""

    ticket_id: str
    state: str
    title: str
    site_id: str
    domain: str
    severity: str
    opened_at: datetime
    origin: str = ""
    hold_reason: str = ""
    hold_until: datetime | None = None
    moved_at: datetime | None = None
    ended_at: datetime | None = None
    over_at: datetime | None = None
    """When the last of its outages was over; None while one stands or is foretold, or there was none."""
    sites: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a term depends on."""

    site_id: str
    name: str
    site_class: str
    region: str
    time_zone: str
    tenants: tuple[str, ...]
    place: Place


class Contract(NamedTuple):
    """What a tenant was promised, in a region path (empty: everywhere) for a severity (empty: for each)."""

    tenant: str
    region: str
    severity: str
    accept: int | None
    arrive: int | None
    restore: int | None
    calendar: str
