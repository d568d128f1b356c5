"""The detectors under test, each fed the same calls: Guywire's, a fixed threshold, and a 3-sigma rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import NamedTuple

from benchmarks.surges.world import BEGIN, TAUGHT, ZONE, World
from complaints.surges.baseline import Baseline, Counts, lesson_of, weight_at
from complaints.surges.model import Call, Suspicion
from complaints.surges.policy import SurgePolicy
from complaints.surges.watch import look

WARMING = timedelta(hours=3)
"""So long before the tested weeks detectors begin to look, for their windows to be full."""
_HOUR = timedelta(hours=1)
_QUIET = timedelta(hours=1)


class Alarm(NamedTuple):
    """What a detector said, and when; for an area `sites` are all of its sites."""

    at: datetime
    sites: tuple[str, ...]


Detector = Callable[[World], list[Alarm]]


class Rule(NamedTuple):
    """A count over minutes and a unit (site, near or area) against `limit`; with `sigmas`, against the usual too."""

    unit: str
    minutes: int
    limit: int
    sigmas: float = 0.0


def guywire(world: World, policy: SurgePolicy) -> list[Alarm]:
    """Looks whenever somebody calls, and every five minutes while something is suspected; learns hour by hour."""
    usual, alarms = Learning(world, policy), list[Alarm]()
    standing: list[Suspicion] = []
    recent: list[Call] = []
    for now, call in _looks(world):
        if call is not None:
            recent.append(call)
        if call is None and not standing:
            continue
        since = now - timedelta(minutes=policy.longest_minutes)
        recent = [one for one in recent if one.at > since]
        verdict = look(world.city, usual.at(now, standing), recent, {}, standing, now, policy)
        over = {one.suspicion.suspicion_id for one in verdict.cleared}
        changed = {one.suspicion_id: one for one, _ in verdict.changed}
        standing = [changed.get(one.suspicion_id, one) for one in standing if one.suspicion_id not in over]
        for rise, _ in verdict.raised:
            standing.append(Suspicion(f"S{len(alarms)}", rise, now, now))
            alarms.append(Alarm(now, rise.sites))
    return alarms


class Learning:
    """The usual as it is known at a time: every hour teaches once, some hours later."""

    def __init__(self, world: World, policy: SurgePolicy) -> None:
        self._world = world
        self._policy = policy
        self._counts = Counts()
        self._by_hour: dict[datetime, list[Call]] = defaultdict(list)
        for call in world.calls:
            self._by_hour[call.at.replace(minute=0, second=0, microsecond=0)].append(call)
        self._hour = BEGIN
        self._usual = self._baseline(BEGIN)
        self._hidden: dict[datetime, set[str]] = defaultdict(set)

    def at(self, now: datetime, standing: Iterable[Suspicion]) -> Baseline:
        for one in standing:
            self._hidden[now.replace(minute=0, second=0, microsecond=0)] |= set(one.rise.zone)
        while self._hour + _HOUR * (self._policy.settle_hours + 1) <= now:
            calls, hidden = self._by_hour[self._hour], self._hidden[self._hour]
            lesson = lesson_of(self._hour, calls, hidden, self._usual, self._world.city)
            self._counts.add(lesson, weight_at(self._hour, self._policy))
            self._hour += _HOUR
            self._usual = self._baseline(self._hour)
        return self._usual

    def _baseline(self, now: datetime) -> Baseline:
        weight, aged = weight_at(now, self._policy), Counts()
        for key, n in self._counts.events.items():
            aged.events[key] = n / weight
            aged.hours[key] = self._counts.hours[key] / weight
        return Baseline(self._world.city, aged, self._policy)


class Sliding:
    """The callers of each unit over the last minutes, and what is usual for it by the hour of the day."""

    def __init__(self, world: World, rule: Rule) -> None:
        self._rule = rule
        self._units = units_of(world, rule.unit)
        self._waiting: dict[str, list[Call]] = defaultdict(list)
        self._usual = _usual(world, self._units) if rule.sigmas else {}

    def take(self, call: Call) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The units that are over the limit now, each with its sites from which somebody calls."""
        since = call.at - timedelta(minutes=self._rule.minutes)
        for unit in self._units[call.site]:
            calls = self._waiting[unit] = [one for one in (*self._waiting[unit], call) if one.at > since]
            count = len({one.caller for one in calls})
            if count >= self._rule.limit and count > self._most(unit, call.at):
                by_site = Counter(one.site for one in calls)
                most = max(by_site.values())
                yield unit, tuple(site for site, n in by_site.items() if self._rule.unit != "area" or n == most)

    def _most(self, unit: str, at: datetime) -> float:
        if not self._rule.sigmas:
            return 0.0
        mean, variance = self._usual.get((unit, at.astimezone(ZONE).hour), (0.0, 0.0))
        share = self._rule.minutes / 60
        return mean * share + self._rule.sigmas * sqrt(variance * share)


