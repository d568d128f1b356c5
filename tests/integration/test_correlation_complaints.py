"""Complaints make a ticket more urgent, and what customers suspect is an alarm: over a real database, with restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from guywire import feed
from guywire.commands import AcknowledgeAlarm
from guywire.commands.suspicion import ClearSuspicion, RaiseSuspicion
from tests.integration.correlation_world import World, at, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


async def complained(world: World, *numbers: int, state: str = "linked", still_out: bool = False) -> None:
    """Complaints of the incident I1, as their service writes and publishes them."""
    ids = [f"C{number}" for number in numbers]
    async with world.connection.transaction():
        await world.connection.execute(
            "INSERT INTO complaints.complaint (complaint_id, state, channel, text, registered_at, registered_by,"
            " incident_id, still_out_at) SELECT id, %s, 'phone', '', %s, 'x', 'I1', %s FROM unnest(%s::text[]) id"
            " ON CONFLICT (complaint_id) DO UPDATE SET state = excluded.state",
            (state, at(0), at(0) if still_out else None, ids),
        )
        await feed.publish(world.connection, "complaints", {"complaint": ids})


async def urgency(world: World) -> tuple[int, int, int]:
    row = await world.one("SELECT impact, urgency, priority FROM views.ticket")
    return row["impact"], row["urgency"], row["priority"]


async def test_who_complains_makes_a_ticket_more_urgent_also_after_a_restart(world: World) -> None:
    await world.hear(event(0, "N", "rectifier-failure"))
    await world.tick(900)
    before = await urgency(world)
    await complained(world, *range(50))
    await world.tick(901)
    assert await urgency(world) == (1, 2, 1)
    assert before == (2, 2, 2)
    await world.again(902)
    await complained(world, *range(50, 53), still_out=True)
    await world.tick(903)
    assert await urgency(world) == (1, 1, 1)
    assert len(world.correlator.state.complaints) == 53
    await complained(world, *range(53), state="restored")
    await world.tick(904)
    assert await urgency(world) == before
    assert not world.correlator.state.complaints


async def test_news_that_was_pruned_is_read_from_the_views(world: World) -> None:
    await world.hear(event(0, "N", "rectifier-failure"))
    await world.tick(900)
    await complained(world, 1)
    await complained(world, 2)
    await world.connection.execute("DELETE FROM core.feed WHERE publisher = 'complaints' AND seq = 1")
    await world.tick(901)
    assert world.correlator.state.complaints.keys() == {"C1", "C2"}


async def test_a_suspicion_is_an_alarm_that_is_acknowledged_and_cleared_like_any_other(world: World) -> None:
    suspicion = RaiseSuspicion(site="N", since=at(0), text="7 customers in 15 min", details={"observed": "7"})
    alarm = await world.ask(suspicion, 600, actor="complaints")
    assert (alarm["alarm_type"], alarm["resource"], alarm["state"]) == ("suspected-outage", "customers", "active")
    assert (alarm["source"], alarm["details"], alarm["site"]) == ("complaints", {"observed": "7"}, "N")
    assert (await world.ask(AcknowledgeAlarm(alarm=alarm["id"]), 601))["acknowledged_by"] == "ann"
    await world.again(602)
    told_anew = await world.ask(RaiseSuspicion(site="N", since=at(0), text="9 customers in 15 min"), 603)
    assert (told_anew["id"], told_anew["text"], told_anew["count"]) == (alarm["id"], "9 customers in 15 min", 2)
    cleared = await world.ask(ClearSuspicion(site="N", text="calls are as usual again"), 700)
    assert (cleared["id"], cleared["state"]) == (alarm["id"], "cleared")
    assert (await world.ask(ClearSuspicion(site="N", text="again"), 701))["reason"] == "already_clear"
    events = await world.rows("SELECT severity FROM views.alarm_event WHERE alarm = %s ORDER BY at", alarm["id"])
    assert [row["severity"] for row in events] == ["major", "major", "cleared"]


async def test_a_suspicion_at_a_site_that_does_not_exist_is_refused(world: World) -> None:
    refused = await world.ask(RaiseSuspicion(site="X9", since=at(0), text="calls"), 1)
    assert refused["reason"] == "site_not_found"
