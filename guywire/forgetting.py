"""What is kept for a set time only is deleted once an hour, beside a service's own work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from guywire.database import Connection, Pool

_PAUSE_SECONDS = 3600.0
_log = structlog.get_logger(__name__)


async def keep_forgetting(pool: Pool, forget: Callable[[Connection, datetime], Awaitable[None]]) -> None:
    """Forgets, at once and then each hour, until cancelled; while the database is away it is tried the next hour."""
    while True:
        try:
            async with pool.connection() as connection:
                await forget(connection, datetime.now(UTC))
        except (psycopg.Error, PoolTimeout) as error:
            _log.warning("forgetting.failed", reason=str(error).strip())
        await asyncio.sleep(_PAUSE_SECONDS)
