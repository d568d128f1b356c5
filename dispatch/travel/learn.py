"""Learns speeds from the orders of the last weeks once a day, and gives each batch those of its hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog

from dispatch.model import Place
from dispatch.policy import Policy
from dispatch.put_rows import put_rows
from dispatch.travel.policy import SpeedsPolicy
from dispatch.travel.speeds import ANY_HOUR, DriveMade, hour_of_week, learned, with_speeds
from guywire.database import Connection, Pool
from guywire.rhythm import keep_doing

_EVERY_SECONDS = 86_400.0
_log = structlog.get_logger(__name__)

# From where they were when they set off: as the step says, else by the position nearest in time. Who fetched a
# generator drove another way.
_DRIVES = """
SELECT s.region, w.en_route_at AS at, coalesce(e.latitude, p.latitude) AS start_latitude,
       coalesce(e.longitude, p.longitude) AS start_longitude, s.latitude, s.longitude,
       extract(epoch FROM w.on_site_at - w.en_route_at)::float8 / 60 AS minutes
FROM (SELECT * FROM dispatch.work_order WHERE en_route_at IS NOT NULL AND on_site_at > %(since)s
      ORDER BY on_site_at DESC LIMIT %(most)s) w
JOIN views.site s ON s.id = w.site_id
LEFT JOIN LATERAL (SELECT latitude, longitude FROM dispatch.work_order_step
    WHERE work_order_id = w.work_order_id AND state = 'en_route' AND latitude IS NOT NULL ORDER BY version LIMIT 1) e
    ON true
LEFT JOIN LATERAL (SELECT latitude, longitude FROM dispatch.position
    WHERE technician_id = w.technician_id AND e.latitude IS NULL
        AND at BETWEEN w.en_route_at - interval '10 minutes' AND w.en_route_at + interval '5 minutes'
    ORDER BY abs(extract(epoch FROM at - w.en_route_at)) LIMIT 1) p ON true
WHERE coalesce(e.latitude, p.latitude) IS NOT NULL
    AND NOT EXISTS (SELECT FROM views.need n WHERE n.id = ANY(w.need_ids) AND n.kind = 'generator')
"""
_OF_HOUR = """
SELECT DISTINCT ON (region) region, kmh FROM dispatch.travel_speed WHERE hour_of_week IN (%s, %s)
ORDER BY region, hour_of_week DESC
"""


class _Row(NamedTuple):
    region: str
    hour_of_week: int
    kmh: float
    drives: int
    made_at: datetime


async def learn_speeds(connection: Connection, now: datetime, usual: Policy, policy: SpeedsPolicy) -> int:
    """Puts what the last weeks say in place of what was learned before; returns how many drives say so."""
    values = {"since": now - timedelta(weeks=policy.weeks), "most": policy.at_most}
    rows = await (await connection.execute(_DRIVES, values)).fetchall()
    drives = [
        DriveMade(
            row["region"],
            row["at"],
            Place(row["start_latitude"], row["start_longitude"]),
            Place(row["latitude"], row["longitude"]),
            row["minutes"],
        )
        for row in rows
    ]
    found = learned(drives, usual, policy)
    async with connection.transaction():
        await connection.execute("DELETE FROM dispatch.travel_speed")
        speeds = [_Row(region, hour, one.kmh, one.drives, now) for (region, hour), one in found.items()]
        await put_rows(connection, "travel_speed", "", _Row._fields, speeds)
    return sum(one.drives for (_, hour), one in found.items() if hour == ANY_HOUR)


async def with_learned_speeds(connection: Connection, now: datetime, policy: Policy) -> Policy:
    """The policy as it holds at this hour, with learned speeds where it says nothing itself."""
    rows = await (await connection.execute(_OF_HOUR, (hour_of_week(now), ANY_HOUR))).fetchall()
    if not rows:
        return policy
    speeds = with_speeds(policy, {row["region"]: row["kmh"] for row in rows})
    return msgspec.structs.replace(policy, speed_of_region=speeds)


async def keep_learning(pool: Pool, policies: Callable[[], tuple[Policy, SpeedsPolicy]]) -> None:
    """Learns at once and then each day, until cancelled; while the database is away it is tried the next day."""

    async def learn(connection: Connection, now: datetime) -> None:
        _log.info("speeds.learned", drives=await learn_speeds(connection, now, *policies()))

    await keep_doing(pool, _EVERY_SECONDS, learn, "speeds.not_learned")
