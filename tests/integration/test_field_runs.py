"""A generator run from the phone, on a real dispatch: said once however often it is sent, and seen on the order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, offered, step, token_of
from tests.integration.running_field import Field, running_field


@pytest.fixture
async def field(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[Field]:
    await world.connection.execute(
        "INSERT INTO dispatch.depot (depot_id, name, region, latitude, longitude)"
        " VALUES ('D1', 'North', 'p/c/a', 31.22, 121)"
    )
    await world.connection.execute(
        "INSERT INTO dispatch.generator (generator_id, kva, depot_id, state, since, region, litres_per_hour)"
        " VALUES ('G1', 20, 'D1', 'free', now(), 'p/c/a', 3)"
    )
    async with running_field(database_url, tmp_path) as running:
        yield running


async def test_a_run_is_said_from_the_phone_and_stands_on_the_order(world: World, field: Field) -> None:
    async with field.client(await token_of(world, "bo", technician="B")) as phone:
        order = (await offered(world, phone, kind="generator"))["id"]
        shown = (await phone.get(f"/api/v1/work-orders/{order}")).json()
        fetch = shown["generators"][0]
        assert (fetch["id"], fetch["state"], fetch["depot_name"], fetch["latitude"]) == (
            "G1",
            "reserved",
            "North",
            31.22,
        )
        for to in ("accepted", "en_route", "on_site"):
            assert (await step(phone, order, to, **(HERE if to == "on_site" else {}))).status_code == 200
        path = f"/api/v1/work-orders/{order}/runs"
        began = {"step": "start", "at": datetime.now(UTC).isoformat(), "hours": 12.5}
        first, again = [await phone.post(path, json=began, headers={"Idempotency-Key": key}) for key in ("a", "a")]
        other_key = await phone.post(path, json=began, headers={"Idempotency-Key": "b"})
        assert {one.status_code for one in (first, again, other_key)} == {200}
        assert len({one.json()["id"] for one in (first, again, other_key)}) == 1
        ended = {"step": "stop", "at": datetime.now(UTC).isoformat(), "hours": 12.5, "litres": 0.0}
        stopped = await phone.post(path, json=ended)
        assert (stopped.json()["state"], stopped.json()["generator"]) == ("stopped", "G1")
        runs = (await phone.get(f"/api/v1/work-orders/{order}")).json()["runs"]
        assert [(one["id"], one["state"]) for one in runs] == [(first.json()["id"], "stopped")]
        for wrong in ({"step": "dance", "at": began["at"]}, {"step": "fuel", "at": began["at"], "litres": -1}):
            assert (await phone.post(path, json=wrong)).status_code == 422
    async with field.client(await token_of(world, "cai", technician="C")) as stranger:
        assert (await stranger.post(path, json=began)).status_code == 403
    record = await world.rows("SELECT action FROM core.audit WHERE action = 'RecordRun'")
    assert len(record) == 3  # said under two keys; the second is the same run
