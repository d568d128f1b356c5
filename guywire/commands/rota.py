"""What dispatch is asked about the rota: entries over the shifts, imports, swaps, certificates."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from guywire.commands.base import Command, ToDispatch


class PutRotaEntry(ToDispatch, frozen=True, kw_only=True):
    """A stretch of leave, sick, training, extra or standby; `entry` changes one that is there. `deputy` stands in."""

    technician: str
    kind: str
    since: datetime
    until: datetime
    note: str = ""
    deputy: str = ""
    entry: str = ""
    version: int | None = None


class EndRotaEntry(ToDispatch, frozen=True, kw_only=True):
    """Takes an entry back; one that a swap made takes the whole swap back."""

    entry: str
    version: int | None = None


class RotaLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stretch that a calendar means; `uid` is the same in every import of it, `where` names it for a person."""

    uid: str
    technician: str
    kind: str
    since: datetime
    until: datetime
    note: str = ""
    where: str = ""


class ImportRota(ToDispatch, frozen=True, kw_only=True):
    """All that one calendar means between two moments; what it named before and does not any more is taken back.

    `within` is the region path of whose people it may speak; "" is everywhere.
    """

    source: str
    since: datetime
    until: datetime
    lines: tuple[RotaLine, ...]
    within: str = ""


class ProposeSwap(ToDispatch, frozen=True, kw_only=True):
    """The technician gives since-until of the own duty and takes other_since-other_until of the other's."""

    technician: str
    since: datetime
    until: datetime
    other: str
    other_since: datetime
    other_until: datetime
    note: str = ""


class AnswerSwap(ToDispatch, frozen=True, kw_only=True):
    """The other one's word."""

    swap: str
    technician: str
    agreed: bool
    reason: str = ""


class WithdrawSwap(ToDispatch, frozen=True, kw_only=True):
    swap: str
    technician: str


class DecideSwap(ToDispatch, frozen=True, kw_only=True):
    """A manager's word on what both agreed on."""

    swap: str
    approved: bool
    reason: str = ""
    version: int | None = None


class PutCertificate(ToDispatch, frozen=True, kw_only=True):
    """A technician's certificate for a skill; a new one takes the place of the one before."""

    technician: str
    skill: str
    number: str
    valid_until: date  # its last day


class EndCertificate(ToDispatch, frozen=True, kw_only=True):
    certificate: str
    reason: str
    version: int | None = None


COMMANDS: tuple[type[Command], ...] = (
    PutRotaEntry,
    EndRotaEntry,
    ImportRota,
    ProposeSwap,
    AnswerSwap,
    WithdrawSwap,
    DecideSwap,
    PutCertificate,
    EndCertificate,
)
