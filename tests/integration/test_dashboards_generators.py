"""The console's way to generators: what reaches dispatch, the table that is paid by, and nobody beyond their region."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from guywire.commands import Command
from guywire.commands.generators import MoveGenerator, PutDepot, PutGenerator
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import ELSEWHERE, REGION, add_account, add_generators, add_province


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


DEPOT = {"id": "D1", "name": "North", "region": REGION, "latitude": 31.1, "longitude": 121.2}
MACHINE = {"id": "G1", "kva": 12.5, "depot": "D1", "tank_litres": 40, "litres_per_hour": 3.5}
MOVED = {"to": "at_site", "site": "S1", "reason": "lent out", "version": 1}


async def test_commands_reach_dispatch_as_they_were_said_and_only_for_the_own_area(
    connection: Connection, console: Console, database_url: str
) -> None:
    await add_province(connection)
    await add_generators(connection)
    await add_generators(connection, "2", ELSEWHERE)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "D1" if isinstance(command, PutDepot) else "G1"}

    async with (
        play_owner(database_url, answer),
        console.client(await add_account(connection, Role.AREA_MANAGER)) as client,
    ):
        said = [
            await client.post("/api/v1/depots", json=DEPOT),
            await client.post("/api/v1/generators", json=MACHINE),
            await client.post("/api/v1/generators/G1/move", json=MOVED),
        ]
        assert [one.status_code for one in said] == [201, 201, 200]
        assert [one.json()["id"] for one in said] == ["D1", "G1", "G1"]
        refused = [
            await client.post("/api/v1/depots", json=DEPOT | {"region": ELSEWHERE}),
            await client.post("/api/v1/depots", json=DEPOT | {"id": "D2"}),
            await client.post("/api/v1/generators", json=MACHINE | {"id": "G2"}),
            await client.post("/api/v1/generators", json=MACHINE | {"depot": "D2"}),
            await client.post("/api/v1/generators", json=MACHINE | {"depot": "", "technician": "K2"}),
            await client.post("/api/v1/generators/G2/move", json=MOVED),
            await client.post("/api/v1/generators/G1/move", json=MOVED | {"site": "S2"}),
        ]
        assert [one.status_code for one in refused] == [403, 422, 422, 404, 404, 404, 404]
        seen = [(await client.get(f"/api/v1/{name}")).json()["items"] for name in ("depots", "generators")]
        assert [[one["id"] for one in items] for items in seen] == [["D1"], ["G1"]]
    assert asked == [
        PutDepot(depot="D1", name="North", region=REGION, latitude=31.1, longitude=121.2),
        PutGenerator(generator="G1", kva=12.5, depot="D1", tank_litres=40, litres_per_hour=3.5),
        MoveGenerator(generator="G1", to="at_site", site="S1", reason="lent out", version=1),
    ]


async def test_what_is_to_be_paid_stands_in_a_list_a_table_and_sums_by_tenant(
    connection: Connection, console: Console
) -> None:
    await add_province(connection)
    await add_generators(connection)
    await add_generators(connection, "2", ELSEWHERE)
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as client:
        runs = (await client.get("/api/v1/generator-runs", params={"flagged": True})).json()["items"]
        assert [(one["id"], one["clock_hours"], one["flags"][0]["code"]) for one in runs] == [("R1", 2.0, "no_photo")]
        later = datetime(2026, 12, 1, tzinfo=UTC).isoformat()
        for params in ({"from": later}, {"until": "2026-11-30T00:00:00Z"}, {"site": "S2"}, {"flagged": False}):
            assert (await client.get("/api/v1/generator-runs", params=params)).json()["items"] == []
        table = await client.get("/api/v1/generator-runs", params={"csv": True, "until": later})
        assert table.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert [(row["id"], row["tenants"], row["company"], row["flags"]) for row in rows] == [
            ("R1", "CMCC;CUCC", "'=Ltd", "no_photo")
        ]
        zone = await connection.execute("SELECT time_zone FROM views.site WHERE id = 'S1'")
        row = await zone.fetchone()
        assert row
        month = "2026-12" if row["time_zone"] == "Asia/Shanghai" else "2026-11"  # where the site is
        sums = (await client.get(f"/api/v1/generator-runs/months/{month}")).json()["items"]
        assert [(one["tenant"], one["hours"], one["fuel_litres"], one["flagged"]) for one in sums] == [
            ("CMCC", 1.0, 4.5, 1),
            ("CUCC", 1.0, 4.5, 1),
        ]
        assert (await client.get("/api/v1/generator-runs/months/soon")).status_code == 422
        wanted = (await client.get("/api/v1/generator-needs")).json()
        assert wanted == {"items": [], "next": None}
