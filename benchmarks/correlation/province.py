"""A random province for a storm: sites, cables, feeds, and what each site has and how it speaks. Made from a seed."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from random import Random
from typing import NamedTuple

from benchmarks.correlation.draw import between
from benchmarks.correlation.family import Family
from guywire.inventory.model import Inventory, Link, PowerFeed, Resource, Site

TENANTS = ("alpha", "beta", "gamma")
_PER_REGION = 220


class Cable(NamedTuple):
    """One piece of fibre or one radio hop between two sites; `upper` is the end nearer to the core when it was built.

    `both_ways`: traffic may climb in either direction (a ring). `monitored`: whether each end reports, upper first.
    """

    cable_id: str
    upper: str
    lower: str
    medium: str
    upper_port: str
    lower_port: str
    both_ways: bool
    monitored: tuple[bool, bool]

    def port_at(self, site: str) -> str:
        return self.upper_port if site == self.upper else self.lower_port

    def far_from(self, site: str) -> str:
        return self.lower if site == self.upper else self.upper

    def ends(self) -> tuple[tuple[str, bool], tuple[str, bool]]:
        return (self.upper, self.monitored[0]), (self.lower, self.monitored[1])


class Traits(NamedTuple):
    """How a site's devices behave. `skew` of its clocks in seconds; `repeats_every` None: says things once.

    `missed_as_site`: its silence is noticed as that of the whole site, otherwise as its controller's. `by_cells` are
    the tenants whose system speaks of a station by its cells only, `by_both` those whose system names both.
    """

    skew: float
    has_clock: bool
    own_modem: bool
    repeats_every: float | None
    genset: bool
    battery_life: float
    missed_as_site: bool
    by_cells: frozenset[str]
    by_both: frozenset[str]


@dataclass(slots=True)
class Province:
    """`downwards` leads from a site to the sites that can climb through it, with the cable between."""

    inventory: Inventory
    gateways: frozenset[str]
    hubs: list[str]
    leaves: list[str]
    cables: dict[str, Cable]
    cables_at: dict[str, list[Cable]]
    downwards: dict[str, list[tuple[str, str]]]
    fed_by: dict[str, list[str]]
    traits: dict[str, Traits]

    def site(self, site_id: str) -> Site:
        return self.inventory.sites[site_id]

    def neighbours(self, site_id: str) -> list[str]:
        return [cable.far_from(site_id) for cable in self.cables_at.get(site_id, ())]


@dataclass(slots=True)
class _Plan:
    """A province on the drawing board."""

    family: Family
    chance: Random
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    region: dict[str, str] = field(default_factory=dict)
    gateways: list[str] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    feeds: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, near: tuple[float, float], reach: float, region: str) -> str:
        x, y = near
        self.places[name] = (x + self.chance.gauss(0, reach), y + self.chance.gauss(0, reach))
        self.region[name] = region
        return name

    def lay(self, upper: str, lower: str, medium: str, *, both_ways: bool = False) -> None:
        number = len(self.cables)
        monitored = [self.chance.random() < self.family.build.monitored_ends for _ in range(2)]
        ports = f"port-{number}-a", f"port-{number}-b"
        self.cables.append(Cable(f"C{number}", upper, lower, medium, *ports, both_ways, (monitored[0], monitored[1])))


def make_province(family: Family, chance: Random, sites: int | None = None) -> Province:
    """A province of so many sites, or of a random number within the family's."""
    plan = _Plan(family, chance)
    wanted = sites or between(chance, *family.build.sites)
    for number in range(max(1, round(wanted / _PER_REGION))):
        _build_region(plan, number, wanted // max(1, round(wanted / _PER_REGION)))
    _string_feeds(plan)
    return _finished(plan)


def _build_region(plan: _Plan, number: int, sites: int) -> None:
    """One city: a gateway, hubs around it in one of the shapes, leaves around the hubs."""
    region = f"province/city-{number}"
    middle = (30 + 0.8 * (number // 6), 110 + 0.8 * (number % 6))
    gateway = plan.add(f"G{number}", middle, 0.01, f"{region}/core")
    plan.gateways.append(gateway)
    build = plan.family.build
    hubs = [
        plan.add(f"H{number}-{place}", middle, 0.2, f"{region}/area-{place % 4}")
        for place in range(max(2, sites // between(plan.chance, *build.per_hub)))
    ]
    plan.hubs += hubs
    shape = plan.chance.choices(list(build.shapes), list(build.shapes.values()))[0]
    _backbone(plan, gateway, hubs, shape)
    leaves: dict[str, list[str]] = defaultdict(list)
    for place in range(sites - 1 - len(hubs)):
        _add_leaf(plan, f"S{number}-{place}", plan.chance.choice(hubs), hubs, leaves)


def _backbone(plan: _Plan, gateway: str, hubs: list[str], shape: str) -> None:
    match shape:
        case "ring":
            for start in range(0, len(hubs), 6):
                _lay_ring(plan, [gateway, *hubs[start : start + 6], gateway])
        case "mesh":
            _lay_ring(plan, [gateway, *hubs, gateway])
            for hub in hubs[::2]:
                plan.lay(
                    plan.chance.choice([one for one in (gateway, *hubs) if one != hub]), hub, "fibre", both_ways=True
                )
        case "line":
            for upper, lower in pairwise([gateway, *hubs]):
                plan.lay(upper, lower, "fibre")
        case _:
            _lay_tree(plan, gateway, hubs, dual=shape == "dual")


def _lay_ring(plan: _Plan, ring: list[str]) -> None:
    for upper, lower in pairwise(ring):
        plan.lay(upper, lower, "fibre", both_ways=True)


def _lay_tree(plan: _Plan, gateway: str, hubs: list[str], *, dual: bool) -> None:
    for place, hub in enumerate(hubs):
        above = [gateway, *hubs[:place]]
        upper = plan.chance.choice(above[: 1 + place // 2])
        plan.lay(upper, hub, "fibre")
        if dual and (others := [one for one in above if one != upper]):
            plan.lay(plan.chance.choice(others), hub, "fibre")


def _add_leaf(plan: _Plan, name: str, hub: str, hubs: list[str], leaves: dict[str, list[str]]) -> None:
    build, chance = plan.family.build, plan.chance
    chained = bool(leaves[hub]) and chance.random() < build.chained
    upper = chance.choice(leaves[hub]) if chained else hub
    plan.add(name, plan.places[upper], 0.03, plan.region[hub])
    medium = "microwave" if chance.random() < 0.7 else "fibre"
    plan.lay(upper, name, medium)
    if chance.random() < build.second_way and (others := [one for one in hubs if one not in (hub, upper)]):
        plan.lay(min(others, key=partial(_distance, plan, name)), name, "microwave")
    leaves[hub].append(name)
    plan.leaves.append(name)


def _string_feeds(plan: _Plan) -> None:
    """Feeds take up sites that lie close together, whatever hangs on whom."""
    build, chance = plan.family.build, plan.chance
    by_city: dict[str, list[str]] = defaultdict(list)
    for name in [*plan.hubs, *plan.leaves]:
        by_city[plan.region[name].rsplit("/", 1)[0]].append(name)
    for names in by_city.values():
        free = [name for name in names if chance.random() < build.fed]
        while free:
            free.sort(key=partial(_distance, plan, free[0]))
            size = between(chance, *build.feed_sites)
            plan.feeds[f"F{len(plan.feeds)}"], free = free[:size], free[size:]


def _distance(plan: _Plan, one: str, other: str) -> float:
    return math.dist(plan.places[one], plan.places[other])


def _finished(plan: _Plan) -> Province:
    fed = {name: feed for feed, names in plan.feeds.items() for name in names}
    sites = {name: _site(plan, name, fed.get(name, "")) for name in plan.places}
    downwards: dict[str, list[tuple[str, str]]] = defaultdict(list)
    cables_at: dict[str, list[Cable]] = defaultdict(list)
    for cable in plan.cables:
        downwards[cable.upper].append((cable.cable_id, cable.lower))
        if cable.both_ways:
            downwards[cable.lower].append((cable.cable_id, cable.upper))
        cables_at[cable.upper].append(cable)
        cables_at[cable.lower].append(cable)
    links = {link.link_id: link for cable in plan.cables for link in _links(cable)}
    feeds = {feed: PowerFeed(feed, f"Feeder {feed}") for feed in plan.feeds}
    resources = {(one.site_id, one.resource): one for site in sites.values() for one in _equipment(site)}
    return Province(
        inventory=Inventory(sites=sites, links=links, power_feeds=feeds, resources=resources),
        gateways=frozenset(plan.gateways),
        hubs=plan.hubs,
        leaves=plan.leaves,
        cables={cable.cable_id: cable for cable in plan.cables},
        cables_at=dict(cables_at),
        downwards=dict(downwards),
        fed_by=plan.feeds,
        traits={name: _traits(plan, site) for name, site in sites.items()},
    )


def _site(plan: _Plan, name: str, feed: str) -> Site:
    chance = plan.chance
    gateway, hub = name.startswith("G"), name.startswith("H")
    latitude, longitude = plan.places[name]
    return Site(
        site_id=name,
        name=f"Site {name}",
        latitude=round(latitude, 5),
        longitude=round(longitude, 5),
        region=plan.region[name],
        site_class="A" if gateway or hub else chance.choice("BCC"),
        tenants=tuple(chance.sample(TENANTS, chance.choice((1, 1, 2, 3)))),
        battery_hours=24.0 if gateway else chance.choice(plan.family.build.battery_hours) + (2.0 if hub else 0.0),
        power_feed=feed,
        time_zone="Asia/Shanghai",
        gateway=gateway,
    )


def _traits(plan: _Plan, site: Site) -> Traits:
    build, ears, chance = plan.family.build, plan.family.ears, plan.chance
    wild = chance.random() < ears.wild_clocks
    return Traits(
        skew=(ears.wild_skew if wild else ears.skew).draw(chance),
        has_clock=chance.random() >= ears.clockless,
        own_modem=chance.random() < build.own_modem,
        repeats_every=ears.repeats_every.draw(chance) if chance.random() < ears.repeats else None,
        genset=chance.random() < build.gensets * (2 if site.site_class == "A" else 1),
        battery_life=site.battery_hours * 3600 * build.battery_health.draw(chance),
        missed_as_site=chance.random() < 0.6,
        by_cells=frozenset(tenant for tenant in site.tenants if chance.random() < 0.15),
        by_both=frozenset(tenant for tenant in site.tenants if chance.random() < 0.25),
    )


def _links(cable: Cable) -> list[Link]:
    """As links.csv has them: upwards only; a ring's cable stands in it both ways."""
    forth = Link(cable.cable_id, cable.upper, cable.lower, cable.medium, cable.upper_port, cable.lower_port)
    back = Link(f"{cable.cable_id}-r", cable.lower, cable.upper, cable.medium, cable.lower_port, cable.upper_port)
    return [forth, back] if cable.both_ways else [forth]


def _equipment(site: Site) -> list[Resource]:
    stations = [Resource(site.site_id, f"bts-{tenant}", "base-station", tenant=tenant) for tenant in site.tenants]
    return [Resource(site.site_id, "fsu", "controller"), *stations]
