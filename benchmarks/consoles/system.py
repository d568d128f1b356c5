"""One console on a durable, embedded PostgreSQL in a folder of its own, with the network of `world.py` in it."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.consoles import world
from benchmarks.traps.kernel import cpu_seconds
from guywire import identity
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.model import Role
from guywire.postgres import embedded
from guywire.settings import Settings
from tests.ports import free_metrics_port, free_port

NAME = "ann"
_START_SECONDS = 60


@dataclass(frozen=True)
class System:
    """Where the console is, who may look, and what runs it."""

    url: str
    password: str
    token: str
    connection: Connection
    pid: int

    def cpu(self) -> float:
        """CPU-seconds of the console's process so far."""
        return cpu_seconds(self.pid)


@asynccontextmanager
async def system(alarms: int) -> AsyncIterator[System]:
    """A running console whose network has that many alarms."""
    with _folder() as folder:
        async with embedded(folder / "data") as url, await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
            await world.add_network(connection)
            now = datetime.now(UTC)
            await world.add_incidents(connection, max(alarms, 20_000), now)
            if alarms:
                await world.add_alarms(connection, 1, alarms, alarms, now)
            await connection.execute("ANALYZE")
            password, token = await _account(connection)
            console = await _started(url, folder)
            try:
                yield System(console[0], password, token, connection, console[1].pid)
            finally:
                console[1].terminate()
                console[1].wait(20)


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="guywire-consoles-") as name:
        Path(name).chmod(0o755)  # the database runs as somebody else
        yield Path(name)


async def _account(connection: Connection) -> tuple[str, str]:
    password = secrets.token_urlsafe(18)
    await identity.add_user(connection, NAME, Role.NOC_OPERATOR, password=password)
    return password, await identity.issue_token(connection, NAME, datetime.now(UTC))


async def _started(url: str, folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    settings = replace(
        Settings(),
        data_dir=folder,
        database_url=url,
        console_port=free_port(),
        metrics_port=free_metrics_port(),
    )
    process = _process(settings, folder)
    address = f"http://127.0.0.1:{settings.console_port}"
    async with httpx.AsyncClient() as client, asyncio.timeout(_START_SECONDS):
        while True:
            try:
                if (await client.get(f"{address}/health")).status_code == httpx.codes.OK:
                    return address, process
            except httpx.TransportError:
                if process.poll() is not None:
                    raise RuntimeError((folder / "dashboards.log").read_text("utf-8")[-4000:]) from None
            await asyncio.sleep(0.05)


def _process(settings: Settings, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **settings.environment()}
    with (folder / "dashboards.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "dashboards"], env=environment, stdout=log, stderr=log)
