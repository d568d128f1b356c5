"""Simpler ways to group alarms: by site, by time window, and by density over time and hops after ALEC.

Each is given its best setting over the seeds that are scored, and two guesses at the root: the earliest alarm, and the
earliest among those nearest to the core. A group opens a ticket when one of its alarms, more than a warning, stood for
longer than the evaluation's hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from benchmarks.correlation.province import Province
from benchmarks.correlation.storm import Storm
from benchmarks.correlation.truth import Occurrence
from benchmarks.correlation.verdict import Group, Verdict, name_of
from guywire.catalogue import CATALOGUE
from guywire.inventory.topology import Topology
from guywire.model import Severity

HOLD = 60.0
MINUTE = 60.0

Partition = list[list[int]]


class Density(NamedTuple):
    """ALEC joins two alarms when alpha (beta |dt| + (1 - beta) hops) <= epsilon, dt in minutes, hops of weight 1.

    DBSCAN with one neighbour enough, so groups are the connected components. Source: OpenNMS ALEC,
    AlarmInSpaceTimeDistanceMeasure and its defaults. Any three settings are a reach in minutes (without hops) and one
    in hops (without time): epsilon / (alpha beta) and epsilon / (alpha (1 - beta)).
    """

    alpha: float
    beta: float
    epsilon: float

    @property
    def minutes(self) -> float:
        return self.epsilon / (self.alpha * self.beta)

    @property
    def hops(self) -> float:
        return self.epsilon / (self.alpha * (1 - self.beta))


PUBLISHED = Density(781.78317629, 0.53244801, 100.0)


def reaching(minutes: float, hops: float) -> Density:
    """ALEC's distance with these reaches, its epsilon kept."""
    beta = hops / (minutes + hops)
    return Density(PUBLISHED.epsilon / (minutes * beta), beta, PUBLISHED.epsilon)


def by_site(alarms: list[Occurrence], gap: float) -> Partition:
    """One group a site, a new one after so many quiet seconds."""
    places: dict[str, list[int]] = defaultdict(list)
    for place in _in_time(alarms):
        places[alarms[place].identity.site].append(place)
    return [run for found in places.values() for run in _runs(alarms, found, gap)]


def by_window(alarms: list[Occurrence], window: float) -> Partition:
    """One group for each window of so many seconds, wherever the alarms stand."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(alarms):
        found[int(min(one.raises) // window)].append(place)
    return list(found.values())


def by_density(alarms: list[Occurrence], province: Province, setting: Density) -> Partition:
    """Connected components of alarms near enough in time and hops. Only the last alarm of a site has to be compared."""
    near = _Near(province, setting.hops)
    above = list(range(len(alarms)))
    last: dict[str, int] = {}
    for place in _in_time(alarms):
        here = alarms[place].identity.site
        for site, hops in near.sites(here):
            before = last.get(site)
            if before is not None:
                minutes = (min(alarms[place].raises) - min(alarms[before].raises)) / MINUTE
                if minutes / setting.minutes + hops / setting.hops <= 1:
                    above[_top(above, place)] = _top(above, before)
        last[here] = place
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(alarms)):
        found[_top(above, place)].append(place)
    return list(found.values())


def judge(storm: Storm) -> Iterator[Verdict]:
    """Every baseline in every setting, with both guesses; the way's name is `grouping, guess | setting`."""
    alarms = storm.truth.heard()
    topology = Topology(storm.province.inventory)
    for name, setting, partition in _partitions(storm, alarms):
        for guess, key in _guesses(topology).items():
            groups = [_group(alarms, places, key) for places in partition]
            yield Verdict(f"{name}, {guess} | {setting}", groups)


def _partitions(storm: Storm, alarms: list[Occurrence]) -> Iterator[tuple[str, str, Partition]]:
    for minutes in (30, 120, 100_000):
        yield "by site", f"quiet {minutes} min" if minutes < 10_000 else "for ever", by_site(alarms, minutes * MINUTE)
    for minutes in (1, 5, 15):
        yield "time window", f"{minutes} min", by_window(alarms, minutes * MINUTE)
    yield "ALEC as published", "", by_density(alarms, storm.province, PUBLISHED)
    for minutes in (5, 15, 45, 120, 360):
        for hops in (0.9, 1.5, 2.5, 3.5):
            found = by_density(alarms, storm.province, reaching(minutes, hops))
            yield "ALEC tuned", f"{minutes} min, {hops} hops", found


Guess = Callable[[Occurrence], tuple[object, ...]]


def _guesses(topology: Topology) -> dict[str, Guess]:
    return {
        "earliest": lambda one: (min(one.raises), one.identity),
        "nearest the core": lambda one: (topology.rank(one.identity.site)[0], min(one.raises), one.identity),
    }


def _group(alarms: list[Occurrence], places: Iterable[int], guess: Guess) -> Group:
    members = [alarms[place] for place in places]
    root = min(members, key=guess)
    tickets = int(any(_lasting(one) for one in members))
    return Group(name_of(root), frozenset(places), tickets, root.first_heard or 0.0)


def _lasting(one: Occurrence) -> bool:
    if CATALOGUE[one.identity.alarm_type].severity is Severity.WARNING:
        return False
    return one.cleared_heard is None or one.cleared_heard - (one.first_heard or 0.0) >= HOLD


def _in_time(alarms: list[Occurrence]) -> list[int]:
    return sorted(range(len(alarms)), key=lambda place: (min(alarms[place].raises), alarms[place].identity))


def _runs(alarms: list[Occurrence], places: list[int], gap: float) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and min(alarms[place].raises) - min(alarms[run[-1]].raises) > gap:
            yield run
            run = []
        run.append(place)
    yield run


def _top(above: list[int], place: int) -> int:
    while above[place] != place:
        above[place] = above[above[place]]
        place = above[place]
    return place


class _Near:
    """The sites within so many hops of a site, itself included."""

    def __init__(self, province: Province, hops: float) -> None:
        self._province, self._most = province, int(hops)
        self._known: dict[str, list[tuple[str, int]]] = {}

    def sites(self, site: str) -> list[tuple[str, int]]:
        if site not in self._known:
            found = {site: 0}
            edge = [site]
            for hops in range(1, self._most + 1):
                edge = [near for here in edge for near in self._province.neighbours(here)]
                edge = [near for near in dict.fromkeys(edge) if near not in found]
                found |= dict.fromkeys(edge, hops)
            self._known[site] = list(found.items())
        return self._known[site]
