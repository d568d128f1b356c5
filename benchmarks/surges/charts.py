"""Rivals that know what Guywire knows: the same learned usual, but one unit and one window each, and one limit.

A tail limit is what Farrington et al. 1996 do week by week, here at every call: the chance of as many callers in a
window, under an overdispersed count. An EWMA chart weighs each caller by age (Roberts 1959), after a square root, which
makes the spread of small counts even (Anscombe 1948).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import exp, log10, sqrt
from typing import Literal, NamedTuple

from benchmarks.surges.detectors import WARMING, Alarm, Learning, once_an_hour, units_of
from benchmarks.surges.world import BEGIN, TAUGHT, World
from complaints.surges.baseline import Baseline
from complaints.surges.model import Call
from complaints.surges.policy import SurgePolicy
from complaints.surges.tail import upper_tail

_HOUR = timedelta(hours=1)
_LEAST_CHANCE = 1e-90
_MEMORIES = 4
"""After so many times its memory an EWMA has forgotten a caller."""


class Chart(NamedTuple):
    """A unit (site, near or area) and a window, or an EWMA's memory, in minutes."""

    kind: Literal["tail", "ewma"]
    unit: str
    minutes: int


class Rise(NamedTuple):
    """How far a unit is over its usual at a call, in the chart's own measure, and the sites where most call from."""

    at: datetime
    sites: tuple[str, ...]
    strength: float


class Usual:
    """What was known to be usual in each hour of the tested weeks. The same for all charts: learned once."""

    def __init__(self, world: World, policy: SurgePolicy) -> None:
        learning = Learning(world, policy)
        last = max(call.at for call in world.calls)
        hours = range(int((last - _first()) / _HOUR) + 1)
        self._known = [learning.at(_first() + number * _HOUR, ()) for number in hours]

    def at(self, moment: datetime) -> Baseline:
        return self._known[int((moment - _first()) / _HOUR)]


def rises_of(world: World, usual: Usual, chart: Chart, policy: SurgePolicy) -> list[Rise]:
    """What a chart measures, at every call of the tested weeks and of the hours before."""
    return list(_rises(world, usual, chart, policy))


def charted(rises: Iterable[Rise], limit: float) -> list[Alarm]:
    """The alarms of a chart with that limit."""
    return once_an_hour(Alarm(rise.at, rise.sites) for rise in rises if rise.strength >= limit)


def charts_of(kind: Literal["tail", "ewma"]) -> tuple[list[Chart], Sequence[float]]:
    """Every setting of a chart that is tried, and every limit."""
    charts = [Chart(kind, unit, minutes) for unit in ("site", "near", "area") for minutes in (15, 30, 60, 120)]
    return charts, [number / 8 for number in (range(16, 73) if kind == "tail" else range(8, 49))]


def _rises(world: World, usual: Usual, chart: Chart, policy: SurgePolicy) -> Iterator[Rise]:
    units = units_of(world, chart.unit)
    sites: dict[str, list[str]] = defaultdict(list)
    for site, of in units.items():
        for unit in of:
            sites[unit].append(site)
    reach = timedelta(minutes=chart.minutes * (_MEMORIES if chart.kind == "ewma" else 1))
    waiting: dict[str, dict[str, Call]] = defaultdict(dict)
    for call in world.calls:
        if call.at < _first():
            continue
        for unit in units[call.site]:
            waiting[unit] = {who: one for who, one in waiting[unit].items() if one.at > call.at - reach}
            waiting[unit].setdefault(call.caller, call)
            calls = list(waiting[unit].values())
            if len(calls) >= policy.least_calls:
                strength = _strength(chart, calls, sites[unit], usual.at(call.at), policy, call.at)
                yield Rise(call.at, _most_called(calls, chart.unit), strength)


def _strength(
    chart: Chart, calls: Sequence[Call], sites: Sequence[str], usual: Baseline, policy: SurgePolicy, now: datetime
) -> float:
    shares = [usual.share_of(site) for site in sites]
    window = timedelta(minutes=chart.minutes)
    expected = usual.city_calls(now - window, now) * sum(shares)
    if chart.kind == "ewma":
        level = sum(exp((one.at - now) / window) for one in calls)
        return 2 * (sqrt(level + 3 / 8) - sqrt(expected + 3 / 8))
    spread = sum(share**2 / usual.shape_of(site) for share, site in zip(shares, sites, strict=True)) / sum(shares) ** 2
    chance = upper_tail(len(calls), expected, 1 / (spread + policy.burstiness), policy.company)
    return -log10(max(chance, _LEAST_CHANCE))


def _most_called(calls: Sequence[Call], unit: str) -> tuple[str, ...]:
    """Of an area those with the most calls, else all from which somebody calls."""
    by_site = Counter(one.site for one in calls)
    most = max(by_site.values())
    return tuple(site for site, count in by_site.items() if unit != "area" or count == most)


def _first() -> datetime:
    return BEGIN + TAUGHT - WARMING
