"""The console's way to rounds, findings and inspections: what is shown, what is asked, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from guywire.commands import Command
from guywire.commands.rounds import InspectTicket, RecordFinding
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import add_account, add_province
from tests.integration.small_province_plans import add_rounds


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


async def test_what_is_planned_found_and_learned_is_shown(connection: Connection, console: Console) -> None:
    await add_province(connection)
    await add_rounds(connection)
    await connection.execute("INSERT INTO dispatch.service_time VALUES ('repair', 'smoke', 'A', 42, 7, 5)")
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:

        async def items(path: str, **params: str) -> list[dict[str, Any]]:
            answer = await client.get(f"/api/v1/{path}", params=params)
            assert answer.status_code == 200, answer.text
            found: list[dict[str, Any]] = answer.json()["items"]
            return found

        assert [(plan["id"], plan["on"]) for plan in await items("round-plans")] == [
            ("battery_test", False),
            ("genset_run", False),
            ("inspection", False),
        ]
        assert [visit["site_name"] for visit in await items("round-visits", plan="inspection")] == ["Tower S1"]
        assert await items("round-visits", state="done") == []
        assert [found["origin"] for found in await items("findings", work_order="W1")] == ["finding:F1"]
        assert await items("findings", site="S2") == []
        assert await items("inspections") == []
        assert [one["score"] for one in await items("inspections", state="passed")] == [90]
        assert [item["id"] for item in await items("inspection-items")] == ["cause", "result", "evidence", "on_time"]
        results = await items("inspection-results")
        assert sorted((one["subject"], one["name"], one["month"]) for one in results) == [
            ("company", "East", "2026-11"),
            ("technician", "K1", "2026-11"),
        ]
        assert [time["minutes"] for time in await items("service-times")] == [42]


async def test_what_is_said_reaches_dispatch_as_it_was_said(
    connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    await add_rounds(connection)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "x"}

    finding = "8d7f8a3e-0000-4000-8000-000000000001"
    body = {"id": finding, "work_order": "W1", "text": "bolt missing", "severity": "minor", "skills": ["tower"]}
    async with (
        play_owner(database_url, answer),
        console.client(await add_account(connection, Role.SHIFT_LEADER)) as client,
    ):
        assert (await client.post("/api/v1/findings", json=body)).status_code == 201
        assert (await client.post("/api/v1/findings", json=body | {"id": None})).status_code == 201
        assert (await client.post("/api/v1/findings", json=body | {"severity": "awful"})).status_code == 422
        scores = {"scores": {"cause": 90}, "remark": "well done", "version": 2}
        assert (await client.post("/api/v1/inspections/T1", json=scores)).status_code == 200
        assert (await client.post("/api/v1/inspections/T1", json={"scores": {"cause": 101}})).status_code == 422
    first, second, inspected = asked
    assert first == RecordFinding(
        finding=finding, work_order="W1", text="bolt missing", severity="minor", skills=("tower",)
    )
    assert isinstance(second, RecordFinding)
    assert str(UUID(second.finding)) != finding
    assert inspected == InspectTicket(ticket="T1", scores={"cause": 90}, remark="well done", version=2)


async def test_an_area_manager_sees_the_own_areas_only(
    connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    await add_rounds(connection)
    await add_rounds(connection, suffix="9", site="S2")
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "x"}

    async with (
        play_owner(database_url, answer),
        console.client(await add_account(connection, Role.AREA_MANAGER)) as client,
    ):
        for path, shown in (("round-visits", 1), ("findings", 1), ("inspections?state=all", 1)):
            assert len((await client.get(f"/api/v1/{path}")).json()["items"]) == shown, path
        assert len((await client.get("/api/v1/inspection-results")).json()["items"]) == 2
        assert (await client.post("/api/v1/inspections/T1", json={"scores": {}})).status_code == 403
    assert asked == []
