"""What records of the inventory say of each other: checked as a whole, over files and over what is already loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from guywire.inventory.model import Inventory
from guywire.inventory.problems import Problem
from guywire.model import Role

LineOf = Callable[[str, object], int]
"""The line of a record in its file, by file name and key; 0 when it did not come from a file."""


@dataclass(frozen=True, slots=True)
class References:
    """The ids that the database already holds: a partial load may lean on them."""

    sites: frozenset[str] = frozenset()
    technicians: frozenset[str] = frozenset()
    power_feeds: frozenset[str] = frozenset()


def check_references(inventory: Inventory, known: References, line_of: LineOf) -> list[Problem]:
    """Everything that points nowhere or at itself, or that two claim; `known` counts as there."""
    sites = known.sites | inventory.sites.keys()
    return [
        *_feeds(inventory, known, line_of),
        *_equipment(inventory, sites, line_of),
        *_links(inventory, sites, line_of),
        *_managers(inventory, known, line_of),
        *_customers(inventory, sites, line_of),
    ]


def _feeds(inventory: Inventory, known: References, line_of: LineOf) -> Iterator[Problem]:
    if not inventory.power_feeds:
        return
    feeds = known.power_feeds | inventory.power_feeds.keys()
    for site in inventory.sites.values():
        if site.power_feed and site.power_feed not in feeds:
            line = line_of("sites.csv", site.site_id)
            yield _unknown("sites.csv", line, "power_feed", site.power_feed, "power_feeds.csv")


def _equipment(inventory: Inventory, sites: AbstractSet[str], line_of: LineOf) -> Iterator[Problem]:
    holders: dict[tuple[str, str], str] = {}
    for key, resource in inventory.resources.items():
        line = line_of("equipment.csv", key)
        if resource.site_id not in sites:
            yield _unknown("equipment.csv", line, "site_id", resource.site_id, "sites.csv")
        if not resource.address:
            continue
        holder = holders.setdefault((resource.realm, resource.address), resource.site_id)
        if holder != resource.site_id:
            yield address_at_two_sites(resource.address, holder, resource.site_id, line)


def address_at_two_sites(address: str, one: str, other: str, line: int = 0) -> Problem:
    """A trap from such an address could belong to either site."""
    reason = f"{address} is also an address of site {one!r}" if line else f"{address} is at {one!r} and at {other!r}"
    return Problem("equipment.csv", line, "address", reason, "Give each of the two networks its own realm")


def _links(inventory: Inventory, sites: AbstractSet[str], line_of: LineOf) -> Iterator[Problem]:
    for link in inventory.links.values():
        line = line_of("links.csv", link.link_id)
        for column in ("upstream_site_id", "downstream_site_id"):
            if (site := getattr(link, column)) not in sites:
                yield _unknown("links.csv", line, column, site, "sites.csv")
        if link.upstream_site_id == link.downstream_site_id:
            reason = f"{link.upstream_site_id!r} is linked to itself"
            yield Problem("links.csv", line, "downstream_site_id", reason, "Name the site at the other end")


def _managers(inventory: Inventory, known: References, line_of: LineOf) -> Iterator[Problem]:
    people = known.technicians | inventory.technicians.keys()
    for person in inventory.technicians.values():
        if person.manager_id and person.manager_id not in people:
            line = line_of("technicians.csv", person.technician_id)
            yield _unknown("technicians.csv", line, "manager_id", person.manager_id, "technicians.csv")
        if not person.region and person.role != Role.AREA_MANAGER:
            line = line_of("technicians.csv", person.technician_id)
            remedy = "Fill it in: only an area_manager of headquarters has none"
            yield Problem("technicians.csv", line, "region", "the cell is empty", remedy)


def _customers(inventory: Inventory, sites: AbstractSet[str], line_of: LineOf) -> Iterator[Problem]:
    for customer in inventory.customers.values():
        line = line_of("customers.csv", customer.customer_id)
        for site in customer.serving_sites:
            if site not in sites:
                yield _unknown("customers.csv", line, "serving_sites", site, "sites.csv")
        if (customer.latitude is None) != (customer.longitude is None):
            empty = "latitude" if customer.latitude is None else "longitude"
            yield Problem("customers.csv", line, empty, "one half of a position is empty", "Fill in both or neither")


def _unknown(file: str, line: int, column: str, name: str, where: str) -> Problem:
    return Problem(file, line, column, f"{name!r} is not in {where}", "Add it there or mend the name")
