"""Writes down hour by hour who used the console, beside the console's own work: who was there to hear an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from dashboards.centre.policy import LoadPolicy
from dashboards.live.hub import Hub
from guywire.database import Connection, Pool
from guywire.identity import User
from guywire.model import Role
from guywire.rhythm import keep_doing

OPERATORS = (Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR)
"""Who works alarms."""

_PUT = """
INSERT INTO centre.presence (hour, account)
SELECT date_bin('1 hour', %(now)s, 'epoch'), name FROM unnest(%(names)s::text[]) name ON CONFLICT DO NOTHING
"""
_PAUSE_SECONDS = 60.0


async def keep_presence(pool: Pool, hub: Hub, policy: Callable[[], LoadPolicy]) -> None:
    """Looks once a minute who used a page of theirs within the policy's minutes, until cancelled: a page that is only
    open is nobody. While the database is away nothing is written."""

    async def note(connection: Connection, now: datetime) -> None:
        since = now - timedelta(minutes=policy().there_minutes)
        await note_presence(connection, [user for user, at in hub.last_uses().items() if at > since], now)

    await keep_doing(pool, _PAUSE_SECONDS, note, "presence.not_noted")


async def note_presence(connection: Connection, users: Iterable[User], now: datetime) -> None:
    """Those of them who work alarms are there in the hour of `now`."""
    names = sorted({user.name for user in users if user.role in OPERATORS})
    if names:
        await connection.execute(_PUT.encode(), {"now": now, "names": names})
