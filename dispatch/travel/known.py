"""Drives that a routing service has told, and for all others the geodesic: a travel model that never asks anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.model import Leg, Place
from dispatch.policy import Policy
from dispatch.travel.crow import measure


@dataclass(frozen=True, slots=True)
class KnownLegs:
    """By end, then by start."""

    legs: Mapping[Place, Mapping[Place, Leg]] = field(default_factory=dict)

    def __call__(self, start: Place, end: Place, region: str, policy: Policy) -> Leg:
        known = self.legs.get(end, {}).get(start)
        return measure(start, end, region, policy) if known is None else known

    def over(self, minutes: NDArray[np.float64], starts: Sequence[Place], ends: Sequence[Place]) -> NDArray[np.float64]:
        """The same minutes (a row an end, a column a start) with those that are known in place of estimates."""
        columns: dict[Place, list[int]] = {}
        for at, start in enumerate(starts):
            columns.setdefault(start, []).append(at)
        for row, end in enumerate(ends):
            for start, leg in self.legs.get(end, {}).items():
                minutes[row, columns.get(start, [])] = leg.minutes
        return minutes
