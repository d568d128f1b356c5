"""The console's objects over HTTP: lists that stay stable, details that tell the story, commands, refusals."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from guywire import feed
from guywire.commands import Command, MoveTicket, OpenTicket, ShelveAlarm
from guywire.database import Connection
from guywire.errors import Refused, conflict
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import (
    NOW,
    add_account,
    add_alarm,
    add_incident,
    add_outage,
    add_province,
    add_site,
    add_work_order,
)


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


@pytest.fixture
async def client(console: Console, connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        yield client


async def _ids(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    answer = await client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_pages_show_each_row_once_while_rows_are_added(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_site(connection, "S1")
    same_second = [f"A{n:02}" for n in range(10)]  # ten alarms of one moment: only the id orders them
    for alarm in same_second:
        await add_alarm(connection, alarm, "S1")
    seen: list[str] = []
    after, extra = None, 0
    while True:
        params = {"limit": 3} | ({"after": after} if after else {})
        page = (await client.get("/api/v1/alarms", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        await add_alarm(connection, f"B{extra}", "S1", NOW + timedelta(minutes=1 + extra))
        extra += 1
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(same_second, reverse=True)


async def test_a_row_in_a_list_is_the_body_of_the_feed(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    paths = {"alarm": "alarms", "incident": "incidents", "ticket": "tickets", "work_order": "work-orders"}
    paths |= {"technician": "technicians", "complaint": "complaints", "waiting_need": "waiting-needs"}
    ids = {"alarm": "A1", "incident": "I1", "ticket": "T1", "work_order": "W1"}
    ids |= {"technician": "K1", "complaint": "C1", "waiting_need": "N9"}
    await feed.publish(connection, "guywire", {topic: [key] for topic, key in ids.items()})
    for change in await feed.read_after(connection, "guywire", 0):
        items = (await client.get(f"/api/v1/{paths[change.topic]}")).json()["items"]
        assert change.body in items, change.topic


async def test_filters_narrow_a_list(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    await add_alarm(connection, "A3", "S1", cleared_at=NOW, severity="minor")
    assert await _ids(client, "alarms") == ["A2", "A9", "A1"]
    assert await _ids(client, "alarms", state="cleared") == ["A3"]
    assert await _ids(client, "alarms", state="all", severity=["minor", "critical"]) == ["A9", "A3"]
    assert await _ids(client, "alarms", site="S2") == ["A9"]
    assert await _ids(client, "alarms", incident="I1") == ["A2", "A1"]
    assert await _ids(client, "tickets", state="held") == []
    assert await _ids(client, "tickets", site="S1") == ["T1"]
    assert await _ids(client, "work-orders", technician="K2") == []
    assert await _ids(client, "sites", text="tower s2") == ["S2"]
    assert await _ids(client, "sites", region="south/harbour") == ["S1", "S2"]
    assert await _ids(client, "sites", region="south/harb") == []
    assert await _ids(client, "links", site="S2") == ["L1"]


async def test_needs_say_why_nobody_comes(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    needs = {need["id"]: need for need in (await client.get("/api/v1/needs")).json()["items"]}
    assert needs["N1"]["waiting"] is None
    assert needs["N9"]["waiting"]["hint"] == "The next shift begins at 08:00"


async def test_an_incident_tells_its_whole_story(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    told = (await client.get("/api/v1/incidents/I1")).json()
    assert told["tree"] == [{"alarm": "A1", "children": [{"alarm": "A2", "children": []}]}]
    assert [ticket["id"] for ticket in told["tickets"]] == ["T1"]
    assert [need["id"] for need in told["needs"]] == ["N1"]
    assert [order["id"] for order in told["work_orders"]] == ["W1"]
    assert [complaint["id"] for complaint in told["complaints"]] == ["C1"]
    assert told["outages"][0]["site_name"] == "Tower S1"
    said = [(entry["object"], entry["kind"]) for entry in told["timeline"]]
    assert set(said) == {
        ("incident", "opened"),
        ("alarm", "raised"),
        ("alarm", "commented"),
        ("ticket", "opened"),
        ("ticket", "comment"),
        ("work_order", "offered"),
    }
    assert [entry["at"] for entry in told["timeline"]] == sorted(entry["at"] for entry in told["timeline"])


async def test_the_story_of_an_incident_says_who_by_name_where_one_is_known(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await add_province(connection)
    await add_account(connection, Role.TECHNICIAN, "k1-phone")
    await connection.execute("UPDATE dispatch.work_order_step SET actor = 'k1-phone' WHERE work_order_id = 'W1'")
    told = (await client.get("/api/v1/incidents/I1")).json()["timeline"]
    names = {(entry["object"], entry["kind"]): (entry["actor"], entry["actor_name"]) for entry in told}
    assert names["work_order", "offered"] == ("k1-phone", "Tech K1")
    assert names["ticket", "comment"] == ("ann", None)


async def test_one_object_brings_what_belongs_to_it(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    alarm = (await client.get("/api/v1/alarms/A1")).json()
    ticket = (await client.get("/api/v1/tickets/T1")).json()
    order = (await client.get("/api/v1/work-orders/W1")).json()
    site = (await client.get("/api/v1/sites/S1")).json()
    technician = (await client.get("/api/v1/technicians/K1")).json()
    assert [comment["text"] for comment in alarm["comments"]] == ["called the utility"]
    assert [note["text"] for note in ticket["notes"]] == ["seen"]
    assert [need["id"] for need in ticket["needs"]] == ["N1"]
    assert order["explanation"] == {"chosen": "nearest"}
    assert [step["state"] for step in order["steps"]] == ["offered"]
    assert {alarm["id"] for alarm in site["alarms"]} == {"A1", "A2"}
    assert [link["id"] for link in site["links"]] == ["L1"]
    assert [outage["incident"] for outage in site["outages"]] == ["I1"]
    assert [order["id"] for order in technician["work_orders"]] == ["W1"]


async def test_the_summary_is_the_sentence_at_the_top(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_province(connection)
    for name, minutes in (("S3", 20), ("S4", 50), ("S5", 90)):
        await add_site(connection, name)
        await add_outage(connection, "I1", name, NOW + timedelta(minutes=minutes))
    await add_outage(connection, "I9", "S2", NOW - timedelta(minutes=5), started=True)
    await add_work_order(connection, "W3", "T1", "S3", state="accepted")
    told = (await client.get("/api/v1/summary")).json()
    assert [site["site"] for site in told["running_out"]] == ["S3", "S1", "S4"]
    assert [site["crew"] and site["crew"]["state"] for site in told["running_out"]] == ["accepted", "en_route", None]
    assert (told["running_out_count"], told["crew_under_way_count"], told["down_count"]) == (3, 1, 1)
    assert told["alarms"] == {"critical": 1, "major": 2}
    assert (told["unacknowledged"], told["incidents"], told["tickets"], told["needs_waiting"]) == (3, 2, 2, 1)


async def test_the_summary_of_an_area_counts_only_the_area(connection: Connection, console: Console) -> None:
    await add_province(connection)
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as client:
        told = (await client.get("/api/v1/summary")).json()
    assert told["alarms"] == {"major": 2}
    assert (told["incidents"], told["tickets"], told["needs_waiting"]) == (1, 1, 0)


async def test_a_command_reaches_its_owner_under_the_users_name(
    client: httpx.AsyncClient, connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "T1"}

    async with play_owner(database_url, answer):
        opened = await client.post("/api/v1/tickets", json={"site": "S1", "title": "Fence", "skills": ["fence"]})
        moved = await client.post(
            "/api/v1/tickets/T1/transitions", json={"to": "closed", "version": 3, "cause": "wind"}
        )
        until = "2100-01-01T08:00:00+08:00"
        shelved = await client.post("/api/v1/alarms/A1/shelve", json={"until": until, "comment": "works"})
    assert [opened.status_code, moved.status_code, shelved.status_code] == [201, 200, 200]
    ticket, move, shelve = asked
    assert isinstance(ticket, OpenTicket)
    assert (ticket.site, ticket.skills, ticket.priority) == ("S1", ("fence",), 3)
    assert isinstance(move, MoveTicket)
    assert (move.to, move.version, move.cause) == ("closed", 3, "wind")
    assert isinstance(shelve, ShelveAlarm)
    assert shelve.until == datetime(2100, 1, 1, tzinfo=UTC)
    actors = await (await connection.execute("SELECT DISTINCT actor FROM core.command")).fetchall()
    assert actors == [{"actor": "noc_operator"}]


async def test_the_same_key_again_does_nothing_twice(
    client: httpx.AsyncClient, connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    other = await add_account(connection, Role.SHIFT_LEADER)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "T1"}

    body = {"site": "S1", "title": "Fence"}
    async with play_owner(database_url, answer):
        answers = [await client.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
        reused = await client.post("/api/v1/tickets", json=body | {"title": "Gate"}, headers={"Idempotency-Key": "k1"})
        async with console.client(other) as somebody_else:
            theirs = await somebody_else.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": "k1"})
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (reused.status_code, reused.json()["reason"]) == (409, "key_reused")
    assert theirs.status_code == 201
    assert len(asked) == 2


async def test_an_owners_refusal_reaches_the_client_as_it_was_said(
    client: httpx.AsyncClient, connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    refusals: dict[str, Refused] = {
        "held": conflict("version_is_old", "Bob moved it to in_progress at 08:05. Look again."),
        "closed": Refused("invalid", "cause_missing", "Say the cause."),
    }
    async with play_owner(database_url, lambda command: refusals[getattr(command, "to", "")]):
        old = await client.post("/api/v1/tickets/T1/transitions", json={"to": "held", "version": 1})
        bare = await client.post("/api/v1/tickets/T1/transitions", json={"to": "closed"})
    assert (old.status_code, old.json()) == (409, refusals["held"].as_dict())
    assert (bare.status_code, bare.json()) == (422, refusals["closed"].as_dict())


REFUSALS: list[tuple[str, str, dict[str, Any] | None, int, str, str]] = [
    ("GET", "/api/v1/alarms?limit=0", None, 422, "invalid", "limit"),
    ("GET", "/api/v1/alarms?limit=1001", None, 422, "invalid", "limit"),
    ("GET", "/api/v1/alarms?state=old", None, 422, "invalid", "state"),
    ("GET", "/api/v1/alarms?after=abc", None, 422, "invalid", "after"),
    ("GET", "/api/v1/alarms?after=WyJ4IiwieSJd", None, 422, "invalid", "after"),
    ("GET", "/api/v1/alarms?site=%00", None, 422, "invalid", "NUL"),
    ("GET", "/api/v1/alarms/nope", None, 404, "not_found", "nope"),
    ("GET", "/api/v1/nowhere", None, 404, "not_found", "openapi"),
    ("DELETE", "/api/v1/alarms", None, 405, "method_not_allowed", "method"),
    ("GET", "/api/v1/outage-context", None, 422, "invalid", "phone"),
    ("GET", "/api/v1/outage-context?latitude=1", None, 422, "invalid", "longitude"),
    ("GET", "/api/v1/outage-context?latitude=91&longitude=1", None, 422, "invalid", "latitude"),
    ("POST", "/api/v1/tickets", {"site": "S1", "title": "x", "priority": 9}, 422, "invalid", "priority"),
    ("POST", "/api/v1/tickets", {"site": "S1", "title": "x", "urgent": True}, 422, "invalid", "urgent"),
    ("POST", "/api/v1/tickets", {"site": "S404", "title": "x"}, 404, "not_found", "S404"),
    ("POST", "/api/v1/alarms/A1/shelve", {"until": "2100-01-01T00:00:00"}, 422, "invalid", "until"),
    ("POST", "/api/v1/alarms/A1/explode", {}, 422, "invalid", "transition"),
    ("POST", "/api/v1/complaints", {"channel": "phone", "text": "x", "latitude": 1}, 422, "invalid", "longitude"),
]


async def test_a_refusal_names_what_is_wrong(client: httpx.AsyncClient) -> None:
    wrong = []
    for method, path, body, status, code, names in REFUSALS:
        answer = await client.request(method, path, json=body)
        said = answer.json()
        right = (answer.status_code, said["code"]) == (status, code) and set(said) == {"code", "reason", "message"}
        if not right or names not in said["message"]:
            wrong.append((method, path, said))
    assert wrong == []


async def test_a_body_that_is_no_json_or_too_large_is_refused(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    headers = {"Content-Type": "application/json"}
    broken = await client.post("/api/v1/tickets", content=b"{", headers=headers)
    large = await client.post("/api/v1/tickets", content=json.dumps({"title": "x" * 1_100_000}), headers=headers)
    chunked = await client.post("/api/v1/tickets", content=endless(), headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid")
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert (chunked.status_code, chunked.json()["code"]) == (413, "too_large")


async def test_without_the_database_a_face_says_so(client: httpx.AsyncClient, console: Console) -> None:
    await console.service.pool.close()
    answer = await client.get("/api/v1/alarms")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_requests_are_measured_by_route_and_not_by_address(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    import prometheus_client

    labels = {"method": "GET", "route": "/api/v1/incidents/{incident}", "status": "200"}
    before = prometheus_client.REGISTRY.get_sample_value("guywire_http_requests_total", labels) or 0
    await add_site(connection, "S1")
    for incident in ("I1", "I2"):
        await add_incident(connection, incident, "S1")
        await client.get(f"/api/v1/incidents/{incident}")
    assert prometheus_client.REGISTRY.get_sample_value("guywire_http_requests_total", labels) == before + 2
