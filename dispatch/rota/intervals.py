"""Sets of moments as sorted, disjoint stretches of time: joined, taken away from each other, laid over each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dispatch.model import Interval

Stretches = tuple[Interval, ...]
"""Sorted and disjoint, none empty, none touching the next."""


def joined(stretches: Iterable[Interval]) -> Stretches:
    """Every moment of any of these, in any order."""
    found: list[Interval] = []
    for one in sorted(one for one in stretches if one.start < one.end):
        if found and one.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def minus(stretches: Iterable[Interval], taken: Iterable[Interval]) -> Stretches:
    """Every moment of the first that is in none of the second."""
    left = list(stretches)
    for away in taken:
        left = [part for one in left for part in _without(one, away)]
    return joined(left)


def overlap(stretches: Iterable[Interval], other: Interval) -> Stretches:
    """Every moment of the first that is in the second, too."""
    return joined(Interval(max(one.start, other.start), min(one.end, other.end)) for one in stretches)


def covers(stretches: Iterable[Interval], other: Interval) -> bool:
    """Whether one of them holds all of the other."""
    return any(one.start <= other.start and other.end <= one.end for one in stretches)


def spell_around(stretches: Sequence[Interval], other: Interval, rest: timedelta) -> timedelta:
    """How much is worked in the spell that `other` is in: stretches with less than a rest between them are one."""
    spells: list[list[Interval]] = []
    for one in stretches:
        if spells and one.start - spells[-1][-1].end < rest:
            spells[-1].append(one)
        else:
            spells.append([one])
    worked = (sum((one.end - one.start for one in spell), timedelta()) for spell in spells if overlap(spell, other))
    return max(worked, default=timedelta())


def _without(one: Interval, away: Interval) -> list[Interval]:
    parts = [Interval(one.start, min(one.end, away.start)), Interval(max(one.start, away.end), one.end)]
    return [part for part in parts if part.start < part.end] if one.start < away.end and away.start < one.end else [one]
