"""Tickets in the database: never two for an incident, also with two correlators; urgency, party, endings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from alarm_correlation.correlator import Correlator
from guywire.commands import MoveAlarm, MoveTicket
from guywire.database import connect
from tests.integration.correlation_world import NO_FILES, World, at, batch, event, new_world

PATIENCE = 30.0


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


async def _waits_for_a_lock(world: World, pid: int) -> None:
    async with asyncio.timeout(PATIENCE), await connect(world.url) as looking:
        query = "SELECT 1 FROM pg_locks WHERE pid = %s AND locktype = 'advisory' AND NOT granted"
        waiting = None
        while waiting is None:
            waiting = await (await looking.execute(query, (pid,))).fetchone()


async def test_a_second_correlator_waits_for_the_first_and_opens_no_second_ticket(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    async with await connect(world.url) as connection:
        second = Correlator(NO_FILES)
        starting = asyncio.create_task(second.start(connection, at(5)))
        await _waits_for_a_lock(world, connection.info.backend_pid)
        await world.hear(event(6, "L", "smoke"))  # the first still works, and the second does not see it yet
        assert not starting.done()
        await world.connection.close()
        await starting
        again = (event(0, "N", "smoke"), event(6, "L", "smoke"))
        await second.cycle(connection, [batch(1, *again)], at(7))  # it was not acknowledged: it comes again
        await second.cycle(connection, [batch(3, event(8, "L", "smoke"))], at(8))
        rows = await (await connection.execute("SELECT id, incident FROM views.ticket ORDER BY id")).fetchall()
        assert [(row["id"], row["incident"]) for row in rows] == [("T1", "I1"), ("T2", "I2")]


async def test_the_database_itself_refuses_a_second_ticket_for_an_incident(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    copy = (
        "INSERT INTO correlation.ticket (ticket_id, origin, incident_id, domain, state, priority, title, opened_at,"
        " opened_by) SELECT 'T9', %s, incident_id, domain, 'acknowledged', 1, title, opened_at, opened_by"
        " FROM correlation.ticket"
    )
    for origin in ("incident:I1", "by another way"):
        with pytest.raises(psycopg.errors.UniqueViolation):
            await world.connection.execute(copy, (origin,))


async def test_a_ticket_tells_how_urgent_it_is_why_and_whose_fault_it_seems(world: World) -> None:
    await world.connection.execute("INSERT INTO core.site_customers (site_id, customers) VALUES ('L', 620)")
    await world.again(0)
    for place, site in enumerate(("H", "L", "M")):
        await world.hear(event(place, site, "mains-failure"))
    await world.tick(15)
    ticket = await world.one("SELECT * FROM views.ticket")
    assert (ticket["impact"], ticket["urgency"], ticket["priority"], ticket["customers"]) == (2, 2, 2, 620)
    assert (ticket["proposed_party"], ticket["responsible_party"]) == ("power_company", "")
    assert ticket["proposed_party_reason"] == "Feeder F failed; sites seen on it: 3; to be asked: the utility"
    await world.tick(2 * 3600)
    ticket = await world.one("SELECT * FROM views.ticket")
    needs = await world.rows("SELECT priority FROM views.need WHERE state = 'open'")
    assert (ticket["urgency"], ticket["priority"], [row["priority"] for row in needs]) == (1, 1, [1, 1, 1])


async def test_after_a_merge_a_crews_order_is_still_that_of_the_surviving_ticket_when_the_correlator_restarts(
    world: World,
) -> None:
    """Dispatch has not yet heard of the merge: its order still names the duplicate."""
    await world.hear(event(100, "L", "base-station-down"))
    await world.hear(event(101, "M", "base-station-down"))
    await world.order("W1", "N2", "en_route", 102)
    await world.ask(MoveAlarm(alarm="A2", incident="I1"), 103)
    await world.again(104)
    await world.hear(*(event(105, site, "base-station-down", clears=True) for site in "LM"))
    assert (await world.one("SELECT state FROM views.ticket WHERE id = 'T1'"))["state"] == "in_progress"
    await world.order("W1", "N2", "done", 106)
    assert (await world.one("SELECT state FROM views.ticket WHERE id = 'T1'"))["state"] == "resolved"


async def test_a_cancelled_ticket_is_taken_up_again_by_the_same_id_when_it_gets_worse(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"))
    await world.tick(15)
    await world.ask(MoveTicket(ticket="T1", to="cancelled", reason="planned"), 20)
    await world.again(3600)
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "cancelled"
    await world.tick(2 * 3600)
    ticket = await world.one("SELECT id, state, closed_at FROM views.ticket")
    assert (ticket["id"], ticket["state"], ticket["closed_at"]) == ("T1", "acknowledged", None)
    notes = await world.rows("SELECT kind, text FROM views.ticket_note WHERE ticket = 'T1' ORDER BY at")
    assert [(row["kind"], row["text"]) for row in notes][-1] == ("reopened", "it got worse: priority 1, impact 2")


async def test_what_healed_is_closed_by_the_system_also_by_one_that_was_started_meanwhile(world: World) -> None:
    await world.hear(event(0, "N", "rectifier-failure"))
    await world.hear(event(300, "N", "rectifier-failure", clears=True))
    await world.again(600)
    await world.tick(1200)
    ticket = await world.one("SELECT * FROM views.ticket")
    assert (ticket["state"], ticket["result"], ticket["responsible_party"]) == (
        "closed", "cleared by itself after 5 min", "own",
    )  # fmt: skip
