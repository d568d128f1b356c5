"""Connections as all of Guywire uses them: autocommit outside `transaction()`, rows as dicts, times in UTC."""

from __future__ import annotations

import asyncio
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

Row = dict[str, Any]
Connection = AsyncConnection[Row]
Pool = AsyncConnectionPool[Connection]

_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "row_factory": dict_row,
    "options": "-c timezone=UTC -c jit=off",  # what takes milliseconds is not worth compiling for a hundred
    "connect_timeout": 5,
}
FREE_SECONDS = 5.0
_ALIVE_SECONDS = 2.0


async def connect(database_url: str) -> Connection:
    """One connection; raises `psycopg.OperationalError` when the database is not there."""
    return await AsyncConnection.connect(database_url, **_OPTIONS)


async def open_pool(database_url: str, max_size: int = 8, *, wait: bool = True, patience: float = FREE_SECONDS) -> Pool:
    """An open pool that checks a connection before it hands it out, so that a restarted database costs no request.

    Who asks waits `patience` seconds at most for one to come free, then has `psycopg_pool.PoolTimeout`. Without
    `wait` the pool is handed over at once and finds the database when it is there.
    """
    pool: Pool = AsyncConnectionPool(
        database_url,
        min_size=1,
        max_size=max_size,
        kwargs=_OPTIONS,
        timeout=patience,
        check=_check,
        reconnect_timeout=30,
        open=False,
    )
    await pool.open(wait=wait, timeout=30)
    return pool


async def _check(connection: Connection) -> None:
    """A database that is there but hangs is as good as away: without a limit every request would hang with it."""
    async with asyncio.timeout(_ALIVE_SECONDS):
        await AsyncConnectionPool.check_connection(connection)
