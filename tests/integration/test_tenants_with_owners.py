"""The tenants' face before the real services: whose a fault report is, and clocks that wait for a consent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from complaints import service as complaints
from complaints.care.policy import shipped_policy as shipped_care
from complaints.surges.step import step
from dispatch import service as dispatch
from guywire.database import Connection
from guywire.model import Role
from guywire.settings import Settings
from tests.integration.complaints_world import POLICY, one_row
from tests.integration.dispatch_world import World
from tests.integration.running_console import Console, running_console
from tests.integration.running_field import running_service
from tests.integration.small_province import add_account

A_REPORT = {"site": "S1", "category": "no_signal", "text": "two sectors silent"}


@pytest.fixture
async def towers(world: World) -> Connection:
    """S1 is Red's and Blue's, with a ticket that a generator would serve; Blue's station there is silent."""
    connection = world.connection
    await connection.execute("UPDATE core.site SET tenants = ARRAY['Red', 'Blue']")
    await connection.execute("UPDATE correlation.ticket SET opened_at = now()")
    await connection.execute(
        "INSERT INTO core.resource (site_id, resource, kind, tenant) VALUES ('S1', 'bts-blue', 'base-station', 'Blue')"
    )
    await connection.execute(
        "INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind,"
        " root_site_id, root_resource, root_alarm_type) VALUES ('I1', 'open', 'p/c', 't', 'major',"
        " now() - interval '1 h', 'alarm', 'S1', 'bts-blue', 'base-station-down')"
    )
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, incident_id) VALUES ('A1', 'S1', 'bts-blue', 'base-station-down', '',"
        " 'p/c', 'major', now() - interval '1 h', now(), now(), 'I1')"
    )
    await world.need("N1")
    await connection.execute("UPDATE correlation.need SET opened_at = now()")
    return connection


@pytest.fixture
async def console(towers: Connection, database_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    async with AsyncExitStack() as stack:
        for name, part in (("complaints", complaints), ("dispatch", dispatch)):
            await stack.enter_async_context(running_service(name, settings, part.run, part.CHANNELS))
        yield await stack.enter_async_context(running_console(database_url, data_dir=tmp_path))


async def reported(client: httpx.AsyncClient, **more: Any) -> httpx.Response:
    return await client.post("/api/v1/tenant/fault-reports", json=A_REPORT | more, headers={"Idempotency-Key": "k"})


async def test_a_fault_report_is_one_complaint_of_the_accounts_tenant(towers: Connection, console: Console) -> None:
    red, blue = await add_account(towers, Role.TENANT), await add_account(towers, Role.TENANT, "blue")
    await towers.execute("UPDATE core.account SET tenant = 'Blue' WHERE name = 'blue'")
    desk = await add_account(towers, Role.COMPLAINT_AGENT)
    async with console.client(red) as client, console.client(blue) as other, console.client(desk) as agent:
        made = [await reported(client) for _ in range(2)]
        assert [one.status_code for one in made] == [201, 201], made[0].text
        assert made[0].json() == made[1].json()
        shown = made[0].json()
        assert (shown["text"], shown["state"], shown["outage"]) == (A_REPORT["text"], "open", None)
        theirs = (await reported(other)).json()
        assert theirs["state"] == "linked"  # what is wrong there is wrong with Blue's equipment alone
        assert (await reported(client, category="nonsense")).status_code == httpx.codes.UNPROCESSABLE_ENTITY
        path = f"/api/v1/complaints/{shown['id']}"
        assert (await agent.get(path)).json()["tenant"] == "Red"
        noted = await agent.post(f"{path}/change", json={"text": "SECRET: they cry wolf"})
        assert noted.is_success, noted.text
        [mine] = (await client.get("/api/v1/tenant/fault-reports")).json()["items"]
        assert mine["text"] == A_REPORT["text"]
        claimed = await agent.post("/api/v1/complaints", json={"channel": "phone", "text": "x", "tenant": "Red"})
        assert claimed.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    known = await one_row(towers, "SELECT count(*) AS n FROM views.fault_report WHERE tenant = 'Red'")
    assert known == {"n": 1}


async def test_clocks_wait_for_the_consent_and_the_ticket_tells_of_it(towers: Connection, console: Console) -> None:
    operator, tenant = await add_account(towers, Role.NOC_OPERATOR), await add_account(towers, Role.TENANT)
    async with console.client(operator) as centre, console.client(tenant) as red:
        await until(towers, "running")
        asked = await centre.post("/api/v1/tickets/T1/consents", json={"tenant": "Red", "text": "for two hours"})
        assert asked.status_code == httpx.codes.CREATED, asked.text
        await until(towers, "paused")
        path = f"/api/v1/tenant/consents/{asked.json()['id']}/answer"
        assert (await red.post(path, json={"granted": True, "text": "till ten"})).is_success
        await until(towers, "running")
        told = (await centre.get("/api/v1/tickets/T1/history")).json()["items"]
    consents = [
        (one["kind"], one["actor"], one["text"], one["about"]["tenant"]) for one in told if one["object"] == "consent"
    ]
    assert consents == [("asked", "noc_operator", "for two hours", "Red"), ("granted", "tenant", "till ten", "Red")]


async def test_one_tenant_alone_suspects_no_outage_however_often_it_reports(world: World) -> None:
    [category, *_] = POLICY.surge.categories & shipped_care().categories.keys()
    for number in range(50):
        await world.connection.execute(
            "INSERT INTO complaints.complaint (complaint_id, state, channel, text, site_id, category, registered_at,"
            " registered_by, tenant) VALUES (%s, 'open', 'tenant', '', 'S1', %s, now(), 'x', 'Red')",
            (f"X{number}", category),
        )
    row = await one_row(world.connection, "SELECT now() AS now")
    async with world.connection.transaction():
        assert (await step(world.connection, row["now"], POLICY.surge)).raised == []


async def until(connection: Connection, state: str) -> None:
    """Waits until the ticket's own clock is in that state."""
    async with asyncio.timeout(20):
        while True:
            rows = await (
                await connection.execute("SELECT state FROM views.clock WHERE ticket = 'T1' AND kind = 'restore'")
            ).fetchall()
            if [row["state"] for row in rows] == [state]:
                return
            await asyncio.sleep(0.05)
