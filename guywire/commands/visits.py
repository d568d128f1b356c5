"""What dispatch is asked by people in the field: what they recorded, corrected and ask, and whether they are well."""

from __future__ import annotations

from datetime import datetime

import msgspec

from guywire.commands.base import Command, ToDispatch


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing noted on a visit. `record_id` is a UUID of the phone's: the same again is the same record.

    `kind` is check (value: bool), reading (a number in `unit`, or a photo of it), note (`text`) or part (`name`).
    """

    record_id: str
    at: datetime
    kind: str
    name: str = ""
    value: bool | float | str | None = None
    unit: str = ""
    text: str = ""
    photo: str = ""


class KeepRecords(ToDispatch, frozen=True, kw_only=True):
    work_order: str
    technician: str
    records: tuple[Record, ...]


class CorrectPlace(ToDispatch, frozen=True, kw_only=True):
    """Where a site, its parking or the track to it really is: (latitude, longitude) pairs in WGS-84 degrees."""

    site: str
    technician: str
    kind: str
    points: tuple[tuple[float, float], ...]
    at: datetime
    note: str = ""


class DecidePlace(ToDispatch, frozen=True, kw_only=True):
    """The response centre's word on a correction that lies far from what the inventory says."""

    place: str
    agreed: bool
    reason: str = ""


class AskExpert(ToDispatch, frozen=True, kw_only=True):
    """A question on a visit; `skill` says whose kind it is, or else what the work itself asks for."""

    work_order: str
    technician: str
    text: str
    photo: str = ""
    skill: str = ""


class AnswerQuestion(ToDispatch, frozen=True, kw_only=True):
    """`person` is who answers in the field; empty where the response centre does."""

    question: str
    text: str
    person: str = ""


class RaiseSos(ToDispatch, frozen=True, kw_only=True):
    person: str
    at: datetime
    latitude: float | None = None
    longitude: float | None = None
    text: str = ""


class AnswerSos(ToDispatch, frozen=True, kw_only=True):
    """The response centre has it in hand."""

    sos: str
    text: str = ""


class EndSos(ToDispatch, frozen=True, kw_only=True):
    """By the person in need (`person` set: the open one), or by the response centre (`sos` set)."""

    reason: str
    person: str = ""
    sos: str = ""
    at: datetime | None = None


class StartWatch(ToDispatch, frozen=True, kw_only=True):
    """Somebody works alone: unless a sign comes within so many minutes, help is called. Again: the time starts anew."""

    person: str
    minutes: int
    work_order: str = ""


class EndWatch(ToDispatch, frozen=True, kw_only=True):
    person: str


class SubscribePush(ToDispatch, frozen=True, kw_only=True):
    """A browser's push subscription (RFC 8030; `p256dh` and `auth` of RFC 8291, base64url)."""

    person: str
    endpoint: str
    p256dh: str
    auth: str


class UnsubscribePush(ToDispatch, frozen=True, kw_only=True):
    person: str
    endpoint: str


class SeeNotices(ToDispatch, frozen=True, kw_only=True):
    """These notices were on the person's screen."""

    person: str
    notices: tuple[str, ...]


COMMANDS: tuple[type[Command], ...] = (
    KeepRecords,
    CorrectPlace,
    DecidePlace,
    AskExpert,
    AnswerQuestion,
    RaiseSos,
    AnswerSos,
    EndSos,
    StartWatch,
    EndWatch,
    SubscribePush,
    UnsubscribePush,
    SeeNotices,
)
