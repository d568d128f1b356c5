"""A technician for tests of the field: accounts and tokens, an order as soon as it is offered, somebody on site."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx

from guywire.database import Connection
from guywire.identity import issue_token
from guywire.model import Role
from tests.integration.dispatch_world import World, small_area

HERE: dict[str, Any] = {"latitude": 31.2, "longitude": 121.0}
REPORT: dict[str, Any] = {"cause": "lightning surge", "result": "replaced the rectifier module"}


async def token_of(
    world: World, name: str, role: Role = Role.TECHNICIAN, technician: str = "", region: str = ""
) -> str:
    """A bearer token of a new account."""
    await world.connection.execute(
        "INSERT INTO core.account (name, role, technician_id, region, password_hash) VALUES (%s, %s, %s, %s, 'none')",
        (name, str(role), technician, region),
    )
    return await issue_token(world.connection, name, datetime.now(UTC))


async def offered(world: World, phone: httpx.AsyncClient, need: str = "N1", **columns: Any) -> dict[str, Any]:
    """The order of a new need, as soon as it is on the phone."""
    seen = (await phone.get("/api/v1/me/work-orders")).json()["seen"]
    await world.need(need, **columns)
    async with asyncio.timeout(20):
        while True:
            answer = (await phone.get("/api/v1/me/work-orders", params={"seen": seen, "wait": 20})).json()
            if found := [item for item in answer["items"] if need in item["needs"]]:
                return dict(found[0])
            seen = answer["seen"]


async def step(phone: httpx.AsyncClient, order: str, to: str, key: str = "", **more: Any) -> httpx.Response:
    """One transition of an order."""
    headers = {"Idempotency-Key": key} if key else {}
    return await phone.post(f"/api/v1/work-orders/{order}/transitions", json={"to": to, **more}, headers=headers)


async def on_site(connection: Connection) -> World:
    """The small area, with technician B on site for the order W1."""
    world = await small_area(connection)
    await world.need("N1")
    await world.batch()
    for to in ("accepted", "en_route", "on_site"):
        await world.move("W1", to)
    return world


async def notices(world: World, person: str, kind: str) -> list[dict[str, Any]]:
    """What a person was told of that kind."""
    return await world.rows("SELECT * FROM views.notice WHERE person = %s AND kind = %s ORDER BY at", person, kind)
