"""How many calls are usual: by the hour of the week of a city, by area, site and tenant, each leaning on the next.

A hierarchical Gamma-Poisson model (empirical Bayes; Clayton and Kaldor 1987, Marshall 1991): a site that was hardly
heard of is as its area, an area as its city, an hour of the week as that hour and that day usually are. Counts are
weighted by age, so that the usual follows the city. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil, sqrt
from typing import NamedTuple

from complaints.surges.model import Call, City
from complaints.surges.policy import SurgePolicy

HOURS = 168
_DAY = 24
_HOUR = timedelta(hours=1)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_TRAINED_HOURS = 2 * HOURS
"""From so long on a city's hour is known well enough to be called extraordinary."""
_EXTRAORDINARY = 3.0
"""Standard deviations above the usual, up to which an hour of a whole city teaches."""


class Key(NamedTuple):
    """What a count is of: `hour` (of the week, in `cell`), `area`, `site` or `tenant`, of the city `domain`."""

    domain: str
    kind: str
    name: str = ""
    cell: int = 0


class Amount(NamedTuple):
    """Calls, and hours over which they were counted."""

    events: float
    hours: float = 0.0


Lesson = Mapping[Key, Amount]


@dataclass
class Counts:
    """The weighted counts of one city."""

    events: defaultdict[Key, float] = field(default_factory=lambda: defaultdict(float))
    hours: defaultdict[Key, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, lesson: Lesson, weight: float = 1.0) -> None:
        for key, amount in lesson.items():
            self.events[key] += amount.events * weight
            self.hours[key] += amount.hours * weight


def weight_at(moment: datetime, policy: SurgePolicy) -> float:
    """By what a count of that time is multiplied when it is stored, and divided when it is read.

    What is newer weighs more, instead of all that is older being made less at every step: adding is all it takes.
    """
    return float(2.0 ** ((moment - _EPOCH) / timedelta(days=policy.half_life_days)))


class Baseline:
    """What is usual in a city. `share_of` says how the city's calls fall on its sites."""

    def __init__(self, city: City, counts: Counts, policy: SurgePolicy) -> None:
        self._city = city
        self._counts = counts
        self._policy = policy
        self._shares: dict[str, float] = {}
        self._tenant_shares: dict[str, float] = {"": 1.0}

    def city_calls(self, start: datetime, end: datetime) -> float:
        """The calls usual in the whole city between two times."""
        return sum(self._rates[cell] * (until - since) / _HOUR for cell, since, until in _cells(self._city, start, end))

    def share_of(self, site: str) -> float:
        """The share of the city's calls that comes from a site."""
        if (known := self._shares.get(site)) is None:
            known = self._shares[site] = self._level_of_area(site) * self._level_of_site(site) / len(self._city.area_of)
        return known

    def shape_of(self, site: str) -> float:
        """How well the site's rate is known: the shape of its Gamma posterior."""
        return self._events("site", site) + self._policy.site_events

    def tenant_share(self, tenant: str) -> float:
        """The share of calls that comes from a tenant's customers; "" stands for everybody."""
        if (known := self._tenant_shares.get(tenant)) is None:
            mine, lean = self._events("tenant", tenant), self._policy.tenant_events
            known = (mine + lean / max(2, len(self._tenants))) / (sum(self._tenants.values()) + lean)
            self._tenant_shares[tenant] = known
        return known

    @property
    def hours(self) -> float:
        """Over how many hours it was learned, by their weight."""
        return sum(self._hours_of)

    def _events(self, kind: str, name: str = "", cell: int = 0) -> float:
        return self._counts.events.get(Key(self._city.domain, kind, name, cell), 0.0)

    @cached_property
    def _tenants(self) -> Mapping[str, float]:
        return {key.name: n for key, n in self._counts.events.items() if key.kind == "tenant" and key.name}

    @cached_property
    def _events_of(self) -> list[float]:
        return [self._events("hour", cell=cell) for cell in range(HOURS)]

    @cached_property
    def _hours_of(self) -> list[float]:
        return [self._counts.hours.get(Key(self._city.domain, "hour", cell=cell), 0.0) for cell in range(HOURS)]

    @cached_property
    def _total(self) -> float:
        return sum(self._events_of)

    @cached_property
    def _rates(self) -> list[float]:
        """Calls an hour for each hour of the week: leaning on the hour of the day times the day of the week."""
        lean, policy = self._policy.season_events, self._policy
        prior = policy.usual_per_site_day / _DAY * len(self._city.area_of)
        overall = (self._total + policy.usual_hours * prior) / (sum(self._hours_of) + policy.usual_hours)
        by_hour = [self._mean(range(hour, HOURS, _DAY), overall, lean) for hour in range(_DAY)]
        by_day = [self._mean(range(day * _DAY, (day + 1) * _DAY), overall, lean) for day in range(7)]
        return [
            self._mean((cell,), by_hour[cell % _DAY] * by_day[cell // _DAY] / overall, lean) for cell in range(HOURS)
        ]

    def _mean(self, cells: Collection[int], usual: float, lean: float) -> float:
        events = sum(self._events_of[cell] for cell in cells)
        hours = sum(self._hours_of[cell] for cell in cells)
        return (events + lean) / (hours + lean / usual)

    def _level_of_area(self, site: str) -> float:
        area, lean = self._city.area_of[site], self._policy.area_events
        expected = self._total * self._city.sites_in[area] / len(self._city.area_of)
        return (self._events("area", area) + lean) / (expected + lean)

    def _level_of_site(self, site: str) -> float:
        area, lean = self._city.area_of[site], self._policy.site_events
        expected = self._events("area", area) / self._city.sites_in[area]
        return (self._events("site", site) + lean) / (expected + lean)


def lesson_of(hour: datetime, calls: Iterable[Call], hidden: Collection[str], usual: Baseline, city: City) -> Lesson:
    """What an hour that is over teaches of a city: nothing from sites where something was the matter (`hidden`).

    What lies far above the usual of the whole city (a billing day, a storm) counts only up to there, as outlying weeks
    do in Farrington et al. 1996.
    """
    usable = [call for call in calls if not call.incident and call.site in city.area_of and call.site not in hidden]
    watched = 1.0 - len(set(hidden) & city.area_of.keys()) / len(city.area_of)
    factor = _believed(len(usable), usual.city_calls(hour, hour + _HOUR) * watched, usual.hours) if usable else 1.0
    events: Counter[Key] = Counter()
    for call in usable:
        for key in _keys(call, city):
            events[key] += 1
    cell, _, _ = next(_cells(city, hour, hour + _HOUR))
    of_hour = Key(city.domain, "hour", cell=cell)
    lesson = {key: Amount(count * factor) for key, count in events.items()}
    return lesson | {of_hour: Amount(len(usable) * factor, watched)}


def _believed(count: int, usual: float, hours: float) -> float:
    """By what an extraordinary count is multiplied."""
    most = ceil(usual + _EXTRAORDINARY * sqrt(usual) + 1)
    return most / count if hours > _TRAINED_HOURS and count > most else 1.0


def _keys(call: Call, city: City) -> Iterator[Key]:
    yield Key(city.domain, "area", city.area_of[call.site])
    yield Key(city.domain, "site", call.site)
    yield Key(city.domain, "tenant", call.tenant)


def _cells(city: City, start: datetime, end: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """The hours of the week, by the city's clock, that lie between two times, each with its part of them."""
    while start < end:
        local = start.astimezone(city.zone)
        until = min(
            end, start + _HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        )
        yield local.weekday() * _DAY + local.hour, start, until
        start = until
