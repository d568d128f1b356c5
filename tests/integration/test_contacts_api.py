"""Contacts over HTTP: who was only answered is kept; an agent lists the own ones, a leader everybody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from complaints.care.store import drawn
from guywire.database import Connection
from guywire.inventory.store import load_inventory
from guywire.model import Role
from tests.integration.complaint_services import desk_port
from tests.integration.complaints_world import INVENTORY
from tests.integration.small_province import add_account

ANSWERED = {"channel": "phone", "text": "asked when", "phone": "+86 138 0000 0002", "customer_id": "C-S2", "site": "S2"}


@pytest.fixture
async def loaded(connection: Connection) -> Connection:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    return connection


async def _listed(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get("/api/v1/contacts", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def _three_kept(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    """CC1 of Ann's, only answered; CC2 of Ben's, with a complaint; CC3 of Ben's, only answered."""
    asked = {"channel": "app", "text": "no signal", "phone": "13800000001"}
    for client, path, body in (
        (ann, "contacts", ANSWERED),
        (ben, "complaints", asked),
        (ben, "contacts", {"channel": "visit", "text": "asked at the door", "site": "S5"}),
    ):
        assert (await client.post(f"/api/v1/{path}", json=body)).status_code == 201


async def test_who_was_only_answered_is_kept_once(loaded: Connection, database_url: str, tmp_path: Path) -> None:
    token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    once = {"Idempotency-Key": "k1"}
    called = ANSWERED | {"call": "8812"}
    async with desk_port(database_url, tmp_path) as console, console.client(token) as ann:
        shown = (await ann.post("/api/v1/contacts", json=called, headers=once)).json()
        assert (await ann.post("/api/v1/contacts", json=called, headers=once)).json() == shown
        assert await _listed(ann) == ["CC1"]
    about = {"phone": "13800000002", "customer": "C-S2", "site": "S2", "complaint": None, "call": "8812"}
    expected = {"id": "CC1", "by": "ann", "outcome": "only_answered", **about}
    assert {name: shown[name] for name in expected} == expected


async def test_an_agent_lists_the_own_contacts_and_a_leader_those_of_the_region(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    agents = [await add_account(loaded, Role.COMPLAINT_AGENT, name) for name in ("ann", "ben")]
    leaders = [await add_account(loaded, Role.SHIFT_LEADER, name, region=f"sh/sh/{name}") for name in ("pd", "xx")]
    async with (
        desk_port(database_url, tmp_path) as console,
        console.client(agents[0]) as ann,
        console.client(agents[1]) as ben,
        console.client(leaders[0]) as here,
        console.client(leaders[1]) as elsewhere,
    ):
        await _three_kept(ann, ben)
        assert await _listed(ann) == ["CC1"]
        assert await _listed(ben, by="ben") == ["CC3", "CC2"]
        other = await ann.get("/api/v1/contacts", params={"by": "ben"})
        assert (other.status_code, other.json()["reason"]) == (403, "contacts_of_another")
        assert await _listed(here) == ["CC3", "CC2", "CC1"]
        assert await _listed(elsewhere) == []


async def test_who_is_bound_to_a_region_answers_for_nobody_beyond(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    token = await add_account(loaded, Role.NOC_OPERATOR, "far", region="sh/sh/xx")
    said = {"channel": "phone", "text": "asked when"}
    async with desk_port(database_url, tmp_path) as console, console.client(token) as far:
        for beyond in ({"site": "S2"}, {"customer_id": "C-S2"}):
            assert (await far.post("/api/v1/contacts", json=said | beyond)).status_code == 404
        kept = await far.post("/api/v1/contacts", json=said | {"phone": "13800000002"})
        assert (kept.status_code, kept.json()["customer_name"], kept.json()["region"]) == (201, None, None)
        assert await _listed(far) == ["CC1"]


async def test_contacts_are_found_by_agent_channel_number_and_day(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    agents = [await add_account(loaded, Role.COMPLAINT_AGENT, name) for name in ("ann", "ben")]
    leader = await add_account(loaded, Role.SHIFT_LEADER)
    async with desk_port(database_url, tmp_path) as console, console.client(leader) as lee:
        async with console.client(agents[0]) as ann, console.client(agents[1]) as ben:
            await _three_kept(ann, ben)
        assert await _listed(lee, by="ann") == ["CC1"]
        assert await _listed(lee, channel="app") == ["CC2"]
        assert await _listed(lee, alone=True) == ["CC3", "CC1"]
        assert await _listed(lee, alone=False) == ["CC2"]
        assert await _listed(lee, phone="138 0000 0002") == ["CC1"]
        assert await _listed(lee, phone="13800000001") == ["CC2"]
        assert await _listed(lee, since=(datetime.now(UTC) + timedelta(hours=1)).isoformat()) == []
        first = (await lee.get("/api/v1/contacts", params={"limit": 2})).json()
        assert await _listed(lee, limit=2, after=first["next"]) == ["CC1"]


async def test_an_answer_needs_somebody_who_was_answered(loaded: Connection, database_url: str, tmp_path: Path) -> None:
    token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    said = {"channel": "phone", "text": "asked when"}
    async with desk_port(database_url, tmp_path) as console, console.client(token) as ann:
        reasons = [
            (await ann.post("/api/v1/contacts", json=said | about)).json()["reason"]
            for about in (
                {},
                {"phone": "1"},
                {"customer_id": "NOBODY"},
                {"site": "NOWHERE"},
                {"phone": "138", "text": " "},
            )
        ]
        unknown = ["customer_not_found", "site_not_found"]
        assert reasons == ["nothing_to_go_by", "phone_malformed", *unknown, "text_missing"]
        assert await _listed(ann) == []


async def test_a_drawn_answer_without_a_complaint_is_scored_like_any_other(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    await loaded.execute("UPDATE core.customer SET vip = true WHERE customer_id = 'C-S2'")
    number = next(n for n in range(1, 100) if drawn(f"CC{n}", 0.2) and not drawn(f"CC{n}", 0.05))
    await loaded.execute("SELECT setval('complaints.contact_number', %s, false)", (number,))
    agent, leader = [await add_account(loaded, role) for role in (Role.COMPLAINT_AGENT, Role.SHIFT_LEADER)]
    async with desk_port(database_url, tmp_path) as console, console.client(leader) as lee:
        async with console.client(agent) as ann:
            await ann.post("/api/v1/contacts", json=ANSWERED)
        [wanted] = (await lee.get("/api/v1/contact-inspections")).json()["items"]
        assert (wanted["complaint"], wanted["contact_of_it"]["customer"]) == (None, "C-S2")
        scores = {"facts": 100, "answer": 100, "manner": 100, "promise": 100}
        scored = await lee.post(f"/api/v1/contact-inspections/{wanted['id']}/score", json={"scores": scores})
        assert (scored.status_code, scored.json()["state"]) == (200, "passed")
