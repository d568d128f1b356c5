"""Who hangs on whom: the transmission graph and the power feeds, as the correlator asks about them.

Links are read upwards only: a site works while some chain of its upstream links ends at a gateway. Where the inventory
marks no gateway, the sites without an upstream are gateways; a ring lists its links in both directions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from guywire.inventory.model import Inventory, Link, Site


class Topology:
    """An immutable reading of one inventory version; answers are computed once and kept."""

    def __init__(self, inventory: Inventory) -> None:
        self.version = inventory.version
        self.sites: Mapping[str, Site] = inventory.sites
        self.links: Mapping[str, Link] = inventory.links
        self.feed_names: Mapping[str, str] = {key: feed.name for key, feed in inventory.power_feeds.items()}
        self._uplinks = _grouped(inventory.links.values(), "downstream_site_id")
        self._downlinks = _grouped(inventory.links.values(), "upstream_site_id")
        self._ends = _ends(inventory.links.values())
        self.gateways = _gateways(inventory)
        self._depths = self._measure_depths()
        self._below: dict[str, frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}

    def site(self, site_id: str) -> Site | None:
        return self.sites.get(site_id)

    def feed_of(self, site_id: str) -> str:
        """The id of the power feed that supplies the site; empty when none is known."""
        site = self.sites.get(site_id)
        return site.power_feed if site else ""

    def uplinks(self, site_id: str) -> tuple[Link, ...]:
        """The links towards the gateways."""
        return self._uplinks.get(site_id, ())

    def downlinks(self, site_id: str) -> tuple[Link, ...]:
        return self._downlinks.get(site_id, ())

    def links_at(self, site_id: str, resource: str) -> tuple[Link, ...]:
        """The links of which this resource is an end."""
        return self._ends.get((site_id, resource), ())

    def rank(self, site_id: str) -> tuple[int, str]:
        """A total order of sites from the gateways outwards: hops to the nearest gateway, then the id."""
        return (self._depths.get(site_id, len(self.sites)), site_id)

    def below(self, site_id: str) -> frozenset[str]:
        """The sites that have this one on some way up; itself only where it lies on a ring."""
        if site_id not in self._below:
            self._below[site_id] = _closure(site_id, self._downlinks, "downstream_site_id")
        return self._below[site_id]

    def above(self, site_id: str) -> frozenset[str]:
        """The sites on some way up from this one."""
        if site_id not in self._above:
            self._above[site_id] = _closure(site_id, self._uplinks, "upstream_site_id")
        return self._above[site_id]

    def below_link(self, link: Link) -> frozenset[str]:
        """The sites that have this link on some way up."""
        return self.below(link.downstream_site_id) | {link.downstream_site_id}

    def connected(self, site_id: str, broken_links: Collection[str], dead_sites: Collection[str]) -> bool:
        """Whether a chain of working links leads to a working gateway. The site itself is taken to be well."""
        seen = {site_id}
        waiting = [site_id]
        while waiting:
            here = waiting.pop()
            if here in self.gateways:
                return True
            for link in self.uplinks(here):
                upstream = link.upstream_site_id
                if upstream not in seen and link.link_id not in broken_links and upstream not in dead_sites:
                    seen.add(upstream)
                    waiting.append(upstream)
        return False

    def _measure_depths(self) -> dict[str, int]:
        depths = dict.fromkeys(sorted(self.gateways), 0)
        edge = list(depths)
        for here in edge:  # grows while it is walked: breadth first
            for link in self.downlinks(here):
                if link.downstream_site_id not in depths:
                    depths[link.downstream_site_id] = depths[here] + 1
                    edge.append(link.downstream_site_id)
        return depths


def _gateways(inventory: Inventory) -> frozenset[str]:
    marked = frozenset(site_id for site_id, site in inventory.sites.items() if site.gateway)
    return marked or frozenset(inventory.sites) - {link.downstream_site_id for link in inventory.links.values()}


def _grouped(links: Collection[Link], end: str) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: link.link_id):
        found[getattr(link, end)].append(link)
    return {site_id: tuple(group) for site_id, group in found.items()}


def _ends(links: Collection[Link]) -> dict[tuple[str, str], tuple[Link, ...]]:
    found: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: link.link_id):
        for site_id, resource in (
            (link.upstream_site_id, link.resource),
            (link.downstream_site_id, link.downstream_resource),
        ):
            if resource:
                found[site_id, resource].append(link)
    return {end: tuple(group) for end, group in found.items()}


def _closure(start: str, links: Mapping[str, tuple[Link, ...]], end: str) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for link in links.get(waiting.pop(), ()):
            site_id = getattr(link, end)
            if site_id not in seen:
                seen.add(site_id)
                waiting.append(site_id)
    return frozenset(seen)
