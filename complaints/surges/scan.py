"""Where more customers call than usual: a space-time scan over sites with their nearest ones, and windows up to now.

Kulldorff's prospective scan statistic (2001) with an expectation for each place (Neill 2006), tested by the tail of a
negative binomial: a rate is known no better than its history says, and calls come in clusters. What the rest of the
city has more of than usual (a billing day, a storm) is expected here too. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import inf, log, log10
from typing import NamedTuple

from complaints.surges.baseline import Baseline
from complaints.surges.model import Call, City, Rise
from complaints.surges.policy import SurgePolicy
from complaints.surges.tail import upper_tail

_MINUTES_A_MONTH = 43_200
_COMMON_MINUTES = 60
"""How the rest of the city calls is looked at over so long at the least."""
_LEAST_CHANCE = 1e-90


@dataclass(frozen=True)
class Window:
    """The calls of the last minutes, each caller once, beside what is usual in so long."""

    minutes: int
    calls: Sequence[Call]
    usual: float

    @cached_property
    def by_site(self) -> Mapping[str, Counter[str]]:
        """How many call about each site, by tenant; under "" all of them."""
        found: dict[str, Counter[str]] = {}
        for call in self.calls:
            here = found.setdefault(call.site, Counter())
            here[""] += 1
            if call.tenant:
                here[call.tenant] += 1
        return found

    def count(self, sites: Collection[str], tenant: str) -> int:
        return sum(here[tenant] for site in sites if (here := self.by_site.get(site)) is not None)


class Candidate(NamedTuple):
    """More calls from a zone in a window than chance explains; "" is every tenant's."""

    window: Window
    zone: tuple[str, ...]
    tenant: str
    expected: float
    score: float


