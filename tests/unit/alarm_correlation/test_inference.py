"""What is inferred, and what is not: tenants, the best of several causes, and that a place far away costs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alarm_correlation.candidates import weight
from alarm_correlation.causes import Rule, Scope
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.model import Inventory, Link, Resource, Site
from guywire.inventory.topology import Topology
from tests.unit.alarm_correlation.correlator_desk import INVENTORY, Desk

STATION = "base-station-down"


def desk_with(*resources: Resource) -> Desk:
    """A desk whose inventory also knows these resources."""
    desk = Desk()
    known = {(one.site_id, one.resource): one for one in resources}
    topology = Topology(replace(read_inventory(INVENTORY), resources=known))
    desk.state.rules = replace(desk.state.rules, topology=topology)
    return desk


def of_tenant(site: str, resource: str, tenant: str) -> Resource:
    return Resource(site, resource, "base-station", tenant=tenant)


def roots(desk: Desk) -> set[tuple[str, str, str]]:
    found = [one for one in desk.state.incidents.values() if desk.state.members.get(one.incident_id)]
    return {(one.root_kind, one.root_site_id, one.root_alarm_type) for one in found}


def test_what_breaks_in_a_tenants_equipment_explains_nothing_of_another_tenant() -> None:
    desk = desk_with(of_tenant("S1", "bts-1", "t1"), of_tenant("S1", "bts-2", "t2"))
    desk.hear(0, "S1", "dc-fuse-blown", resource="bts-1")
    desk.hear(10, "S1", STATION, resource="bts-1")
    desk.hear(20, "S1", STATION, resource="bts-2")
    assert roots(desk) == {("alarm", "S1", "dc-fuse-blown"), ("alarm", "S1", STATION)}


def test_stations_of_one_tenant_alone_make_no_hub_dark_and_those_of_two_do() -> None:
    stations = [
        of_tenant(site, f"bts-{tenant}", tenant) for site in ("H1", "S1", "S2", "S4") for tenant in ("t1", "t2")
    ]
    desk = desk_with(*stations)
    for second, site in enumerate(("H1", "S1", "S2", "S4")):
        desk.hear(second, site, STATION, resource="bts-t1")
    assert len(roots(desk)) == 4
    desk.hear(5, "S2", STATION, resource="bts-t2")
    assert roots(desk) == {("inferred", "H1", "site-unreachable")}


def test_of_two_permitted_causes_the_likelier_in_time_wins() -> None:
    minutes = [timedelta(minutes=count) for count in (0, 10, 20, 30)]
    rule = Rule(
        "link-down", "fsu-offline", Scope.DOWNSTREAM, 0.8, minutes[0], minutes[3], usual=(minutes[0], minutes[1])
    )
    assert [weight(rule, delay) for delay in minutes[:3]] == pytest.approx([0.8, 0.8, 0.4])
    assert weight(rule, minutes[3]) == pytest.approx(0.8 / 3)


def test_the_sites_on_every_way_up_and_those_behind_them() -> None:
    sites = {key: Site(key, key, 31.0, 121.0, "p/c/a", "B", gateway=key == "G") for key in "GABCD"}
    ways = ("GA", "GB", "AC", "BC", "CD")
    links = {way: Link(way, way[0], way[1], "fibre", f"to-{way[1]}") for way in ways}
    topology = Topology(Inventory(sites=sites, links=links))
    assert topology.chokepoints("D") == ("G", "C", "D"), "A and B stand in for each other"
    assert set(topology.behind("C")) == {"C", "D"}
    assert topology.behind("A") == ("A",)


def test_an_inferred_hub_wants_hands_at_the_hub() -> None:
    desk = Desk()
    for second, site in enumerate(("S1", "H1", "S2", "S4")):
        desk.hear(second, site, "fsu-offline")
    assert roots(desk) == {("inferred", "H1", "site-unreachable")}
    desk.tick(600)
    assert [need.site_id for need in desk.state.needs.values() if need.state == "open"][:1] == ["H1"]
