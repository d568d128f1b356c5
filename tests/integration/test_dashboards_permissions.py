"""Each role at each address of the console: 401 without a name, 403 for who may not, an answer for who may."""

from __future__ import annotations

from typing import Any

from guywire.commands import Command
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import play_owner, running_console
from tests.integration.small_province import (
    NOW,
    PHOTO,
    REGION,
    add_account,
    add_clocks,
    add_correction,
    add_dispatching,
    add_generators,
    add_province,
    add_silence,
    add_unidentified,
    add_visits,
)
from tests.integration.small_province_plans import add_rota, add_rounds
from tests.integration.test_centre_permissions import ADDRESSES as ADDRESSES_OF_THE_CENTRE
from tests.integration.test_complaint_desk_api import ADDRESSES as ADDRESSES_OF_THE_DESK
from tests.integration.test_report_and_tenant_roles import ADDRESSES as ADDRESSES_OF_REPORTS_AND_TENANTS

CENTRE = {Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR}
NETWORK = CENTRE | {Role.AREA_MANAGER}
DESK = CENTRE | {Role.COMPLAINT_AGENT}
LEADERS = {Role.ADMIN, Role.SHIFT_LEADER, Role.AREA_MANAGER}
EVERYBODY = set(Role)

A_TICKET = {"site": "S1", "title": "Fence is down"}
A_COMPLAINT = {"channel": "phone", "text": "no signal", "site": "S1"}
A_SHELF = {"kind": "shelf", "title": "noise", "sites": ["S1"]}
A_DEPOT = {"id": "D1", "region": REGION, "latitude": 31, "longitude": 121}
A_FINDING = {"work_order": "W1", "text": "bolt missing", "severity": "minor"}
UNTIL = "2100-01-01T00:00:00Z"
AN_EXEMPTION = {"since": "2026-11-21T08:00:00Z", "until": "2026-11-21T09:00:00Z", "reason": "storm"}

AN_ENTRY = {"technician": "K1", "kind": "leave", "since": "2026-11-21T08:00:00Z", "until": UNTIL}
A_CERTIFICATE = {"technician": "K1", "skill": "power", "number": "P-1", "valid_until": "2099-12-31"}
A_CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"

