"""What visits keep, as values: records, corrected places, questions, calls for help, watches, push subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

from dispatch.model import Place


class KeptRecord(NamedTuple):
    """A row of dispatch.record; ids of records and photos are UUIDs."""

    record_id: str
    work_order_id: str
    technician_id: str
    at: datetime
    recorded_at: datetime
    kind: str
    name: str
    value: bool | float | str | None
    unit: str
    text: str
    photo_id: str | None
    outside: bool
    late: bool


class SiteHere(NamedTuple):
    """A site as the inventory has it."""

    place: Place
    name: str
    region: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPlace:
    """A row of dispatch.place: current, waiting, refused or replaced; `away_km` is from the inventory's place."""

    place_id: str
    site_id: str
    kind: str
    points: tuple[Place, ...]
    note: str
    technician_id: str
    at: datetime
    state: str
    away_km: float
    domain: str
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row of dispatch.question, and who is on its order now; `experts` were told, the nearest first."""

    question_id: str
    work_order_id: str
    site_id: str
    asked_by: str
    at: datetime
    text: str
    photo_id: str | None
    skill: str
    experts: tuple[str, ...]
    domain: str
    crew: tuple[str, ...] = ()


class Answer(NamedTuple):
    """A row of dispatch.answer; `person_id` is empty where the response centre answered."""

    answer_id: str
    question_id: str
    at: datetime
    person_id: str
    actor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sos:
    """A row of dispatch.sos: `raised_by` is person or watch, `told` who was told by a notice."""

    sos_id: str
    person_id: str
    since: datetime
    raised_by: str
    region: str
    domain: str
    latitude: float | None = None
    longitude: float | None = None
    position_at: datetime | None = None
    work_order_id: str = ""
    text: str = ""
    told: tuple[str, ...] = ()
    answered_at: datetime | None = None
    answered_by: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""
    version: int = 1


class Watch(NamedTuple):
    """A row of dispatch.watch: until when a sign of life is waited for, and when the person was reminded."""

    person_id: str
    work_order_id: str
    minutes: int
    until: datetime
    reminded_at: datetime | None = None


class PushSubscription(NamedTuple):
    """A row of dispatch.push_subscription."""

    endpoint: str
    person_id: str
    p256dh: str
    auth: str
    since: datetime


def named(*parts: object) -> str:
    """An id made of what the thing is: said again, it is the same thing."""
    return str(uuid5(NAMESPACE_OID, "\0".join(map(str, parts))))
