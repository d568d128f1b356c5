"""What has been at a site: alarms by day, outages, visits with what they recorded, tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guywire.database import Connection
from guywire.web.listing import fetch_rows

_ALARM_DAYS = """
SELECT jsonb_build_object('day', d.day, 'severity', d.severity, 'n', count(*)) AS body
FROM (SELECT to_char(v.raised_at AT TIME ZONE %s, 'YYYY-MM-DD') AS day, v.severity
      FROM views.alarm v WHERE v.site = %s AND v.raised_at >= %s) d
GROUP BY d.day, d.severity ORDER BY d.day DESC, d.severity
"""

_OUTAGES = """
SELECT to_jsonb(v) AS body FROM views.outage v
WHERE v.site = %s AND v.started_at IS NOT NULL AND coalesce(v.ended_at, now()) >= %s
ORDER BY v.started_at DESC LIMIT 100
"""

_VISITS = """
SELECT jsonb_build_object('id', v.id, 'ticket', v.ticket, 'technician', v.technician,
    'technician_name', v.technician_name, 'state', v.state, 'summary', v.summary, 'on_site_at', v.on_site_at,
    'ended_at', v.ended_at, 'cause', v.cause, 'result', v.result,
    'records', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'name', r.name, 'value', r.value,
        'unit', r.unit, 'text', r.text, 'outside', r.outside) ORDER BY r.at), '[]'::jsonb)
      FROM views.record r WHERE r.work_order = v.id)) AS body
FROM views.work_order v
WHERE v.site = %s AND v.ended_at >= %s AND v.on_site_at IS NOT NULL
ORDER BY v.ended_at DESC LIMIT 50
"""

_TICKETS = """
SELECT jsonb_build_object('id', v.id, 'title', v.title, 'state', v.state, 'priority', v.priority, 'cause', v.cause,
    'result', v.result, 'responsible_party', v.responsible_party, 'opened_at', v.opened_at,
    'closed_at', v.closed_at) AS body
FROM views.ticket v
WHERE v.site = %s AND v.state IN ('closed', 'cancelled', 'rejected') AND v.opened_at >= %s
ORDER BY v.opened_at DESC LIMIT 50
"""


async def history_of(connection: Connection, site: Mapping[str, Any], since: datetime) -> dict[str, Any]:
    """`{"since", "alarm_days": [{"day", "severity", "n"}], "outages", "visits", "tickets"}`, newest first."""
    key, zone = site["id"], site["time_zone"]
    return {
        "since": since,
        "alarm_days": await fetch_rows(connection, _ALARM_DAYS, (zone, key, since)),
        "outages": await fetch_rows(connection, _OUTAGES, (key, since)),
        "visits": await fetch_rows(connection, _VISITS, (key, since)),
        "tickets": await fetch_rows(connection, _TICKETS, (key, since)),
    }
