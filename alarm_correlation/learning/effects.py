"""What one type of alarm may be explained by: its onsets, and what began before them within reach. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from alarm_correlation.causes import Scope
from alarm_correlation.learning.history import History, Onset, Reach
from alarm_correlation.learning.lag import SHORTEST

LATEST = 16
"""Of one type at one place only the latest onsets before an effect are weighed: a flapping alarm costs little."""

_STORM_SECONDS = 3600.0


class Suspect(NamedTuple):
    """A type in a scope, suspected of causing another."""

    kind: str
    scope: Scope


@dataclass(slots=True)
class Pairs:
    """Onsets of a suspect before onsets of the effect: the effect's number, the lag (the logarithm of
    seconds), a weight.

    `exposure` is how many sites the suspect's onsets reached in all.
    """

    exposure: float
    numbers: list[int] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Effects:
    """The onsets of one type. `elsewhere` is, at each, how often a second the type begins at any one other site then.

    That stands for what strikes many sites from outside, such as weather: it must not look like a cause among them.
    """

    kind: str
    onsets: Sequence[Onset]
    site: Sequence[int]
    sites: int
    seconds: float
    window: float
    elsewhere: Sequence[float]
    suspects: Mapping[Suspect, Pairs]


def gather(history: History, kind: str, window: float) -> Effects:
    """The onsets of a type with all that began within `window` seconds before them, scope by scope."""
    onsets = [onset for onset in history.of_kind(kind) if onset.site]
    numbers: dict[str, int] = {}
    site = [numbers.setdefault(onset.site, len(numbers)) for onset in onsets]
    elsewhere = _elsewhere(onsets, history.sites, min(window, _STORM_SECONDS))
    suspects = _suspects(history, onsets, window)
    return Effects(kind, onsets, site, history.sites, history.seconds, window, elsewhere, suspects)


def _suspects(history: History, onsets: Sequence[Onset], window: float) -> dict[Suspect, Pairs]:
    found: dict[Suspect, Pairs] = {}
    resources = _resources(onsets)
    for number, effect in enumerate(onsets):
        for reach in history.reaches:
            # Who points at one of several resources says more than who points at the site.
            weight = float(resources[effect.site]) if reach.narrow else 1.0
            for kind, at in before(history, reach, effect, window):
                suspect = Suspect(kind, reach.scope)
                if (pairs := found.get(suspect)) is None:
                    pairs = found[suspect] = Pairs(max(history.exposure[suspect], 1))
                pairs.numbers.append(number)
                pairs.logs.append(log(max(effect.at - at, SHORTEST)))
                pairs.weights.append(weight)
    return found


def before(history: History, reach: Reach, effect: Onset, window: float) -> Iterator[tuple[str, float]]:
    """The types and times of what began within reach before the effect; what began in the same second has no order."""
    for place in reach.sources(effect):
        for kind, times in history.at(place).items():
            high = bisect_left(times, effect.at)
            for at in times[max(bisect_left(times, effect.at - window), high - LATEST) : high]:
                yield kind, at


def _resources(onsets: Sequence[Onset]) -> dict[str, int]:
    names: dict[str, set[str]] = defaultdict(set)
    for onset in onsets:
        names[onset.site].add(onset.resource)
    return {site: len(held) for site, held in names.items()}


def _elsewhere(onsets: Sequence[Onset], sites: int, half: float) -> list[float]:
    times = [onset.at for onset in onsets]
    here: dict[str, list[float]] = defaultdict(list)
    for onset in onsets:
        here[onset.site].append(onset.at)

    def around(held: Sequence[float], at: float) -> int:
        return bisect_right(held, at + half) - bisect_left(held, at - half)

    area = 2 * half * (sites - 1)
    return [(around(times, onset.at) - around(here[onset.site], onset.at)) / area for onset in onsets]
