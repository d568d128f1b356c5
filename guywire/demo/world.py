"""The province as it breaks and heals: a clockwork of mains, batteries and radios that says which traps are sent.

Pure: seconds go in, signals come out. A site that no path connects keeps its signals until one does, as controllers do;
only its base stations' manager, which stands elsewhere, speaks at once.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from random import Random

from guywire.demo.faults import (
    BASE_STATION,
    BATTERY_OFF,
    DISCHARGING,
    LOAD_SHED,
    LOW_VOLTAGE,
    MAINS,
    RADIO,
    RECTIFIERS,
    Fault,
    Signal,
)
from guywire.inventory import Inventory, Link

_SPREAD_SECONDS = 3.0
_HEAL_SECONDS = 4.0


class World:
    """The state of the province at a second of its story."""

    def __init__(self, inventory: Inventory, random: Random) -> None:
        self._inventory = inventory
        self._random = random
        self.now = 0.0
        """The second of the story."""
        self._agenda: list[tuple[float, int, str, Callable[[], None]]] = []
        self._order = count()
        self._standing: set[tuple[str, str, Fault]] = set()
        self._kept: dict[str, list[Signal]] = defaultdict(list)
        self._out: list[Signal] = []
        self._dark: set[str] = set()
        self._draining: dict[str, tuple[float, float]] = {}
        self._links_down: dict[str, list[Link]] = defaultdict(list)
        self._links_up: dict[str, list[Link]] = defaultdict(list)
        for link in inventory.links.values():
            self._links_down[link.upstream_site_id].append(link)
            self._links_up[link.downstream_site_id].append(link)

    def advance(self, now: float) -> list[Signal]:
        """Everything that is sent up to second `now`, in order."""
        while self._agenda and self._agenda[0][0] <= now:
            self.now, _, _, action = heapq.heappop(self._agenda)
            action()
        self.now = now
        sent, self._out = self._out, []
        return sent

    def at(self, second: float, action: Callable[[], None], subject: str = "") -> None:
        """Plans an action; `subject` is what `_forget` cancels it by."""
        heapq.heappush(self._agenda, (second, next(self._order), subject, action))

    def sites_off_air(self) -> list[str]:
        """Sites at which a base station is out of service, in order."""
        return sorted({site for site, _, fault in self._standing if fault is BASE_STATION})

    def mains_is_away(self, site: str) -> bool:
        return (site, "fsu", MAINS) in self._standing

    def battery_left(self, site: str) -> float | None:
        """The share of its battery that a site without supply has left; None while something supplies it."""
        if site not in self._draining:
            return None
        since, lasts = self._draining[site]
        return max(0.0, 1 - (self.now - since) / lasts)

    # What the story does -----------------------------------------------------------------------------------------

    def feed_fails(self, feed: str) -> None:
        for site in self._fed_by(feed):
            self._soon(site, _SPREAD_SECONDS, lambda site=site: self.mains_fails(site))  # type: ignore[misc]

    def feed_returns(self, feed: str) -> None:
        for site in self._fed_by(feed):
            self._soon(site, _SPREAD_SECONDS, lambda site=site: self.power_returns(site))  # type: ignore[misc]

    def mains_fails(self, site: str) -> None:
        """Mains away: the battery carries the site, then sheds its load, then lets go of transmission too."""
        self._raise(site, "fsu", MAINS)
        self._drain(site, self._inventory.sites[site].battery_hours * 3600)

    def rectifiers_fail(self, site: str) -> None:
        """DC plant broken, with a battery that was at its end already: dark within seconds."""
        self._raise(site, "fsu", RECTIFIERS)
        self._drain(site, 16.0)

    def falls_silent(self, site: str) -> None:
        """Everything there goes at once, its controller too: only those behind it are heard to be gone."""
        self._dark.add(site)
        self._update_reach()

    def radio_fails(self, link_id: str) -> None:
        link = self._inventory.links[link_id]
        self._raise(link.upstream_site_id, link.resource, RADIO)
        self._update_reach()

    def raise_fault(self, site: str, fault: Fault) -> None:
        self._raise(site, "fsu", fault)

    def clear_fault(self, site: str, fault: Fault) -> None:
        self._clear(site, "fsu", fault)

    # What crews do -----------------------------------------------------------------------------------------------

    def generator_runs(self, site: str) -> None:
        """A generator carries the site: its load comes back although mains does not."""
        self._forget(site)
        self._recover_power(site, keep=MAINS)

    def repaired(self, site: str) -> None:
        """A crew has mended what can be mended at a site; mains is the power company's to mend."""
        for link in self._links_down[site]:
            self._clear(site, link.resource, RADIO)
        self._forget(site)
        self._recover_power(site, keep=MAINS if self.mains_is_away(site) else None)

    def power_returns(self, site: str) -> None:
        self._forget(site)
        self._recover_power(site, keep=None)

    # How it works ------------------------------------------------------------------------------------------------

    def _drain(self, site: str, seconds: float) -> None:
        lasts = seconds * self._random.uniform(0.92, 1.04)
        self._draining[site] = (self.now, lasts)
        for share, fault in ((0.02, DISCHARGING), (0.65, LOW_VOLTAGE), (1.0, LOAD_SHED)):
            self._later(site, max(2.0, lasts * share), lambda fault=fault: self._raise(site, "fsu", fault))  # type: ignore[misc]
        self._later(site, lasts * 1.02 + 1, lambda: self._base_stations(site, raised=True))
        self._later(site, lasts * 1.25 + 4, lambda: self._goes_dark(site))

    def _goes_dark(self, site: str) -> None:
        self._raise(site, "fsu", BATTERY_OFF)
        self._dark.add(site)
        for link in self._links_up[site]:
            self._raise(link.upstream_site_id, link.resource, RADIO)
        self._update_reach()

    def _recover_power(self, site: str, keep: Fault | None) -> None:
        self._draining.pop(site, None)
        if site in self._dark:
            self._dark.discard(site)
            for link in self._links_up[site]:
                self._clear(link.upstream_site_id, link.resource, RADIO)
        for reporter_site, resource, fault in sorted(self._standing, key=lambda one: (one[0], one[2].name)):
            if reporter_site == site and resource == "fsu" and fault is not keep:
                self._later(site, self._random.uniform(1, _HEAL_SECONDS), lambda f=fault: self._clear(site, "fsu", f))  # type: ignore[misc]
        self._update_reach()

    def _update_reach(self) -> None:
        """Base stations follow their path and their power; kept signals leave when the path is back."""
        for site in self._inventory.sites:
            off_air = not self.reaches(site) or (site, "fsu", LOAD_SHED) in self._standing
            self._base_stations(site, raised=off_air)
            if self.reaches(site) and self._kept.get(site):
                self._out += self._kept.pop(site)

    def reaches(self, site: str) -> bool:
        """Whether a working path of radios and lit sites leads to a gateway."""
        if site in self._dark:
            return False
        if not (upward := self._links_up[site]):
            return True
        return any(
            (link.upstream_site_id, link.resource, RADIO) not in self._standing and self.reaches(link.upstream_site_id)
            for link in upward
        )

    def _base_stations(self, site: str, *, raised: bool) -> None:
        for tenant in self._inventory.sites[site].tenants:
            (self._raise if raised else self._clear)(site, f"bts-{tenant}", BASE_STATION)

    def _raise(self, site: str, resource: str, fault: Fault) -> None:
        if (site, resource, fault) not in self._standing:
            self._standing.add((site, resource, fault))
            self._say(Signal(site, resource, fault, raised=True))

    def _clear(self, site: str, resource: str, fault: Fault) -> None:
        if (site, resource, fault) in self._standing:
            self._standing.discard((site, resource, fault))
            self._say(Signal(site, resource, fault, raised=False))
            if fault is LOAD_SHED:
                self._update_reach()

    def _say(self, signal: Signal) -> None:
        if signal.fault is BASE_STATION or self.reaches(signal.site):
            self._out.append(signal)
        else:
            self._kept[signal.site].append(signal)

    def _fed_by(self, feed: str) -> list[str]:
        return [site.site_id for site in self._inventory.sites.values() if site.power_feed == feed]

    def _soon(self, site: str, within: float, action: Callable[[], None]) -> None:
        self._later(site, self._random.uniform(0, within), action)

    def _later(self, site: str, seconds: float, action: Callable[[], None]) -> None:
        self.at(self.now + seconds, action, site)

    def _forget(self, site: str) -> None:
        self._agenda = [entry for entry in self._agenda if entry[2] != site]
        heapq.heapify(self._agenda)
