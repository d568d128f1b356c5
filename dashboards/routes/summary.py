"""The top of the console: the most urgent thing as data, for the one sentence that everybody reads first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter

from dashboards.routes.common import Viewer
from guywire.database import Connection
from guywire.identity import User
from guywire.web import Database

router = APIRouter(prefix="/api/v1", tags=["summary"])

WITHIN = timedelta(minutes=60)
_UNDER_WAY = frozenset({"en_route", "on_site"})

# Incidents of which nothing speaks because a person wanted it so, such as works in a maintenance window: not urgent.
_SILENT = """
SELECT v.incident FROM views.alarm v
WHERE v.cleared_at IS NULL AND v.incident IN (SELECT o.incident FROM views.outage o WHERE o.ended_at IS NULL)
GROUP BY v.incident
HAVING bool_and(v.silenced_by <> '' OR v.closed_at IS NOT NULL)
   AND bool_or(v.silenced_by = '' OR v.silenced_by ~ '^(shelved|shelf:|maintenance:)')
"""

_RUNNING_OUT = """
SELECT o.site, o.site_name, o.incident, o.site_down_at, o.time_zone,
       (SELECT jsonb_build_object('work_order', w.id, 'technician', w.technician, 'technician_name', w.technician_name,
                                  'state', w.state, 'planned_arrival_at', w.planned_arrival_at)
        FROM views.work_order w WHERE w.site = o.site AND w.ended_at IS NULL
        ORDER BY array_position(ARRAY['on_site', 'en_route', 'accepted', 'offered'], w.state), w.id LIMIT 1) AS crew
FROM (SELECT DISTINCT ON (v.site) v.* FROM views.outage v
      WHERE v.ended_at IS NULL AND v.started_at IS NULL AND v.site_down_at <= %(until)s
        AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
        AND v.incident <> ALL(%(silent)s)
      ORDER BY v.site, v.site_down_at) o
ORDER BY o.site_down_at, o.site LIMIT 200
"""

_COUNTS = """
SELECT (SELECT count(DISTINCT v.site) FROM views.outage v WHERE v.ended_at IS NULL AND v.started_at IS NOT NULL
          AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
          AND v.incident <> ALL(%(silent)s)) AS down_count,
       (SELECT count(*) FROM views.incident v WHERE v.state = 'open'
          AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(v.regions) r
                WHERE r = %(region)s OR starts_with(r, %(below)s)))) AS incidents,
       (SELECT count(*) FROM views.ticket v WHERE v.state NOT IN ('closed', 'cancelled', 'rejected')
          AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(v.regions) r
                WHERE r = %(region)s OR starts_with(r, %(below)s)))) AS tickets,
       (SELECT count(*) FROM views.waiting_need v
          WHERE %(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s)) AS needs_waiting
"""

_ALARMS = """
SELECT v.severity, count(*) AS all_of_it,
       count(*) FILTER (WHERE v.acknowledged_at IS NULL AND v.silenced_by = '' AND v.closed_at IS NULL)
           AS unacknowledged
FROM views.alarm v
WHERE v.cleared_at IS NULL AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
GROUP BY v.severity
"""


@router.get("/summary")
async def summary(user: Viewer, database: Database) -> dict[str, Any]:
    """Sites that run out within the hour, soonest first, with their crews; and the counts."""
    return await summarise(database, user, datetime.now(UTC))


async def summarise(connection: Connection, user: User, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"region": user.region, "below": f"{user.region}/", "until": now + WITHIN}
    values["silent"] = await silent_incidents(connection)
    running_out = await (await connection.execute(_RUNNING_OUT, values)).fetchall()
    alarms = await (await connection.execute(_ALARMS, values)).fetchall()
    counts = await (await connection.execute(_COUNTS, values)).fetchone()
    return {
        "at": now,
        "within_minutes": int(WITHIN.total_seconds() // 60),
        "running_out": running_out,
        "running_out_count": len(running_out),
        "crew_under_way_count": sum(bool(row["crew"] and row["crew"]["state"] in _UNDER_WAY) for row in running_out),
        "alarms": {row["severity"]: row["all_of_it"] for row in alarms},
        "unacknowledged": sum(row["unacknowledged"] for row in alarms),
        "unacknowledged_critical": sum(row["unacknowledged"] for row in alarms if row["severity"] == "critical"),
        **(counts or {}),
    }


async def silent_incidents(connection: Connection) -> list[str]:
    """Incidents of which nothing speaks because a person wanted it so."""
    return [row["incident"] for row in await (await connection.execute(_SILENT)).fetchall()]
