"""Clocks at the console's API with dispatch behind it: what is asked is done, shown, and kept to one's own region."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dispatch.batch import run_batch
from dispatch.policy import default_policy
from guywire.database import Connection
from guywire.model import Role
from tests.integration.dispatch_world import World
from tests.integration.running_console import Console, running_console
from tests.integration.running_dispatch import dispatching
from tests.integration.small_province import add_account


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    """A console over two areas: T1 in p/c/a, T2 in p/c/b, both just opened."""
    world = World(connection)
    for number, area in (("1", "a"), ("2", "b")):
        await world.site(f"S{number}", 31.2, f"p/c/{area}")
        await world.technician(f"M{number}", 31.2, region=f"p/c/{area}", role="area_manager")
        await world.ticket(f"T{number}", f"S{number}")
        await world.need(f"N{number}", f"T{number}", f"S{number}")
    now = datetime.now(UTC)
    await connection.execute("UPDATE correlation.ticket SET opened_at = %s", (now,))
    await connection.execute("UPDATE correlation.need SET opened_at = %s", (now,))
    await run_batch(connection, now, default_policy())
    async with running_console(database_url) as console, dispatching(database_url):
        yield console


async def client_of(
    console: Console, connection: Connection, role: Role, name: str = "", **more: str
) -> httpx.AsyncClient:
    return console.client(await add_account(connection, role, name, **more))


async def listed(client: httpx.AsyncClient, path: str) -> list[str]:
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return sorted(item["id"] for item in answer.json()["items"])


def inside(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = await client.post(f"/api/v1/{path}", json=body)
    return answer.status_code, answer.json()


async def test_clocks_are_listed_by_ticket_kind_state_and_due_time(console: Console, connection: Connection) -> None:
    async with await client_of(console, connection, Role.NOC_OPERATOR) as client:
        assert await listed(client, "clocks?ticket=T1") == ["N1-accept", "N1-arrive", "T1-restore"]
        assert await listed(client, "clocks?kind=restore") == ["T1-restore", "T2-restore"]
        before = httpx.QueryParams({"due_before": inside(1.0)})
        assert await listed(client, f"clocks?{before}") == ["N1-accept", "N2-accept"]
        assert await listed(client, "clocks?state=breached") == []
        assert (await client.get("/api/v1/clocks?state=asleep")).status_code == 422


async def test_an_area_manager_acts_in_the_own_area_only(console: Console, connection: Connection) -> None:
    own = {"region": "p/c/a"}
    pause = {"reason": "landlord", "until": inside(1)}
    async with await client_of(console, connection, Role.AREA_MANAGER, **own) as client:
        assert await listed(client, "clocks?kind=arrive") == ["N1-arrive"]
        status, paused = await post(client, "tickets/T1/clocks/arrive/pause", pause)
        assert (status, paused["id"], paused["state"]) == (200, "N1-arrive", "paused")
        status, resumed = await post(client, "tickets/T1/clocks/arrive/resume", {})
        assert (status, resumed["state"], resumed["pauses"][0]["made_by"]) == (200, "running", "area_manager")
        for path, body in (
            ("tickets/T2/clocks/arrive/pause", pause),
            ("tickets/T2/clocks/arrive/extension", {"minutes": 5, "reason": "x", "evidence": "y"}),
            ("tickets/T2/urge", {}),
        ):
            assert (await post(client, path, body))[0] == 404, path


async def test_a_need_of_another_area_is_nobodys_to_exempt_also_under_a_ticket_of_the_own(
    console: Console, connection: Connection
) -> None:
    await World(connection).need("N3", "T1", "S2")
    stretch = {"since": inside(-1), "until": inside(-0.5), "reason": "flood", "need": "N3"}
    async with await client_of(console, connection, Role.AREA_MANAGER, region="p/c/a") as client:
        for path, body in (
            ("exempt", stretch),
            ("pause", {"reason": "landlord", "until": inside(1), "need": "N3"}),
            ("resume", {"need": "N3"}),
            ("extension", {"minutes": 5, "reason": "x", "evidence": "y", "need": "N3"}),
        ):
            status, refused = await post(client, f"tickets/T1/clocks/arrive/{path}", body)
            assert (status, refused["reason"]) == (404, "need_not_found"), path
    asked = await (await connection.execute("SELECT count(*) AS n FROM core.command")).fetchone()
    assert asked == {"n": 0}


async def test_who_asks_for_more_time_does_not_grant_it(console: Console, connection: Connection) -> None:
    asking = {"minutes": 60, "reason": "the bridge is closed", "evidence": "road office, case 12"}
    async with (
        await client_of(console, connection, Role.SHIFT_LEADER) as leader,
        await client_of(console, connection, Role.SHIFT_LEADER, "other") as other,
        await client_of(console, connection, Role.AREA_MANAGER, region="p/c/b") as elsewhere,
    ):
        status, asked = await post(leader, "tickets/T1/clocks/restore/extension", asking)
        assert (status, asked["id"], asked["state"]) == (201, "T1-X1", "asked")
        assert (await post(leader, "extensions/T1-X1/decide", {"granted": True}))[1]["reason"] == "asked_by_you"
        assert (await post(elsewhere, "extensions/T1-X1/decide", {"granted": True}))[0] == 404
        status, refused = await post(other, "extensions/T1-X1/decide", {"granted": False, "reason": "no such case"})
        assert (status, refused["state"]) == (200, "refused")
        assert await listed(leader, "extensions") == []
        assert await listed(leader, "extensions?state=all&ticket=T1") == ["T1-X1"]


async def test_the_complaint_desk_urges_a_ticket(console: Console, connection: Connection) -> None:
    async with await client_of(console, connection, Role.COMPLAINT_AGENT) as desk:
        status, urged = await post(desk, "tickets/T1/urge", {"text": "a hospital has no signal"})
        assert (status, urged["told"], urged["times"], urged["urged_by"]) == (201, ["M1"], 1, "complaint_agent")
        status, again = await post(desk, "tickets/T1/urge", {})
        assert (status, again["reason"]) == (409, "urged_lately")
        assert await listed(desk, "urges?ticket=T1") == ["T1-U1"]
        assert (await desk.get("/api/v1/clocks")).status_code == 403


async def test_a_climb_is_answered_by_its_person_or_for_them(console: Console, connection: Connection) -> None:
    async with (
        await client_of(console, connection, Role.NOC_OPERATOR) as operator,
        await client_of(console, connection, Role.AREA_MANAGER, region="p/c/a") as manager,
    ):
        await connection.execute("UPDATE core.account SET technician_id = 'M1' WHERE role = 'area_manager'")
        await run_batch(connection, datetime.now(UTC) + timedelta(minutes=13), default_policy())
        assert await listed(operator, "climbs") == ["T1-C1", "T2-C1"]
        assert await listed(manager, "climbs?state=asked&person=M1") == ["T1-C1"]
        status, answered = await post(manager, "climbs/T1-C1/answer", {"note": "I go myself"})
        assert (status, answered["answer"], answered["answered_by"]) == (200, "answered", "area_manager")
        assert (await post(manager, "climbs/T2-C1/answer", {}))[0] == 404
        status, answered = await post(operator, "climbs/T2-C1/answer", {"note": "reached by voice"})
        assert (status, answered["answer"], answered["note"]) == (200, "for_them", "reached by voice")
