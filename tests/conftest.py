"""Shared fixtures: one PostgreSQL for each worker, a fresh migrated database for each test that asks for one."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.identity import passwords
from guywire.postgres import embedded

# Machines are shared and noisy: how long an example takes says nothing, and fails nothing. A change must fail the suite
# and not chance, so its examples are the same each time; `make explore` looks among others.
settings.register_profile("guywire", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("explore", settings.get_profile("guywire"), derandomize=False, print_blob=True)
settings.load_profile("guywire")


# What a test provokes on purpose is logged as services log it: structlog's own way shows every variable of every frame,
# for seconds during which a service that runs within the test stands still.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Accounts of tests are hashed lightly; a hash says how it was made, so services verify it as lightly.

    A tenth of a second of processor each time, with hundreds of accounts, was a tenth of the suite.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for this worker: GUYWIRE_TEST_TIMESCALE_URL's where it is set, else an embedded one."""
    if url := os.environ.get("GUYWIRE_TEST_TIMESCALE_URL"):
        yield url
        return
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        server = embedded(tmp_path_factory.mktemp("postgres"), durable=False)
        url = runner.run(server.__aenter__())
        try:
            yield url
        finally:
            runner.run(server.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> Iterator[str]:
    """A migrated database to copy: a copy takes 30 ms, the migrations a second."""

    async def migrated(url: str) -> None:
        async with await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())

    with empty_database(postgres_url, prefix="template") as url:
        asyncio.run(migrated(url))
        name = str(conninfo_to_dict(url)["dbname"])
        # TimescaleDB's own workers would connect to the template, and what is connected to cannot be copied
        _admin(postgres_url, sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        _admin(postgres_url, _END_CONNECTIONS.format(sql.Literal(name)))
        yield name


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated, empty database; dropped afterwards."""
    with empty_database(postgres_url, template_database) as url:
        yield url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    """One connection to the fresh database."""
    async with await connect(database_url) as connection:
        yield connection


# On a server of our own, where nobody else is kept waiting for a checkpoint, files are copied sooner than blocks.
_COPY = "" if os.environ.get("GUYWIRE_TEST_TIMESCALE_URL") else "STRATEGY file_copy"
_END_CONNECTIONS = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")


@contextmanager
def empty_database(postgres_url: str, template: str = "template1", prefix: str = "test") -> Iterator[str]:
    """A copy of the template for as long as the context lasts; yields its URL."""
    name = f"{prefix}_{uuid.uuid4().hex[:12]}"
    _admin(
        postgres_url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {} " + _COPY).format(sql.Identifier(name), sql.Identifier(template)),
    )
    try:
        yield make_conninfo(postgres_url, dbname=name)
    finally:
        _admin(postgres_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
