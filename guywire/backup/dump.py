"""The database's part of a backup: PostgreSQL's own pg_dump and pg_restore, of a version that fits the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from guywire.backup.manifest import Server
from guywire.database import Connection
from guywire.database.rows import row_of
from guywire.errors import GuywireError
from guywire.postgres.binaries import installed_binaries
from guywire.process import run_to_end

_VERSION = "SELECT current_setting('server_version_num')::int / 10000 AS postgres"
_INSTALLED = "SELECT extversion AS version FROM pg_extension WHERE extname = 'timescaledb'"
# migrate switches it on wherever it can: a database that could have it counts as one that has
_OFFERED = """
SELECT default_version AS version FROM pg_available_extensions
WHERE name = 'timescaledb' AND strpos(current_setting('shared_preload_libraries'), 'timescaledb') > 0
"""
_TABLE = """
SELECT schemaname || '.' || tablename AS name FROM pg_tables
WHERE schemaname !~ '^(pg_|_?timescaledb_)' AND schemaname <> 'information_schema' ORDER BY 1 LIMIT 1
"""
_LONGEST_WORDS = 300


async def server_of(connection: Connection) -> Server:
    """The server behind the connection, with the TimescaleDB that its database has or would get."""
    version = await row_of(connection, _VERSION)
    timescale = await row_of(connection, _INSTALLED) or await row_of(connection, _OFFERED)
    assert version is not None
    return Server(version["postgres"], timescale["version"] if timescale else "")


async def some_table(connection: Connection) -> str | None:
    """The name of a table that is in the database; None: it is empty."""
    row = await row_of(connection, _TABLE)
    return row["name"] if row else None


async def dump(url: str, file: Path, server: Server) -> int:
    """Writes the whole database, as of one moment, into the file; returns the major version of the pg_dump."""
    program, version = _program("pg_dump", server.postgres)
    await _run(program, url, "--format=custom", f"--file={file}")
    return version


async def undump(connection: Connection, url: str, file: Path, server: Server, dumped_by: int) -> None:
    """Fills the empty database behind `connection` and `url` from the file, all or nothing."""
    program, _ = _program("pg_restore", max(server.postgres, dumped_by))
    async with _restoring(connection, server):
        await _run(program, url, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file))
    await connection.execute("ANALYZE")


@asynccontextmanager
async def _restoring(connection: Connection, server: Server) -> AsyncIterator[None]:
    """TimescaleDB wants to know: its own tables are then filled as they were, and its workers rest."""
    if not server.timescale:
        yield
        return
    await connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    await connection.execute("SELECT timescaledb_pre_restore()")
    try:
        yield
    finally:
        await connection.execute("SELECT timescaledb_post_restore()")


def _program(name: str, least: int) -> tuple[Path, int]:
    """The program on the path, or the embedded PostgreSQL's, and its major version: the first that is new enough."""
    there = shutil.which(name)
    for path in (*([Path(there)] if there else []), installed_binaries() / "bin" / name):
        if (version := _major(path)) >= least:
            return path, version
    raise GuywireError(f"{name} of PostgreSQL {least} or later is needed here. Install it, and put it on the PATH.")


def _major(program: Path) -> int:
    """The program's major version; 0 when it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if found else 0


async def _run(program: Path, url: str, *arguments: str) -> None:
    """Runs it on the database. The password goes by the environment: arguments are everybody's to read."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", None)
    secret = {"PGPASSWORD": password} if password else {}
    with tempfile.TemporaryFile() as said:
        code = await run_to_end(
            [program, *arguments, f"--dbname={make_conninfo(**parts)}"],
            output=said.fileno(),
            environment={**os.environ, **secret},
        )
        said.seek(0)
        words = " ".join(said.read().decode("utf-8", "replace").split())
    if code:
        raise GuywireError(f"{program.name} failed: {words[-_LONGEST_WORDS:]}. Mend that, and do it again.")
