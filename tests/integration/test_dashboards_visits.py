"""The response centre's side of visits: what it sees of them, by region and role, and what it says back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from guywire.model import Role
from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, offered, token_of
from tests.integration.running_console import Console, running_console
from tests.integration.running_field import running_field
from tests.integration.test_field_day import JPEG, now, put_photo


@pytest.fixture
async def phone(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Technician B's, on a running field port beside the real dispatch."""
    token = await token_of(world, "bo", technician="B")
    async with running_field(database_url, tmp_path) as field, field.client(token) as client:
        yield client


@pytest.fixture
async def console(database_url: str, phone: httpx.AsyncClient) -> AsyncIterator[Console]:
    async with running_console(database_url) as running:
        yield running


async def _asked(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def _items(client: httpx.AsyncClient, path: str, **params: str) -> list[dict[str, Any]]:
    return list((await client.get(path, params=params)).json()["items"])


async def test_the_centre_sees_a_visit_answers_decides_and_ends_what_the_field_began(
    world: World, phone: httpx.AsyncClient, console: Console
) -> None:
    order, photo = (await offered(world, phone))["id"], str(uuid.uuid4())
    await put_photo(phone, order, photo=photo)
    note = {"id": str(uuid.uuid4()), "at": now(), "kind": "note", "text": "fuse blown", "photo": photo}
    await _asked(phone, f"/api/v1/work-orders/{order}/records", records=[note])
    await _asked(phone, f"/api/v1/work-orders/{order}/questions", text="Which fuse?")
    far_off = await _asked(phone, "/api/v1/sites/S1/places", kind="site", points=[[31.9, 121.0]], at=now())
    sos = await _asked(phone, "/api/v1/me/sos", at=now(), **HERE)
    async with console.client(await token_of(world, "zhou", Role.NOC_OPERATOR)) as centre:
        visit = (await centre.get(f"/api/v1/work-orders/{order}/visit")).json()
        assert [record["text"] for record in visit["records"]] == ["fuse blown"]
        assert [one["id"] for one in visit["photos"]] == [photo]
        served = await centre.get(f"/api/v1/photos/{photo}")
        assert (served.content, served.headers["content-type"]) == (JPEG, "image/jpeg")
        [question] = await _items(centre, "/api/v1/questions", work_order=order)
        await _asked(centre, f"/api/v1/questions/{question['id']}/answers", text="F7")
        assert await _items(centre, "/api/v1/questions") == []
        [waiting] = await _items(centre, "/api/v1/places")
        assert waiting["id"] == far_off["id"]
        await _asked(centre, f"/api/v1/places/{waiting['id']}/decide", agreed=True)
        assert [one["decided_by"] for one in await _items(centre, "/api/v1/places", state="current")] == ["zhou"]
        assert [one["id"] for one in await _items(centre, "/api/v1/sos")] == [sos["id"]]
        assert (await _asked(centre, f"/api/v1/sos/{sos['id']}/answer", text="on our way"))["answered_by"] == "zhou"
        await _asked(centre, f"/api/v1/sos/{sos['id']}/end", reason="fetched")
        assert await _items(centre, "/api/v1/sos") == []
        assert len(await _items(centre, "/api/v1/sos", state="all")) == 1
    audited = await world.rows("SELECT action FROM core.audit WHERE actor = 'zhou' ORDER BY audit_id")
    assert [row["action"] for row in audited] == ["AnswerQuestion", "DecidePlace", "AnswerSos", "EndSos"]


async def test_an_area_manager_acts_in_the_own_area_only_and_others_not_at_all(
    world: World, phone: httpx.AsyncClient, console: Console
) -> None:
    order, photo = (await offered(world, phone))["id"], str(uuid.uuid4())
    await put_photo(phone, order, photo=photo)
    sos = (await _asked(phone, "/api/v1/me/sos", at=now(), **HERE))["id"]
    paths = (f"/api/v1/work-orders/{order}/visit", f"/api/v1/photos/{photo}", "/api/v1/sos")
    for name, role, region, seen, ended in (
        ("own", Role.AREA_MANAGER, "p/c/a", [200, 200, 200], 200),
        ("other", Role.AREA_MANAGER, "p/d", [404, 404, 200], 404),
        ("agent", Role.COMPLAINT_AGENT, "", [403, 403, 403], 403),
    ):
        async with console.client(await token_of(world, name, role, region=region)) as client:
            answers = await asyncio.gather(*(client.get(path) for path in paths))
            assert (name, [answer.status_code for answer in answers]) == (name, seen)
            if name == "other":
                assert answers[2].json()["items"] == []
            answer = await client.post(f"/api/v1/sos/{sos}/end", json={"reason": "fetched"})
            assert (name, answer.status_code) == (name, ended)
