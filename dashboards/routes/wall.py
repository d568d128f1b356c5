"""The wall's picture in one answer: what is most urgent, what runs out next, where it is bad, what changed lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from psycopg import sql

from dashboards.routes.common import Viewer
from dashboards.routes.summary import silent_incidents, summarise
from guywire.database import Connection
from guywire.identity import User
from guywire.web import Database

router = APIRouter(prefix="/api/v1", tags=["summary"])

_CHANGED_WITHIN = timedelta(minutes=10)
_NEXT = 5
_MOST_CHANGES = 40

_OUTAGES = sql.SQL("""
SELECT v.site, v.site_name, v.region, v.time_zone, v.incident, v.site_down_at, v.started_at
FROM (SELECT DISTINCT ON (o.site) o.* FROM views.outage o
      WHERE o.ended_at IS NULL AND (o.started_at IS NOT NULL OR o.site_down_at IS NOT NULL)
        AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(below)s))
        AND o.incident <> ALL(%(silent)s)
      ORDER BY o.site, (o.started_at IS NULL), o.site_down_at) v
""")

_RUNNING_OUT = sql.SQL("""
SELECT n.*, (SELECT jsonb_build_object('technician_name', w.technician_name, 'state', w.state,
                                       'planned_arrival_at', w.planned_arrival_at)
             FROM views.work_order w WHERE w.site = n.site AND w.ended_at IS NULL
             ORDER BY array_position(ARRAY['on_site', 'en_route', 'accepted', 'offered'], w.state), w.id LIMIT 1)
           AS crew
FROM ({outages}) n WHERE n.started_at IS NULL ORDER BY n.site_down_at, n.site LIMIT %(most)s
""").format(outages=_OUTAGES)

_DOWN_WITH_CREW = sql.SQL("""
SELECT count(*) AS n FROM ({outages}) n JOIN views.incident i ON i.id = n.incident WHERE n.started_at IS NOT NULL
    AND EXISTS (SELECT FROM views.work_order w
                WHERE w.site IN (n.site, i.root ->> 'site') AND w.state IN ('en_route', 'on_site'))
""").format(outages=_OUTAGES)

_CITIES = sql.SQL("""
SELECT array_to_string((string_to_array(n.region, '/'))[1:2], '/') AS region,
       count(*) FILTER (WHERE n.started_at IS NOT NULL) AS down,
       count(*) FILTER (WHERE n.started_at IS NULL) AS running_out
FROM ({outages}) n GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1
""").format(outages=_OUTAGES)

_SITES = sql.SQL("""
SELECT coalesce(array_agg(n.site ORDER BY n.site) FILTER (WHERE n.started_at IS NOT NULL), '{{}}') AS down,
       coalesce(array_agg(n.site ORDER BY n.site) FILTER (WHERE n.started_at IS NULL), '{{}}') AS running_out
FROM ({outages}) n
""").format(outages=_OUTAGES)

_INCIDENTS = sql.SQL("""
SELECT v.severity, count(*) AS n FROM views.incident v
WHERE v.state = 'open' AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(v.regions) r
    WHERE r = %(region)s OR starts_with(r, %(below)s)))
GROUP BY v.severity
""")

_CREWS = sql.SQL("""
SELECT count(*) FILTER (WHERE v.state = 'en_route') AS en_route, count(*) FILTER (WHERE v.state = 'on_site') AS on_site,
       count(*) FILTER (WHERE v.state IN ('offered', 'accepted')) AS waiting
FROM views.work_order v
WHERE v.ended_at IS NULL AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
""")

_COMPLAINTS = sql.SQL("""
SELECT count(*) FILTER (WHERE v.registered_at > %(now)s - interval '1 hour') AS last_hour,
       count(*) FILTER (WHERE v.registered_at <= %(now)s - interval '1 hour') AS hour_before
FROM views.complaint v
WHERE v.registered_at > %(now)s - interval '2 hours'
  AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
""")

_SOS = sql.SQL("""
SELECT v.id, v.person_name, v.phone, v.since, v.answered_by FROM views.sos v
WHERE v.ended_at IS NULL AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))
ORDER BY v.since
""")

_EMERGENCIES = sql.SQL("""
SELECT v.id, v.region, v.reason, v.declared_at, v.end_proposed_at, v.calm_from, v.areas FROM views.emergency v
WHERE v.ended_at IS NULL AND (%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s)
                              OR starts_with(%(region)s, v.region || '/'))
ORDER BY v.declared_at
""")

_CHANGED = sql.SQL("""
SELECT c.* FROM (
    SELECT 'down' AS what, o.site AS id, o.site_name AS name, o.started_at AS at, o.time_zone, o.region
    FROM views.outage o WHERE o.started_at > %(lately)s AND o.ended_at IS NULL AND o.incident <> ALL(%(silent)s)
    UNION ALL
    SELECT 'up', o.site, o.site_name, o.ended_at, o.time_zone, o.region FROM views.outage o
    WHERE o.ended_at > %(lately)s AND o.started_at IS NOT NULL AND o.incident <> ALL(%(silent)s)
    UNION ALL
    SELECT 'on_site', w.site, w.site_name, w.on_site_at, w.time_zone, w.region FROM views.work_order w
    WHERE w.on_site_at > %(lately)s AND w.ended_at IS NULL
) c
WHERE %(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(below)s)
ORDER BY c.at DESC, c.id LIMIT %(most_changes)s
""")


@router.get("/wall")
async def wall(user: Viewer, database: Database) -> dict[str, Any]:
    """All that the wall shows: the summary, `next` (what runs out first), `cities`, `sites` (ids of what is `down` or
    `running_out`, for its map), `incidents_by_severity`, `crews`, `complaints`, `sos`, `emergencies`, and `changed`,
    the newest first, of the last `changed_minutes`."""
    return await pictured(database, user, datetime.now(UTC))


async def pictured(connection: Connection, user: User, now: datetime) -> dict[str, Any]:
    values = {
        "region": user.region,
        "below": f"{user.region}/",
        "now": now,
        "lately": now - _CHANGED_WITHIN,
        "silent": await silent_incidents(connection),
        "most": _NEXT,
        "most_changes": _MOST_CHANGES,
    }

    async def rows(query: sql.SQL | sql.Composed) -> list[dict[str, Any]]:
        return await (await connection.execute(query, values)).fetchall()

    by_severity = await rows(_INCIDENTS)
    [crews], [complaints] = await rows(_CREWS), await rows(_COMPLAINTS)
    [down_with_crew], [sites] = await rows(_DOWN_WITH_CREW), await rows(_SITES)
    return {
        **await summarise(connection, user, now),
        "down_crew_count": down_with_crew["n"],
        "next": await rows(_RUNNING_OUT),
        "cities": await rows(_CITIES),
        "sites": sites,
        "incidents_by_severity": {row["severity"]: row["n"] for row in by_severity},
        "crews": crews,
        "complaints": complaints,
        "sos": await rows(_SOS),
        "emergencies": await rows(_EMERGENCIES),
        "changed": await rows(_CHANGED),
        "changed_minutes": int(_CHANGED_WITHIN.total_seconds() // 60),
    }
