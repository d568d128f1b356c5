"""Windows through the inbox and on a real database: planned, held, ended, and the same after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from guywire.commands import EndSilence, PlanSilence
from tests.integration.correlation_world import World, at, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


def window(starts: float, ends: float, sites: tuple[str, ...] = ("N",), regions: tuple[str, ...] = ()) -> PlanSilence:
    return PlanSilence(
        kind="maintenance", title="works", starts_at=at(starts), ends_at=at(ends), sites=sites, regions=regions
    )


async def silenced(world: World) -> list[tuple[str, str]]:
    rows = await world.rows("SELECT id, silenced_by FROM views.alarm ORDER BY id")
    return [(row["id"], row["silenced_by"]) for row in rows]


async def tickets(world: World) -> list[str]:
    return [row["incident"] for row in await world.rows("SELECT incident FROM views.ticket ORDER BY id")]


async def test_a_window_is_kept_published_and_ends_with_what_is_still_wrong(world: World) -> None:
    planned = await world.ask(window(60, 600), 10)
    assert (planned["id"], planned["holds"], planned["changes_at"]) == ("Q1", False, at(60).isoformat())
    await world.hear(event(100, "N", "tower-light-failure"), event(110, "N", "rectifier-failure"))
    await world.hear(event(300, "N", "tower-light-failure", clears=True))
    assert await silenced(world) == [("A1", "maintenance:Q1"), ("A2", "maintenance:Q1")]
    assert await tickets(world) == []
    await world.tick(600)
    await world.tick(601)
    assert await silenced(world) == [("A1", "maintenance:Q1"), ("A2", "")]
    assert await tickets(world) == ["I2"]
    said = await world.rows("SELECT body->>'holds' AS holds FROM core.feed WHERE topic = 'silence' ORDER BY seq")
    assert [row["holds"] for row in said] == ["false", "true", "false"]
    done = await world.one("SELECT action, object_kind, object_id FROM core.audit WHERE actor = 'ann'")
    assert (done["action"], done["object_kind"], done["object_id"]) == ("PlanSilence", "silence", "Q1")


async def test_a_restart_in_the_middle_of_a_window_keeps_quiet_until_its_end(world: World) -> None:
    await world.ask(window(60, 600, sites=(), regions=("p/c",)), 10)
    await world.hear(event(100, "N", "rectifier-failure"))
    await world.again(200)
    await world.hear(event(300, "N", "tower-light-failure"))
    assert await silenced(world) == [("A1", "maintenance:Q1"), ("A2", "maintenance:Q1")]
    await world.again(700)
    assert await silenced(world) == [("A1", ""), ("A2", "")]
    await world.tick(701)
    assert sorted(await tickets(world)) == ["I1", "I2"]


async def test_what_cleared_in_a_window_that_is_over_asks_for_nobody_after_a_restart(world: World) -> None:
    await world.ask(window(60, 3600), 10)
    await world.hear(event(100, "N", "rectifier-failure"))
    await world.hear(event(200, "N", "rectifier-failure", clears=True))
    assert (await world.ask(EndSilence(silence="Q1"), 300))["version"] == 2
    for seconds in (400, 1000):
        await world.again(seconds)
        await world.tick(seconds + 1)
    assert await tickets(world) == []
    (row,) = await world.rows("SELECT ended_at, ended_by, holds FROM views.silence")
    assert (row["ended_at"], row["ended_by"], row["holds"]) == (at(300), "ann", False)


async def test_what_is_refused_leaves_nothing_behind(world: World) -> None:
    answer = await world.ask(window(60, 600, sites=("Nowhere",)), 10)
    assert answer["reason"] == "unknown_site"
    assert await world.rows("SELECT FROM correlation.silence") == []
    assert await world.rows("SELECT FROM core.feed WHERE topic = 'silence'") == []