TABLE: list[tuple[str, str, dict[str, Any] | str | None, set[Role]]] = [
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
    ("POST", "/api/v1/alarms/bulk", {"action": "acknowledge", "alarms": ["A1"]}, CENTRE),
    ("GET", "/api/v1/live/snapshot?collections=alarm", None, NETWORK),
    ("GET", "/api/v1/wall", None, NETWORK),
    ("GET", "/api/v1/watches", None, NETWORK),
    ("GET", "/api/v1/mass-outages", None, NETWORK),
    ("GET", "/api/v1/map/sites", None, NETWORK),
    ("GET", "/api/v1/map/ground", None, NETWORK | DESK),
    ("GET", "/api/v1/sites/S1/history", None, NETWORK),
    ("GET", "/api/v1/sites/S1/readings?resource=r&metric=temperature", None, NETWORK),
    ("GET", "/api/v1/profiles", None, NETWORK),
    ("GET", "/api/v1/incidents", None, NETWORK),
    ("GET", "/api/v1/incidents/I1", None, NETWORK),
    ("GET", "/api/v1/tickets", None, NETWORK),
    ("GET", "/api/v1/tickets/T1", None, NETWORK),
    ("POST", "/api/v1/tickets", A_TICKET, CENTRE),
    ("GET", "/api/v1/tickets/choices", None, NETWORK),
    ("GET", "/api/v1/tickets/T1/history", None, NETWORK),
    ("POST", "/api/v1/tickets/T1/assign", {"group": "power"}, CENTRE),
    ("POST", "/api/v1/tickets/T1/priority", {"priority": 1, "reason": "the mayor"}, CENTRE),
    ("POST", "/api/v1/tickets/T1/comment", {"text": "called"}, CENTRE),
    ("POST", "/api/v1/tickets/T1/parent", {"parent": "T9"}, CENTRE),
    ("POST", "/api/v1/tickets/bulk", {"tickets": [{"id": "T1"}], "comment": {"text": "x"}}, CENTRE),
    ("POST", "/api/v1/tickets/T1/transitions", {"to": "held", "reason": "landlord", "until": UNTIL}, CENTRE),
    ("GET", "/api/v1/clocks", None, NETWORK),
    ("POST", "/api/v1/tickets/T1/clocks/arrive/pause", {"reason": "landlord", "until": UNTIL}, NETWORK),
    ("POST", "/api/v1/tickets/T1/clocks/arrive/resume", {}, NETWORK),
    ("POST", "/api/v1/tickets/T1/clocks/arrive/exempt", AN_EXEMPTION, LEADERS),
    ("POST", "/api/v1/tickets/T1/clocks/arrive/extension", {"minutes": 9, "reason": "x", "evidence": "y"}, NETWORK),
    ("GET", "/api/v1/extensions", None, NETWORK),
    ("POST", "/api/v1/extensions/T1-X1/decide", {"granted": True}, LEADERS),
    ("POST", "/api/v1/tickets/T1/urge", {}, NETWORK | DESK),
    ("GET", "/api/v1/urges", None, NETWORK | DESK),
    ("GET", "/api/v1/climbs", None, NETWORK),
    ("POST", "/api/v1/climbs/T1-C1/answer", {}, NETWORK),
    ("GET", "/api/v1/silences", None, NETWORK),
    ("POST", "/api/v1/silences", A_SHELF, CENTRE),
    ("POST", "/api/v1/silences/W1/end", {}, CENTRE),
    ("GET", "/api/v1/needs", None, NETWORK),
    ("GET", "/api/v1/waiting-needs", None, NETWORK),
    ("GET", "/api/v1/work-orders", None, NETWORK),
    ("GET", "/api/v1/work-orders/preview?order=W1", None, NETWORK),
    ("GET", "/api/v1/work-orders/W1", None, NETWORK),
    ("POST", "/api/v1/work-orders", {"need": "N1", "technician": "K1"}, NETWORK),
    ("POST", "/api/v1/work-orders/W1/reassign", {"technician": "K1"}, NETWORK),
    ("POST", "/api/v1/work-orders/W1/withdraw", {"reason": "healed"}, NETWORK),
    ("POST", "/api/v1/work-orders/W1/undo", None, NETWORK),
    ("GET", "/api/v1/work-orders/W1/visit", None, NETWORK),
    ("GET", f"/api/v1/photos/{PHOTO}", None, NETWORK),
    ("GET", "/api/v1/places", None, NETWORK),
    ("POST", "/api/v1/places/PL1/decide", {"agreed": True}, NETWORK),
    ("GET", "/api/v1/questions", None, NETWORK),
    ("POST", "/api/v1/questions/Q1/answers", {"text": "F7"}, NETWORK),
    ("GET", "/api/v1/sos", None, NETWORK),
    ("POST", "/api/v1/sos/H1/answer", None, NETWORK),
    ("POST", "/api/v1/sos/H1/end", {"reason": "fetched"}, NETWORK),
    ("GET", "/api/v1/pauses", None, NETWORK),
    ("POST", "/api/v1/pauses", {"region": REGION, "reason": "ice"}, NETWORK),
    ("POST", "/api/v1/pauses/resume", {"region": REGION}, NETWORK),
    ("POST", "/api/v1/needs/N1/hold", None, NETWORK),
    ("POST", "/api/v1/needs/N1/release", None, NETWORK),
    ("GET", "/api/v1/emergencies", None, NETWORK),
    ("GET", "/api/v1/emergencies/E1", None, NETWORK),
    ("POST", "/api/v1/emergencies", {"region": REGION, "reason": "ice"}, NETWORK),
    ("POST", "/api/v1/emergencies/E1/end", {"reason": "over"}, NETWORK),
    ("GET", "/api/v1/day-plans", None, NETWORK),
    ("GET", "/api/v1/depots", None, NETWORK),
    ("POST", "/api/v1/depots", A_DEPOT, NETWORK),
    ("GET", "/api/v1/generators", None, NETWORK),
    ("GET", "/api/v1/generators/G1", None, NETWORK),
    ("POST", "/api/v1/generators", {"id": "G1", "kva": 5, "depot": "D1"}, NETWORK),
    ("POST", "/api/v1/generators/G1/move", {"to": "free"}, NETWORK),
    ("GET", "/api/v1/generator-needs", None, NETWORK),
    ("GET", "/api/v1/generator-runs", None, NETWORK),
    ("GET", "/api/v1/generator-runs/months/2026-11", None, NETWORK),
    ("GET", "/api/v1/round-plans", None, NETWORK),
    ("GET", "/api/v1/round-visits", None, NETWORK),
    ("GET", "/api/v1/findings", None, NETWORK),
    ("POST", "/api/v1/findings", A_FINDING, NETWORK),
    ("GET", "/api/v1/inspections", None, NETWORK),
    ("GET", "/api/v1/inspection-items", None, NETWORK),
    ("GET", "/api/v1/inspection-results", None, NETWORK),
    ("POST", "/api/v1/inspections/T1", {"scores": {"cause": 90}}, CENTRE),
    ("GET", "/api/v1/problems", None, NETWORK),
    ("GET", "/api/v1/problems/R1", None, NETWORK),
    ("GET", "/api/v1/problems/faults?alarm_type=smoke&site=S1", None, NETWORK),
    ("POST", "/api/v1/problems", {"title": "Hot shelter", "sites": ["S1"]}, NETWORK),
    ("POST", "/api/v1/problems/R1", {"why": "two in a week"}, NETWORK),
    ("POST", "/api/v1/problems/R1/link", {"tickets": ["T1"]}, NETWORK),
    ("POST", "/api/v1/problems/R1/unlink", {"tickets": ["T1"]}, NETWORK),
    ("POST", "/api/v1/problems/R1/comment", {"text": "seen it too"}, NETWORK),
    ("POST", "/api/v1/problems/R1/transitions", {"to": "closed", "reason": "site given up"}, NETWORK),
    ("GET", "/api/v1/service-times", None, NETWORK),
    ("GET", "/api/v1/rota", None, NETWORK),
    ("POST", "/api/v1/rota", AN_ENTRY, LEADERS),
    ("POST", "/api/v1/rota/import", A_CALENDAR, LEADERS),
    ("POST", "/api/v1/rota/E1", AN_ENTRY, LEADERS),
    ("POST", "/api/v1/rota/E1/end", None, LEADERS),
    ("GET", "/api/v1/rota/sources", None, NETWORK),
    ("GET", "/api/v1/rota/duties", None, NETWORK),
    ("GET", "/api/v1/rota.ics?technician=K1", None, NETWORK),
    ("GET", "/api/v1/swaps", None, NETWORK),
    ("POST", "/api/v1/swaps/X1/decide", {"approved": True}, LEADERS),
    ("GET", "/api/v1/certificates", None, NETWORK),
    ("POST", "/api/v1/certificates", A_CERTIFICATE, LEADERS),
    ("POST", "/api/v1/certificates/Q1/end", {"reason": "lost"}, LEADERS),
    ("GET", "/api/v1/assessments", None, NETWORK),
    ("GET", "/api/v1/sites", None, NETWORK),
    ("GET", "/api/v1/sites/S1", None, NETWORK),
    ("GET", "/api/v1/links", None, NETWORK),
    ("GET", "/api/v1/technicians", None, NETWORK),
    ("GET", "/api/v1/technicians/K1", None, NETWORK),
    ("GET", "/api/v1/outage-context?site=S1", None, DESK | {Role.AREA_MANAGER}),
    ("GET", "/api/v1/desk/search?text=S1", None, DESK | {Role.AREA_MANAGER}),
    ("GET", "/api/v1/complaints", None, DESK | {Role.AREA_MANAGER}),
    ("GET", "/api/v1/complaints/C1", None, DESK | {Role.AREA_MANAGER}),
    ("POST", "/api/v1/complaints", A_COMPLAINT, DESK),
]

