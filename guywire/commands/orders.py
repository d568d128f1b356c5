"""What dispatch is asked about work orders: moves, and what the response centre does by hand."""

from __future__ import annotations

from datetime import datetime

import msgspec

from guywire.commands.base import Command, ToDispatch


class HandOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What whoever failed says that the next one needs."""

    skills: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    text: str = ""


class MoveWorkOrder(ToDispatch, frozen=True, kw_only=True):
    """A transition by its technician (`technician` set) or the response centre. `at` is the phone's time, or now.

    `on_site` away from the site, or without a position, wants a `position_reason`; `hand_over` goes with `failed`.
    """

    work_order: str
    to: str
    at: datetime | None = None
    technician: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    position_reason: str = ""
    reason: str = ""
    cause: str = ""
    result: str = ""
    hand_over: HandOver | None = None
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


class UndoWorkOrder(ToDispatch, frozen=True, kw_only=True):
    """Undoes what was last done by hand to an order (given, reassigned, withdrawn), while nothing came of it."""

    work_order: str
    version: int | None = None


class StepBack(ToDispatch, frozen=True, kw_only=True):
    """A mate goes back from an order; another one is looked for."""

    work_order: str
    technician: str
    reason: str


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
    UndoWorkOrder,
    StepBack,
    ReportPositions,
)
