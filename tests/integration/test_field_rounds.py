"""A round's visit on the phone: its checklist comes with the order, and what is found becomes a ticket."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from guywire.database import Connection
from tests.integration.dispatch_world import World, small_area
from tests.integration.field_phone import offered, step, token_of
from tests.integration.running_field import running_field


@pytest.fixture
async def world(connection: Connection) -> World:
    world = await small_area(connection)
    await connection.execute(
        "INSERT INTO dispatch.round_visit (visit_id, plan, kind, site_id, domain, due_on, release_at, due_at, deadline,"
        " asked_at, ticket_id, checklist) VALUES ('round:inspection:S1:x', 'inspection', 'inspect', 'S1', 'p/c',"
        " '2026-11-22', now(), now(), now(), now(), 'T1', %s)",
        ('[{"zh": "无渗水", "en": "No water inside"}]',),
    )
    return world


@pytest.fixture
async def phone(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "rounds.toml").write_text('plans.inspection.hours = "00:00-24:00"\n')  # whenever this runs
    async with (
        running_field(database_url, tmp_path) as field,
        field.client(await token_of(world, "bo", technician="B")) as client,
    ):
        yield client


async def test_the_checklist_of_a_round_is_on_the_phone_and_a_finding_goes_back_once(
    world: World, phone: httpx.AsyncClient
) -> None:
    order = await offered(world, phone, kind="inspect", priority=4)
    await step(phone, order["id"], "accepted")
    shown = (await phone.get(f"/api/v1/work-orders/{order['id']}")).json()
    assert {"name": "inspection 1", "words": {"zh": "无渗水", "en": "No water inside"}, "required": False} in shown[
        "checks"
    ]
    finding = {
        "id": str(uuid.uuid4()),
        "at": datetime.now(UTC).isoformat(),
        "text": "bolt missing at the 20 m platform",
        "severity": "minor",
        "skills": ["power"],
    }
    path = f"/api/v1/work-orders/{order['id']}/findings"
    for key in ("k1", "k1", "k2"):
        said = await phone.post(path, json=finding, headers={"Idempotency-Key": key})
        assert (said.status_code, said.json()["id"], said.json()["ticket"]) == (201, finding["id"], None)
    asked = await world.rows("SELECT key, body ->> 'site' AS site FROM core.command WHERE kind = 'OpenTicket'")
    assert asked == [{"key": f"finding:{finding['id']}", "site": "S1"}]
    vague = await phone.post(path, json=finding | {"id": str(uuid.uuid4()), "text": "已修复"})
    assert (vague.status_code, vague.json()["reason"]) == (422, "too_vague")
    foreign = await phone.post("/api/v1/work-orders/W99/findings", json=finding | {"id": str(uuid.uuid4())})
    assert foreign.status_code == 404
