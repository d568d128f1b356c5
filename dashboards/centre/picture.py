"""What is open now, for whoever takes the shift over: read from the views, for one region or the whole centre."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, LiteralString

from dashboards.centre.handover_words import sentence
from guywire.database import Connection
from guywire.web.listing import Filter, Listing, fetch, newest_first, under

NEXT_SHIFT = timedelta(hours=8)
_MOST = 500

_INCIDENT: LiteralString = """
jsonb_build_object('id', v.id, 'title', v.title, 'severity', v.severity, 'site', v.site, 'site_name', v.site_name,
    'opened_at', v.opened_at, 'alarm_type', v.root ->> 'alarm_type',
    'sites_down', (SELECT count(*) FROM views.outage o
        WHERE o.incident = v.id AND o.ended_at IS NULL AND o.started_at IS NOT NULL),
    'site_down_at', (SELECT min(o.site_down_at) FROM views.outage o
        WHERE o.incident = v.id AND o.ended_at IS NULL AND o.started_at IS NULL),
    'claim', (SELECT jsonb_build_object('by', c.by, 'at', c.at, 'note', c.note) FROM views.claim c
        WHERE c.id = v.id AND c.ended_at IS NULL),
    'ticket', (SELECT jsonb_build_object('id', t.id, 'state', t.state, 'priority', t.priority,
            'hold_reason', t.hold_reason, 'hold_until', t.hold_until) FROM views.ticket t WHERE t.id = v.ticket),
    'next_due', (SELECT jsonb_build_object('clock', k.id, 'kind', k.kind, 'due_at', k.due_at) FROM views.clock k
        WHERE k.ticket = v.ticket AND k.stopped_at IS NULL AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1))
"""
_CLOCK: LiteralString = """
jsonb_build_object('kind', v.kind, 'id', v.id, 'due_at', v.due_at, 'ticket', v.ticket, 'site', v.site,
    'site_name', v.site_name, 'breached_at', v.breached_at)
"""
_COMPLAINT: LiteralString = """
jsonb_build_object('kind', 'complaint', 'id', v.id, 'due_at', v.promised_at, 'incident', v.incident, 'site', v.site,
    'site_name', v.site_name, 'customer_name', v.customer_name, 'vip', v.vip)
"""
_COUNT = """
SELECT count(*) AS open FROM views.incident v WHERE v.state = 'open' AND (%(region)s = ''
    OR EXISTS (SELECT FROM unnest(v.regions) r WHERE r = %(region)s OR starts_with(r, %(below)s)))
"""

_INCIDENTS = newest_first("incident", "opened_at", _INCIDENT)
_CLOCKS = newest_first("clock", "started_at", _CLOCK)
_COMPLAINTS = newest_first("complaint", "registered_at", _COMPLAINT)
_EXTENSIONS = newest_first("extension", "asked_at")
_EMERGENCIES = newest_first("emergency", "declared_at", "to_jsonb(v) - 'areas'")
_SOS = newest_first("sos", "since")
_SILENCES = newest_first("silence", "made_at")
_ANNOUNCEMENTS = newest_first("announcement", "made_at", "to_jsonb(v) - 'touches'")


async def draw(connection: Connection, region: str, now: datetime) -> dict[str, Any]:
    """`{"at", "until", "sentence", "incidents", "incidents_count", "promises", "extensions", "emergencies", "sos",
    "silences", "announcements"}`; `until` is when the next shift ends, and each list is at most 500 long."""
    until = now + NEXT_SHIFT

    async def those(listing: Listing, *filters: Filter) -> list[dict[str, Any]]:
        return await fetch(connection, listing, [*filters, *_within(region, listing.view)], _MOST)

    incidents = await those(_INCIDENTS, Filter("v.state = 'open'"))
    clocks = await those(_CLOCKS, Filter("v.state = 'running' AND v.due_at <= %s", (until,)))
    promised = Filter("v.state IN ('open', 'linked') AND v.promised_at <= %s", (until,))
    changing = Filter("v.ended_at IS NULL AND v.changes_at BETWEEN %s AND %s", (now, until))
    coming = Filter("v.withdrawn_at IS NULL AND v.ends_at > %s AND v.starts_at <= %s", (now, until))
    picture = {
        "at": now,
        "until": until,
        "incidents": sorted(incidents, key=_urgency),
        "incidents_count": await _count_open(connection, region),
        "promises": sorted([*clocks, *await those(_COMPLAINTS, promised)], key=lambda one: str(one["due_at"])),
        "extensions": await those(_EXTENSIONS, Filter("v.state = 'asked'")),
        "emergencies": await those(_EMERGENCIES, Filter("v.ended_at IS NULL")),
        "sos": await those(_SOS, Filter("v.ended_at IS NULL")),
        "silences": await those(_SILENCES, changing),
        "announcements": await those(_ANNOUNCEMENTS, coming),
    }
    return {"sentence": sentence(picture), **picture}


def _urgency(incident: dict[str, Any]) -> tuple[Any, ...]:
    """What is down first, then what runs out or falls due first; times as PostgreSQL writes them sort as text."""
    due = (incident["next_due"] or {}).get("due_at") or "9"
    return -incident["sites_down"], incident["site_down_at"] or "9", due, incident["opened_at"], incident["id"]


async def _count_open(connection: Connection, region: str) -> int:
    rows = await connection.execute(_COUNT, {"region": region, "below": f"{region}/"})
    counted = await rows.fetchone()
    return int(counted["open"]) if counted else 0


def _within(region: str, view: str) -> list[Filter]:
    return under(region, view) if region else []
