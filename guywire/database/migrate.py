"""Numbered migrations: files `NNNN_name.sql`, each applied once, in order, in one transaction, under one lock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources

from psycopg import sql

from guywire.database.connect import Connection
from guywire.errors import GuywireError

OLDEST_POSTGRES = 17
_LOCK = 0x6779_7769  # "gywi": two starters wait for each other
_DAYS_AHEAD = 7
_DAYS_BACK = 1


class MigrationError(GuywireError):
    """The database and this program do not fit together."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    text: str


def migrations() -> list[Migration]:
    """The migrations that ship with the package, in order. Numbers run from 1 without gaps."""
    folder = resources.files("guywire.database.migrations")
    found = [
        Migration(int(match[1]), match[2], entry.read_text("utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if (match := re.fullmatch(r"(\d{4})_(\w+)\.sql", entry.name))
    ]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationError("The migration files are not numbered 1, 2, 3 ... without gaps. Reinstall Guywire.")
    return found


async def migrate(connection: Connection, today: date) -> list[str]:
    """Brings the database up to date and makes the coming days' partitions; returns the names of what was applied."""
    if connection.info.server_version < OLDEST_POSTGRES * 10_000:
        raise MigrationError(f"The database's PostgreSQL is too old. Use version {OLDEST_POSTGRES} or later.")
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await _enable_timescale(connection)
        applied = await _apply(connection)
    await ensure_days(connection, today)
    return applied


async def ensure_days(connection: Connection, today: date) -> None:
    """Partitions from yesterday to a week ahead; called at start and daily by alarm_correlation."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute(
            "SELECT core.ensure_days(%s, %s)", (today - timedelta(days=_DAYS_BACK), today + timedelta(days=_DAYS_AHEAD))
        )


async def _apply(connection: Connection) -> list[str]:
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS public.guywire_migration"
        " (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    rows = await (await connection.execute("SELECT number, name FROM public.guywire_migration")).fetchall()
    done = {row["number"]: row["name"] for row in rows}
    known = migrations()
    if done and max(done) > len(known):
        raise MigrationError("The database was made by a newer Guywire. Upgrade this one, or use another database.")
    todo = [migration for migration in known if migration.number not in done]
    for migration in todo:
        await connection.execute(sql.SQL(migration.text))
        await connection.execute(
            "INSERT INTO public.guywire_migration (number, name) VALUES (%s, %s)", (migration.number, migration.name)
        )
    return [migration.name for migration in todo]


async def _enable_timescale(connection: Connection) -> None:
    """Switches TimescaleDB on where it is installed and preloaded; without it the series are day partitions."""
    row = await (
        await connection.execute(
            "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')"
            " AND current_setting('shared_preload_libraries') LIKE '%timescaledb%' AS there"
        )
    ).fetchone()
    if row and row["there"]:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
