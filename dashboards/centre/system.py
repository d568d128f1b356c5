"""How the system itself does, for all pages at once: asked at most every few seconds, however many look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from dashboards.centre.alarm_load import WINDOWS, alarm_load
from dashboards.centre.policy import LoadPolicy
from dashboards.centre.presence import OPERATORS
from dashboards.centre.probes import collector_figures, probe_all
from dashboards.live.hub import PUBLISHERS, Hub
from guywire import feed
from guywire.database import Connection, rows_of
from guywire.service import Service

T = TypeVar("T")

_ROLES = [str(role) for role in OPERATORS]
HERE = timedelta(hours=1)
"""Who was seen within it counts as there."""

_COUNTS = """
SELECT floor(extract(epoch FROM %(now)s - v.raised_at) / 600)::int AS back, count(*) AS alarms FROM views.alarm v
WHERE v.raised_at > %(since)s AND v.raised_at <= %(now)s AND v.silenced_by = '' AND NOT v.baseline GROUP BY back
"""
_THERE = """
SELECT t.hour, count(*) AS operators
FROM (SELECT date_bin('1 hour', u.at, 'epoch') AS hour, u.actor AS name FROM views.act u
      WHERE u.at >= date_bin('1 hour', %(since)s, 'epoch') AND u.at <= %(now)s
      UNION
      SELECT p.hour, p.account FROM views.presence p WHERE p.hour >= date_bin('1 hour', %(since)s, 'epoch')) t
JOIN views.every_account a ON a.id = t.name
WHERE a.role = ANY(%(roles)s) GROUP BY t.hour
"""
_SEEN = """
SELECT a.id AS name, a.role, a.region, greatest(a.acted_at, (SELECT max(p.hour) FROM views.presence p
           WHERE p.account = a.id AND p.hour > %(now)s - interval '1 day')) AS seen_at
FROM views.account a WHERE a.role = ANY(%(roles)s)
"""
_DATABASE = """
SELECT pg_database_size(current_database()) AS size_bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
       (SELECT extname || ' ' || extversion FROM pg_extension WHERE extname = 'timescaledb') AS extension,
       (SELECT coalesce(extract(epoch FROM max(now() - xact_start)), 0)::float8 FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()) AS oldest_transaction_seconds
"""


class Held(Generic[T]):
    """A value that is made anew when it is older than so many seconds; those who ask meanwhile wait for the one."""

    def __init__(self, make: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._lock = asyncio.Lock()
        self._held: tuple[float, T] | None = None

    async def get(self) -> T:
        async with self._lock:
            if self._held is None or time.monotonic() - self._held[0] > self._seconds:
                self._held = (time.monotonic(), await self._make())
            return self._held[1]


class System:
    """`services` and `load` as the API shows them; `people` are those who work alarms, with when they were seen."""

    def __init__(self, service: Service, hub: Hub, policy: Callable[[], LoadPolicy]) -> None:
        self._service, self._hub, self._policy = service, hub, policy
        self.whole = Held(self._whole, 5.0)
        self.load = Held(self._load, 30.0)

    async def _whole(self) -> dict[str, Any]:
        services = await probe_all(self._service.settings)
        async with self._service.pool.connection() as connection:
            return {
                "at": datetime.now(UTC),
                "services": services,
                "collectors": await self._collectors(connection, services[0]),
                "database": await (await connection.execute(_DATABASE)).fetchone(),
                "feeds": await self._feeds(connection),
                "live": {"pages": len(self._hub.users()), "read_at": self._hub.read_at},
            }

    async def _collectors(self, connection: Connection, here: dict[str, Any]) -> list[dict[str, Any]]:
        heard = {
            row["id"]: row["heard_at"] for row in await rows_of(connection, "SELECT id, heard_at FROM views.collector")
        }
        local = self._service.settings.collector
        now = datetime.now(UTC)
        return [_collector(key, heard.get(key), here if key == local else None, now) for key in sorted({*heard, local})]

    async def _feeds(self, connection: Connection) -> list[dict[str, Any]]:
        rows = await rows_of(connection, "SELECT publisher, consumer, behind FROM views.feed_lag ORDER BY id")
        pages = [
            {"publisher": one, "consumer": "pages", "behind": await feed.head(connection, one) - self._hub.seqs[one]}
            for one in PUBLISHERS
        ]
        return [*rows, *pages]

    async def _load(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        day = {"now": now, "since": now - timedelta(minutes=10 * WINDOWS), "roles": _ROLES}
        async with self._service.pool.connection() as connection:
            counts = {row["back"]: row["alarms"] for row in await rows_of(connection, _COUNTS, day)}
            there = {row["hour"]: row["operators"] for row in await rows_of(connection, _THERE, day)}
            here = await self.people(connection, now)
        return alarm_load(counts, there, sum(now - one["seen_at"] <= HERE for one in here), now, self._policy())

    async def people(self, connection: Connection, now: datetime) -> list[dict[str, Any]]:
        """`[{"name", "role", "region", "seen_at"}]` of who used a page within the day or ever did anything; a page that
        is open shows nobody."""
        rows = await rows_of(connection, _SEEN, {"roles": _ROLES, "now": now})
        uses = {user.name: at for user, at in self._hub.last_uses().items()}
        seen = [(row, [at for at in (row["seen_at"], uses.get(row["name"])) if at]) for row in rows]
        return [{**row, "seen_at": max(times)} for row, times in seen if times]


def _collector(key: str, heard_at: datetime | None, service: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """What waits in a spool was received after what was last taken in: that bounds how old it is."""
    said = collector_figures(service or {"state": "unreachable", "figures": {}})
    waiting = said["spool_events"]
    oldest = 0.0 if waiting == 0 else (now - heard_at).total_seconds() if waiting and heard_at else None
    return {"id": key, "heard_at": heard_at, **said, "spool_oldest_seconds": oldest, "lag_seconds": oldest}
