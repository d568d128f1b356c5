"""The rows that a batch of dispatch works on: needs, work orders and their steps, people, and needs that wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from dispatch.model import Place
from dispatch.states import RELEASED_TICKETS, SERVED_TICKETS
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState

DISPATCH = "dispatch"
"""The actor of what nobody asked for by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need with its ticket's state and its site's place; `place` is None for a site that the inventory lacks."""

    need_id: str
    ticket_id: str
    site_id: str
    domain: str
    kind: NeedKind
    summary: str
    priority: int
    opened_at: datetime
    skills: frozenset[str] = frozenset()
    weight: float = 1.0
    service_minutes: float = 45.0
    deadline: datetime | None = None
    state: NeedState = NeedState.OPEN
    ticket_state: TicketState = TicketState.ACKNOWLEDGED
    hold_reason: str = ""
    place: Place | None = None
    region: str = ""
    time_zone: str = "UTC"
    site_class: str = ""
    load_kw: float | None = None
    tenants: int = 0
    """How many operators stand there."""
    site_name: str = ""

    @property
    def wanted(self) -> bool:
        """Whether an order for it may go on."""
        return self.state is NeedState.OPEN and self.ticket_state not in RELEASED_TICKETS

    @property
    def to_offer(self) -> bool:
        """Whether a new order may go out for it."""
        return self.state is NeedState.OPEN and self.ticket_state in SERVED_TICKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """A row of dispatch.work_order: the fields are its columns."""

    work_order_id: str
    technician_id: str
    manager_id: str
    ticket_id: str
    site_id: str
    domain: str
    need_ids: tuple[str, ...]
    state: WorkOrderState
    priority: int
    summary: str
    offered_at: datetime
    offer_expires_at: datetime | None
    travel_minutes: float
    distance_km: float
    planned_arrival_at: datetime
    accepted_at: datetime | None = None
    en_route_at: datetime | None = None
    on_site_at: datetime | None = None
    ended_at: datetime | None = None
    asked_to_return_at: datetime | None = None
    explanation: dict[str, Any] = field(default_factory=dict)
    given_by: str = DISPATCH
    ended_by: str = ""
    reason: str = ""
    cause: str = ""
    result: str = ""
    mates: tuple[str, ...] = ()
    """Who goes along; they are as busy with it as `technician_id`, who leads."""
    called: bool = False
    """One of several offers of the same needs, to whoever accepts first."""
    instead_of: str = ""
    hand_over: dict[str, Any] = field(default_factory=dict)
    """What whoever failed says that the next one needs: `{"skills": [], "parts": [], "text": ""}`, or nothing."""
    handed_over: list[dict[str, Any]] = field(default_factory=list)
    """What those before handed over, newest first, each with `by`, `at` and `reason`."""
    estimated_at: datetime | None = None
    version: int = 0

    @property
    def crew(self) -> tuple[str, ...]:
        """Everybody who is busy with it once it is accepted."""
        return (self.technician_id, *self.mates)

    @property
    def is_call(self) -> bool:
        """A call that nobody accepted yet: it holds neither its needs nor its technician."""
        return self.called and self.state is WorkOrderState.OFFERED

    @property
    def last_at(self) -> datetime:
        """When it reached the state it is in."""
        reached = (self.offered_at, self.accepted_at, self.en_route_at, self.on_site_at, self.ended_at)
        return max(at for at in reached if at)


class Step(NamedTuple):
    """A row of dispatch.work_order_step. `version` is the order's own after the step."""

    work_order_id: str
    at: datetime
    recorded_at: datetime
    actor: str
    state: WorkOrderState
    latitude: float | None
    longitude: float | None
    note: str
    version: int
    accuracy: float | None
    position_reason: str
    away_metres: float | None


class SteppedBack(NamedTuple):
    """A row of dispatch.stepped_back: a mate who left an order."""

    work_order_id: str
    technician_id: str
    at: datetime
    reason: str


class Fix(NamedTuple):
    """Where a step was said from: WGS-84 degrees, accuracy in metres, and what is odd about it."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    reason: str = ""
    away_metres: float | None = None


NO_FIX = Fix()


class WaitingNeed(NamedTuple):
    """A row of dispatch.waiting_need. `explanation` is None where it was not read, and is then not written."""

    need_id: str
    code: str
    hint: str
    since: datetime
    next_try_at: datetime
    explanation: Mapping[str, Any] | None = None
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A technician as the inventory has him, with his last position and its age."""

    technician_id: str
    name: str
    region: str
    home: Place
    role: str = "technician"
    manager_id: str = ""
    skills: frozenset[str] = frozenset()
    shift: str = ""
    generators: int = 0
    generator_kva: float = 0.0
    position: Place | None = None
    position_at: datetime | None = None
