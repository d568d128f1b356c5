"""The desk's API over HTTP with the real service behind it: who may what, and what the lists show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.inventory.store import load_inventory
from guywire.model import Role
from tests.integration.complaint_services import desk_port
from tests.integration.complaints_world import INVENTORY
from tests.integration.small_province import add_account

AGENTS = {Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR, Role.COMPLAINT_AGENT}
VIEWERS = AGENTS | {Role.AREA_MANAGER}
LEADERS = {Role.ADMIN, Role.SHIFT_LEADER}
SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
SCORES = {"facts": 100, "answer": 80, "manner": 60, "promise": 90}
_C = "/api/v1/complaints/C1"

TABLE: list[tuple[str, str, dict[str, Any] | None, set[Role]]] = [
    ("GET", "/api/v1/complaint-categories", None, VIEWERS),
    ("GET", "/api/v1/customers/C-S2", None, VIEWERS),
    ("GET", "/api/v1/contact-inspections", None, VIEWERS),
    ("GET", "/api/v1/contact-inspection-items", None, VIEWERS),
    ("POST", f"{_C}/take", {}, AGENTS),
    ("POST", f"{_C}/hand-over", {"note": "asks about the bill", "queue": "billing"}, AGENTS),
    ("POST", f"{_C}/change", {"heat": "annoyed"}, AGENTS),
    ("POST", f"{_C}/answer", {"text": "it is being looked into", "channel": "phone"}, AGENTS),
    ("POST", f"{_C}/contacts", {"direction": "in", "channel": "phone", "text": "asks again"}, AGENTS),
    ("POST", f"{_C}/promise", {"text": "call back", "due_at": SOON}, AGENTS),
    ("POST", f"{_C}/grant", {"grant": "credit", "amount": 50}, AGENTS),
    ("POST", f"{_C}/satisfaction", {"score": 4}, AGENTS),
    ("POST", f"{_C}/merge", {"children": ["C2"]}, AGENTS),
    ("POST", "/api/v1/complaints/C2/split", None, AGENTS),
    ("POST", f"{_C}/wish", {"at_night": True}, AGENTS),
    ("POST", "/api/v1/promises/CP1/keep", {}, AGENTS),
    ("POST", "/api/v1/promises/CP1/decide", {"granted": True}, LEADERS),
    ("POST", "/api/v1/contact-inspections/CC1/score", {"scores": SCORES}, LEADERS),
    ("POST", f"{_C}/call-back", {"outcome": "back"}, AGENTS),
    ("POST", f"{_C}/close", {"reason": "solved", "text": "antenna of the house turned"}, AGENTS),
    ("POST", f"{_C}/reopen", {"reason": "called again"}, AGENTS),
]
ADDRESSES = [(method, path) for method, path, _, _ in TABLE]

REFUSED = {"forbidden", "unauthorized"}


@pytest.fixture
async def loaded(connection: Connection) -> Connection:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    return connection


async def test_each_address_is_open_to_whom_the_table_says(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    """Whoever may is answered, or refused for what stands; whoever may not is refused as such, whatever stands."""
    tokens = {role: await add_account(loaded, role, region="") for role in Role}
    wrong = []
    async with desk_port(database_url, tmp_path) as console, console.client() as client:
        agent = {"Authorization": f"Bearer {tokens[Role.COMPLAINT_AGENT]}"}
        for phone in ("13800000002", "13800000003"):
            asked = {"channel": "phone", "text": "no signal", "phone": phone, "category": "no_signal"}
            await client.post("/api/v1/complaints", json=asked, headers=agent)
        promised = {"text": "call back", "due_at": SOON}
        await client.post(f"{_C}/promise", json=promised, headers=agent)
        for method, path, body, allowed in TABLE:
            for role, token in [*tokens.items(), (None, "")]:
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                answer = await client.request(method, path, json=body, headers=headers)
                said = answer.json().get("code", "") if not answer.is_success else ""
                if (said in REFUSED) == (role in allowed) and answer.json().get("reason", "") != "own_grant":
                    wrong.append((method, path, str(role), answer.status_code, said))
                assert answer.status_code != httpx.codes.INTERNAL_SERVER_ERROR
    assert wrong == []


async def test_a_complaint_worked_on_is_found_in_its_queues(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    agent_token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    lead_token = await add_account(loaded, Role.SHIFT_LEADER, "lee")
    async with (
        desk_port(database_url, tmp_path) as console,
        console.client(agent_token) as agent,
        console.client(lead_token) as leader,
    ):
        asked = {"channel": "phone", "text": "no signal", "phone": "13800000001", "category": "no_signal"}
        complaint = (await agent.post("/api/v1/complaints", json={**asked, "heat": "heated"})).json()
        one = f"/api/v1/complaints/{complaint['id']}"
        await agent.post(f"{one}/promise", json={"text": "call back", "due_at": SOON})
        await agent.post(f"{one}/grant", json={"grant": "credit", "amount": 50})
        for queue in ("mine", "all", "promises", "leader", "desk"):
            assert await _ids(agent, queue=queue) == ["C1"], queue
        for queue in ("overdue", "call_back", "billing"):
            assert await _ids(agent, queue=queue) == [], queue
        for found, sought in ((["C1"], "Li 0001"), ([], "Li billing"), ([], "100%"), (["C1"], "SIGNAL")):
            assert await _ids(agent, text=sought) == found
        assert await _ids(agent, phone="+86 138 0000 0001", owner="ann", category="no_signal") == ["C1"]
        shown = (await agent.get(one)).json()
        assert [(one["kind"], one["state"]) for one in shown["promises"]] == [
            ("grant", "wanted"),
            ("promise", "standing"),
        ]
        assert shown["category_of_it"]["questions"][0]["kind"] == "yes_no"
        assert shown["tracking"].startswith("/track/")
        assert [contact["outcome"] for contact in shown["contacts"]] == ["registered"]
        stale = await agent.post(f"{one}/take", json={"version": 1})
        assert (stale.status_code, stale.json()["reason"]) == (409, "version_is_old")
        decided = await leader.post("/api/v1/promises/CP2/decide", json={"granted": False, "note": "not for this"})
        assert decided.json()["id"] == "C1"
        taken = (await leader.post(f"{one}/take", json={})).json()
        assert (taken["owner"], taken["leader_at"]) == ("lee", None)
        customer = (await agent.get("/api/v1/customers/C-S1")).json()
        assert [known["id"] for known in customer["complaints"]] == ["C1"]
        assert [promise["state"] for promise in customer["promises"]] == ["standing"]
        assert [site["name"] for site in customer["sites"]] == ["name of S1"]


async def test_a_contact_is_scored_by_somebody_else_and_once(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    agent_token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    lead_token = await add_account(loaded, Role.SHIFT_LEADER, "lee")
    async with (
        desk_port(database_url, tmp_path) as console,
        console.client(agent_token) as agent,
        console.client(lead_token) as leader,
    ):
        asked = {"channel": "phone", "text": "no signal", "phone": "13800000002"}
        await agent.post("/api/v1/complaints", json=asked)
        path = "/api/v1/contact-inspections/CC1/score"
        less = await leader.post(path, json={"scores": {"facts": 100}})
        assert less.json()["reason"] == "items"
        scored = (await leader.post(path, json={"scores": SCORES, "remark": "kinder"})).json()
        assert (scored["state"], scored["score"], scored["agent"]) == ("passed", 83.0, "ann")
        again = await leader.post(path, json={"scores": SCORES})
        assert again.json()["reason"] == "version_is_old"
        listed = (await agent.get("/api/v1/contact-inspections", params={"state": "passed"})).json()["items"]
        assert listed[0]["contact_of_it"]["text"] == "no signal"


async def test_an_area_manager_sees_complaints_and_customers_of_the_area_only(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    agent_token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    there = await add_account(loaded, Role.AREA_MANAGER, "there", region="sh/sh/pd")
    elsewhere = await add_account(loaded, Role.AREA_MANAGER, "elsewhere", region="sh/sh/xx")
    async with desk_port(database_url, tmp_path) as console, console.client(agent_token) as agent:
        await agent.post("/api/v1/complaints", json={"channel": "phone", "text": "x", "phone": "13800000002"})
        for token, status in ((there, 200), (elsewhere, 404)):
            async with console.client(token) as manager:
                for path in ("complaints/C1", "customers/C-S2"):
                    assert (await manager.get(f"/api/v1/{path}")).status_code == status


async def _ids(client: httpx.AsyncClient, **params: str) -> list[str]:
    answer = await client.get("/api/v1/complaints", params=params)
    assert answer.is_success, answer.text
    return [one["id"] for one in answer.json()["items"]]
