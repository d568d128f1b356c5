"""Who hangs on whom: the transmission graph and the power feeds, as the correlator asks about them.

Links are read upwards only: a site works while some chain of its upstream links ends at a gateway. Where the inventory
marks no gateway, the sites without an upstream are gateways; a ring lists its links in both directions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from hashlib import blake2b

import msgspec

from guywire.inventory.dominators import immediate_dominators
from guywire.inventory.model import Customer, Inventory, Link, PowerFeed, Resource, Site


class Topology:
    """An immutable reading of one inventory version; answers are computed once and kept."""

    def __init__(self, inventory: Inventory) -> None:
        self.version = inventory.version
        self.sites: Mapping[str, Site] = inventory.sites
        self.links: Mapping[str, Link] = inventory.links
        self.feeds: Mapping[str, PowerFeed] = inventory.power_feeds
        self.feed_names: Mapping[str, str] = {key: feed.name for key, feed in inventory.power_feeds.items()}
        self._resources = inventory.resources
        self._customers = inventory.served or _customers(inventory.customers.values())
        self._uplinks = _grouped(inventory.links.values(), "downstream_site_id")
        self._downlinks = _grouped(inventory.links.values(), "upstream_site_id")
        self._ends = _ends(inventory.links.values())
        self.gateways = _gateways(inventory)
        self._depths = self._measure_depths()
        self._sites_on = Counter(site.power_feed for site in inventory.sites.values())
        self._behind: dict[str, tuple[str, ...]] = {}
        self._chokepoints: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}

    def site(self, site_id: str) -> Site | None:
        return self.sites.get(site_id)

    def feed_of(self, site_id: str) -> str:
        """The id of the power feed that supplies the site; empty when none is known."""
        site = self.sites.get(site_id)
        return site.power_feed if site else ""

    def resource(self, site_id: str, resource: str) -> Resource | None:
        return self._resources.get((site_id, resource))

    def customers_at(self, site_id: str) -> int:
        """How many customers the site is the first to serve: each counts once, so that sites can be added up."""
        return self._customers.get(site_id, 0)

    def sites_on(self, feed: str) -> int:
        """How many sites the feed supplies."""
        return self._sites_on[feed]

    def tenant_of(self, site_id: str, resource: str) -> str:
        """Whose equipment it is; empty for the tower company's own, and for what the inventory does not know."""
        found = self._resources.get((site_id, resource))
        return found.tenant if found else ""

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

    def chokepoints(self, site_id: str) -> tuple[str, ...]:
        """The sites on *every* way up, from the gateways to the site itself, which is the last."""
        if site_id not in self._chokepoints:
            nearer = self._dominators.get(site_id, "")
            self._chokepoints[site_id] = (*(self.chokepoints(nearer) if nearer else ()), site_id)
        return self._chokepoints[site_id]

    def behind(self, site_id: str) -> tuple[str, ...]:
        """The sites that have no way up without this one, itself among them."""
        if site_id not in self._behind:
            found = [site_id]
            for here in found:  # grows while it is walked
                found += self._next_behind.get(here, ())
            self._behind[site_id] = tuple(found)
        return self._behind[site_id]

    @cached_property
    def digest(self) -> bytes:
        """The same for the same sites, links, feeds, equipment and customers, whatever the version."""
        held = (self.sites, self.links, self.feeds, self._resources, self._customers)
        digest = blake2b()
        for records in held:
            digest.update(msgspec.json.encode(sorted(records.items())))
        return digest.digest()

    @cached_property
    def _dominators(self) -> Mapping[str, str]:
        return immediate_dominators(
            self.gateways,
            lambda site: [link.downstream_site_id for link in self.downlinks(site)],
            lambda site: [link.upstream_site_id for link in self.uplinks(site)],
        )

    @cached_property
    def _next_behind(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for site_id, nearer in self._dominators.items():
            found[nearer].append(site_id)
        return found

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


def _customers(customers: Iterable[Customer]) -> Mapping[str, int]:
    return Counter(customer.serving_sites[0] for customer in customers if customer.serving_sites)


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
