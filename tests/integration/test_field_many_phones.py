"""Many phones on one field port: each request holds one connection at the most, so none waits for another's."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from field_app_api.__main__ import field_app
from field_app_api.news import News
from guywire import inbox
from guywire.commands import Command
from guywire.database import Wakeups, open_pool
from guywire.service import Service
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.beside import beside
from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, token_of
from tests.integration.running_console import play_owner

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
READ = (
    "/me/day", "/me/work-orders", "/me/positions", "/me/questions", "/me/rota", "/me/rota/mates", "/me/rota.ics",
    "/work-orders/W1", "/work-orders/W1/procedures",
)  # fmt: skip


@pytest.fixture
async def phone(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """B's, with the order W1, on a field port that has a single connection for everything; dispatch answers all."""
    await world.need("N1")
    await world.batch()
    pool, wakeups = await open_pool(database_url, 1), Wakeups(database_url, [inbox.ANSWERED])
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    service = Service("field_app_api", settings, pool, wakeups, Health(), asyncio.Event())
    app = field_app(service, News(pool, wakeups))
    headers = {"Authorization": f"Bearer {await token_of(world, 'bo', technician='B')}"}
    transport = httpx.ASGITransport(app)
    async with (
        pool,
        beside(wakeups.run()),
        play_owner(database_url, _answer),
        httpx.AsyncClient(transport=transport, base_url="http://field/api/v1", headers=headers) as client,
    ):
        yield client


def _answer(_: Command) -> dict[str, Any]:
    return {"id": "W1", "explanation": {}, "taken": 1}


async def test_every_page_of_many_phones_is_answered_over_one_connection(phone: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(phone.get(path) for path in READ for _ in range(4)))
    assert {str(one.url): one.status_code for one in answers if one.status_code != 200} == {}


async def test_what_many_phones_say_waits_for_its_answer_without_a_connection(phone: httpx.AsyncClient) -> None:
    fix = {"at": "2026-11-21T08:00:00Z", **HERE}
    label = {"work_order": "W1", "kind": "photo", "at": fix["at"]}
    photos = [f"/photos/{uuid.uuid4()}" for _ in range(4)]
    said = await asyncio.gather(
        *(phone.post("/me/positions", json=fix) for _ in range(8)),
        *(phone.post("/work-orders/W1/transitions", json={"to": "accepted"}) for _ in range(8)),
        *(phone.put(one, params=label, content=JPEG, headers={"Content-Type": "image/jpeg"}) for one in photos),
    )
    assert [one.status_code for one in said] == [200] * 16 + [201] * 4
    shown = await asyncio.gather(*(phone.get(one) for one in photos))
    assert {one.content for one in shown} == {JPEG}
