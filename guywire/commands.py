"""What a person or another service may ask of an owning service: one struct a command, and who owns it.

Commands travel through the owner's inbox (`guywire.inbox`). They live in the kernel because the asker never imports
the owner.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all commands; `owner` is the service that applies it. In the inbox it goes by its class name."""

    owner: ClassVar[str] = ""


class _ToCorrelation(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "alarm_correlation"


class AcknowledgeAlarm(_ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class UnacknowledgeAlarm(_ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class ShelveAlarm(_ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    until: datetime
    comment: str = ""


class UnshelveAlarm(_ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class ClearAlarm(_ToCorrelation, frozen=True, kw_only=True):
    """Cleared by hand, for alarms whose device will never say so."""

    alarm: str
    comment: str = ""


class CommentAlarm(_ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str


class OpenTicket(_ToCorrelation, frozen=True, kw_only=True):
    """A ticket by hand, or for a finding. `origin` is unique: asking twice opens one."""

    origin: str
    site: str
    title: str
    kind: str = "repair"
    skills: tuple[str, ...] = ()
    priority: int = 3
    text: str = ""


class MoveTicket(_ToCorrelation, frozen=True, kw_only=True):
    """A transition. Closing takes `cause`, `result` and `responsible_party`; holding takes `reason` and `until`."""

    ticket: str
    to: str
    version: int | None = None
    reason: str = ""
    until: datetime | None = None
    cause: str = ""
    result: str = ""
    responsible_party: str = ""


class _ToDispatch(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "dispatch"


class MoveWorkOrder(_ToDispatch, frozen=True, kw_only=True):
    """A transition by its technician (`technician` set) or the response centre. `at` is the phone's time, or now."""

    work_order: str
    to: str
    at: datetime | None = None
    technician: str = ""
    latitude: float | None = None
    longitude: float | None = None
    reason: str = ""
    cause: str = ""
    result: str = ""
    version: int | None = None


class GiveWorkOrder(_ToDispatch, frozen=True, kw_only=True):
    """The response centre gives an open need to a technician by hand."""

    need: str
    technician: str
    reason: str = ""


class ReassignWorkOrder(_ToDispatch, frozen=True, kw_only=True):
    """Withdraws the order from its technician and gives its needs to another."""

    work_order: str
    technician: str
    reason: str = ""
    version: int | None = None


class WithdrawWorkOrder(_ToDispatch, frozen=True, kw_only=True):
    work_order: str
    reason: str
    version: int | None = None


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a phone was; WGS-84 degrees, accuracy in metres."""

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None = None


class ReportPositions(_ToDispatch, frozen=True, kw_only=True):
    technician: str
    positions: tuple[Position, ...]


class _ToComplaints(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "complaints"


class RegisterComplaint(_ToComplaints, frozen=True, kw_only=True):
    channel: str
    text: str
    phone: str = ""
    customer_id: str = ""
    site: str = ""
    latitude: float | None = None
    longitude: float | None = None


COMMANDS: dict[str, type[Command]] = {
    command.__name__: command
    for command in (
        AcknowledgeAlarm,
        UnacknowledgeAlarm,
        ShelveAlarm,
        UnshelveAlarm,
        ClearAlarm,
        CommentAlarm,
        OpenTicket,
        MoveTicket,
        MoveWorkOrder,
        GiveWorkOrder,
        ReassignWorkOrder,
        WithdrawWorkOrder,
        ReportPositions,
        RegisterComplaint,
    )
}
