"""The part of policy.toml about batteries: what is believed before anything is measured, and how a forecast is told."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated

import msgspec

_Share = Annotated[float, msgspec.Meta(gt=0, le=2)]
_Spread = Annotated[float, msgspec.Meta(ge=0.01, le=2)]
_Volts = Annotated[float, msgspec.Meta(ge=20, le=60)]
_TURNS = 10
_Hours = Annotated[float, msgspec.Meta(gt=0, le=200)]


class BatteryCurve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the voltage of a discharging 48 V string tells what is left in it.

    `points` are pairs (height, charge), both from 0 to 1: the height of the voltage between the disconnection (0) and
    `full_volts`, and the share of what can be taken out that is then left. A string whose voltage once settled is
    `from_volts` or more has this curve; the one with the highest `from_volts` that fits is taken.
    """

    name: str
    from_volts: Annotated[float, msgspec.Meta(ge=0, le=60)]
    full_volts: _Volts
    points: Annotated[tuple[tuple[float, float], ...], msgspec.Meta(min_length=2, max_length=50)]

    def __post_init__(self) -> None:
        rising = all(low[0] < high[0] and low[1] <= high[1] for low, high in pairwise(self.points))
        if not rising or self.points[0] != (0, 0) or self.points[-1][1] != 1:
            raise ValueError(f"battery.curve {self.name}: points must rise from [0, 0] to a charge of 1")

    def charge(self, height: float) -> tuple[float, float]:
        """The charge at this height, and by how much it rises for one height more."""
        place = min(max(bisect_right(self.points, (height, 2.0)), 1), len(self.points) - 1)
        (x0, y0), (x1, y1) = self.points[place - 1], self.points[place]
        slope = (y1 - y0) / (x1 - x0)
        return min(1.0, max(0.0, y0 + slope * (height - x0))), slope


class BatteryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Spreads are standard deviations of logarithms: 0.3 is about a third more or less. policy.toml says the rest."""

    read_seconds: Annotated[float, msgspec.Meta(ge=5, le=3600)]
    usual_share: _Share
    capacity_spread: _Spread
    load_spread: _Spread
    outage_spread: _Spread
    fade_per_year: Annotated[float, msgspec.Meta(ge=0, le=1)]
    remembered: Annotated[int, msgspec.Meta(ge=1, le=50)]
    least_share: Annotated[float, msgspec.Meta(gt=0, le=0.5)]
    peukert: Annotated[float, msgspec.Meta(ge=1, le=2)]
    cold_share_per_degree: Annotated[float, msgspec.Meta(ge=0, le=0.03)]
    recharge_hours: _Hours
    disconnect_volts: _Volts
    low_volts: _Volts
    noticeable_minutes: Annotated[float, msgspec.Meta(ge=1, le=120)]
    noticeable_share: Annotated[float, msgspec.Meta(ge=0, le=0.5)]
    curve: Annotated[tuple[BatteryCurve, ...], msgspec.Meta(min_length=1, max_length=20)]

    def __post_init__(self) -> None:
        if self.low_volts <= self.disconnect_volts:
            raise ValueError("battery: low_volts must be more than disconnect_volts, or the alarm would come too late")
        if min(curve.from_volts for curve in self.curve) > 0:
            raise ValueError("battery.curve: one must have from_volts = 0, so that every string has a curve")
        if any(curve.full_volts <= self.low_volts for curve in self.curve):
            raise ValueError("battery.curve: full_volts must be more than low_volts")

    def curve_of(self, settled_volts: float) -> BatteryCurve:
        """The curve of a string that showed so many volts once its discharge had settled."""
        return max(
            (curve for curve in self.curve if curve.from_volts <= settled_volts), key=lambda curve: curve.from_volts
        )

    @cached_property
    def reading_every(self) -> timedelta:
        """How often each site is read."""
        return timedelta(seconds=self.read_seconds)

    @cached_property
    def reading_pause(self) -> timedelta:
        """How long nothing is fetched after something was: sites take turns, no cycle takes all of them."""
        return self.reading_every / _TURNS
