"""The emergency view's figures: each county with sites without mains, what it has and lacks, what runs out first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from psycopg import sql
from starlette.requests import HTTPConnection

from dashboards.routes.common import Text, Viewer
from dispatch.centre.policy import EmergencyPolicy
from dispatch.part_policies import PartPolicyFiles
from guywire.service import Service
from guywire.web import Database, Running

router = APIRouter(prefix="/api/v1", tags=["dispatching"])

_FIRST = 20
_MOST = 1000

# As dispatch counts them: a site is without mains by its own alarm, or because a generator is wanted there.
_DARK = sql.SQL("""
WITH dark AS (
    SELECT s.id AS site, s.name AS site_name, s.time_zone, s.site_class, s.region,
           array_to_string((string_to_array(s.region, '/'))[1:3], '/') AS area,
           coalesce(bool_or(d.down_at <= %(now)s), false) OR coalesce(bool_or(o.started_at IS NOT NULL), false) AS down,
           min(coalesce(o.site_down_at, d.down_at)) AS site_down_at
    FROM (SELECT site, site_down_at AS down_at FROM views.need WHERE state = 'open' AND kind = 'generator'
          UNION ALL
          SELECT site, NULL FROM views.alarm WHERE cleared_at IS NULL AND alarm_type = ANY(%(alarms)s)) d
    JOIN views.site s ON s.id = d.site
    LEFT JOIN views.outage o ON o.site = s.id AND o.ended_at IS NULL
    WHERE %(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(below)s)
    GROUP BY s.id, s.name, s.time_zone, s.site_class, s.region
)
""")

_AREAS = _DARK + sql.SQL("""
SELECT a.*,
       (SELECT count(*) FROM views.work_order w WHERE w.state = 'en_route'
          AND (w.region = a.region OR starts_with(w.region, a.region || '/'))) AS crews_under_way,
       (SELECT count(*) FROM views.work_order w WHERE w.state = 'on_site'
          AND (w.region = a.region OR starts_with(w.region, a.region || '/'))) AS crews_on_site,
       (SELECT count(*) FROM views.need n WHERE n.state = 'open' AND n.kind = 'generator'
          AND (n.region = a.region OR starts_with(n.region, a.region || '/'))) AS generators_needed
FROM (SELECT area AS region, count(*) AS without_mains, count(*) FILTER (WHERE down) AS down,
             count(*) FILTER (WHERE NOT down) AS on_battery,
             count(*) FILTER (WHERE NOT down AND site_down_at <= %(soon)s) AS soon,
             count(*) FILTER (WHERE site_class = 'A') AS hubs,
             min(site_down_at) FILTER (WHERE NOT down) AS next_down_at,
             count(*) FILTER (WHERE EXISTS (SELECT FROM views.generator g
                 WHERE g.site = d.site AND g.state IN ('at_site', 'running'))) AS generators_there,
             coalesce(sum(c.customers) FILTER (WHERE down), 0)::int AS customers_down,
             coalesce(sum(c.customers) FILTER (WHERE NOT down), 0)::int AS customers_on_battery,
             min(time_zone) AS time_zone
      FROM dark d LEFT JOIN views.site_customers c ON c.id = d.site GROUP BY area) a
ORDER BY a.without_mains DESC, a.region
""")

_SITES = _DARK + sql.SQL("""
SELECT d.site, d.site_name, d.region, d.area, d.time_zone, d.site_class, d.site_down_at, d.down,
       (SELECT jsonb_build_object('work_order', w.id, 'technician', w.technician, 'technician_name', w.technician_name,
                                  'state', w.state, 'planned_arrival_at', w.planned_arrival_at)
        FROM views.work_order w WHERE w.site = d.site AND w.ended_at IS NULL
        ORDER BY array_position(ARRAY['on_site', 'en_route', 'accepted', 'offered'], w.state), w.id LIMIT 1) AS crew,
       EXISTS (SELECT FROM views.generator g WHERE g.site = d.site AND g.state IN ('at_site', 'running')) AS generator,
       EXISTS (SELECT FROM views.need n WHERE n.site = d.site AND n.state = 'open' AND n.kind = 'generator')
           AS generator_wanted,
       (SELECT o.incident FROM views.outage o WHERE o.site = d.site AND o.ended_at IS NULL ORDER BY o.incident LIMIT 1)
           AS incident
FROM dark d
WHERE CASE WHEN %(area)s = '' THEN NOT d.down AND d.site_down_at IS NOT NULL ELSE d.area = %(area)s END
ORDER BY d.down, d.site_down_at, d.site LIMIT %(most)s
""")


def _policy(connection: HTTPConnection, service: Running) -> EmergencyPolicy:
    return _policy_files(connection, service).current().centre.emergency


def _policy_files(connection: HTTPConnection, service: Service) -> PartPolicyFiles:
    state = connection.app.state
    if not hasattr(state, "part_policies"):
        state.part_policies = PartPolicyFiles(service.settings.data_dir)
    found: PartPolicyFiles = state.part_policies
    return found


@router.get("/mass-outages")
async def mass_outages(
    user: Viewer, database: Database, policy: Annotated[EmergencyPolicy, Depends(_policy)], area: Text = None
) -> dict[str, Any]:
    """Each county with sites without mains, the worst first; a county with `threshold` of them is a mass outage.

    `soon` are those that run out within `soon_minutes`; `sites` run out first, or are all of `area`. Customers
    are those of the sites of the county, each site once: whom it is the first to serve.
    """
    now = datetime.now(UTC)
    values = {
        "now": now,
        "soon": now + timedelta(minutes=policy.battery_minutes),
        "alarms": sorted(policy.mains_alarms),
        "region": user.region,
        "below": f"{user.region}/",
        "area": area or "",
        "most": _MOST if area else _FIRST,
    }
    areas = await (await database.execute(_AREAS, values)).fetchall()
    sites = await (await database.execute(_SITES, values)).fetchall()
    return {
        "at": now,
        "threshold": policy.sites,
        "soon_minutes": policy.battery_minutes,
        "areas": areas,
        "sites": sites,
    }
