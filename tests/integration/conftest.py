"""What many of these tests stand on: a small area with its people, the field port before it, two phones on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from guywire.database import Connection
from tests.integration.dispatch_world import World, small_area
from tests.integration.field_phone import token_of
from tests.integration.push_service import PushService, push_service
from tests.integration.running_field import Field, running_field


@pytest.fixture
async def world(connection: Connection) -> World:
    return await small_area(connection)


@pytest.fixture
async def field(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[Field]:
    async with running_field(database_url, tmp_path) as running:
        yield running


@pytest.fixture
async def near(field: Field, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The phone of technician B, whom dispatch chooses."""
    async with field.client(await token_of(world, "bo", technician="B")) as client:
        yield client


@pytest.fixture
async def far(field: Field, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The phone of technician C."""
    async with field.client(await token_of(world, "cai", technician="C")) as client:
        yield client


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service as browsers have one."""
    with push_service() as made:
        yield made
