"""The desk's API over HTTP with the real service behind it: who may what, and what the lists show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.inventory import Customer, Inventory
from guywire.inventory.store import load_inventory
from guywire.model import Role
from tests.integration.complaint_services import desk_port
from tests.integration.complaints_world import INVENTORY, add_alarm, add_incident, site_at, take_down
from tests.integration.running_console import running_console
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
    ("GET", "/api/v1/desk/extent", None, VIEWERS),
    ("GET", "/api/v1/map/sites", None, VIEWERS - {Role.COMPLAINT_AGENT}),
    ("GET", "/api/v1/map/ground", None, VIEWERS),
    ("GET", "/api/v1/contacts", None, VIEWERS),
    ("POST", "/api/v1/contacts", {"channel": "phone", "text": "asked when", "phone": "13800000002"}, AGENTS),
    ("GET", "/api/v1/agents?complaint=C1", None, AGENTS),
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


async def test_the_desks_map_opens_over_the_region_and_tells_where_no_tower_stands(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    far = {"S8": replace(site_at("S8", 30.512), region="sh/sh/xx")}
    await load_inventory(loaded, replace(INVENTORY, sites={**INVENTORY.sites, **far}), False, datetime.now(UTC))
    agent = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    manager = await add_account(loaded, Role.AREA_MANAGER, "there", region="sh/sh/xx")
    path = "/api/v1/desk/extent"
    around_s8 = {"south": 30.5, "west": 121.0, "north": 30.55, "east": 121.0}
    async with running_console(database_url, data_dir=tmp_path) as console:
        async with console.client(agent) as ann:
            assert (await ann.get(path, params={"region": "sh/sh/xx"})).json() == around_s8
            assert (await ann.get(path)).json()["north"] > around_s8["north"]
            assert (await ann.get(path, params={"region": "sh/sh/x"})).json() is None
        async with console.client(manager) as there:
            assert (await there.get(path)).json() == around_s8
            assert (await there.get(path, params={"region": "sh/sh/pd"})).json() == around_s8


async def test_on_a_shared_number_an_area_manager_learns_of_the_own_area_only(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    """S8 and S9 stand beside S1 and S5, in another area; a number belongs to somebody here, there, and of both."""
    far = {name: replace(site_at(name, where), region="sh/sh/xx") for name, where in (("S8", 30.995), ("S9", 31.045))}
    phone = "021-7777-0000"
    people = {
        "K-HERE": Customer("K-HERE", "Here", phone, None, None, ("S1",)),
        "K-THERE": Customer("K-THERE", "There", phone, None, None, ("S9",)),
        "K-BOTH": Customer("K-BOTH", "Both", phone, None, None, ("S9", "S5")),
        "K-NEAR": Customer("K-NEAR", "Near", phone, 31.0451, 121.0, ()),
    }
    more = Inventory(sites={**INVENTORY.sites, **far}, customers={**INVENTORY.customers, **people})
    await load_inventory(loaded, more, False, datetime.now(UTC))
    await take_down(loaded, "I9", "S9")
    await add_incident(loaded, "I8", "S8", "door-open")
    await add_alarm(loaded, "A8", "I8", "S8", "door-1", "door-open")
    tokens = {
        "there": await add_account(loaded, Role.AREA_MANAGER, "there", region="sh/sh/pd"),
        "ann": await add_account(loaded, Role.COMPLAINT_AGENT, "ann"),
    }
    seen = {}
    at_s1 = {"latitude": 31.0, "longitude": 121.0}
    async with running_console(database_url, data_dir=tmp_path) as console:
        for name, token in tokens.items():
            async with console.client(token) as client:
                about = (await client.get("/api/v1/outage-context", params={"phone": phone})).json()
                here = (await client.get("/api/v1/outage-context", params=at_s1)).json()
                stranger = await client.get("/api/v1/outage-context", params={"customer_id": "K-THERE"})
            names = [one["name"] for one in about["customers"]]
            alarms = [alarm["site"] for alarm in here["signs"]["alarms"]]
            seen[name] = (about["incident"], names, alarms, stranger.status_code)
    assert seen["there"] == (None, ["Both", "Here"], [], 403)
    assert seen["ann"] == ("I9", ["Both", "Here", "Near", "There"], ["S8"], 200)


async def test_who_is_bound_to_a_region_takes_a_call_from_elsewhere_and_learns_nothing_of_it(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    far = replace(site_at("S9", 31.045), region="sh/sh/xx")
    await load_inventory(loaded, replace(INVENTORY, sites={**INVENTORY.sites, "S9": far}), False, datetime.now(UTC))
    await take_down(loaded, "I9", "S9")
    tokens = [
        await add_account(loaded, Role.COMPLAINT_AGENT, "here", region="sh/sh/pd"),
        await add_account(loaded, Role.COMPLAINT_AGENT, "ann"),
    ]
    call = {"channel": "phone", "text": "no signal", "site": "S9"}
    async with desk_port(database_url, tmp_path) as console:
        told = []
        for token in tokens:
            async with console.client(token) as client:
                told.append((await client.post("/api/v1/complaints", json=call)).json())
        async with console.client(tokens[0]) as here:
            own = (await here.post("/api/v1/complaints", json=call | {"site": "S1"})).json()["id"]
            moved = await here.post(f"/api/v1/complaints/{own}/change", json={"site": "S9"})
            assert (moved.status_code, moved.json()["reason"]) == (404, "site_not_found")
            assert (await here.get(f"/api/v1/complaints/{own}")).json()["site"] == "S1"
    assert told[0]["outage"] is None
    assert told[1]["outage"]["incident"] == "I9"


async def test_a_call_is_kept_the_whole_link_shown_and_agents_offered_who_may_see_it(
    loaded: Connection, database_url: str, tmp_path: Path
) -> None:
    token = await add_account(loaded, Role.COMPLAINT_AGENT, "ann")
    await add_account(loaded, Role.SHIFT_LEADER, "lee")
    await add_account(loaded, Role.COMPLAINT_AGENT, "cai", region="sh/sh")
    await add_account(loaded, Role.COMPLAINT_AGENT, "eve", region="sh/sh/xx")
    await add_account(loaded, Role.TECHNICIAN, "tom")
    taken = {"channel": "phone", "text": "no signal", "phone": "13800000002", "call": "acd-77"}
    async with (
        desk_port(database_url, tmp_path, public_url="https://help.example.com/") as console,
        console.client(token) as agent,
    ):
        one = f"/api/v1/complaints/{(await agent.post('/api/v1/complaints', json=taken)).json()['id']}"
        again = {"direction": "in", "channel": "phone", "text": "asks again", "call": "acd-78"}
        await agent.post(f"{one}/contacts", json=again)
        shown = (await agent.get(one)).json()
        offered = (await agent.get("/api/v1/agents", params={"complaint": "C1"})).json()["items"]
    assert [contact["call"] for contact in shown["contacts"]] == ["acd-78", "acd-77"]
    assert shown["tracking_url"] == f"https://help.example.com{shown['tracking']}"
    assert [(agent["id"], agent["role"], agent["here"]) for agent in offered] == [
        ("ann", "complaint_agent", True),  # registered it just now
        ("cai", "complaint_agent", False),
        ("lee", "shift_leader", False),
    ]


async def _ids(client: httpx.AsyncClient, **params: str) -> list[str]:
    answer = await client.get("/api/v1/complaints", params=params)
    assert answer.is_success, answer.text
    return [one["id"] for one in answer.json()["items"]]
