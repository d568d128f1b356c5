"""The demo's meters answer a real SNMP client with what the world measures; its callers are the same each time."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from gufo.snmp.aio import SnmpSession

from guywire.demo.callers import planned_calls
from guywire.demo.meters import METER, answering_meters, with_meters
from guywire.demo.province import make_province
from guywire.demo.story import metered, plot
from guywire.demo.world import World
from tests.ports import free_port

_VOLTAGE = "1.3.6.1.4.1.2011.6.164.1.6.1.3.0"
_MAINS = "1.3.6.1.4.1.2011.6.164.1.5.2.1.1.4"
_NOTHING = "1.3.6.1.4.1.2011.6.164.1.9.9.0"


async def test_a_meter_tells_a_battery_that_runs_down_and_walks_its_tables() -> None:
    port = free_port()
    inventory = make_province(sites=36, technicians=4, customers=100)
    inventory = with_meters(inventory, metered(inventory)[:1], port)
    (site, _), meter = next(one for one in inventory.resources.items() if one[0][1] == METER)
    world = World(inventory, Random(1))
    host = meter.address.partition(":")[0]
    async with (
        answering_meters(inventory, world),
        SnmpSession(host, port=port, community="public", timeout=5) as session,
    ):
        floating = await _read(session)
        world.mains_fails(site)
        world.advance(inventory.sites[site].battery_hours * 3600 * 0.8)
        running_down = await _read(session)
    assert 534 <= floating[_VOLTAGE] <= 536
    assert 440 <= running_down[_VOLTAGE] < 500
    assert _NOTHING not in floating
    assert floating[f"{_MAINS}.1"] > 2200
    assert running_down[f"{_MAINS}.1"] == 0


def test_the_story_calls_from_the_same_phones_in_the_same_order() -> None:
    inventory = make_province(seed=3)
    calls = planned_calls(inventory, plot(inventory), Random(3))
    assert calls == planned_calls(inventory, plot(inventory), Random(3)) == sorted(calls)
    unexplained = {call.phone for call in calls if "邻居" in call.text}
    around = {one.phone for one in inventory.customers.values() if plot(inventory).unexplained in one.serving_sites}
    assert len(unexplained) >= 4
    assert unexplained <= around


def test_the_story_happens_at_the_same_places_however_the_province_is_held() -> None:
    inventory = make_province()
    backwards = replace(
        inventory,
        sites=dict(reversed(list(inventory.sites.items()))),
        power_feeds=dict(reversed(list(inventory.power_feeds.items()))),
    )
    where = plot(inventory)
    assert plot(backwards) == where
    dark = [site for site in inventory.sites.values() if site.power_feed in where.storm_feeds]
    assert len(dark) >= 10, "a mass outage of one county"
    assert len({site.region for site in dark}) == 1


async def _read(session: SnmpSession) -> dict[str, int]:
    found = await session.get_many([_VOLTAGE, _NOTHING])
    async for oid, value in session.getbulk(_MAINS):
        found[oid] = value
    return {oid: int(str(value)) for oid, value in found.items()}
