"""Readings in the collectors' samples move the incident's site-down-at; what batteries gave is kept and read again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from guywire.database import Row
from tests.integration.correlation_world import World, at, event, new_world

HOUR = 3600


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


async def measured(world: World, seconds: float, site: str, metric: str, value: float) -> None:
    await world.connection.execute(
        "INSERT INTO collectors.sample (at, site_id, resource, metric, qualifier, value, state)"
        " VALUES (%s, %s, 'power', %s, '', %s, '')",
        (at(seconds), site, metric, value),
    )


async def outage(world: World, site: str = "N") -> Row:
    return await world.one("SELECT * FROM views.outage WHERE site = %s", site)


async def test_readings_move_site_down_at_of_the_outage_and_of_its_need(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"))
    stated = await outage(world)
    assert stated["site_down_at"] == at(4 * HOUR)
    assert stated["prediction_basis"] == "stated"
    await world.tick(600)
    assert (await world.one("SELECT site_down_at FROM views.need"))["site_down_at"] == at(4 * HOUR)
    for minute in range(5, 65, 5):
        await measured(world, minute * 60, "N", "battery-voltage", 49.6 - minute / 30)
        await measured(world, minute * 60, "G", "battery-voltage", 54)
    await world.tick(HOUR)
    now = await outage(world)
    assert at(HOUR) < now["site_down_earliest"] < now["site_down_at"] < now["site_down_latest"] < at(4 * HOUR)
    assert now["prediction_basis"] == "voltage"
    need = await world.one("SELECT site_down_at, deadline FROM views.need")
    assert need["site_down_at"] == need["deadline"] == now["site_down_at"]
    incident = await world.one("SELECT outages FROM views.incident")
    assert incident["outages"][0]["prediction_basis"] == "voltage"
    news = await world.one(
        "SELECT count(*) AS n FROM core.feed WHERE topic = 'need' AND publisher = 'alarm_correlation'"
    )
    assert news["n"] == 2
    assert "G" not in world.correlator.state.batteries.readings


async def test_readings_are_fetched_in_turns_and_only_while_a_site_is_without_mains(world: World) -> None:
    await world.tick(0)
    await measured(world, 10, "N", "battery-voltage", 49)
    await world.hear(event(20, "N", "mains-failure"), seconds=30)
    await world.tick(40)
    await measured(world, 50, "N", "battery-voltage", 47)
    await world.tick(60)
    batteries = world.correlator.state.batteries
    assert batteries.readings == {}
    await world.tick(120)
    assert [series.points[-1][1] for series in batteries.readings["N"].values()] == [47]
    await world.hear(event(150, "N", "mains-failure", clears=True))
    await measured(world, 160, "N", "battery-voltage", 53)
    await world.tick(400)
    assert [series.points[-1][1] for series in world.correlator.state.batteries.readings["N"].values()] == [47]


async def test_a_restart_in_a_discharge_foretells_the_same(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"), event(1, "L", "mains-failure"))
    for minute in range(2, 62, 2):
        await measured(world, minute * 60, "N", "battery-voltage", 49.6 - minute / 60)
        await measured(world, minute * 60, "N", "battery-current", -40)
        await world.tick(minute * 60)
    before, told = world.correlator.state.saved(), await outage(world)
    await world.again(61 * 60)
    after = world.correlator.state.saved()
    assert after.readings == before.readings
    assert after.outages == before.outages
    assert await outage(world) == told


async def test_what_a_battery_gave_is_kept_and_counts_after_a_restart(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"))
    await world.hear(event(2 * HOUR, "N", "load-disconnect"))
    await world.hear(
        event(3 * HOUR, "N", "load-disconnect", clears=True), event(3 * HOUR, "N", "mains-failure", clears=True)
    )
    kept = await world.one("SELECT * FROM correlation.battery_history")
    assert (kept["site_id"], kept["began_at"], kept["ended_at"]) == ("N", at(0), at(2 * HOUR))
    assert (kept["emptied"], kept["used_hours"], kept["stated_hours"]) == (True, 2.0, 4.0)
    assert kept["over_at"] == at(3 * HOUR)
    await world.again(40 * HOUR)
    await world.hear(event(40 * HOUR, "N", "mains-failure"))
    (now,) = await world.rows("SELECT * FROM views.outage WHERE site = 'N' AND ended_at IS NULL")
    assert at(42 * HOUR) < now["site_down_at"] < at(43 * HOUR)
    assert now["prediction_basis"] == "history"


async def test_what_turns_out_otherwise_is_kept_otherwise(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"), event(100, "N", "load-disconnect"))
    assert (await world.one("SELECT began_at FROM correlation.battery_history"))["began_at"] == at(0)
    await world.hear(event(-60, "N", "mains-failure"), seconds=110)
    assert (await world.one("SELECT began_at FROM correlation.battery_history"))["began_at"] == at(-60)
