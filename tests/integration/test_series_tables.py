"""The series tables are hypertables on TimescaleDB and day partitions on plain PostgreSQL, behind the same names."""

from __future__ import annotations

import os
from datetime import date

import pytest

from guywire.database import Connection
from guywire.database.migrate import ensure_days, migrate

SERIES = "SELECT name FROM core.series ORDER BY name"
HYPERTABLES = (
    "SELECT hypertable_schema || '.' || hypertable_name AS name FROM timescaledb_information.hypertables ORDER BY 1"
)
TABLES = "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') ORDER BY 1"
PARTITIONED = (
    "SELECT n.nspname || '.' || c.relname AS name FROM pg_partitioned_table p"
    " JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1"
)


async def names(connection: Connection, query: str) -> list[str]:
    return [row["name"] for row in await (await connection.execute(query)).fetchall()]


async def has_timescale(connection: Connection) -> bool:
    row = await (await connection.execute("SELECT core.has_timescale() AS there")).fetchone()
    return bool(row and row["there"])


async def test_every_series_has_the_form_that_its_database_can_give(connection: Connection) -> None:
    series = await names(connection, SERIES)
    assert "correlation.alarm_event" in series
    assert await names(connection, HYPERTABLES if await has_timescale(connection) else PARTITIONED) == series


@pytest.mark.timescale
async def test_the_named_timescaledb_is_used_as_one(connection: Connection) -> None:
    if "GUYWIRE_TEST_TIMESCALE_URL" not in os.environ:
        pytest.skip("GUYWIRE_TEST_TIMESCALE_URL names no TimescaleDB; scripts/timescale.sh makes one")
    assert await has_timescale(connection)


async def test_migrating_again_and_making_days_again_changes_nothing(connection: Connection) -> None:
    today = date(2026, 11, 21)
    await migrate(connection, today)
    before = await names(connection, TABLES)
    assert await migrate(connection, today) == []
    await ensure_days(connection, today)
    after = await names(connection, TABLES)
    assert after == before
