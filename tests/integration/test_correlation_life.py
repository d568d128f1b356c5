"""The life of alarms on a real database: chattering over restarts, what operators close, and an alarm's history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from guywire.commands import ClearAlarm, CloseAlarm
from guywire.database import connect
from guywire.model import AlarmEvent, Role
from tests.integration.correlation_world import World, at, event, new_world
from tests.integration.running_console import running_console
from tests.integration.small_province import add_account

DAY = 86_400


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


def turn(place: int, every: float = 20) -> AlarmEvent:
    return event(place * every, "N", "link-down", clears=place % 2 == 1)


async def _restarted_as_it_was(world: World, seconds: float) -> None:
    await world.tick(seconds)
    before = world.correlator.state.saved()
    await world.again(seconds)
    assert world.correlator.state.saved() == before


async def test_a_restart_in_the_middle_of_chattering_is_as_if_there_had_been_none(world: World) -> None:
    for place in range(58):
        await world.hear(turn(place))
        if place == 50:  # from before what is settled in memory, after what is settled on disk: only its row keeps it
            late = msgspec.structs.replace(turn(30), received_at=at(1001))
            await world.hear(late, seconds=1001)
        if place % 7 == 0 or place > 48:
            await _restarted_as_it_was(world, place * 20 + 2)
    alarm = await world.one("SELECT * FROM views.alarm")
    assert (alarm["state"], alarm["chattering_since"], alarm["chatter_rate"]) == ("active", at(0), 180)
    assert alarm["count"] < 59, "its row is not written at every turn"
    await world.again(57 * 20 + 299)
    await world.tick(57 * 20 + 300)
    calm = await world.one("SELECT * FROM views.alarm")
    assert (calm["state"], calm["cleared_at"], calm["count"]) == ("cleared", at(57 * 20), 59)
    assert (calm["chattering_since"], calm["chatter_rate"]) == (None, 0)
    assert (await world.one("SELECT state, closed_at FROM views.incident"))["closed_at"] == at(57 * 20)
    await _restarted_as_it_was(world, 57 * 20 + 301)


async def test_what_became_quiet_while_nobody_looked_is_told_at_the_start(world: World) -> None:
    for place in range(10):
        await world.hear(turn(place))
    await world.again(2000)
    assert (await world.one("SELECT cleared_at FROM views.alarm"))["cleared_at"] == at(180)
    assert (await world.one("SELECT state FROM views.incident"))["state"] == "closed"


async def test_a_turn_of_what_chatters_is_kept_and_publishes_nothing(world: World) -> None:
    for place in range(8):
        await world.hear(turn(place, 2))
    published = await world.one("SELECT count(*) AS n FROM core.feed")
    for place in range(8, 20):
        await world.hear(turn(place, 2))
    assert await world.one("SELECT count(*) AS n FROM core.feed") == published
    assert (await world.one("SELECT count(*) AS n FROM views.alarm_event"))["n"] == 20


async def test_another_policy_at_a_restart_is_told_too(world: World, tmp_path: Path) -> None:
    for place in range(9):
        await world.hear(turn(place))
    await world.connection.close()
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "alarm_correlation.toml").write_text("[chatter]\ntransitions = 60\n", "utf-8")
    world.connection = await connect(world.url)
    world.correlator = Correlator(Policies(tmp_path))
    await world.correlator.start(world.connection, at(161))
    row = await world.one("SELECT state, chattering_since FROM views.alarm")
    assert (row["state"], row["chattering_since"]) == ("active", None)
    await world.hear(turn(9))
    assert (await world.one("SELECT cleared_at FROM views.alarm"))["cleared_at"] == at(180)


async def test_closed_and_stale_are_kept_and_shown(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    assert (await world.ask(CloseAlarm(alarm="A1", comment="a false alarm"), 10))["closed_by"] == "ann"
    await world.tick(DAY)
    await _restarted_as_it_was(world, DAY + 1)
    alarm = await world.one("SELECT * FROM views.alarm")
    assert (alarm["state"], alarm["closed_at"], alarm["stale_since"]) == ("active", at(10), at(DAY))
    said = await world.one("SELECT object_id FROM core.audit WHERE action = 'CloseAlarm' AND actor = 'ann'")
    assert said["object_id"] == "A1"
    await world.hear(event(DAY + 10, "N", "smoke", clears=True), event(DAY + 20, "N", "smoke"))
    alarm = await world.one("SELECT * FROM views.alarm")
    assert (alarm["state"], alarm["closed_at"], alarm["stale_since"]) == ("active", None, None)


async def test_the_history_tells_what_was_heard_newest_first_and_in_pages(world: World, database_url: str) -> None:
    await world.hear(event(0, "N", "smoke", text="one"), event(5, "N", "fan-failure"))
    late = msgspec.structs.replace(event(60, "N", "smoke", text="two"), received_at=at(90), count=3)
    await world.hear(late, seconds=90)
    await world.ask(ClearAlarm(alarm="A1"), 120)
    who = await add_account(world.connection, Role.NOC_OPERATOR)
    elsewhere = await add_account(world.connection, Role.AREA_MANAGER, region="p/x")
    async with running_console(database_url) as console, console.client(who) as client:
        first = (await client.get("/api/v1/alarms/A1/history", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/alarms/A1/history", params={"limit": 2, "after": first["next"]})).json()
        told = [*first["items"], *rest["items"]]
        assert [(one["severity"], one["text"], one["count"], one["source"]) for one in told] == [
            ("cleared", "", 1, "operator:ann"),
            ("major", "two", 3, "10.0.0.1"),
            ("major", "one", 1, "10.0.0.1"),
        ]
        assert told[1]["at"] != told[1]["received_at"]
        assert (len(first["items"]), rest["next"]) == (2, None)
        missing = await client.get("/api/v1/alarms/A9/history")
        assert (missing.status_code, missing.json()["reason"]) == (404, "alarm_not_found")
        async with console.client(elsewhere) as stranger:
            assert await _status(stranger, "/api/v1/alarms/A1/history") == 404


async def _status(client: httpx.AsyncClient, path: str) -> int:
    return (await client.get(path)).status_code
