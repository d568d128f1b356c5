"""Writes down hour by hour whose console is open, beside the console's own work: who was there to hear an alarm."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from dashboards.live.hub import Hub
from guywire.database import Connection, Pool
from guywire.identity import User
from guywire.model import Role

OPERATORS = (Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR)
"""Who works alarms."""

_PUT = """
INSERT INTO centre.presence (hour, account)
SELECT date_bin('1 hour', %(now)s, 'epoch'), name FROM unnest(%(names)s::text[]) name ON CONFLICT DO NOTHING
"""
_PAUSE_SECONDS = 60.0
_log = structlog.get_logger(__name__)


async def keep_presence(pool: Pool, hub: Hub) -> None:
    """Looks once a minute who has a page open, until cancelled; while the database is away nothing is written."""
    while True:
        try:
            async with pool.connection() as connection:
                await note_presence(connection, hub.users(), datetime.now(UTC))
        except (psycopg.Error, PoolTimeout) as error:
            _log.warning("presence.not_noted", reason=str(error).strip())
        await asyncio.sleep(_PAUSE_SECONDS)


async def note_presence(connection: Connection, users: Iterable[User], now: datetime) -> None:
    """Those of them who work alarms are there in the hour of `now`."""
    names = sorted({user.name for user in users if user.role in OPERATORS})
    if names:
        await connection.execute(_PUT.encode(), {"now": now, "names": names})
