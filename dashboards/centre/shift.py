"""What the shift leader looks at: who does how much, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from dashboards.centre.policy import ShiftPolicy
from guywire.database import Connection
from guywire.identity import User
from guywire.web.listing import Filter, Listing, fetch, newest_first, within

ON_SHIFT = timedelta(hours=12)
"""Who was not seen within it has gone home."""
_MOST = 100

_LOAD = """
SELECT a.name,
       (SELECT count(*) FROM views.claim c WHERE c.by = a.name AND c.ended_at IS NULL) AS claims,
       (SELECT count(*) FROM views.claim c JOIN views.ticket t ON t.incident = c.incident
         WHERE c.by = a.name AND c.ended_at IS NULL AND t.state NOT IN ('closed', 'cancelled', 'rejected')) AS tickets,
       (SELECT count(*) FROM views.act u WHERE u.actor = a.name AND u.at > %(hour_ago)s) AS acted_last_hour,
       (SELECT max(u.at) FROM views.act u WHERE u.actor = a.name) AS acted_at
FROM unnest(%(names)s::text[]) AS a (name)
"""

_ALARMS = Listing("alarm", "raised_at", "timestamptz", body="to_jsonb(v) - 'details'")
_CLOCKS = Listing("clock", "due_at", "timestamptz", body="to_jsonb(v) - 'pauses'")
_EXTENSIONS = Listing("extension", "asked_at", "timestamptz")
_CLIMBS = Listing("climb", "at", "timestamptz")
_COMPLAINTS = Listing("complaint", "promised_at", "timestamptz")
_HANDOVERS = newest_first("handover", "made_at")


async def operators(
    connection: Connection, people: Sequence[dict[str, Any]], policy: ShiftPolicy, now: datetime
) -> list[dict[str, Any]]:
    """Those on shift by name: `{"name", "role", "seen_at", "claims", "tickets", "acted_last_hour", "acted_at",
    "idle"}`; `tickets` are those of what is claimed, `idle` is a claim held without an act for too long."""
    here = {one["name"]: one for one in people if now - one["seen_at"] <= ON_SHIFT}
    values = {"names": sorted(here), "hour_ago": now - timedelta(hours=1)}
    rows = await (await connection.execute(_LOAD, values)).fetchall()
    since = now - timedelta(minutes=policy.idle_minutes)
    return [{**here[row["name"]], **row, "idle": _is_idle(row, since)} for row in rows]


def _is_idle(load: dict[str, Any], since: datetime) -> bool:
    return bool(load["claims"]) and (load["acted_at"] is None or load["acted_at"] < since)


async def overdue(connection: Connection, user: User, policy: ShiftPolicy, now: datetime) -> dict[str, Any]:
    """What nobody acted on in time, the oldest first, each list at most 100 long; `handover` is one that nobody signed
    for, or null."""

    async def those(listing: Listing, clause: LiteralString, *values: object) -> list[dict[str, Any]]:
        return await fetch(connection, listing, [Filter(clause, values), *within(user, listing.view)], _MOST)

    unsigned = now - timedelta(minutes=policy.unsigned_minutes)
    handovers = await those(_HANDOVERS, "v.state = 'handed_over' AND v.handed_over_at < %s", unsigned)
    speaks: LiteralString = (
        "v.cleared_at IS NULL AND v.acknowledged_at IS NULL AND v.silenced_by = '' AND v.closed_at IS NULL"
        " AND NOT v.baseline AND v.severity IN ('critical', 'major') AND v.raised_at < %s"
    )
    return {
        "unacknowledged": await those(_ALARMS, speaks, now - timedelta(minutes=policy.unacknowledged_minutes)),
        "clocks": await those(_CLOCKS, "v.state = 'running' AND v.due_at < %s", now),
        "extensions": await those(_EXTENSIONS, "v.state = 'asked'"),
        "climbs": await those(_CLIMBS, "v.over_at IS NULL AND v.answered_at IS NULL"),
        "complaints": await those(_COMPLAINTS, "v.state IN ('open', 'linked') AND v.promised_at < %s", now),
        "handover": handovers[0] if handovers else None,
    }
