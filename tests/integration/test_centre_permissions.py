"""Each role at each address of the centre's own records. What may be done once is refused (409) to who comes second."""

from __future__ import annotations

from typing import Any

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import running_console
from tests.integration.small_province import NOW, REGION, add_account, add_dispatching, add_province

LEADERS = {Role.ADMIN, Role.SHIFT_LEADER}
CENTRE = LEADERS | {Role.NOC_OPERATOR}
NETWORK = CENTRE | {Role.AREA_MANAGER}
READERS = NETWORK | {Role.COMPLAINT_AGENT}

UNTIL = "2100-01-01T00:00:00Z"
WORDS = {"zh": "首报", "en": "first"}
A_REPORT = {"kind": "first", "title": WORDS, "text": WORDS}
AN_ANNOUNCEMENT = {
    "kind": "works",
    "title": "fence",
    "regions": [REGION],
    "starts_at": "2099-12-31T00:00:00Z",
    "ends_at": UNTIL,
}
A_TABLE = f"kind,title,regions,starts_at,ends_at\nworks,fence,{REGION},2099-12-31T00:00:00Z,{UNTIL}\n"
A_PROCEDURE = {"title": "x", "categories": ["billing"], "language": "en", "steps": ["x"], "version": 0}

TABLE: list[tuple[str, str, dict[str, Any] | str | None, set[Role]]] = [
    ("GET", "/api/v1/claims", None, NETWORK),
    ("POST", "/api/v1/incidents/I1/claim", {"take_over": True}, CENTRE),
    ("POST", "/api/v1/incidents/I1/release", None, CENTRE),
    ("GET", "/api/v1/shift", None, LEADERS),
    ("GET", "/api/v1/system", None, CENTRE),
    ("POST", "/api/v1/handovers", None, CENTRE),
    ("GET", "/api/v1/handovers", None, CENTRE),
    ("GET", "/api/v1/handovers/HO1", None, CENTRE),
    ("POST", "/api/v1/handovers/HO1/notes", {"text": "the landlord calls"}, CENTRE),
    ("POST", "/api/v1/handovers/HO1/hand-over", {"version": 4}, CENTRE),
    ("POST", "/api/v1/handovers/HO1/sign", {"version": 5}, CENTRE),
    ("POST", "/api/v1/announcements", AN_ANNOUNCEMENT, CENTRE),
    ("POST", "/api/v1/announcements/import", A_TABLE, CENTRE),
    ("GET", "/api/v1/announcements", None, NETWORK),
    ("GET", "/api/v1/announcements/AN1", None, NETWORK),
    ("POST", "/api/v1/announcements/AN1", {**AN_ANNOUNCEMENT, "version": 1}, CENTRE),
    ("POST", "/api/v1/announcements/AN1/withdraw", {"reason": "called off"}, CENTRE),
    ("GET", "/api/v1/incidents/I1/situation-reports", None, NETWORK),
    ("GET", "/api/v1/incidents/I1/situation-reports/draft", None, NETWORK),
    ("POST", "/api/v1/incidents/I1/situation-reports", A_REPORT, CENTRE),
    ("GET", "/api/v1/emergencies/E1/situation-reports", None, NETWORK),
    ("GET", "/api/v1/emergencies/E1/situation-reports/draft", None, NETWORK),
    ("POST", "/api/v1/emergencies/E1/situation-reports", A_REPORT, CENTRE),
    ("GET", "/api/v1/procedures", None, READERS),
    ("GET", "/api/v1/procedures/complaint-billing-en", None, READERS),
    ("POST", "/api/v1/procedures", {name: A_PROCEDURE[name] for name in A_PROCEDURE if name != "version"}, LEADERS),
    ("POST", "/api/v1/procedures/complaint-billing-en", A_PROCEDURE, LEADERS),
    ("POST", "/api/v1/procedures/complaint-billing-zh/retire", {"version": 0, "note": "old"}, LEADERS),
    ("GET", "/api/v1/similar?alarm_type=smoke", None, NETWORK),
    ("GET", "/api/v1/saved-views", None, NETWORK),
    ("POST", "/api/v1/saved-views", {"name": "mine", "search": "view=alarms"}, NETWORK),
]

ADDRESSES = [*((method, path) for method, path, _, _ in TABLE), ("DELETE", "/api/v1/saved-views/SV1")]


def _sent(body: dict[str, Any] | str | None, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if isinstance(body, str):
        return {"content": body, "headers": {**headers, "Content-Type": "text/csv"}}
    return {"json": body, "headers": headers}


async def test_every_role_gets_what_the_table_says(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_dispatching(connection)
    await connection.execute("UPDATE correlation.incident SET opened_at = %s", (NOW,))
    tokens = {role: await add_account(connection, role) for role in Role}
    wrong = []
    async with running_console(database_url) as console, console.client() as client:
        for method, path, body, allowed in TABLE:
            nobody = await client.request(method, path, **_sent(body, ""))
            if (nobody.status_code, nobody.json()["code"]) != (401, "unauthorized"):
                wrong.append((method, path, "nobody", nobody.status_code))
            for role, token in tokens.items():
                answer = await client.request(method, path, **_sent(body, token))
                expected = {200, 201, 409} if role in allowed else {403}
                if answer.status_code not in expected:
                    wrong.append((method, path, str(role), answer.status_code))
        mine = await client.request("GET", "/api/v1/saved-views", **_sent(None, tokens[Role.ADMIN]))
        own = mine.json()["items"][0]["id"]
        for role, token in tokens.items():
            answer = await client.delete(f"/api/v1/saved-views/{own}", headers={"Authorization": f"Bearer {token}"})
            if answer.status_code != (204 if role is Role.ADMIN else 404 if role in NETWORK else 403):
                wrong.append(("DELETE", "/api/v1/saved-views", str(role), answer.status_code))
    assert wrong == []
