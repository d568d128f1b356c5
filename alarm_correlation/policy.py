"""The correlator's policy as data: policy.toml, checked at load, read by every stage."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from importlib import resources
from typing import Annotated

import msgspec

from alarm_correlation.lifecycle import Windows
from guywire.catalogue import CATALOGUE, alarm_type
from guywire.model import Severity
from guywire.policy_file import read_policy

_Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]
_Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]
_CLASSES = frozenset("ABC")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class WindowPolicy(_Part, frozen=True):
    reorder_seconds: _Seconds
    reopen_seconds: _Seconds
    future_seconds: _Seconds
    memory_seconds: _Seconds
    linger_seconds: _Seconds


class FeedPolicy(_Part, frozen=True):
    alarm_type: str
    sites: Annotated[int, msgspec.Meta(ge=2)]
    chain_seconds: _Seconds


class CollectorPolicy(_Part, frozen=True):
    silent_seconds: Annotated[float, msgspec.Meta(ge=4, le=86_400)]
    retired: frozenset[str]


class TicketPolicy(_Part, frozen=True):
    none: frozenset[str]
    none_severities: frozenset[Severity]
    hold_seconds: _Seconds | None = None


class NeedPolicy(_Part, frozen=True):
    generator_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    leftover_seconds: _Seconds


class Policy(_Part, frozen=True, dict=True):
    """All of policy.toml; see there for what each number means."""

    windows: WindowPolicy
    ages_out: dict[str, Annotated[float, msgspec.Meta(ge=60, le=7 * 86_400)]]
    feed: FeedPolicy
    collector: CollectorPolicy
    ticket: TicketPolicy
    class_weight: dict[str, Annotated[float, msgspec.Meta(gt=0)]]
    priority: dict[Severity, dict[str, _Priority]]
    need: NeedPolicy

    def __post_init__(self) -> None:
        if unknown := (self.ticket.none | {self.feed.alarm_type} | self.ages_out.keys()) - set(CATALOGUE):
            raise ValueError(f"no such alarm type: {', '.join(sorted(unknown))}; see the alarm catalogue")
        if set(self.class_weight) != _CLASSES:
            raise ValueError("class_weight wants exactly A, B and C")
        severities = set(Severity) - {Severity.CLEARED}
        if set(self.priority) != severities or any(set(row) != _CLASSES for row in self.priority.values()):
            raise ValueError(f"priority wants A, B and C for each of {', '.join(sorted(severities))}")
        windows = self.windows
        least = 2 * (windows.reorder_seconds + windows.reopen_seconds + windows.linger_seconds)
        if windows.memory_seconds < least:
            raise ValueError(f"memory_seconds must be at least {least:.0f}, twice the other windows")

    def life(self, type_id: str) -> Windows:
        """The windows of a type's fold. The margin keeps an event that is late by the whole window inside it."""
        return self._aging.get(type_id, self._ageless)

    @cached_property
    def memory(self) -> timedelta:
        return timedelta(seconds=self.windows.memory_seconds)

    @cached_property
    def linger(self) -> timedelta:
        """A cause that ended so shortly before still explains."""
        return timedelta(seconds=self.windows.linger_seconds)

    def hold(self, type_id: str) -> timedelta:
        """How long a ticket for an alarm of this type waits for a better root."""
        return self._holds[alarm_type(type_id).id]

    @cached_property
    def _ageless(self) -> Windows:
        return Windows(
            reorder=timedelta(seconds=self.windows.reorder_seconds + 60),
            reopen=timedelta(seconds=self.windows.reopen_seconds),
        )

    @cached_property
    def _aging(self) -> dict[str, Windows]:
        return {
            type_id: msgspec.structs.replace(self._ageless, age=timedelta(seconds=age))
            for type_id, age in self.ages_out.items()
        }

    @cached_property
    def _holds(self) -> dict[str, timedelta]:
        own = self.ticket.hold_seconds
        return {
            type_id: timedelta(seconds=kind.ticket_hold_seconds if own is None else own)
            for type_id, kind in CATALOGUE.items()
        }

    def wants_hands(self, type_id: str, severity: Severity) -> bool:
        """Whether an alarm asks for a person at all."""
        return type_id not in self.ticket.none and severity not in self.ticket.none_severities

    def with_hold(self, seconds: float) -> Policy:
        """The same policy with one hold time for all types."""
        return msgspec.structs.replace(self, ticket=msgspec.structs.replace(self.ticket, hold_seconds=seconds))


def shipped_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "alarm_correlation/policy.toml", Policy)
