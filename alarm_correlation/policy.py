"""The correlator's policy as data: policy.toml, checked at load, read by every stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from importlib import resources
from typing import Annotated

import msgspec

from alarm_correlation.battery_policy import BatteryPolicy
from alarm_correlation.life_policy import ChatterPolicy, DelayPolicy
from alarm_correlation.lifecycle import Windows
from alarm_correlation.records import Alarm
from alarm_correlation.ticket_policy import (
    CLASSES,
    ImpactPolicy,
    PartyRule,
    PriorityPolicy,
    TicketPolicy,
    UrgencyPolicy,
)
from guywire.catalogue import CATALOGUE, alarm_type
from guywire.model import Severity
from guywire.policy_file import read_policy

_AT_ONCE = timedelta()
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]
_Span = Annotated[float, msgspec.Meta(ge=60, le=365 * 86_400)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class WindowPolicy(_Part, frozen=True):
    reorder_seconds: _Seconds
    reopen_seconds: _Seconds
    future_seconds: _Seconds
    past_seconds: _Seconds
    memory_seconds: _Seconds
    linger_seconds: _Seconds
    stale_seconds: _Span


_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class InferencePolicy(_Part, frozen=True):
    open_below: _Share
    usual_share: _Share
    sites: Annotated[int, msgspec.Meta(ge=2)]
    share: _Share
    around_share: _Share
    heard_share: _Share
    chain_seconds: _Seconds
    straggler_seconds: _Seconds
    late_seconds: _Seconds


class FeedPolicy(_Part, frozen=True):
    alarm_type: str
    signs: frozenset[str]
    sites: Annotated[int, msgspec.Meta(ge=2)]
    share: _Share
    chain_seconds: _Seconds


class MainsPolicy(_Part, frozen=True):
    signs: frozenset[str]
    kinds: Annotated[int, msgspec.Meta(ge=1)]
    chain_seconds: _Seconds


class RepeatsPolicy(_Part, frozen=True):
    rest_seconds: _Seconds


class CollectorPolicy(_Part, frozen=True):
    silent_seconds: Annotated[float, msgspec.Meta(ge=4, le=86_400)]
    retired: frozenset[str]


class SilencePolicy(_Part, frozen=True):
    recovery_seconds: _Seconds


class NeedPolicy(_Part, frozen=True):
    generator_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    leftover_seconds: _Seconds


class Policy(_Part, frozen=True, dict=True):
    """All of policy.toml; see there for what each number means."""

    windows: WindowPolicy
    chatter: ChatterPolicy
    delay: DelayPolicy
    ages_out: dict[str, Annotated[float, msgspec.Meta(ge=60, le=7 * 86_400)]]
    inference: InferencePolicy
    feed: FeedPolicy
    mains: MainsPolicy
    repeats: RepeatsPolicy
    collector: CollectorPolicy
    ticket: TicketPolicy
    class_weight: dict[str, Annotated[float, msgspec.Meta(gt=0)]]
    priority: PriorityPolicy
    impact: ImpactPolicy
    urgency: UrgencyPolicy
    party: tuple[PartyRule, ...]
    need: NeedPolicy
    silence: SilencePolicy
    battery: BatteryPolicy

    def __post_init__(self) -> None:
        if unknown := self._types_named - set(CATALOGUE):
            raise ValueError(f"no such alarm type: {', '.join(sorted(unknown))}; see the alarm catalogue")
        if set(self.class_weight) != CLASSES:
            raise ValueError("class_weight wants exactly A, B and C")
        windows = self.windows
        least = 2 * (windows.reorder_seconds + windows.reopen_seconds + windows.linger_seconds)
        least += max(self.chatter.longest_quiet, *self.delay.clear_seconds.values(), 0)
        if windows.memory_seconds < least:
            raise ValueError(
                f"memory_seconds must be at least {least:.0f}, twice the other windows and the longest wait of a clear"
            )
        if windows.past_seconds <= windows.reorder_seconds:
            raise ValueError("past_seconds must be more than reorder_seconds, or what is only late were not believed")
        if any(rule.after_seconds >= windows.memory_seconds for rule in self.ticket.close):
            raise ValueError("ticket.close: after_seconds must be less than windows.memory_seconds")
        if not self.party or not self.party[-1].fits_all:
            raise ValueError("party: the last rule must fit everything, so that somebody is always proposed")

    @property
    def _types_named(self) -> set[str]:
        ticket = self.ticket
        life = (self.ages_out, self.chatter.types, self.delay.types)
        lists = (ticket.none, *life, ticket.hold, *(rule.types for rule in ticket.close))
        signs = (self.feed.signs, self.mains.signs)
        return {self.feed.alarm_type}.union(*signs, *lists, *(rule.types for rule in self.party))

    def life(self, type_id: str) -> Windows:
        """The windows of a type's fold. The margin keeps an event that is late by the whole window inside it."""
        return self._lives.get(type_id, self._common_life)

    def raise_delay(self, type_id: str) -> timedelta:
        """How long an alarm of this type has to stand before it speaks."""
        return self._raise_delays.get(type_id, _AT_ONCE)

    @cached_property
    def _raise_delays(self) -> dict[str, timedelta]:
        return {type_id: timedelta(seconds=seconds) for type_id, seconds in self.delay.raise_seconds.items()}

    @cached_property
    def memory(self) -> timedelta:
        return timedelta(seconds=self.windows.memory_seconds)

    @cached_property
    def believable(self) -> tuple[timedelta, timedelta]:
        """By how much, at the least and at the most, a source time may lie before its receipt."""
        return timedelta(seconds=-self.windows.future_seconds), timedelta(seconds=self.windows.past_seconds)

    @cached_property
    def linger(self) -> timedelta:
        """A cause that ended so shortly before still explains."""
        return timedelta(seconds=self.windows.linger_seconds)

    def hold(self, type_id: str, site_class: str) -> timedelta:
        """How long a ticket for an alarm of this type at a site of this class waits for a better root, or to heal."""
        return self._holds[alarm_type(type_id).id, site_class]

    @cached_property
    def _common_life(self) -> Windows:
        return Windows(
            reorder=timedelta(seconds=self.windows.reorder_seconds + 60),
            reopen=timedelta(seconds=self.windows.reopen_seconds),
            chatter=self.chatter.limits,
            stale=timedelta(seconds=self.windows.stale_seconds),
        )

    @cached_property
    def _lives(self) -> dict[str, Windows]:
        chatter, clears = self.chatter.types, self.delay.clear_seconds
        return {
            type_id: msgspec.structs.replace(
                self._common_life,
                chatter=chatter.get(type_id, self.chatter).limits,
                age=timedelta(seconds=self.ages_out[type_id]) if type_id in self.ages_out else None,
                clear_delay=timedelta(seconds=clears.get(type_id, 0)),
            )
            for type_id in self.ages_out.keys() | chatter.keys() | clears.keys()
        }

    @cached_property
    def _holds(self) -> dict[tuple[str, str], timedelta]:
        return self.ticket.holds()

    def wants_hands(self, type_id: str, severity: Severity) -> bool:
        """Whether an alarm asks for a person at all."""
        return type_id not in self.ticket.none and severity not in self.ticket.none_severities

    def with_hold(self, seconds: float) -> Policy:
        """The same policy with one hold time for all types."""
        return msgspec.structs.replace(self, ticket=msgspec.structs.replace(self.ticket, hold_seconds=seconds))


def speaks_at(alarm: Alarm, policy: Policy) -> datetime:
    """From when on an alarm speaks, should it stand until then: it has to have stood on end for its type's raise delay.

    One that is clear by then never spoke; that it chatters interrupts nothing.
    """
    return alarm.occurrence.stands_since + policy.raise_delay(alarm.alarm_type)


def shipped_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "alarm_correlation/policy.toml", Policy)
