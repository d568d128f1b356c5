"""Situation reports over HTTP: drafted from the database's facts, sent in order, numbered, kept to their region."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from guywire import feed
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import (
    ELSEWHERE,
    NOW,
    REGION,
    add_account,
    add_dispatching,
    add_outage,
    add_province,
    add_site,
)

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


async def test_a_feed_is_named_as_people_name_it(connection: Connection, ann: httpx.AsyncClient) -> None:
    await connection.execute("INSERT INTO core.power_feed (feed_id, name) VALUES ('F7', '城北线')")
    await connection.execute(
        "UPDATE correlation.incident SET root_kind = 'inferred', root_site_id = '', root_resource = 'feed:F7',"
        " root_alarm_id = NULL WHERE incident_id = 'I1'"
    )
    draft = (await ann.get(DRAFT)).json()
    assert draft["facts"]["place"].endswith("城北线")
    assert "feed:" not in draft["title"]["zh"] + draft["text"]["zh"] + draft["text"]["en"]


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
    assert "恢复 1 个" in last["text"]["zh"]
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


async def _two_regions(connection: Connection) -> None:
    """I1 takes S2 of the hills down too, whose customers and complaint are not the quay's."""
    await add_outage(connection, "I1", "S2", NOW - timedelta(minutes=9), started=True)
    await connection.execute("INSERT INTO core.site_customers (site_id, customers) VALUES ('S3', 300), ('S2', 400)")
    await connection.execute("UPDATE complaints.complaint SET incident_id = 'I1'")  # C1 of S1, C9 of S2


async def test_a_report_beyond_ones_region_is_read_as_far_as_it_lies_in_there(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    await _two_regions(connection)
    first = (await ann.get(DRAFT)).json()
    said = {"kind": "first", "title": first["title"], "text": {"zh": "丘陵S2", "en": "S2 in the hills"}}
    whole = (await ann.post(REPORTS, json=said)).json()
    assert (whole["regions"], whole["of_region"], whole["left_out"]) == ([ELSEWHERE, REGION], None, [])
    assert (whole["facts"]["sites_down"], whole["facts"]["complaints"]) == (2, 2)
    hills = await add_account(connection, Role.AREA_MANAGER, "hills", region=ELSEWHERE)
    city = await add_account(connection, Role.AREA_MANAGER, "city", region="south/harbour")
    far = await add_account(connection, Role.AREA_MANAGER, "far", region="north")
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as area:
        [part] = (await area.get(REPORTS)).json()["items"]
        assert (part["id"], part["of_region"], part["left_out"]) == (whole["id"], REGION, [ELSEWHERE])
        facts = part["facts"]
        assert (facts["down_names"], facts["customers"], facts["complaints"]) == (["Tower S3"], 300, 1)
        assert "S2" not in str(part["text"]) + str(part["title"]) + str(facts)
        drafted = (await area.get(DRAFT)).json()
        assert (drafted["kind"], drafted["of_region"], drafted["left_out"]) == ("following", REGION, [ELSEWHERE])
        assert "S2" not in str(drafted["text"]) + str(drafted["facts"])
    async with console.client(hills) as other:
        assert [one["facts"]["down_names"] for one in (await other.get(REPORTS)).json()["items"]] == [["Tower S2"]]
    async with console.client(city) as over:
        assert [one["text"]["en"] for one in (await over.get(REPORTS)).json()["items"]] == ["S2 in the hills"]
    async with console.client(far) as none:
        assert (await none.get(REPORTS)).status_code == 404


async def test_who_sees_a_part_sends_no_report_and_the_feed_says_only_that_one_was_sent(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    await _two_regions(connection)
    bound = await add_account(connection, Role.NOC_OPERATOR, "bound", region=REGION)
    first = (await ann.get(DRAFT)).json()
    said = {"kind": "first", "title": first["title"], "text": first["text"]}
    async with console.client(bound) as client:
        refused = await client.post(REPORTS, json=said)
        assert (refused.status_code, refused.json()["reason"]) == (403, "beyond_your_region")
    sent = (await ann.post(REPORTS, json=said)).json()
    [change] = await feed.read_after(connection, "dashboards", 0)
    assert (change.topic, change.id) == ("situation_report", sent["id"])
    assert change.body == {
        name: sent[name]
        for name in ("id", "domain", "incident", "emergency", "kind", "number", "sent_at", "sent_by", "regions")
    }


async def test_a_mass_outage_is_cut_to_the_county_of_who_reads_of_it(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    await add_dispatching(connection, "south/harbour")
    await _two_regions(connection)
    areas: list[dict[str, Any]] = [{"region": REGION, "crews_needed": 1}, {"region": ELSEWHERE, "crews_needed": 3}]
    await connection.execute("UPDATE dispatch.emergency SET areas = %s", (Jsonb(areas),))
    path = "/api/v1/emergencies/E1/situation-reports"
    first = (await ann.get(f"{path}/draft")).json()
    assert first["facts"]["crews_needed"] == 4
    whole = (await ann.post(path, json={"kind": "first", "title": first["title"], "text": first["text"]})).json()
    assert whole["regions"] == [ELSEWHERE, REGION]
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as area:
        [part] = (await area.get(path)).json()["items"]
    assert (part["facts"]["crews_needed"], part["facts"]["down_names"]) == (1, ["Tower S3"])
    assert (part["facts"]["place"], part["left_out"]) == ("south harbour quay", [ELSEWHERE])
