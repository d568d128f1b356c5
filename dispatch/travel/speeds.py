"""How fast people drive, from drives that were made: by area and hour of the week, never far off on little. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import NamedTuple

from dispatch.model import Place
from dispatch.policy import Policy
from dispatch.travel.crow import crow_km
from dispatch.travel.policy import SpeedsPolicy

ANY_HOUR = -1
"""Stands for an area at every hour of which nothing more is known."""


class DriveMade(NamedTuple):
    """Who set off from `start` at that time was at `end`, a site of `region`, so many minutes later."""

    region: str
    at: datetime
    start: Place
    end: Place
    minutes: float


class Speed(NamedTuple):
    """Along the road as it is reckoned (crow by detour), and how many drives say so."""

    kmh: float
    drives: int


def learned(drives: Iterable[DriveMade], usual: Policy, policy: SpeedsPolicy) -> dict[tuple[str, int], Speed]:
    """The speed by region and hour of the week, `ANY_HOUR` for all others of the region.

    Medians, so that who stopped for lunch says little; each drawn towards what is usual as if `usual_counts` drives
    had said so: an hour towards its area, an area towards the policy's speed. Within the policy's bounds.
    """
    by_region: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for drive in drives:
        kmh = _kmh(drive, usual, policy)
        if kmh is not None:
            by_region[drive.region][hour_of_week(drive.at)].append(kmh)
    found: dict[tuple[str, int], Speed] = {}
    for region, hours in sorted(by_region.items()):
        every = [kmh for speeds in hours.values() for kmh in speeds]
        area = _drawn(every, usual.speed_in(region), policy)
        found[region, ANY_HOUR] = Speed(area, len(every))
        for hour, speeds in sorted(hours.items()):
            found[region, hour] = Speed(_drawn(speeds, area, policy), len(speeds))
    return found


def with_speeds(policy: Policy, speeds: Mapping[str, float]) -> dict[str, float]:
    """`speed_of_region` with what is learned under what the policy says: its word on a region holds for all below."""
    said = policy.speed_of_region
    return {region: kmh for region, kmh in speeds.items() if not _is_said(region, said)} | said


def hour_of_week(at: datetime) -> int:
    """0 is Monday 00:00 UTC."""
    there = at.astimezone(UTC)
    return there.weekday() * 24 + there.hour


def _kmh(drive: DriveMade, usual: Policy, policy: SpeedsPolicy) -> float | None:
    """None for a drive that says nothing."""
    km = crow_km(drive.start, drive.end) * usual.detour_in(drive.region)
    if km < policy.least_km or not policy.least_minutes <= drive.minutes <= policy.most_minutes:
        return None
    return _bounded(km / drive.minutes * 60, policy)


def _drawn(speeds: Sequence[float], towards: float, policy: SpeedsPolicy) -> float:
    count = len(speeds)
    drawn = (median(speeds) * count + towards * policy.usual_counts) / (count + policy.usual_counts)
    return round(_bounded(drawn, policy), 2)


def _bounded(kmh: float, policy: SpeedsPolicy) -> float:
    return min(max(kmh, policy.lowest_kmh), policy.highest_kmh)


def _is_said(region: str, said: Mapping[str, float]) -> bool:
    return any(region == path or region.startswith(f"{path}/") for path in said)
