"""How good a verdict is: agreement of the grouping, roots, tickets and time, for a storm and for each fault.

The group of a fault is the one that holds most of its alarms (of two alike the one whose first alarm is the earlier);
its root is right when it names the fault. A ticket counts for the fault of most alarms of its group (of two alike
the one that its root names).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from benchmarks.correlation.truth import Fault, Occurrence, Truth, deserves_ticket, right_names, root_heard
from benchmarks.correlation.verdict import Group, Verdict


class FaultScore(NamedTuple):
    """A fault of which something was heard. `group` is a place in the verdict; `to_root` seconds from its first alarm.

    `root`: heard; lost (its alarms were raised, none came through); silent (there is none: it has to be inferred).
    """

    fault: Fault
    root: str
    heard: int
    right: bool
    to_root: float | None
    deserves: bool
    tickets: int
    group: int
    strays: int
    guests: int


class StormScore(NamedTuple):
    """`tickets` of all groups, `cancelled` duplicates apart; `seconds` of CPU time."""

    family: str
    seed: int
    sites: int
    way: str
    alarms: int
    adjusted_rand: float
    homogeneity: float
    completeness: float
    tickets: int
    cancelled: int
    seconds: float
    faults: list[FaultScore]


def adjusted_rand(true: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985) of two labellings; 1 where both put all in one, or all apart."""
    pairs = _pairs(Counter(zip(true, said, strict=True)).values())
    of_true, of_said = _pairs(Counter(true).values()), _pairs(Counter(said).values())
    expected = of_true * of_said / max(1, math.comb(len(true), 2))
    most = (of_true + of_said) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def homogeneity(true: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """1 when each group holds alarms of one fault only (Rosenberg and Hirschberg 2007); swap them for completeness."""
    total = _entropy(Counter(true).values(), len(true))
    return 1.0 if total == 0 else 1 - _conditional_entropy(true, said) / total


def score(family: str, seed: int, sites: int, truth: Truth, verdict: Verdict) -> StormScore:
    heard = truth.heard()
    true = [one.fault for one in heard]
    said = group_labels(verdict, len(heard))
    return StormScore(
        family=family,
        seed=seed,
        sites=sites,
        way=verdict.way,
        alarms=len(heard),
        adjusted_rand=adjusted_rand(true, said),
        homogeneity=homogeneity(true, said),
        completeness=homogeneity(said, true),
        tickets=sum(group.tickets for group in verdict.groups),
        cancelled=verdict.cancelled,
        seconds=verdict.seconds,
        faults=_score_faults(truth, heard, said, verdict.groups),
    )


def group_labels(verdict: Verdict, alarms: int) -> list[int]:
    """The group of each alarm. Raises where an alarm stands in none or in several: that is no grouping."""
    said = [-1] * alarms
    for place, group in enumerate(verdict.groups):
        for alarm in group.alarms:
            if said[alarm] != -1:
                raise ValueError(f"{verdict.way}: alarm {alarm} stands in two groups")
            said[alarm] = place
    if -1 in said:
        raise ValueError(f"{verdict.way}: alarm {said.index(-1)} stands in no group")
    return said


def _score_faults(truth: Truth, heard: list[Occurrence], said: list[int], groups: list[Group]) -> list[FaultScore]:
    of_fault: dict[int, list[int]] = {}
    for place, one in enumerate(heard):
        of_fault.setdefault(one.fault, []).append(place)
    owner = {place: _owner(truth, heard, group) for place, group in enumerate(groups) if group.alarms}
    tickets: Counter[int] = Counter()
    for place, fault in owner.items():
        tickets[fault] += groups[place].tickets
    return [
        _score_fault(truth.faults[number], heard, places, said, groups, tickets[number])
        for number, places in sorted(of_fault.items())
    ]


def _score_fault(
    fault: Fault, heard: list[Occurrence], places: list[int], said: list[int], groups: list[Group], tickets: int
) -> FaultScore:
    alarms = [heard[place] for place in places]
    counts = Counter(said[place] for place in places)
    main = min(counts, key=lambda group: (-counts[group], min(heard[one].start for one in groups[group].alarms), group))
    right = any(name.names(groups[main].root) for name in right_names(fault, alarms))
    first = min(one.first_heard or 0.0 for one in alarms)
    return FaultScore(
        fault=fault,
        root="heard" if root_heard(alarms) and fault.can_report else "lost" if fault.can_report else "silent",
        heard=len(alarms),
        right=right,
        to_root=max(0.0, groups[main].root_since - first) if right else None,
        deserves=deserves_ticket(fault, alarms),
        tickets=tickets,
        group=main,
        strays=len(alarms) - counts[main],
        guests=len(groups[main].alarms) - counts[main],
    )


def _owner(truth: Truth, heard: list[Occurrence], group: Group) -> int:
    counts = Counter(heard[one].fault for one in group.alarms)
    named = {fault for fault in counts if any(name.names(group.root) for name in truth.faults[fault].names)}
    return min(counts, key=lambda fault: (-counts[fault], fault not in named, fault))


def _pairs(sizes: Iterable[int]) -> int:
    return sum(math.comb(size, 2) for size in sizes)


def _entropy(sizes: Iterable[int], total: int) -> float:
    return -sum(size / total * math.log(size / total) for size in sizes)


def _conditional_entropy(true: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    inside = Counter(said)
    both = Counter(zip(true, said, strict=True))
    return -sum(size / len(true) * math.log(size / inside[group]) for (_, group), size in both.items())
