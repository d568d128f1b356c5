"""Surges over a real database: complaints come in, alarm_correlation is asked for an alarm, restarts forget nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from complaints.batch import run_batch
from complaints.surges.step import step
from guywire.database import Connection, connect
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import INVENTORY, NOW, POLICY, register, take_down

SURGE = POLICY.surge
MINUTE = timedelta(minutes=1)


async def rows(connection: Connection, query: str, *values: object) -> Sequence[dict[str, Any]]:
    return await (await connection.execute(query.encode(), values)).fetchall()


async def called(connection: Connection, number: int, at: datetime, site: str = "S2", **also: Any) -> None:
    """Somebody complained of no signal at a site, at a time."""
    values = {"category": "no_signal", "phone": f"139{number:08}", "incident_id": None, **also}
    await connection.execute(
        "INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, site_id, domain, category,"
        " registered_at, registered_by, incident_id)"
        " VALUES (%s, 'open', 'phone', '', %s, %s, 'sh/sh', %s, %s, 'x', %s)",
        (f"X{number}", values["phone"], site, values["category"], at, values["incident_id"]),
    )


async def looked(connection: Connection, at: datetime) -> list[str]:
    """Looks at surges, history and all; what was raised."""
    while True:
        async with connection.transaction():
            outcome = await step(connection, at, SURGE)
        if not outcome.more:
            return outcome.raised


@pytest.fixture
async def world(connection: Connection) -> Connection:
    await load_inventory(connection, INVENTORY, prune=False, now=NOW)
    return connection


async def many_call(connection: Connection, site: str = "S2", count: int = 7) -> None:
    for number in range(count):
        await called(connection, number + 1000, NOW - (count - number) * MINUTE, site)


async def test_a_rise_with_no_alarm_is_asked_for_as_an_alarm_at_the_likeliest_site(world: Connection) -> None:
    await many_call(world)
    assert await looked(world, NOW) == ["U1"]
    [command] = await rows(world, "SELECT kind, body, actor FROM core.command")
    assert (command["kind"], command["actor"]) == ("RaiseSuspicion", "complaints")
    assert command["body"]["site"] == "S2"
    assert command["body"]["text"].startswith("7 customers in ")
    [shown] = await rows(world, "SELECT * FROM views.suspicion")
    assert (shown["state"], shown["site"], shown["observed"], shown["region"]) == ("standing", "S2", 7, "sh/sh/pd")


async def test_a_few_calls_are_no_surge(world: Connection) -> None:
    await called(world, 1, NOW - MINUTE)
    await called(world, 2, NOW - 2 * MINUTE)
    assert await looked(world, NOW) == []


async def test_one_caller_counts_once_and_other_troubles_do_not_count(world: Connection) -> None:
    for number in range(7):
        await called(world, number, NOW - MINUTE, phone="13900000000")
        await called(world, number + 100, NOW - MINUTE, category="billing")
    assert await looked(world, NOW) == []


async def test_calls_that_a_known_outage_explains_are_no_surge(world: Connection) -> None:
    await take_down(world)
    for number in range(7):
        await called(world, number, NOW - MINUTE, incident_id="I1")
    assert await looked(world, NOW) == []


async def test_a_rise_beyond_a_known_outage_names_it(world: Connection) -> None:
    await take_down(world)
    await many_call(world, "S3")
    assert await looked(world, NOW) == ["U1"]
    [shown] = await rows(world, "SELECT site, beyond FROM views.suspicion")
    assert (shown["site"], shown["beyond"]) == ("S3", "I1")


async def test_it_is_raised_once_and_cleared_when_calls_are_as_usual_again(world: Connection) -> None:
    await many_call(world)
    await looked(world, NOW)
    assert await looked(world, NOW + 2 * MINUTE) == []
    await looked(world, NOW + timedelta(hours=2))
    assert await rows(world, "SELECT 1 FROM views.suspicion WHERE state = 'standing'")
    await looked(world, NOW + timedelta(hours=4))
    [shown] = await rows(world, "SELECT state, known_as FROM views.suspicion")
    assert (shown["state"], shown["known_as"]) == ("cleared", None)
    kinds = [row["kind"] for row in await rows(world, "SELECT kind FROM core.command ORDER BY command_id")]
    assert kinds[0] == "RaiseSuspicion"
    assert kinds[-1] == "ClearSuspicion"


async def test_it_is_cleared_once_an_alarm_says_that_the_site_is_down(world: Connection) -> None:
    await many_call(world)
    await looked(world, NOW)
    await take_down(world)
    await looked(world, NOW + MINUTE)
    [shown] = await rows(world, "SELECT state, known_as FROM views.suspicion")
    assert (shown["state"], shown["known_as"]) == ("cleared", "I1")


async def test_a_place_where_many_call_every_week_is_not_suspected(world: Connection) -> None:
    number = 0
    for week in range(8):
        for hour in range(168):
            number += 1
            await called(world, number + 10_000, NOW - timedelta(weeks=week, hours=hour, minutes=17 + hour % 40), "S2")
    for more in range(5):
        await called(world, more, NOW - timedelta(minutes=40 * more + 3), "S2")
    assert await looked(world, NOW) == []
    [learned] = await rows(world, "SELECT count(*) AS n FROM complaints.surge_count WHERE kind = 'hour'")
    assert learned["n"] == 168
    for more in range(12):
        await called(world, more + 100, NOW + more * MINUTE / 4, "S2")
    assert await looked(world, NOW + 3 * MINUTE) == ["U1"]


async def test_history_is_learned_once_whatever_restarts_between(world: Connection, database_url: str) -> None:
    for number in range(60):
        await called(world, number, NOW - timedelta(hours=number + 5), "S1")
    await looked(world, NOW)
    before = await rows(world, "SELECT * FROM complaints.surge_count ORDER BY 1, 2, 3, 4")
    async with await connect(database_url) as other:
        await looked(other, NOW + MINUTE)
        assert await rows(other, "SELECT * FROM complaints.surge_count ORDER BY 1, 2, 3, 4") == before
    assert sum(row["events"] for row in before if row["kind"] == "site") > 0


async def test_complaints_suspect_an_outage_and_are_linked_to_its_incident(
    world: Connection, database_url: str
) -> None:
    now = NOW
    async with await connect(database_url) as other:
        correlator = Correlator(Policies(Path("/nonexistent")))
        await correlator.start(other, now)
        for number in range(8):
            await register(world, text="no signal", phone=f"137{number:08}", site="S4", category="no_signal")
        await run_batch(world, now + MINUTE, POLICY)
        await correlator.cycle(other, [], now + MINUTE)
    await run_batch(world, now + 2 * MINUTE, POLICY)
    [alarm] = await rows(world, "SELECT * FROM views.alarm")
    assert (alarm["alarm_type"], alarm["site"], alarm["resource"]) == ("suspected-outage", "S4", "customers")
    linked = await rows(world, "SELECT state, incident FROM views.complaint")
    assert {(row["state"], row["incident"]) for row in linked} == {("linked", alarm["incident"])}
    await run_batch(world, now + 3 * MINUTE, POLICY)
    assert not await rows(world, "SELECT 1 FROM views.suspicion WHERE state = 'cleared'")
