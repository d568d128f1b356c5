"""What reviews keep, as values: closed tickets as they are read, inspections, problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dispatch.records import DISPATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTicket:
    """A closed ticket with its place, its root's alarm type, who closed it and whose work it was."""

    ticket_id: str
    origin: str
    title: str
    site_id: str
    site_name: str
    region: str
    time_zone: str
    domain: str
    site_class: str
    alarm_type: str
    cause: str
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    technicians: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A row of dispatch.inspection; `scores` are points of 100 by item."""

    ticket_id: str
    domain: str
    sampled: bool
    wanted_at: datetime
    closed_by: str
    technicians: tuple[str, ...]
    companies: tuple[str, ...]
    scores: dict[str, int] = field(default_factory=dict)
    score: float | None = None
    passed: bool | None = None
    remark: str = ""
    inspected_at: datetime | None = None
    inspected_by: str = ""
    version: int = 1


class ProblemState(StrEnum):
    """A problem whose cause and workaround are known is a known error; it is resolved once its cause is gone, and
    closed without that when nobody means to find it."""

    OPEN = "open"
    KNOWN_ERROR = "known_error"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A row of dispatch.problem; `shared` is what its faults have in common: `type:...`, `cause:...`, or "" where only
    a person sees it. `last_at` is when the last of them began; `unlinked_ids` were taken out again by somebody."""

    problem_id: str
    site_ids: tuple[str, ...]
    domain: str
    shared: str
    raised_at: datetime
    last_at: datetime
    ticket_ids: tuple[str, ...]
    incident_ids: tuple[str, ...] = ()
    unlinked_ids: tuple[str, ...] = ()
    state: ProblemState = ProblemState.OPEN
    title: str = ""
    why: str = ""
    raised_by: str = DISPATCH
    report: str = ""
    responsible: str = ""
    cause: str = ""
    workaround: str = ""
    solution: str = ""
    reason: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemNote:
    """A row of dispatch.problem_note: what was done or said, and the problem's version with it."""

    problem_id: str
    at: datetime
    actor: str
    kind: str
    text: str
    version: int


class Repeat(NamedTuple):
    """Closed tickets of one site that have something in common, the oldest first."""

    site_id: str
    shared: str
    tickets: tuple[ClosedTicket, ...]
