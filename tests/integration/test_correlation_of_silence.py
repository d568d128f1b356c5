"""From polls that nobody answers to one incident: inventory, supervision and correlator on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.catch import Contact
from collectors.inventory import read_snapshot
from collectors.places import Places
from collectors.policy import default_policy
from collectors.supervision.rules import Supervision
from guywire.inventory.model import Resource
from guywire.inventory.store import load_inventory
from tests.integration.correlation_world import INVENTORY, START, World, new_world

DEVICES = [(site, name) for site in "GHLMN" for name in ("fsu", "router")] + [("N", "ups")]
NETWORK = replace(
    INVENTORY,
    resources={
        (site, name): Resource(site, name, "controller", f"{site}-{name}", credential="" if name == "ups" else "public")
        for site, name in DEVICES
    },
)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    await load_inventory(world.connection, NETWORK, prune=False, now=START)
    yield world
    await world.connection.close()


async def test_the_collectors_inventory_says_who_is_polled_and_what_hangs_on_what(world: World) -> None:
    places = Places(await read_snapshot(world.connection))
    assert places.polled == {f"{site}-{name}" for site in "GHLMN" for name in ("fsu", "router")}
    assert places.speakers["N-ups"].site == "N"
    assert places.upstreams == {"H": {"G"}, "L": {"H"}, "M": {"H"}, "N": {"G"}}
    assert places.domains["L"] == "p/c"


async def test_a_dark_hub_with_all_below_it_is_one_incident_with_one_ticket_and_ends_as_one(world: World) -> None:
    supervision = Supervision("col", START)
    places = Places(await read_snapshot(world.connection))
    supervision.inventory(places, START)
    now = START

    async def minutes(number: int, dead: str) -> None:
        nonlocal now
        for _ in range(number):
            now += timedelta(minutes=1)
            polls = [Contact(one, now, one[0] not in dead, asked=True) for one in sorted(places.polled)]
            supervision.heard(polls)
            events = supervision.tick(now, default_policy())
            seconds = (now - START).total_seconds()
            await (world.hear(*events, seconds=seconds) if events else world.tick(seconds))
            supervision.kept(events)

    await minutes(3, "")
    await minutes(10, "HLM")
    alarms = await world.rows("SELECT site, alarm_type, domain FROM views.alarm ORDER BY site")
    assert [tuple(row.values()) for row in alarms] == [(site, "site-unreachable", "p/c") for site in "HLM"]
    incident = await world.one("SELECT * FROM views.incident WHERE state = 'open'")
    assert (incident["root"]["site"], incident["alarm_count"]) == ("H", 3)
    assert (await world.one("SELECT incident, priority FROM views.ticket WHERE state <> 'cancelled'"))["incident"]
    await minutes(10, "")
    assert (await world.one("SELECT count(*) AS n FROM views.alarm WHERE state = 'active'"))["n"] == 0
    assert (await world.one("SELECT state FROM views.incident WHERE state <> 'merged'"))["state"] == "closed"
