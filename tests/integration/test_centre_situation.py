"""Situation reports over HTTP: drafted from the database's facts, sent in order, numbered, kept to their region."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import NOW, add_account, add_dispatching, add_outage, add_province, add_site

DRAFT = "/api/v1/incidents/I1/situation-reports/draft"
REPORTS = "/api/v1/incidents/I1/situation-reports"


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    """I1 has S3 down and S1 on battery; its ticket is of priority 1."""
    await add_province(connection)
    await add_site(connection, "S3")
    await connection.execute("UPDATE core.site SET tenants = '{Red,Blue}'")
    await add_outage(connection, "I1", "S3", NOW - timedelta(minutes=20), started=True)
    await connection.execute("UPDATE correlation.ticket SET priority = 1, customers = 700 WHERE ticket_id = 'T1'")
    async with running_console(database_url) as console:
        yield console


async def test_a_draft_has_the_facts_of_the_moment(ann: httpx.AsyncClient) -> None:
    first = (await ann.get(DRAFT)).json()
    facts = first["facts"]
    assert (first["kind"], first["number"], facts["contact"], facts["priority"]) == ("first", 1, "ann", 1)
    assert (facts["sites_out"], facts["sites_down"], facts["on_battery"], facts["down_names"]) == (
        1,
        1,
        1,
        ["Tower S3"],
    )
    assert facts["tenants"] == [{"name": "Blue", "sites": 1}, {"name": "Red", "sites": 1}]
    assert (facts["customers"], facts["complaints"], facts["orders"]["under_way"]) == (700, 1, 1)
    assert (facts["expected"] is None, facts["over_at"], first["due_at"] is None) == (False, None, False)


async def test_a_series_is_sent_in_order_to_its_end(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    first = (await ann.get(DRAFT)).json()
    final = {"kind": "final", "title": first["title"], "text": first["text"]}
    assert (await ann.post(REPORTS, json=final)).json()["reason"] == "out_of_order"
    mine = {"kind": "first", "title": first["title"], "text": {"zh": "改过的", "en": "mended"}}
    sent = await ann.post(REPORTS, json=mine, headers={"Idempotency-Key": "k"})
    assert (sent.status_code, sent.json()["number"], sent.json()["text"]["en"]) == (201, 1, "mended")
    assert (await ann.post(REPORTS, json=mine, headers={"Idempotency-Key": "k"})).json() == sent.json()
    assert (await ann.post(REPORTS, json=final)).json()["reason"] == "not_over"

    await connection.execute("UPDATE correlation.outage SET ended_at = %s WHERE site_id = 'S3'", (NOW,))
    last = (await ann.get(DRAFT)).json()
    assert (last["kind"], last["number"], last["after"]) == ("final", 2, sent.json()["id"])
    assert "恢复1个" in last["text"]["zh"]
    done = await ann.post(REPORTS, json={"kind": "final", "title": last["title"], "text": last["text"]})
    assert (done.status_code, done.json()["regions"], done.json()["sent_by"]) == (201, ["south/harbour/quay"], "ann")
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as area:
        items = (await area.get(REPORTS)).json()["items"]
        assert [(one["kind"], one["number"]) for one in items] == [("final", 2), ("first", 1)]
        assert (await area.get("/api/v1/incidents/I9/situation-reports/draft")).status_code == 404


async def test_a_mass_outage_is_reported_with_all_that_it_takes_down(
    connection: Connection, ann: httpx.AsyncClient
) -> None:
    await add_dispatching(connection, "south/harbour")
    await add_outage(connection, "I9", "S2", NOW - timedelta(minutes=5), started=True)
    areas: list[dict[str, Any]] = [{"region": "south/harbour/hills", "crews_needed": 3}]
    await connection.execute("UPDATE dispatch.emergency SET areas = %s", (Jsonb(areas),))
    path = "/api/v1/emergencies/E1/situation-reports"
    first = (await ann.get(f"{path}/draft")).json()
    facts = first["facts"]
    assert (facts["place"], facts["sites_down"], facts["on_battery"], facts["crews_needed"]) == (
        "south harbour",
        2,
        1,
        3,
    )
    assert facts["cause"] == {"zh": "ice（交流输入停电）", "en": "ice (mains failure)", "confirmed": True}
    said = {"kind": "first", "title": first["title"], "text": first["text"]}
    sent = await ann.post(path, json=said)
    assert (sent.status_code, sent.json()["emergency"], sent.json()["incident"]) == (201, "E1", None)
    assert (await ann.get(f"{path}/draft")).json()["kind"] == "following"
