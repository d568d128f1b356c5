"""What reviews keep, as values: closed tickets as they are read, inspections, problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A row of dispatch.problem; `shared` is what its tickets have in common: `type:...` or `cause:...`."""

    problem_id: str
    site_id: str
    domain: str
    shared: str
    raised_at: datetime
    last_at: datetime
    ticket_ids: tuple[str, ...]
    closed_at: datetime | None = None
    closed_by: str = ""
    cause: str = ""
    version: int = 1


class Repeat(NamedTuple):
    """Closed tickets of one site that have something in common, the oldest first."""

    site_id: str
    shared: str
    tickets: tuple[ClosedTicket, ...]
