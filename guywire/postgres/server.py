"""The running server: one postmaster, from a proven empty cluster to a connection, and its end."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from guywire.errors import GuywireError
from guywire.postgres.binaries import usable_by
from guywire.postgres.cluster import ENVIRONMENT, SUPERUSER, make_cluster, named
from guywire.postgres.hold import alone
from guywire.postgres.home import Home
from guywire.process import Child, end, logs, spawn
from guywire.process.account import Account
from guywire.process.child import ending

DATABASE = "guywire"
_START_SECONDS = 300.0  # a recovery reads the log of everything since the last checkpoint
_LOOK_SECONDS = 0.03

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %d ",
}
"""For the services on a machine of two cores; a commit is on disk when it returns (PostgreSQL's default)."""

_FRAGILE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Server:
    """A `Unit` to be kept running: `start` it, `wait` for its end, `stop` it; then it may be started again."""

    name = "postgres"

    def __init__(self, home: Home, runtime: Path, account: Account | None, binaries: Path, durable: bool) -> None:
        self._home = home
        self._runtime = runtime
        self._account = account
        self._installed = binaries
        self._durable = durable
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    async def start(self) -> str:
        """Returns once the database answers. Raises `GuywireError` with PostgreSQL's own reason when it does not."""
        clock = asyncio.get_running_loop().time
        since = clock()
        try:
            async with alone(self._home.lock) as hold:
                binaries = await asyncio.to_thread(usable_by, self._account, self._installed, self._runtime)
                await self._prepare(binaries, hold)
                said_before = logs.size(self._home.log)
                self._child = await self._spawn(binaries, hold)
        except OSError as error:
            raise GuywireError(f"PostgreSQL cannot be started in {self._home.folder}: {error}.") from error
        await self._answering(self._child, said_before)
        return f"ready in {clock() - since:.1f} s"

    async def wait(self) -> str:
        assert self._child is not None
        return ending(await self._child.wait())

    async def stop(self) -> None:
        """Ends the server: roll back and checkpoint, else at once; returns when none of its processes is left."""
        if self._child is None:
            return
        await end(self._child, (signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
        self._child = None
        async with alone(self._home.lock):
            pass

    async def _prepare(self, binaries: Path, hold: int) -> None:
        home = self._home
        logs.turn_over(home.log)
        home.sweep()
        if not home.cluster.exists():
            await make_cluster(home, self._account, binaries, self._durable, hold)
        owner = home.cluster.stat().st_uid
        if self._account and owner != self._account.uid:
            raise GuywireError(f"{home.cluster} belongs to the user with id {owner}. Start guywire as that user.")
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)  # nothing of the server runs: `hold` proves it

    async def _spawn(self, binaries: Path, hold: int) -> Child:
        settings = {**SETTINGS, **({} if self._durable else _FRAGILE), "unix_socket_directories": str(self._runtime)}
        with logs.appending(self._home.log) as log:
            return await spawn(
                [
                    *(binaries / "bin" / "postgres", "-D", named(self._home.cluster, self._account)),
                    *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
                ],
                output=log,
                environment=ENVIRONMENT,
                death_signal=signal.SIGINT,
                folder=self._home.cluster,
                account=self._account,
                keep_open=[hold],
            )

    async def _answering(self, child: Child, said_before: int) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await self._has_database():
                    if child.returncode is not None:
                        raise GuywireError(self._last_words(child.returncode, said_before))
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise GuywireError(f"PostgreSQL did not answer in {_START_SECONDS:.0f} s: see {self._home.log}.") from None

    async def _has_database(self) -> bool:
        """Whether the server answers; makes our database where it is missing."""
        try:
            async with await psycopg.AsyncConnection.connect(self._url("postgres"), autocommit=True) as connection:
                found = await connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
                if found.rowcount == 0:
                    await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.errors.InvalidPassword as error:
            raise GuywireError(f"PostgreSQL refuses the password in {self._home.folder}: {error}.") from error
        except psycopg.OperationalError:
            return False
        return True

    def _last_words(self, code: int, said_before: int) -> str:
        reason = fatal_words(logs.since(self._home.log, said_before))
        return f"PostgreSQL {ending(code)}: {reason} (see {self._home.log})"

    def _url(self, database: str) -> str:
        host, password = quote(str(self._runtime), safe=""), quote(self._home.password(), safe="")
        return f"postgresql://{SUPERUSER}:{password}@/{database}?host={host}&port=5432"


def fatal_words(lines: list[str]) -> str:
    """Of PostgreSQL's log lines the reason why it ended, with the detail that follows it."""
    for place, line in enumerate(lines):
        if found := re.search(r"(?:FATAL|PANIC): +(.*)", line):
            detail = re.search(r"DETAIL: +(.*)", lines[place + 1]) if place + 1 < len(lines) else None
            return f"{found[1]}. {detail[1]}" if detail else found[1]
    return lines[-1] if lines else "it said nothing"
