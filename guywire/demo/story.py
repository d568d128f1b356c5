"""The story that the demo tells, second by second, and the small trouble that goes on after it."""

from __future__ import annotations

from random import Random

from guywire.demo import WATCHED
from guywire.demo.faults import DOOR, HEAT
from guywire.demo.world import World
from guywire.inventory import Inventory, Site

FEEDER_FAILS = 4.0
HUB_FAILS = 30.0
DOOR_OPENS = 45.0
FEEDER_RETURNS = 420.0
_SMALL_TROUBLE_FROM = 90.0
_SMALL_TROUBLE_EVERY = 75.0
_SMALL_TROUBLES = 400


def tell(world: World, inventory: Inventory, random: Random) -> None:
    """Plans the whole story into the world: a feeder, a hub, a door at night, then one small thing after another."""
    hubs = _hubs(inventory)
    feed = hubs.pop(inventory.technicians[WATCHED].region).power_feed
    hub = next(site.site_id for site in hubs.values() if not site.gateway)
    quiet = [site.site_id for site in inventory.sites.values() if site not in hubs.values() and site.power_feed != feed]
    door = random.choice(quiet)
    world.at(FEEDER_FAILS, lambda: world.feed_fails(feed))
    world.at(HUB_FAILS, lambda: world.rectifiers_fail(hub))
    world.at(DOOR_OPENS, lambda: world.raise_fault(door, DOOR))
    world.at(DOOR_OPENS + 90, lambda: world.clear_fault(door, DOOR))
    world.at(FEEDER_RETURNS, lambda: world.feed_returns(feed))
    for number in range(_SMALL_TROUBLES):
        _plan_small_trouble(world, inventory, random, quiet, _SMALL_TROUBLE_FROM + number * _SMALL_TROUBLE_EVERY)


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
    for site in sorted(inventory.sites.values(), key=lambda site: site.name.rsplit(" ", 1)[-1]):
        hubs.setdefault(site.region, site)
    return hubs
