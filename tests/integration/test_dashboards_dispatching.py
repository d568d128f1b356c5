"""The console's way to dispatch: what reaches it, and that nobody acts or looks beyond their region."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from guywire.commands import Command
from guywire.commands.centre import DeclareEmergency, EndEmergency, HoldNeed, PauseDispatch
from guywire.commands.orders import UndoWorkOrder
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import ELSEWHERE, REGION, add_account, add_dispatching, add_province

CITY = REGION.rsplit("/", 1)[0]


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


def _ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_commands_reach_dispatch_as_they_were_said(
    connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    await add_dispatching(connection)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        ids = {"PauseDispatch": "P1", "HoldNeed": "N1", "UndoWorkOrder": "W1"}
        return {"id": ids.get(type(command).__name__, "E1")}

    until = "2100-01-01T08:00:00Z"
    async with (
        play_owner(database_url, answer),
        console.client(await add_account(connection, Role.SHIFT_LEADER)) as client,
    ):
        paused = await client.post("/api/v1/pauses", json={"region": CITY, "reason": "ice", "until": until})
        held = await client.post("/api/v1/needs/N1/hold", json={"reason": "I know the landlord"})
        undone = await client.post("/api/v1/work-orders/W1/undo", json={"version": 3})
        declared = await client.post("/api/v1/emergencies", json={"region": CITY, "reason": "ice"})
        ended = await client.post("/api/v1/emergencies/E1/end", json={"reason": "over", "version": 2})
    assert [one.status_code for one in (paused, held, undone, declared, ended)] == [201, 200, 200, 201, 200]
    pause, hold, undo, declare, end = asked
    assert isinstance(pause, PauseDispatch)
    assert (pause.region, pause.reason, pause.until and pause.until.year) == (CITY, "ice", 2100)
    assert hold == HoldNeed(need="N1", reason="I know the landlord")
    assert undo == UndoWorkOrder(work_order="W1", version=3)
    assert declare == DeclareEmergency(region=CITY, reason="ice")
    assert end == EndEmergency(emergency="E1", reason="over", version=2)


async def test_an_area_manager_acts_in_the_own_area_only(
    connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    await add_dispatching(connection, ELSEWHERE)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "P1"}

    async with (
        play_owner(database_url, answer),
        console.client(await add_account(connection, Role.AREA_MANAGER)) as client,
    ):
        for region in (CITY, ELSEWHERE, ""):
            body = {"region": region, "reason": "ice"}
            assert (await client.post("/api/v1/pauses", json=body)).status_code in {403, 422}
            assert (await client.post("/api/v1/emergencies", json=body)).status_code in {403, 422}
            assert (await client.post("/api/v1/pauses/resume", json={"region": region})).status_code in {403, 422}
        assert (await client.post("/api/v1/emergencies/E1/end", json={"reason": "over"})).status_code == 404
        assert (await client.post("/api/v1/needs/N9/hold", json={})).status_code == 404
        assert _ids(await client.get("/api/v1/pauses")) == []
    assert asked == []


async def test_a_pause_of_the_whole_city_is_seen_by_who_lies_in_it(connection: Connection, console: Console) -> None:
    await add_province(connection)
    await add_dispatching(connection, CITY)
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as client:
        assert _ids(await client.get("/api/v1/pauses")) == ["P1"]
        assert _ids(await client.get("/api/v1/emergencies")) == ["E1"]
        assert _ids(await client.get("/api/v1/emergencies", params={"state": "over"})) == []
        assert (await client.post("/api/v1/emergencies/E1/end", json={"reason": "over"})).status_code == 403
        plan = (await client.get("/api/v1/day-plans", params={"technician": "K1"})).json()["items"][0]
        assert [stop["site"] for stop in plan["stops"]] == ["S1"]
        assert (await client.get("/api/v1/day-plans", params={"technician": "K2"})).status_code == 404
