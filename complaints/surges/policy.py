"""The policy of surge detection as data: the section [surge] of complaints/policy.toml."""

from __future__ import annotations

from typing import Annotated

import msgspec

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]
_Strength = Annotated[float, msgspec.Meta(gt=0, le=10_000)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class SurgePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much more than usual is a surge; policy.toml says what each number means."""

    step_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)]
    window_minutes: Annotated[tuple[_Minutes, ...], msgspec.Meta(min_length=1)]
    zone_sites: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, le=64)], ...], msgspec.Meta(min_length=1)]
    zone_km: Annotated[float, msgspec.Meta(gt=0, le=100)]
    zone_share: _Share
    least_calls: Annotated[int, msgspec.Meta(ge=2, le=100)]
    false_alarms_a_month: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    same_tests: _Share
    burstiness: Annotated[float, msgspec.Meta(ge=0, le=10)]
    company: Annotated[float, msgspec.Meta(ge=0, le=0.9)]
    footprint: _Share
    keep: _Share
    keep_minutes: _Minutes
    calm_minutes: _Minutes
    usual_per_site_day: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    usual_hours: _Strength
    season_events: _Strength
    area_events: _Strength
    site_events: _Strength
    tenant_events: _Strength
    common_events: _Strength
    half_life_days: _Strength
    settle_hours: Annotated[int, msgspec.Meta(ge=1, le=168)]
    categories: frozenset[str]

    def __post_init__(self) -> None:
        if list(self.zone_sites) != sorted(set(self.zone_sites)):
            raise ValueError("zone_sites must rise, such as [1, 3, 7]")
        if list(self.window_minutes) != sorted(set(self.window_minutes)):
            raise ValueError("window_minutes must rise, such as [5, 15, 60]")

    @property
    def longest_minutes(self) -> int:
        """How far back calls matter."""
        return max(*self.window_minutes, self.keep_minutes)