ANSWERS = {
    "OpenTicket": "T1",
    **dict.fromkeys(("PauseDispatch", "ResumeDispatch"), "P1"),
    **dict.fromkeys(("HoldNeed", "ReleaseNeed"), "N1"),
    **dict.fromkeys(("DeclareEmergency", "EndEmergency"), "E1"),
    "PutDepot": "D1",
    **dict.fromkeys(("PutGenerator", "MoveGenerator"), "G1"),
    "RegisterComplaint": "C1",
    **dict.fromkeys(("PauseClock", "ResumeClock", "ExemptClock"), "N1-arrive"),
    **dict.fromkeys(("AskExtension", "DecideExtension"), "T1-X1"),
    "UrgeTicket": "T1-U1",
    "AnswerClimb": "T1-C1",
}


def _answer(command: Command) -> dict[str, Any]:
    """As the owners do: the id of what was changed."""
    named = getattr(command, "alarm", None) or getattr(command, "ticket", None)
    return {"id": ANSWERS.get(type(command).__name__) or named or "W1"}


def _sent(body: dict[str, Any] | str | None, **headers: str) -> dict[str, Any]:
    """As JSON, or as the calendar that it is."""
    if isinstance(body, str):
        return {"content": body, "headers": {**headers, "Content-Type": "text/calendar"}}
    return {"json": body, "headers": headers}


