"""Each role at each address of the console: 401 without a name, 403 for who may not, an answer for who may."""

from __future__ import annotations

from typing import Any

from guywire.commands import Command
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import play_owner, running_console
from tests.integration.small_province import (
    NOW,
    add_account,
    add_correction,
    add_province,
    add_silence,
    add_unidentified,
)

CENTRE = {Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR}
NETWORK = CENTRE | {Role.AREA_MANAGER}
DESK = CENTRE | {Role.COMPLAINT_AGENT}
EVERYBODY = set(Role)

A_TICKET = {"site": "S1", "title": "Fence is down"}
A_COMPLAINT = {"channel": "phone", "text": "no signal", "site": "S1"}
A_SHELF = {"kind": "shelf", "title": "noise", "sites": ["S1"]}
UNTIL = "2100-01-01T00:00:00Z"

TABLE: list[tuple[str, str, dict[str, Any] | None, set[Role]]] = [
    ("GET", "/api/v1/session", None, EVERYBODY),
    ("GET", "/api/v1/catalogue", None, EVERYBODY),
    ("GET", "/api/v1/summary", None, NETWORK),
    ("GET", "/api/v1/alarms", None, NETWORK),
    ("GET", "/api/v1/alarms/A1", None, NETWORK),
    ("GET", "/api/v1/alarms/A1/history", None, NETWORK),
    ("POST", "/api/v1/alarms/A1/acknowledge", {}, CENTRE),
    ("POST", "/api/v1/alarms/A1/unacknowledge", {}, CENTRE),
    ("POST", "/api/v1/alarms/A1/shelve", {"until": UNTIL}, CENTRE),
    ("POST", "/api/v1/alarms/A1/unshelve", {}, CENTRE),
    ("POST", "/api/v1/alarms/A1/clear", {}, CENTRE),
    ("POST", "/api/v1/alarms/A1/close", {}, CENTRE),
    ("POST", "/api/v1/alarms/A1/comment", {"comment": "seen"}, CENTRE),
    ("POST", "/api/v1/alarms/A7/adopt-sender", {"site": "S1", "resource": "ups-9", "kind": "ups"}, CENTRE),
    ("POST", "/api/v1/alarms/A7/adopt-trap", {"alarm_type": "smoke"}, CENTRE),
    ("POST", "/api/v1/alarms/A1/move", {"incident": "I9"}, CENTRE),
    ("POST", "/api/v1/incidents/I1/root", {"alarm": "A1"}, CENTRE),
    ("POST", "/api/v1/corrections/C1/withdraw", {}, CENTRE),
    ("GET", "/api/v1/profiles", None, NETWORK),
    ("GET", "/api/v1/incidents", None, NETWORK),
    ("GET", "/api/v1/incidents/I1", None, NETWORK),
    ("GET", "/api/v1/tickets", None, NETWORK),
    ("GET", "/api/v1/tickets/T1", None, NETWORK),
    ("POST", "/api/v1/tickets", A_TICKET, CENTRE),
    ("POST", "/api/v1/tickets/T1/transitions", {"to": "held", "reason": "landlord", "until": UNTIL}, CENTRE),
    ("GET", "/api/v1/silences", None, NETWORK),
    ("POST", "/api/v1/silences", A_SHELF, CENTRE),
    ("POST", "/api/v1/silences/W1/end", {}, CENTRE),
    ("GET", "/api/v1/needs", None, NETWORK),
    ("GET", "/api/v1/waiting-needs", None, NETWORK),
    ("GET", "/api/v1/work-orders", None, NETWORK),
    ("GET", "/api/v1/work-orders/W1", None, NETWORK),
    ("POST", "/api/v1/work-orders", {"need": "N1", "technician": "K1"}, NETWORK),
    ("POST", "/api/v1/work-orders/W1/reassign", {"technician": "K1"}, NETWORK),
    ("POST", "/api/v1/work-orders/W1/withdraw", {"reason": "healed"}, NETWORK),
    ("GET", "/api/v1/sites", None, NETWORK),
    ("GET", "/api/v1/sites/S1", None, NETWORK),
    ("GET", "/api/v1/links", None, NETWORK),
    ("GET", "/api/v1/technicians", None, NETWORK),
    ("GET", "/api/v1/technicians/K1", None, NETWORK),
    ("GET", "/api/v1/outage-context?site=S1", None, DESK | {Role.AREA_MANAGER}),
    ("GET", "/api/v1/complaints", None, DESK | {Role.AREA_MANAGER}),
    ("GET", "/api/v1/complaints/C1", None, DESK | {Role.AREA_MANAGER}),
    ("POST", "/api/v1/complaints", A_COMPLAINT, DESK),
]

