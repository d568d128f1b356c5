"""What is kept for so many days only goes by whole days, and nobody stands in line behind a backup for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from collectors.poll.samples import forget
from guywire.database import Connection, connect, rows_of
from guywire.database.series import drop_days

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
INSERT = (
    "INSERT INTO collectors.sample (at, site_id, resource, metric, qualifier, value, state)"
    " VALUES (%s, 'S1', 'ups-1', 'battery-voltage', '1', %s, '')"
)
VALUES = "SELECT value FROM views.sample ORDER BY value"


@pytest.fixture
async def days(connection: Connection) -> Connection:
    """Samples of today, of ten days ago and of a hundred."""
    await connection.execute("SELECT core.ensure_days(%s, %s)", ((NOW - timedelta(days=101)).date(), NOW.date()))
    for ago in (0, 10, 100):
        await connection.execute(INSERT, (NOW - timedelta(days=ago), float(ago)))
    return connection


async def test_samples_of_days_that_are_kept_no_longer_go_and_the_others_stay(days: Connection) -> None:
    for _ in range(2):
        await forget(days, NOW - timedelta(days=90))
    assert [row["value"] for row in await rows_of(days, VALUES)] == [0.0, 10.0]
    await days.execute(INSERT, (NOW, 1.0))
    assert len(await rows_of(days, VALUES)) == 3


async def test_a_day_that_is_being_read_is_left_for_later_and_blocks_nobody(
    days: Connection, database_url: str
) -> None:
    async with await connect(database_url) as backup:
        async with backup.transaction():
            await backup.execute(VALUES)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                await drop_days(days, "collectors.sample", NOW - timedelta(days=90))
            assert len(await rows_of(days, VALUES)) == 3
        await drop_days(days, "collectors.sample", NOW - timedelta(days=90))
    assert len(await rows_of(days, VALUES)) == 2
    assert [row["lock_timeout"] for row in await rows_of(days, "SHOW lock_timeout")] == ["0"]
