"""What the response centre tells dispatch of whole regions and of needs: pauses, needs in hand, emergencies."""

from __future__ import annotations

from datetime import datetime

from guywire.commands.base import Command, ToDispatch


class PauseDispatch(ToDispatch, frozen=True, kw_only=True):
    """Dispatch offers nothing by itself in the region (a path) until that time, or until it is resumed."""

    region: str
    reason: str
    until: datetime | None = None


class ResumeDispatch(ToDispatch, frozen=True, kw_only=True):
    region: str


class HoldNeed(ToDispatch, frozen=True, kw_only=True):
    """The asker takes an open need in hand: dispatch leaves it to them until it is released, or that time."""

    need: str
    reason: str = ""
    until: datetime | None = None


class ReleaseNeed(ToDispatch, frozen=True, kw_only=True):
    need: str


class DeclareEmergency(ToDispatch, frozen=True, kw_only=True):
    """A mass outage of an area or city (a region path): crews are pooled, priorities switched."""

    region: str
    reason: str


class EndEmergency(ToDispatch, frozen=True, kw_only=True):
    """Back to normal; only a person says so."""

    emergency: str
    reason: str
    version: int | None = None


COMMANDS: tuple[type[Command], ...] = (
    PauseDispatch,
    ResumeDispatch,
    HoldNeed,
    ReleaseNeed,
    DeclareEmergency,
    EndEmergency,
)