def ruled(world: World, rule: Rule) -> list[Alarm]:
    """A rule over sliding windows."""
    sliding = Sliding(world, rule)
    calls = (call for call in world.calls if call.at >= BEGIN + TAUGHT - WARMING)
    return once_an_hour(Alarm(call.at, sites) for call in calls for _, sites in sliding.take(call))


def once_an_hour(rises: Iterable[Alarm]) -> list[Alarm]:
    """Of what is over a limit, in order of time, the alarms of the tested weeks: what overlaps the last hour's is the
    same one."""
    alarms: list[Alarm] = []
    lately: dict[str, datetime] = {}
    for rise in rises:
        if rise.at >= BEGIN + TAUGHT and all(lately.get(site, BEGIN) < rise.at - _QUIET for site in rise.sites):
            alarms.append(rise)
        lately.update(dict.fromkeys(rise.sites, rise.at))
    return alarms


def _looks(world: World) -> Iterator[tuple[datetime, Call | None]]:
    """Every call of the tested weeks and of the hours before, and every five minutes between."""
    minute = BEGIN + TAUGHT - WARMING
    for call in world.calls:
        if call.at < BEGIN + TAUGHT - WARMING:
            continue
        while minute < call.at:
            yield minute, None
            minute += timedelta(minutes=5)
        yield call.at, call


def units_of(world: World, kind: str) -> dict[str, list[str]]:
    """To which units a call about each site counts."""
    if kind == "near":
        units: dict[str, list[str]] = defaultdict(list)
        for centre in world.city.area_of:
            for site in world.city.around[centre][:5]:
                units[site].append(centre)
        return units
    return {site: [area if kind == "area" else site] for site, area in world.city.area_of.items()}


def _usual(world: World, units: dict[str, list[str]]) -> dict[tuple[str, int], tuple[float, float]]:
    """Mean and variance of a unit's calls in an hour, by the hour of the day, over the weeks before."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for call in world.calls:
        if call.at < BEGIN + TAUGHT:
            local = call.at.astimezone(ZONE)
            for unit in units[call.site]:
                counts[unit, local.hour, (call.at - BEGIN).days] += 1
    days = TAUGHT.days
    sums: dict[tuple[str, int], list[int]] = defaultdict(list)
    for (unit, hour, _), count in counts.items():
        sums[unit, hour].append(count)
    means = {key: sum(found) / days for key, found in sums.items()}
    return {key: (means[key], sum(n * n for n in found) / days - means[key] ** 2) for key, found in sums.items()}


def settings_of(sigmas: Sequence[float]) -> list[Rule]:
    """Every setting of a rule that is tried: units, windows, limits."""
    limits = {"site": (2, 3, 4, 5, 6), "near": (3, 4, 5, 6, 8, 10), "area": (5, 8, 12, 16, 24, 32)}
    return [
        Rule(unit, minutes, limit, sigma)
        for unit, numbers in limits.items()
        for minutes in (15, 30, 60, 120)
        for limit in numbers
        for sigma in sigmas
    ]
