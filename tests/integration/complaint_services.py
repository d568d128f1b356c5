"""The complaints service beside a face, in this process, for tests that ask over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from complaints import service as complaints
from field_app_api import __main__ as field
from field_app_api.news import CHANNELS
from guywire import inbox
from guywire.settings import Settings
from tests.integration.running_console import Console, running_console
from tests.integration.running_field import running_service, until_healthy
from tests.ports import free_port


@asynccontextmanager
async def desk_port(database_url: str, data_dir: Path, public_url: str = "") -> AsyncIterator[Console]:
    """The console port with complaints behind it."""
    settings = Settings(database_url=database_url, data_dir=data_dir)
    async with (
        running_service("complaints", settings, complaints.run, complaints.CHANNELS),
        running_console(database_url, data_dir=data_dir, public_url=public_url) as console,
    ):
        yield console


@asynccontextmanager
async def public_port(database_url: str, data_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A customer's browser at the field port, with complaints behind it."""
    settings = Settings(database_url=database_url, field_port=free_port(), data_dir=data_dir)
    url = f"http://127.0.0.1:{settings.field_port}"
    async with (
        running_service("complaints", settings, complaints.run, complaints.CHANNELS),
        running_service("field_app_api", settings, field.run, (inbox.ANSWERED, *CHANNELS)),
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        await until_healthy(url)
        yield client
