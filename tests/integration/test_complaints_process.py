"""`python -m complaints` as the process that it is: killed, it loses no complaint; told to stop, it ends cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from guywire import inbox
from guywire.commands import RegisterComplaint
from guywire.database import Connection, Wakeups, open_pool
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import (
    INVENTORY,
    NOW,
    one_row,
    take_down,
)
from tests.ports import free_metrics_port


@pytest.fixture
async def desk(connection: Connection) -> Connection:
    await load_inventory(connection, INVENTORY, False, NOW)
    return connection


@asynccontextmanager
async def _running(database_url: str, data_dir: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "GUYWIRE_DATABASE_URL": database_url,
        "GUYWIRE_DATA_DIR": str(data_dir),
        "GUYWIRE_METRICS_PORT": str(free_metrics_port()),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "complaints", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_killed_service_loses_no_complaint_and_ends_cleanly_when_told(
    desk: Connection, database_url: str, tmp_path: Path
) -> None:
    await take_down(desk)
    pool = await open_pool(database_url, max_size=2)
    wakeups = Wakeups(database_url, [inbox.ANSWERED])
    listening = asyncio.create_task(wakeups.run())
    command = RegisterComplaint(channel="phone", text="no signal", phone="13800000002")
    async with _running(database_url, tmp_path) as first:
        answer = await inbox.ask(pool, wakeups, command, "ann", key="k1", seconds=20)
        assert (answer["id"], answer["incident"]) == ("C1", "I1")
        first.kill()
        await first.wait()
    async with pool.connection() as asking:
        await inbox.put(asking, command, "ann", "k2")
    async with _running(database_url, tmp_path) as second:
        answer = await inbox.ask(pool, wakeups, command, "ann", key="k2", seconds=20)
        assert (answer["id"], answer["incident"]) == ("C2", "I1")
        second.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(second.wait(), 20) == 0
    listening.cancel()
    await pool.close()
    assert await one_row(desk, "SELECT count(*) AS count FROM complaints.complaint") == {"count": 2}
