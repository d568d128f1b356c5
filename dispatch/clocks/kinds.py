"""The words of clocks: which clocks there are, and the levels that a ticket climbs."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args


class ClockKind(StrEnum):
    """`accept` and `arrive` are a need's, from when hands are wanted; `restore` is its ticket's."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESTORE = "restore"


Level = Literal["area", "city", "province", "headquarters"]

LEVELS: tuple[Level, ...] = get_args(Level)

_STEPS: dict[Level, int] = {"area": 3, "city": 2, "province": 1, "headquarters": 0}


def region_at(region: str, level: Level) -> str:
    """The part of a region path that a level answers for; headquarters: all, written as an empty path."""
    return "/".join(region.split("/")[: _STEPS[level]])
