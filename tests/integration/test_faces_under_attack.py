"""What a hostile or unlucky client does to a face: guessing, odd sockets, other regions, a database that hangs."""

from __future__ import annotations

import asyncio
import json
import sys

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from websockets.asyncio.client import connect as connect_socket

from dashboards.live import route
from guywire import identity
from guywire.database import Connection, open_pool
from guywire.model import Role
from guywire.web import throttle
from tests.integration import small_province as province
from tests.integration.running_console import PASSWORD, close_code, running_console


async def test_who_guesses_passwords_is_slowed_down_whatever_the_name(
    connection: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(throttle, "SECONDS_A_TRY", 3600.0)
    await identity.add_user(connection, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    right = {"name": "ann", "password": PASSWORD}
    guesses = [{"name": f"user-{number}", "password": "x"} for number in range(5)]
    async with running_console(database_url) as console, console.client() as client:
        good = [(await client.post("/api/v1/session", json=right)).status_code for _ in range(4)]
        tries = await asyncio.gather(*(client.post("/api/v1/session", json=guess) for guess in guesses))
        told = await client.post("/api/v1/session", json=right)
    assert good == [200] * 4
    assert sorted(answer.status_code for answer in tries) == [401] * 3 + [429] * 2
    assert (told.status_code, told.json()["code"]) == (429, "too_many_requests")


async def test_signing_in_to_one_face_of_a_host_leaves_the_other_signed_in(
    connection: Connection, database_url: str
) -> None:
    await identity.add_user(connection, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    await identity.add_user(connection, "ben", Role.SHIFT_LEADER, password=PASSWORD)
    async with running_console(database_url) as one, running_console(database_url) as two, one.client() as browser:
        await browser.post("/api/v1/session", json={"name": "ann", "password": PASSWORD})
        await browser.post(f"{two.url}/api/v1/session", json={"name": "ben", "password": PASSWORD})
        who = [(await browser.get(f"{face.url}/api/v1/session")).json()["user"]["name"] for face in (one, two)]
    assert who == ["ann", "ben"]


@pytest.mark.parametrize("topic", ["试" * 80, "x" * 60_000, "\U0001f600" * 200], ids=["wide", "long", "wider"])
async def test_a_socket_that_asks_for_an_odd_topic_is_closed_with_a_reason(
    connection: Connection, database_url: str, topic: str
) -> None:
    token = await province.add_account(connection, Role.NOC_OPERATOR)
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        running_console(database_url) as console,
        connect_socket(console.live_url, additional_headers=bearer) as socket,
    ):
        await socket.send(json.dumps({"type": "subscribe", "topics": [topic]}, ensure_ascii=False))
        assert await close_code(socket) == route.NOT_UNDERSTOOD


async def test_an_incident_across_regions_shows_each_manager_the_own_part(
    connection: Connection, database_url: str
) -> None:
    await province.add_province(connection)
    await province.add_alarm(connection, "A3", "S2", incident="I1", cause="A1")
    await province.add_complaint(connection, "C2", "S2", "I1")
    await province.add_technician(connection, "K3", province.ELSEWHERE)
    await connection.execute(
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state, opened_at)"
        " VALUES ('N2', 'T1', 'S2', 'south/harbour', 'repair', 'x', 2, 'open', now())"
    )
    await province.add_work_order(connection, "W2", "T1", "S2", technician="K3")
    manager = await province.add_account(connection, Role.AREA_MANAGER)
    leader = await province.add_account(connection, Role.SHIFT_LEADER)
    async with running_console(database_url) as console:
        seen = []
        for token in (manager, leader):
            async with console.client(token) as client:
                incident = (await client.get("/api/v1/incidents/I1")).json()
                ticket = (await client.get("/api/v1/tickets/T1")).json()
            lists = [incident[name] for name in ("alarms", "complaints", "needs", "work_orders")]
            lists += [ticket[name] for name in ("needs", "work_orders")]
            seen.append([sorted(row["id"] for row in rows) for rows in lists])
    assert seen[0] == [["A1", "A2"], ["C1"], ["N1"], ["W1"], ["N1"], ["W1"]]
    assert seen[1] == [["A1", "A2", "A3"], ["C1", "C2"], ["N1", "N2"], ["W1", "W2"], ["N1", "N2"], ["W1", "W2"]]


async def test_an_area_manager_learns_of_no_outage_elsewhere(connection: Connection, database_url: str) -> None:
    await province.add_province(connection)
    manager = await province.add_account(connection, Role.AREA_MANAGER)
    async with running_console(database_url) as console, console.client(manager) as client:
        here = await client.get("/api/v1/outage-context", params={"site": "S1"})
        elsewhere = await client.get("/api/v1/outage-context", params={"site": "S2"})
    assert (here.status_code, here.json()["region"]) == (200, province.REGION)
    assert (elsewhere.status_code, elsewhere.json()["reason"]) == (403, "outside_region")


async def test_where_a_technician_lives_is_shown_to_about_a_kilometre(
    connection: Connection, database_url: str
) -> None:
    await province.add_technician(connection, "K1")
    await connection.execute("UPDATE core.technician SET home_latitude = 31.23456, home_longitude = 121.45678")
    token = await province.add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, console.client(token) as client:
        shown = (await client.get("/api/v1/technicians/K1")).json()
    assert (shown["latitude"], shown["longitude"], shown["position_at"]) == (31.23, 121.46, None)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection takes for ever to say that it lives, as a stopped server's do."""

    async def hang(_: Connection) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(AsyncConnectionPool, "check_connection", staticmethod(hang))
    monkeypatch.setattr(sys.modules[open_pool.__module__], "_ALIVE_SECONDS", 0.05)


async def test_a_database_that_hangs_is_as_good_as_away(database_url: str, hanging: None) -> None:
    pool = await open_pool(database_url, patience=0.3)
    with pytest.raises(psycopg.OperationalError):
        async with pool.connection():
            pytest.fail("a connection that does not answer was handed out")
    await pool.close()
