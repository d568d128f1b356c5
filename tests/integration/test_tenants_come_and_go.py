"""A tenant that left, or has just come: what was its own stays its own, and nothing before or after it is shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.report_month import put
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import (
    NOW,
    add_account,
    add_incident,
    add_outage,
    add_silence,
    add_site,
    add_ticket,
)

LEFT = CAME = NOW - timedelta(hours=1)
DAY = timedelta(days=1)
A_REPORT = {"category": "no_signal", "text": "two sectors silent"}


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


async def add_down(
    connection: Connection, number: int, site: str, since: datetime, until: datetime | None = None
) -> None:
    """An outage with its ticket, which is resolved when the outage ends."""
    incident, ticket = f"I{number}", f"T{number}"
    await add_incident(connection, incident, site, since)
    await add_outage(connection, incident, site, since, started=True)
    await add_ticket(connection, ticket, incident, site)
    if until:
        await connection.execute(
            "UPDATE correlation.outage SET ended_at = %s WHERE incident_id = %s", (until, incident)
        )
        await connection.execute(
            "UPDATE correlation.ticket SET state = 'resolved', resolved_at = %s WHERE ticket_id = %s", (until, ticket)
        )


async def add_report(connection: Connection, key: str, site: str, at: datetime, closed: datetime | None) -> None:
    await put(connection, "complaints.complaint", complaint_id=key, state="closed" if closed else "open",
              channel="tenant", category="no_signal", text="x", site_id=site, registered_at=at, registered_by="red",
              tenant="Red", closed_at=closed)  # fmt: skip
    await put(connection, "complaints.contact", complaint_id=key, direction="in", channel="tenant", at=at, actor="red",
              text=key, outcome="registered")  # fmt: skip


async def add_question(connection: Connection, key: str, site: str, state: str) -> None:
    await put(connection, "centre.consent", consent_id=key, ticket_id="T2", site_id=site, tenant="Red", asked_by="ann",
              asked_at=LEFT - DAY, answer_by=NOW + DAY, state=state)  # fmt: skip


@pytest.fixture
async def moved(connection: Connection) -> Connection:
    """Red was at OLD, which is down since before it left, and is at NEW, which was down for Blue before Red came."""
    for site in ("OLD", "NEW"):
        await add_site(connection, site, tenants=["Red"], known_since=NOW - 9 * DAY)
    await add_down(connection, 1, "OLD", LEFT - 2 * DAY, LEFT - DAY)
    await add_down(connection, 2, "OLD", LEFT - timedelta(hours=1))
    await add_down(connection, 3, "OLD", LEFT + timedelta(minutes=5))
    await add_down(connection, 4, "NEW", CAME - 2 * DAY, CAME - DAY)
    await add_down(connection, 5, "NEW", CAME - timedelta(hours=1))
    await add_report(connection, "C1", "OLD", LEFT - 2 * DAY, LEFT - DAY)
    await add_report(connection, "C2", "OLD", LEFT - DAY, None)
    await add_question(connection, "CO1", "OLD", "granted")
    await add_question(connection, "CO2", "OLD", "asked")
    await add_silence(connection, "SI1", sites=["OLD"])
    await connection.execute("UPDATE core.tenancy SET until = %s WHERE site_id = 'OLD'", (LEFT,))
    await connection.execute("UPDATE core.tenancy SET since = %s WHERE site_id = 'NEW'", (CAME,))
    await put(connection, "core.tenancy", site_id="NEW", tenant="Blue", since=NOW - 9 * DAY, until=CAME)
    await connection.execute("UPDATE core.site SET tenants = '{}' WHERE site_id = 'OLD'")
    return connection


async def ids(client: httpx.AsyncClient, name: str) -> list[str]:
    return [one["id"] for one in (await client.get(f"/api/v1/tenant/{name}")).json()["items"]]


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_what_was_a_tenants_own_stays_and_what_goes_on_where_it_left_is_not_shown(
    moved: Connection, console: Console
) -> None:
    async with console.client(await add_account(moved, Role.TENANT)) as client:
        assert await ids(client, "sites") == ["NEW"]
        outages = (await client.get("/api/v1/tenant/outages")).json()["items"]
        assert [one["id"] for one in outages] == ["I5/NEW", "I2/OLD", "I1/OLD"]
        lasts, left, past = outages
        assert (lasts["state"], time_of(lasts["started_at"])) == ("down", CAME)
        # to who left it is over since then, and nothing of what is being done there is told
        assert (left["state"], time_of(left["ended_at"]), left["expected_end"]) == ("restored", LEFT, None)
        assert (time_of(past["started_at"]), time_of(past["ended_at"])) == (LEFT - 2 * DAY, LEFT - DAY)
        assert sorted(await ids(client, "tickets")) == ["T1", "T5"]
        assert await ids(client, "fault-reports") == ["C1"]
        assert await ids(client, "consents") == ["CO1"]
        assert await ids(client, "works") == []
        [new] = (await client.get("/api/v1/tenant/sites")).json()["items"]
        assert (new["state"], time_of(new["down_since"])) == ("down", CAME)


async def test_where_a_tenant_left_there_is_nothing_for_it_to_ask_or_to_say(
    moved: Connection, console: Console
) -> None:
    async with console.client(await add_account(moved, Role.TENANT)) as client:
        refused = [
            await client.get("/api/v1/tenant/sites/OLD"),
            await client.post("/api/v1/tenant/fault-reports", json=A_REPORT | {"site": "OLD"}),
            await client.get("/api/v1/tenant/fault-reports/C2"),
            await client.post("/api/v1/tenant/consents/CO2/answer", json={"granted": True}),
            *[
                await client.post(f"/api/v1/tenant/tickets/{ticket}/agreement", json={"agreed": True})
                for ticket in ("T2", "T3", "T4")
            ],
        ]
        assert [one.status_code for one in refused] == [404] * len(refused)
        said = await client.post("/api/v1/tenant/tickets/T1/agreement", json={"agreed": True})
        assert said.is_success, said.text


async def test_nothing_that_happens_there_later_reaches_who_left(moved: Connection, console: Console) -> None:
    names = ("sites", "outages", "works", "fault-reports", "consents", "tickets", "figures")

    async def told(client: httpx.AsyncClient) -> dict[str, Any]:
        answers = {name: (await client.get(f"/api/v1/tenant/{name}")).json() for name in names}
        answers["figures"] = re.sub(r"\d+\.\d+", "", str(answers["figures"]["items"][1:]))  # the month goes on
        answers["outages"] = [one for one in answers["outages"]["items"] if one["state"] == "restored"]
        return answers

    async with console.client(await add_account(moved, Role.TENANT)) as client:
        before = await told(client)
        await moved.execute("UPDATE correlation.outage SET ended_at = now() WHERE site_id = 'OLD' AND ended_at IS NULL")
        await moved.execute(
            "UPDATE correlation.ticket SET state = 'resolved', resolved_at = now() WHERE site_id = 'OLD'"
            " AND resolved_at IS NULL"
        )
        await moved.execute(
            "UPDATE complaints.complaint SET state = 'closed', closed_at = now() WHERE complaint_id = 'C2'"
        )
        await add_down(moved, 6, "OLD", NOW)
        await moved.execute("UPDATE core.site SET tenants = '{Blue}' WHERE site_id = 'OLD'")
        assert await told(client) == before


async def test_who_came_back_is_shown_its_earlier_time_and_nothing_of_the_time_between(
    moved: Connection, console: Console
) -> None:
    await put(moved, "core.tenancy", site_id="OLD", tenant="Red", since=NOW, until=None)
    await moved.execute("UPDATE core.site SET tenants = '{Red}' WHERE site_id = 'OLD'")
    await add_down(moved, 7, "OLD", LEFT + timedelta(minutes=10), LEFT + timedelta(minutes=20))
    async with console.client(await add_account(moved, Role.TENANT)) as client:
        assert await ids(client, "outages") == ["I2/OLD", "I3/OLD", "I5/NEW", "I1/OLD"]
        assert await ids(client, "fault-reports") == ["C2", "C1"]
        assert "T7" not in await ids(client, "tickets")
