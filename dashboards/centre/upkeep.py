"""What time and others' decisions do to the centre's records: claims end, announcements are reckoned anew, keys go."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from dashboards.centre import announcements, claims, writing
from guywire import feed
from guywire.database import Connection
from guywire.service import Service

CHANNELS = (feed.channel_of("alarm_correlation"),)

_log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 5.0


async def keep_claims(service: Service) -> None:
    """Until the stop: ends claims soon after their incidents."""
    await service.take_turns(CHANNELS, lambda: _turn(service))


async def tidy(connection: Connection, now: datetime) -> None:
    """What is enough once an hour."""
    await writing.forget(connection, now)
    await announcements.reckon_all(connection, now)


async def _turn(service: Service) -> float:
    try:
        async with service.pool.connection() as connection:
            await claims.tidy(connection, datetime.now(UTC))
    except (psycopg.OperationalError, PoolTimeout) as error:
        _log.warning("claims.no_database", reason=str(error).strip())
    return _PAUSE_SECONDS
