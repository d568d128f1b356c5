"""What one way of grouping made of a storm: groups of alarms, each with a root, and which of them open a ticket."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.correlation.truth import Occurrence, RootName


class Group(NamedTuple):
    """Alarms that are said to be one fault.

    `alarms` are places in `truth.heard()`, `tickets` those not cancelled as duplicates, `root_since` the second of the
    storm from which the root stood for good.
    `reasons`: of each alarm, how it came into the group, where the way says so.
    """

    root: RootName
    alarms: frozenset[int]
    tickets: int
    root_since: float
    name: str = ""
    reasons: dict[int, str] | None = None


class Verdict(NamedTuple):
    """`cancelled` counts tickets that were opened on the way and cancelled as duplicates; `seconds` of CPU time."""

    way: str
    groups: list[Group]
    cancelled: int = 0
    seconds: float = 0.0


def name_of(alarm: Occurrence) -> RootName:
    return RootName(*alarm.identity)
