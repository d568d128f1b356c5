"""The part of policy.toml that says how an alarm lives: what chatters, and which raises and clears have to last."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

from alarm_correlation.chatter import ChatterLimits

_Transitions = Annotated[int, msgspec.Meta(ge=3, le=1000)]
_Span = Annotated[float, msgspec.Meta(ge=1, le=86_400)]
_Delay = Annotated[float, msgspec.Meta(ge=0, le=3_600)]


class ChatterTypePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When one alarm type chatters, and when it is quiet again."""

    transitions: _Transitions
    within_seconds: _Span
    quiet_seconds: _Span

    @property
    def limits(self) -> ChatterLimits:
        within, quiet = timedelta(seconds=self.within_seconds), timedelta(seconds=self.quiet_seconds)
        return ChatterLimits(self.transitions, within, quiet)


class ChatterPolicy(ChatterTypePolicy, frozen=True):
    """The same for all types but those of `types`."""

    types: dict[str, ChatterTypePolicy] = {}

    @property
    def longest_quiet(self) -> float:
        return max(one.quiet_seconds for one in (self, *self.types.values()))


class DelayPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By alarm type, in seconds: how long a raise stands before it speaks, and a clear lasts before it counts."""

    raise_seconds: dict[str, _Delay] = {}
    clear_seconds: dict[str, _Delay] = {}

    @property
    def types(self) -> set[str]:
        return self.raise_seconds.keys() | self.clear_seconds.keys()
