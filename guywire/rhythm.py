"""Work of a rhythm of its own, beside a service's batches and requests, through breaks of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from guywire.database import Connection, Pool

Work = Callable[[Connection, datetime], Awaitable[object]]

_log = structlog.get_logger(__name__)


async def keep_doing(pool: Pool, seconds: float, work: Work, missed: str) -> None:
    """Works at once and then `seconds` after each time, until cancelled. While the database is away it is left for the
    next time, and the log has `missed`."""
    while True:
        try:
            async with pool.connection() as connection:
                await work(connection, datetime.now(UTC))
        except (psycopg.Error, PoolTimeout) as error:
            _log.warning(missed, reason=str(error).strip())
        await asyncio.sleep(seconds)
