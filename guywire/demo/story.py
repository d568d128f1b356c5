"""The story that the demo tells, second by second, and the small trouble that goes on after it."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import NamedTuple

from guywire.demo import WATCHED
from guywire.demo.faults import DOOR, HEAT
from guywire.demo.world import World
from guywire.inventory import Inventory, Site

FEEDER_FAILS = 4.0
SENSOR_SWINGS = 10.0
_SWINGS = 30
_SWING_SECONDS = 6.0
WORKS_CUT_POWER = 20.0
HUB_FAILS = 30.0
DOOR_OPENS = 45.0
POWER_IS_BACK_AFTER_WORKS = 260.0
HUB_FALLS_SILENT = 150.0
FEEDER_RETURNS = 420.0
STORM_BREAKS = 210.0
STORM_IS_OVER = 600.0
POWER_CUT_BEGINS = 900.0
POWER_CUT_ENDS = 1320.0
_SMALL_TROUBLE_FROM = 90.0
_SMALL_TROUBLE_EVERY = 75.0
_SMALL_TROUBLES = 400
_STORM_FEEDS = 2


class Plot(NamedTuple):
    """Where the story happens: feeds, sites by id, and the sites that it leaves alone."""

    feed: str
    storm_feeds: list[str]
    cut_feed: str
    failing_hub: str
    silent_hub: str
    works: str
    unexplained: str
    """Where customers call about nothing that any device tells."""
    quiet: list[str]


def plot(inventory: Inventory) -> Plot:
    """The same places for the same province, in whatever order it is held: who plans the works, or places the meters,
    knows them before the story begins."""
    hubs = _hubs(inventory)
    feed = hubs.pop(inventory.technicians[WATCHED].region).power_feed
    failing, *others, silent = [site for site in hubs.values() if not site.gateway]
    stormy, cut = others[len(others) // 2], others[0]
    storm = sorted(one.feed_id for one in inventory.power_feeds.values() if one.region == stormy.region)
    busy = (failing.region, silent.region, stormy.region)
    elsewhere = [
        site
        for _, site in sorted(inventory.sites.items())
        if site.region not in busy and site.power_feed not in (feed, cut.power_feed)
    ]
    *quiet, works = [site.site_id for site in elsewhere if site not in hubs.values()]
    calling = Counter(site for customer in inventory.customers.values() for site in customer.serving_sites)
    unexplained = max(quiet, key=lambda site: (calling[site], site))
    quiet.remove(unexplained)
    storm_feeds, cut_feed = storm[:_STORM_FEEDS], cut.power_feed
    return Plot(feed, storm_feeds, cut_feed, failing.site_id, silent.site_id, works, unexplained, quiet)


def metered(inventory: Inventory) -> list[str]:
    """The sites whose meters are polled: those of the feeds that fail, and the hubs."""
    where = plot(inventory)
    feeds = (where.feed, where.storm_feeds[0], where.cut_feed)
    fed = [site.site_id for site in inventory.sites.values() if site.power_feed in feeds]
    return sorted({*fed, where.failing_hub, where.silent_hub})


def tell(world: World, inventory: Inventory, random: Random) -> None:
    """Plans the whole story into the world.

    A feeder, a sensor at its threshold, works under a maintenance window, a hub, a door at night, a hub that cannot say
    what is wrong with it, a storm that takes a county's mains, the power cut that was announced; between them one small
    thing after another.
    """
    where = plot(inventory)
    door, sensor = random.sample(where.quiet, 2)
    world.at(FEEDER_FAILS, lambda: world.feed_fails(where.feed))
    for swing in range(_SWINGS):
        at = SENSOR_SWINGS + swing * _SWING_SECONDS
        world.at(at, lambda: world.raise_fault(sensor, HEAT))
        world.at(at + _SWING_SECONDS / 2, lambda: world.clear_fault(sensor, HEAT))
    world.at(WORKS_CUT_POWER, lambda: world.mains_fails(where.works))
    world.at(POWER_IS_BACK_AFTER_WORKS, lambda: world.power_returns(where.works))
    world.at(HUB_FAILS, lambda: world.rectifiers_fail(where.failing_hub))
    world.at(DOOR_OPENS, lambda: world.raise_fault(door, DOOR))
    world.at(DOOR_OPENS + 90, lambda: world.clear_fault(door, DOOR))
    world.at(HUB_FALLS_SILENT, lambda: world.falls_silent(where.silent_hub))
    world.at(FEEDER_RETURNS, lambda: world.feed_returns(where.feed))
    for feed in where.storm_feeds:
        world.at(STORM_BREAKS, lambda feed=feed: world.feed_fails(feed))  # type: ignore[misc]
        world.at(STORM_IS_OVER, lambda feed=feed: world.feed_returns(feed))  # type: ignore[misc]
    world.at(POWER_CUT_BEGINS, lambda: world.feed_fails(where.cut_feed))
    world.at(POWER_CUT_ENDS, lambda: world.feed_returns(where.cut_feed))
    for number in range(_SMALL_TROUBLES):
        _plan_small_trouble(world, inventory, random, where.quiet, _SMALL_TROUBLE_FROM + number * _SMALL_TROUBLE_EVERY)


def _plan_small_trouble(world: World, inventory: Inventory, random: Random, sites: list[str], second: float) -> None:
    site = random.choice(sites)
    leaves = [link.link_id for link in inventory.links.values() if link.downstream_site_id == site]
    match random.choice(("radio", "door", "heat", "mains")):
        case "radio" if leaves:
            world.at(second, lambda: world.radio_fails(leaves[0]))
        case "heat":
            world.at(second, lambda: world.raise_fault(site, HEAT))
        case "mains":
            world.at(second, lambda: world.mains_fails(site))
            world.at(second + 100, lambda: world.power_returns(site))
        case _:
            world.at(second, lambda: world.raise_fault(site, DOOR))
            world.at(second + 25, lambda: world.clear_fault(site, DOOR))


def _hubs(inventory: Inventory) -> dict[str, Site]:
    """The first site of each area, by region."""
    hubs: dict[str, Site] = {}
    for site in sorted(inventory.sites.values(), key=lambda site: (site.name.rsplit(" ", 1)[-1], site.site_id)):
        hubs.setdefault(site.region, site)
    return hubs
