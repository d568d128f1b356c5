"""What many of these tests stand on: a small area with its people, the field port before it, two phones on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.dispatch_world import World, small_area
from tests.integration.field_phone import token_of
from tests.integration.push_service import PushService, push_service
from tests.integration.report_month import fill_month
from tests.integration.running_console import Console, running_console
from tests.integration.running_field import Field, running_field
from tests.integration.small_province import add_account, add_province


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
async def month(connection: Connection) -> Connection:
    """A month of faults, as the reports count it."""
    return await fill_month(connection)


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service as browsers have one."""
    with push_service() as made:
        yield made


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    """A console over the small province."""
    await add_province(connection)
    async with running_console(database_url) as console:
        yield console


@pytest.fixture
async def ann(console: Console, connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    """An operator at the console."""
    async with console.client(await add_account(connection, Role.NOC_OPERATOR, "ann")) as client:
        yield client


@pytest.fixture
async def ben(console: Console, connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    """Another one."""
    async with console.client(await add_account(connection, Role.NOC_OPERATOR, "ben")) as client:
        yield client
