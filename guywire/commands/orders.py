"""What dispatch is asked about work orders: moves, and what the response centre does by hand."""

from __future__ import annotations

from datetime import datetime

import msgspec

from guywire.commands.base import Command, ToDispatch


class MoveWorkOrder(ToDispatch, frozen=True, kw_only=True):
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


class GiveWorkOrder(ToDispatch, frozen=True, kw_only=True):
    """The response centre gives an open need to a technician by hand."""

    need: str
    technician: str
    reason: str = ""


class ReassignWorkOrder(ToDispatch, frozen=True, kw_only=True):
    """Withdraws the order from its technician and gives its needs to another."""

    work_order: str
    technician: str
    reason: str = ""
    version: int | None = None


class WithdrawWorkOrder(ToDispatch, frozen=True, kw_only=True):
    work_order: str
    reason: str
    version: int | None = None


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a phone was; WGS-84 degrees, accuracy in metres."""

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None = None


class ReportPositions(ToDispatch, frozen=True, kw_only=True):
    technician: str
    positions: tuple[Position, ...]


COMMANDS: tuple[type[Command], ...] = (
    MoveWorkOrder,
    GiveWorkOrder,
    ReassignWorkOrder,
    WithdrawWorkOrder,
    ReportPositions,
)
