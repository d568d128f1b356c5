"""Old days of a time series are dropped whole, without anybody waiting behind a long reader such as a backup."""

from __future__ import annotations

from datetime import UTC, datetime

from guywire.database.connect import Connection

_LOOK_SHORTLY = "SET LOCAL lock_timeout = '1s'"
_DROP = "SELECT core.drop_days(%s, %s)"


async def drop_days(connection: Connection, series: str, before: datetime) -> None:
    """Drops the days of the series that ended before that time.

    Raises `psycopg.errors.LockNotAvailable` when somebody reads them for longer than a second: whoever came after us
    would stand in line behind us. The next hour will do.
    """
    async with connection.transaction():
        await connection.execute(_LOOK_SHORTLY)
        await connection.execute(_DROP, (series, before.astimezone(UTC).date()))
