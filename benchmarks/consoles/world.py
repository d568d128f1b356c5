"""A large network with many alarms in the database, as its owners would have written them; each run is alike."""

from __future__ import annotations

from datetime import datetime

from guywire.database import Connection

SITES = 2500

_SITES = """
    INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, tenants,
        battery_hours, time_zone)
    SELECT 'JS' || lpad(n::text, 5, '0'), (ARRAY['城西', '滨江', '龙井', '大桥', '东站', '玉泉'])[1 + n %% 6]
               || '基站' || n,
           30 + (n %% 50) * 0.02, 120 + (n / 50) * 0.02,
           city || '/' || (ARRAY['西湖', '上城', '余杭', '萧山'])[1 + n %% 4],
           city, (ARRAY['A', 'B', 'B', 'C', 'C'])[1 + n %% 5],
           CASE WHEN n %% 3 = 0 THEN ARRAY['Unicorn Mobile'] ELSE ARRAY['Unicorn Mobile', 'Red Cell'] END,
           4, 'Asia/Shanghai'
    FROM generate_series(1, %(sites)s::int) n,
         LATERAL (SELECT '浙江/' || (ARRAY['杭州', '宁波', '温州', '嘉兴', '湖州', '绍兴', '金华', '台州'])[1 + n %% 8]
                  AS city) c
"""

_INCIDENTS = """
    INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind, root_alarm_id,
        root_site_id, root_resource, root_alarm_type, alarm_count)
    SELECT 'I' || n, 'open', s.domain, 'mains-failure', 'critical', %(now)s::timestamptz - n * interval '11 s', 'alarm',
           'A' || n, s.site_id, 'mains', 'mains-failure', 20
    FROM generate_series(1, %(count)s::int / 20) n
    JOIN core.site s ON s.site_id = 'JS' || lpad((1 + n %% %(sites)s::int)::text, 5, '0')
"""

_ALARMS = """
    INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, text, source,
        raised_at, received_at, changed_at, incident_id, cause_alarm_id, silenced_by, acknowledged_at, acknowledged_by)
    SELECT 'A' || n, s.site_id, kind.resource || '-' || (1 + n %% 3), kind.type, '', s.domain, kind.severity,
           'reported by the controller of ' || s.site_id, '10.1.' || n %% 200 || '.' || n %% 250,
           at, at, at, 'I' || (1 + n %% (%(count)s::int / 20)), CASE WHEN n %% 4 = 0 THEN 'A' || (n - 1) END,
           CASE WHEN n %% 4 = 0 THEN 'symptom:A' || (n - 1) ELSE '' END,
           CASE WHEN n %% 5 = 0 THEN at END, CASE WHEN n %% 5 = 0 THEN 'ann' ELSE '' END
    FROM generate_series(%(first)s::int, %(last)s::int) n
    JOIN core.site s ON s.site_id = 'JS' || lpad((1 + n %% %(sites)s::int)::text, 5, '0'),
    LATERAL (SELECT %(now)s::timestamptz - (n %% 20000) * interval '2.5 s' AS at) moment,
    LATERAL (SELECT (ARRAY['mains', 'battery', 'radio', 'link', 'aircon', 'door', 'radio'])[1 + n %% 7] AS resource,
             (ARRAY['mains-failure', 'battery-low-voltage', 'cell-down', 'link-down', 'high-temperature', 'door-open',
                    'base-station-down'])[1 + n %% 7] AS type,
             (ARRAY['major', 'major', 'minor', 'major', 'minor', 'warning', 'critical'])[1 + n %% 7] AS severity) kind
"""


async def add_network(connection: Connection, sites: int = SITES) -> None:
    """`sites` sites of four areas in each of eight cities."""
    await connection.execute(_SITES, {"sites": sites})


async def add_incidents(connection: Connection, count: int, now: datetime, sites: int = SITES) -> None:
    """The open incidents of `count` alarms, twenty each."""
    await connection.execute(_INCIDENTS, {"count": count, "now": now, "sites": sites})


async def add_alarms(
    connection: Connection, first: int, last: int, count: int, now: datetime, sites: int = SITES
) -> list[str]:
    """Alarms `first` to `last` of a storm of `count`; a quarter symptoms, a fifth acknowledged. Returns their ids."""
    await connection.execute(_ALARMS, {"first": first, "last": last, "count": count, "now": now, "sites": sites})
    return [f"A{n}" for n in range(first, last + 1)]
