"""Each role at each address of the field port, and another technician at somebody's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

import httpx

from guywire.database import Connection
from guywire.identity import issue_token
from guywire.model import Role
from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, offered, token_of
from tests.integration.running_field import Field

NOW = datetime.now(UTC).isoformat()
PHOTO = "/api/v1/photos/00000000-0000-4000-8000-000000000001"
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
ORDER = "/api/v1/work-orders/W1"
A_NOTE = {"id": "00000000-0000-4000-8000-000000000002", "at": NOW, "kind": "note", "text": "gate code changed"}
A_FINDING = {"id": "00000000-0000-4000-8000-000000000003", "at": NOW, "text": "bolt missing", "severity": "minor"}
A_SWAP = {"kind": "give", "other": "A", "since": "2099-01-01T00:00:00Z", "until": "2099-01-01T08:00:00Z"}
A_RUN = {"step": "start", "at": NOW}


UNKNOWN, FORBIDDEN = frozenset({401}), frozenset({403})
REFUSED = frozenset({403, 404})
UNDERSTOOD = frozenset({200, 201, 409, 422})
OPEN = frozenset({200, 404, 422})


class Who(Enum):
    EVERYBODY = auto()
    TECHNICIAN = auto()
    """Any technician, about themselves."""
    HOLDER = auto()
    """Who has the order; to another technician it is as good as not there."""
    MATE = auto()
    """Who goes along with its holder; neither of the two here does."""


TABLE: list[tuple[str, str, dict[str, Any] | bytes | None, Who]] = [
    ("GET", "/health", None, Who.EVERYBODY),
    ("GET", "/api/v1/report-categories", None, Who.EVERYBODY),
    ("POST", "/api/v1/reports", {"phone": "13800000002", "latitude": 95}, Who.EVERYBODY),
    ("GET", "/api/v1/track/x", None, Who.EVERYBODY),
    ("POST", "/api/v1/track/x/back", None, Who.EVERYBODY),
    ("POST", "/api/v1/track/x/still-out", None, Who.EVERYBODY),
    ("POST", "/api/v1/track/x/satisfaction", {"score": 5}, Who.EVERYBODY),
    ("GET", "/api/v1/me/day", None, Who.TECHNICIAN),
    ("GET", "/api/v1/me/work-orders", None, Who.TECHNICIAN),
    ("GET", "/api/v1/me/positions", None, Who.TECHNICIAN),
    ("POST", "/api/v1/me/positions", {"at": NOW, **HERE}, Who.TECHNICIAN),
    ("GET", "/api/v1/me/questions", None, Who.TECHNICIAN),
    ("GET", "/api/v1/me/rota", None, Who.TECHNICIAN),
    ("GET", "/api/v1/me/rota/mates", None, Who.TECHNICIAN),
    ("GET", "/api/v1/me/rota.ics", None, Who.TECHNICIAN),
    ("POST", "/api/v1/me/swaps", A_SWAP, Who.TECHNICIAN),
    ("POST", "/api/v1/me/sos", {"at": NOW}, Who.TECHNICIAN),
    ("POST", "/api/v1/me/sos/end", {"at": NOW, "reason": "a false alarm"}, Who.TECHNICIAN),
    ("POST", "/api/v1/me/watch", {"minutes": 30}, Who.TECHNICIAN),
    ("POST", "/api/v1/me/watch/end", None, Who.TECHNICIAN),
    ("GET", "/api/v1/push-key", None, Who.TECHNICIAN),
    ("POST", "/api/v1/me/push", {"endpoint": "https://x.example", "p256dh": "x", "auth": "x"}, Who.TECHNICIAN),
    ("POST", "/api/v1/me/push/end", {"endpoint": "https://x.example"}, Who.TECHNICIAN),
    ("POST", "/api/v1/me/notices/seen", {"ids": ["x"]}, Who.TECHNICIAN),
    ("GET", ORDER, None, Who.HOLDER),
    ("GET", f"{ORDER}/procedures", None, Who.HOLDER),
    ("POST", f"{ORDER}/transitions", {"to": "accepted"}, Who.HOLDER),
    ("POST", f"{ORDER}/records", {"records": [A_NOTE]}, Who.HOLDER),
    ("POST", f"{ORDER}/findings", A_FINDING, Who.HOLDER),
    ("POST", f"{ORDER}/questions", {"text": "which fuse?"}, Who.HOLDER),
    ("POST", f"{ORDER}/runs", A_RUN, Who.HOLDER),
    ("POST", f"{ORDER}/step-back", {"reason": "not needed"}, Who.MATE),
    ("PUT", f"{PHOTO}?work_order=W1&kind=photo&at={NOW.replace('+', '%2B')}", JPEG, Who.HOLDER),
    ("GET", PHOTO, None, Who.HOLDER),
    ("POST", "/api/v1/sites/S1/places", {"kind": "parking", "points": [[31.2, 121.0]], "at": NOW}, Who.HOLDER),
]
ELSEWHERE = {
    ("GET", "/api/v1/session"),  # the same routes as the console's: test_dashboards_permissions, ..._sessions
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/hooks/sms"),  # by their signature: test_complaint_public_api
    ("POST", "/api/v1/hooks/email"),
    ("POST", "/api/v1/questions/{question}/answers"),  # by whoever was asked: test_field_visits
    ("POST", "/api/v1/me/swaps/{swap}/answer"),  # by the other one: test_rota_over_http
    ("POST", "/api/v1/me/swaps/{swap}/withdraw"),
}


async def _ask(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | bytes | None, token: str
) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if isinstance(body, bytes):
        sent = await client.request(method, path, content=body, headers={**headers, "Content-Type": "image/jpeg"})
    else:
        sent = await client.request(method, path, json=body, headers=headers)
    return sent.status_code


async def _signed_out(connection: Connection, name: str) -> dict[str, str]:
    """Tokens of an account that were good once."""
    expired = await issue_token(connection, name, datetime.now(UTC) - timedelta(days=91))
    revoked = await issue_token(connection, name, datetime.now(UTC))
    await connection.execute(
        "UPDATE core.token SET revoked_at = now() WHERE token_hash = sha256(%s::bytea)", (revoked.encode(),)
    )
    return {"nobody": "", "expired": expired, "revoked": revoked, "invented": "x" * 43}


async def test_every_role_gets_what_the_table_says(
    field: Field, world: World, near: httpx.AsyncClient, connection: Connection
) -> None:
    await offered(world, near)
    holder = near.headers["authorization"].removeprefix("Bearer ")
    stranger = await token_of(world, "cai", technician="C")
    others = {str(role): await token_of(world, str(role), role) for role in Role}  # of no technician
    nobody = await _signed_out(connection, "bo")
    wrong = []
    async with field.client() as client:
        for method, path, body, who in TABLE:
            expected = dict.fromkeys(nobody, UNKNOWN) | dict.fromkeys(others, FORBIDDEN)
            expected["stranger"] = UNDERSTOOD if who is Who.TECHNICIAN else REFUSED
            expected["holder"] = REFUSED if who is Who.MATE else UNDERSTOOD
            if who is Who.EVERYBODY:
                expected = dict.fromkeys(expected, OPEN)
            tokens = {**nobody, **others, "stranger": stranger, "holder": holder}
            for name, token in tokens.items():
                status = await _ask(client, method, path, body, token)
                if status not in expected[name]:
                    wrong.append((method, path, name, status))
    assert wrong == []


async def test_the_table_holds_every_address_of_the_field_port(field: Field) -> None:
    async with field.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    tested = {(method, _described_as(path)) for method, path, _, _ in TABLE}
    assert described - tested == ELSEWHERE


def _described_as(path: str) -> str:
    """The address as the API describes it."""
    for asked, name in (
        (ORDER, "/api/v1/work-orders/{order_id}"),
        (PHOTO, "/api/v1/photos/{photo}"),
        ("/api/v1/sites/S1", "/api/v1/sites/{site}"),
        ("/track/x", "/track/{token}"),
    ):
        path = path.replace(asked, name)
    return path.partition("?")[0]