async def test_every_role_gets_what_the_table_says(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_unidentified(connection, "A7")
    await add_correction(connection, "C1", "A1", "I1")
    await add_silence(connection, "W1")
    await add_clocks(connection, "T1")
    await add_dispatching(connection)
    await add_visits(connection)
    await add_generators(connection)
    await add_rounds(connection)
    await add_rota(connection)
    tokens = {role: await add_account(connection, role) for role in Role}
    wrong = []
    async with (
        running_console(database_url) as console,
        play_owner(database_url, _answer),
        console.client() as client,
    ):
        for method, path, body, allowed in TABLE:
            nobody = await client.request(method, path, **_sent(body))
            if (nobody.status_code, nobody.json()["code"]) != (401, "unauthorized"):
                wrong.append((method, path, "nobody", nobody.status_code))
            for role, token in tokens.items():
                answer = await client.request(method, path, **_sent(body, Authorization=f"Bearer {token}"))
                expected = {200, 201} if role in allowed else {403}
                if answer.status_code not in expected:
                    wrong.append((method, path, str(role), answer.status_code))
    assert wrong == []


async def test_the_table_holds_every_address_of_the_api(connection: Connection, database_url: str) -> None:
    async with running_console(database_url) as console, console.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    asked = [
        *((method, path) for method, path, _, _ in TABLE),
        *ADDRESSES_OF_THE_CENTRE,
        *ADDRESSES_OF_THE_DESK,
        *ADDRESSES_OF_REPORTS_AND_TENANTS,
    ]
    tested = {(method, _template(method, path, described)) for method, path in asked}
    assert described - tested == {
        ("GET", "/health"),  # for everybody
        ("POST", "/api/v1/session"),  # how one becomes somebody
        ("DELETE", "/api/v1/session"),
        ("GET", "/api/v1/map/tiles.pmtiles"),  # there only when a centre has tiles: test_dashboards_map
    }


def _template(method: str, path: str, described: set[tuple[str, str]]) -> str:
    """The address as the API describes it: the one with the fewest names to fill in."""
    steps = path.partition("?")[0].split("/")
    fitting = [template for way, template in described if way == method and _fits(template.split("/"), steps)]
    return min(fitting, key=lambda template: template.count("{"), default=path)


def _fits(pattern: list[str], steps: list[str]) -> bool:
    return len(pattern) == len(steps) and all(a == b or a[:1] == "{" for a, b in zip(pattern, steps, strict=True))


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