ANSWERS = {"OpenTicket": "T1", "RegisterComplaint": "C1"}


def _answer(command: Command) -> dict[str, Any]:
    """As the owners do: the id of what was changed."""
    named = getattr(command, "alarm", None) or getattr(command, "ticket", None)
    return {"id": ANSWERS.get(type(command).__name__) or named or "W1"}


async def test_every_role_gets_what_the_table_says(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_unidentified(connection, "A7")
    await add_correction(connection, "C1", "A1", "I1")
    await add_silence(connection, "W1")
    tokens = {role: await add_account(connection, role) for role in Role}
    wrong = []
    async with (
        running_console(database_url) as console,
        play_owner(database_url, _answer),
        console.client() as client,
    ):
        for method, path, body, allowed in TABLE:
            nobody = await client.request(method, path, json=body)
            if (nobody.status_code, nobody.json()["code"]) != (401, "unauthorized"):
                wrong.append((method, path, "nobody", nobody.status_code))
            for role, token in tokens.items():
                answer = await client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
                expected = {200, 201} if role in allowed else {403}
                if answer.status_code not in expected:
                    wrong.append((method, path, str(role), answer.status_code))
    assert wrong == []


async def test_the_table_holds_every_address_of_the_api(connection: Connection, database_url: str) -> None:
    async with running_console(database_url) as console, console.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    tested = {(method, _template(path, described)) for method, path, _, _ in TABLE}
    assert described - tested == {
        ("GET", "/health"),  # for everybody
        ("POST", "/api/v1/session"),  # how one becomes somebody
        ("DELETE", "/api/v1/session"),
    }


def _template(path: str, described: set[tuple[str, str]]) -> str:
    steps = path.partition("?")[0].split("/")
    for _, template in sorted(described):
        pattern = template.split("/")
        if len(pattern) == len(steps) and all(a == b or a.startswith("{") for a, b in zip(pattern, steps, strict=True)):
            return template
    return path


HIDDEN = ["alarms/A9", "incidents/I9", "tickets/T9", "sites/S2", "technicians/K2", "complaints/C9"]


async def test_an_area_manager_sees_nothing_outside_the_region(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    manager = await add_account(connection, Role.AREA_MANAGER)
    leader = await add_account(connection, Role.SHIFT_LEADER)
    async with (
        running_console(database_url) as console,
        console.client(manager) as area,
        console.client(leader) as all_,
    ):
        for path in HIDDEN:
            kind, key = path.split("/")
            assert (await all_.get(f"/api/v1/{path}")).status_code == 200
            hidden = await area.get(f"/api/v1/{path}")
            assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found"), path
            listed = (await area.get(f"/api/v1/{kind}")).json()["items"]
            assert listed, path
            assert key not in [item["id"] for item in listed]


async def test_an_incident_rooted_elsewhere_is_seen_where_it_takes_a_site_down(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await connection.execute(
        "INSERT INTO correlation.outage (incident_id, site_id, started_at) VALUES ('I9', 'S1', %s)", (NOW,)
    )
    manager = await add_account(connection, Role.AREA_MANAGER)
    async with running_console(database_url) as console, console.client(manager) as client:
        listed = await client.get("/api/v1/incidents")
    assert {item["id"] for item in listed.json()["items"]} == {"I1", "I9"}


async def test_an_area_manager_gives_orders_only_inside_the_region(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    manager = await add_account(connection, Role.AREA_MANAGER)
    async with (
        running_console(database_url) as console,
        play_owner(database_url, _answer),
        console.client(manager) as client,
    ):
        own = await client.post("/api/v1/work-orders", json={"need": "N1", "technician": "K1"})
        foreign_need = await client.post("/api/v1/work-orders", json={"need": "N9", "technician": "K1"})
        foreign_hands = await client.post("/api/v1/work-orders", json={"need": "N1", "technician": "K2"})
    asked = await (await connection.execute("SELECT count(*) AS n FROM core.command")).fetchone()
    assert [own.status_code, foreign_need.status_code, foreign_hands.status_code] == [201, 404, 404]
    assert asked == {"n": 1}
