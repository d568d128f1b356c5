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


class CloseAlarm(_ToCorrelation, frozen=True, kw_only=True):
    """The operator is done with it (RFC 8632, operator state closed); whether it stands is another matter."""

    alarm: str
    comment: str = ""


class MoveAlarm(_ToCorrelation, frozen=True, kw_only=True):
    """The alarm, and what it causes, belongs to that incident; `incident` empty: to one of its own."""

    alarm: str
    incident: str = ""
    comment: str = ""


class CorrectRoot(_ToCorrelation, frozen=True, kw_only=True):
    """This alarm of the incident is its root: the same as before (then it is confirmed), or another one."""

    incident: str
    alarm: str
    comment: str = ""


class WithdrawCorrection(_ToCorrelation, frozen=True, kw_only=True):
    """What an operator had corrected is the correlator's to explain again."""

    correction: str
    comment: str = ""


class PlanSilence(_ToCorrelation, frozen=True, kw_only=True):
    """A maintenance window or a shelf. Lists that are empty match everything; one of them must not be.

    `weekly` such as `Sun 02:00-04:00` in `time_zone`; `ticket` the one whose work it is planned for.
    """

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    weekly: str = ""
    time_zone: str = "UTC"
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    alarm_types: tuple[str, ...] = ()
    place: int = 0
    reason: str = ""
    ticket: str = ""


class EndSilence(_ToCorrelation, frozen=True, kw_only=True):
    """Now, instead of when it was planned; one that has not begun never does."""

    silence: str
    version: int | None = None
    comment: str = ""


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
        CloseAlarm,
        MoveAlarm,
        CorrectRoot,
        WithdrawCorrection,
        PlanSilence,
        EndSilence,
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
