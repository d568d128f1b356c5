"""What dispatch is asked about visits' findings and inspections of closed tickets."""

from __future__ import annotations

from datetime import datetime

from guywire.commands.base import Command, ToDispatch


class RecordFinding(ToDispatch, frozen=True, kw_only=True):
    """Something seen on a visit that wants mending: it becomes a ticket of its own.

    `finding` is a UUID of the asker's: said again, it is the same. `severity` is critical, major, minor or warning;
    `photo` the id of one; `technician` empty where the response centre says it.
    """

    finding: str
    work_order: str
    text: str
    severity: str
    skills: tuple[str, ...] = ()
    photo: str = ""
    technician: str = ""
    at: datetime | None = None


class InspectTicket(ToDispatch, frozen=True, kw_only=True):
    """质检: points of 100 for each of the policy's items; `version` where it was inspected before."""

    ticket: str
    scores: dict[str, int]
    remark: str = ""
    version: int | None = None


COMMANDS: tuple[type[Command], ...] = (
    RecordFinding,
    InspectTicket,
)