class Scan:
    """One look at one city. `known` are sites where something is the matter already: they are left out."""

    def __init__(
        self,
        city: City,
        usual: Baseline,
        calls: Sequence[Call],
        known: Collection[str],
        now: datetime,
        policy: SurgePolicy,
    ) -> None:
        self._city = city
        self._usual = usual
        self._known = known
        self._now = now
        self._policy = policy
        self._calls = [call for call in calls if not call.incident and call.site in city.area_of]

    def rises(self) -> list[Rise]:
        """The rises that chance does not explain, each its own place, the clearest first."""
        found: list[Rise] = []
        taken: set[str] = set()
        for one in sorted(self._candidates(), key=lambda one: (-one.score, len(one.zone), one.zone, one.tenant)):
            if taken.isdisjoint(one.zone):
                found.append(self._rise(one))
                taken.update(one.zone)
        return found

    def chance(self, zone: tuple[str, ...], tenant: str, minutes: int) -> float:
        """How likely as many calls are as came from there in the last minutes, by chance."""
        window = self._window(minutes)
        return self._tail(window, zone, tenant, window.count(zone, tenant))[0]

    def _candidates(self) -> Iterator[Candidate]:
        least = -log10(self._policy.false_alarms_a_month)
        for window in map(self._window, self._policy.window_minutes):
            for zone in self._zones(window):
                for tenant in {"", *(name for site in zone for name in window.by_site.get(site, ()))}:
                    observed = window.count(zone, tenant)
                    if observed >= self._policy.least_calls:
                        chance, expected = self._tail(window, zone, tenant, observed)
                        score = -log10(max(chance, _LEAST_CHANCE) * self._tests_a_month(window.minutes))
                        if score >= least:
                            yield Candidate(window, zone, tenant, expected, score)

    def _zones(self, window: Window) -> Iterator[tuple[str, ...]]:
        """Around each site of which somebody called: it and its nearest, without what is known already."""
        seen: set[frozenset[str]] = set()
        for centre in window.by_site:
            around = [site for site in self._city.around[centre] if site not in self._known]
            for size in self._policy.zone_sites:
                zone = tuple(around[:size])
                if centre in self._known or (key := frozenset(zone)) in seen:
                    continue
                seen.add(key)
                if window.count(zone, "") >= self._policy.least_calls:
                    yield zone

    def _rise(self, one: Candidate) -> Rise:
        window, zone, tenant, expected, score = one
        inside = frozenset(zone)
        here = [call for call in window.calls if call.site in inside and tenant in ("", call.tenant)]
        strong = self._standing_out(window, zone, tenant)
        site = max(strong, key=lambda one: (self._gain(window, one, tenant), one))
        since = min(call.at for call in here)
        return Rise(site, tuple(strong), zone, tenant, since, window.minutes, len(here), expected, score)

    def _tests_a_month(self, minutes: int) -> float:
        """How many looks of this length there are in a month, as if each were another one, shared among the windows."""
        looks = len(self._city.area_of) * _MINUTES_A_MONTH / minutes * len(self._policy.window_minutes)
        return looks * self._policy.same_tests

    def _tail(self, window: Window, zone: tuple[str, ...], tenant: str, count: int) -> tuple[float, float]:
        """The chance of so many calls from a zone, and how many are expected."""
        share, spread = self._zone(zone)
        expected = window.usual * share * self._usual.tenant_share(tenant) * self._common(window.minutes, zone, share)
        return upper_tail(count, expected, 1 / (spread + self._policy.burstiness), self._policy.company), expected

    def _zone(self, zone: tuple[str, ...]) -> tuple[float, float]:
        """A zone's share of the city's calls, and how far that may be off: its variance by its square."""
        if (known := self._zones_known.get(zone)) is None:
            parts = [self._usual.share_of(site) for site in zone]
            spread = sum(part**2 / self._usual.shape_of(site) for part, site in zip(parts, zone, strict=True))
            known = self._zones_known[zone] = sum(parts), spread / sum(parts) ** 2
        return known

    def _expected(self, window: Window, site: str, tenant: str) -> float:
        return window.usual * self._usual.share_of(site) * self._usual.tenant_share(tenant)

    def _common(self, minutes: int, zone: tuple[str, ...], share: float) -> float:
        """By how much more than usual the rest of the city calls, never less than one."""
        window = self._window(max(minutes, _COMMON_MINUTES))
        rest = 1.0 - share - self._known_share
        if rest < 1 - self._policy.zone_share:
            return 1.0  # what is left of the city says nothing of the rest
        elsewhere = len(window.calls) - window.count(zone, "") - window.count(self._known, "")
        lean = self._policy.common_events
        return max(1.0, (elsewhere + lean) / (window.usual * rest + lean))

    def _standing_out(self, window: Window, zone: Sequence[str], tenant: str) -> list[str]:
        """The sites of a zone that have more calls than usual themselves; at least the one that has most."""
        gains = {site: self._gain(window, site, tenant) for site in zone if window.count((site,), tenant)}
        out = [
            site
            for site in gains
            if upper_tail(window.count((site,), tenant), self._expected(window, site, tenant), inf)
            < self._policy.footprint
        ]
        return out or [max(gains, key=lambda site: (gains[site], site))]

    def _gain(self, window: Window, site: str, tenant: str) -> float:
        """The log-likelihood that a site gains from a rate of its own."""
        count, expected = window.count((site,), tenant), self._expected(window, site, tenant)
        return count * log(count / expected) - (count - expected) if count > expected else 0.0

    def _window(self, minutes: int) -> Window:
        if (known := self._windows.get(minutes)) is None:
            since = self._now - timedelta(minutes=minutes)
            latest = {call.caller: call for call in self._calls if since < call.at <= self._now}
            usual = self._usual.city_calls(since, self._now)
            known = self._windows[minutes] = Window(minutes, list(latest.values()), usual)
        return known

    @cached_property
    def _known_share(self) -> float:
        return sum(self._usual.share_of(site) for site in self._known if site in self._city.area_of)

    @cached_property
    def _zones_known(self) -> dict[tuple[str, ...], tuple[float, float]]:
        return {}

    @cached_property
    def _windows(self) -> dict[int, Window]:
        return {}
