"""What other services decided, and what it means for complaints: relinked, linked at last, restored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from complaints import find
from complaints.life import Standing, Verdict, restored_at, verdict
from complaints.policy import LinkPolicy, Policy
from complaints.relink import explain_again, link_values
from guywire.database import Connection, Row
from guywire.feed import Change

_MOST_RELINKED = 1000  # newest first; older ones get their turn with the incident's next change
_MOST_SHOWN_AGAIN = 100

_MERGED = """
WITH RECURSIVE heir (origin, id) AS (
    SELECT id, merged_into FROM views.incident
    WHERE id = ANY(%s) AND state = 'merged' AND merged_into IS NOT NULL
    UNION
    SELECT h.origin, i.merged_into FROM heir h JOIN views.incident i ON i.id = h.id
    WHERE i.state = 'merged' AND i.merged_into IS NOT NULL
)
UPDATE complaints.complaint c SET incident_id = h.id, look_at = %s, version = c.version + 1
FROM heir h JOIN views.incident survivor ON survivor.id = h.id AND survivor.state <> 'merged'
WHERE c.incident_id = h.origin
RETURNING c.complaint_id, c.incident_id
"""

_STANDING = """
SELECT c.*, i.state = 'open' AS incident_open, i.closed_at, o.incident IS NOT NULL AS has_outage,
       o.ended_at AS outage_ended_at,
       EXISTS (SELECT FROM views.alarm a
               WHERE a.incident = c.incident_id AND a.site = c.site_id AND a.cleared_at IS NULL) AS alarms_stand
FROM complaints.complaint c
JOIN views.incident i ON i.id = c.incident_id
LEFT JOIN views.outage o ON o.incident = c.incident_id AND o.site = c.site_id
WHERE c.state = 'linked' AND c.incident_id = ANY(%s) ORDER BY c.registered_at, c.complaint_id
"""

_SITES_OF = """
SELECT o.site FROM views.outage o JOIN views.incident i ON i.id = o.incident
WHERE o.incident = ANY(%(incidents)s) AND o.ended_at IS NULL AND i.state = 'open'
UNION
SELECT a.site FROM views.alarm a JOIN views.incident i ON i.id = a.incident
WHERE a.incident = ANY(%(incidents)s) AND a.cleared_at IS NULL AND a.site IS NOT NULL AND i.state = 'open'
"""

_UNEXPLAINED = """
SELECT c.* FROM complaints.complaint c LEFT JOIN views.customer k ON k.id = c.customer_id
WHERE c.state = 'open' AND coalesce(c.still_out_at, c.registered_at) > %(since)s AND c.category <> ALL(%(never)s)
AND EXISTS (
    SELECT FROM views.site s WHERE s.id = ANY(%(sites)s) AND (
        s.id = c.site_id OR s.id = ANY(k.serving_sites)
        OR (abs(coalesce(c.latitude, k.latitude) - s.latitude) < %(high)s
            AND abs(coalesce(c.longitude, k.longitude) - s.longitude) * cos(radians(s.latitude)) < %(high)s)))
ORDER BY c.registered_at DESC, c.complaint_id LIMIT %(limit)s
"""

_RELINK = """
UPDATE complaints.complaint SET state = %(state)s, incident_id = %(incident_id)s, link_reason = %(link_reason)s,
    restored_at = %(restored_at)s, site_id = %(site)s, customer_id = %(customer)s, look_at = %(now)s,
    version = version + 1
WHERE complaint_id = %(id)s
"""

_RESTORED = """
UPDATE complaints.complaint SET state = 'restored', restored_at = %s, look_at = %s, version = version + 1
WHERE complaint_id = %s
"""

_SERVED = """
UPDATE complaints.complaint c SET state = 'restored', restored_at = %(now)s, look_at = %(now)s, version = c.version + 1
FROM views.ticket t WHERE c.ticket_id = t.id AND t.state IN ('resolved', 'closed') AND c.state = 'open'
AND (%(tickets)s::text[] IS NULL OR t.id = ANY(%(tickets)s)) RETURNING c.complaint_id
"""

_STIRRED = """
UPDATE complaints.complaint SET look_at = %s WHERE incident_id = ANY(%s) AND state = 'linked'
RETURNING complaint_id, registered_at
"""


def incidents_in(changes: Iterable[Change]) -> set[str]:
    """The incidents that changes of alarm_correlation speak of."""
    named = {change.id if change.topic == "incident" else _incident_of(change) for change in changes}
    return named - {""}


def tickets_in(changes: Iterable[Change]) -> set[str]:
    """The tickets on whose work orders dispatch decided something."""
    return {change.body["ticket"] for change in changes if change.topic == "work_order" and "ticket" in change.body}


def served_in(changes: Iterable[Change]) -> list[str]:
    """The tickets that alarm_correlation says something of."""
    return [change.id for change in changes if change.topic == "ticket"]


async def follow_incidents(
    connection: Connection, incidents: Collection[str], now: datetime, policy: Policy, never: Collection[str]
) -> dict[str, str]:
    """Brings complaints in line with these incidents; returns what became of each that changed, by its id.

    `never` are the categories that no outage explains.
    """
    moved = await _all(connection, _MERGED, (list(incidents), now))
    concerned = {*incidents, *(row["incident_id"] for row in moved)}
    done = {row["complaint_id"]: "moved" for row in moved}
    done |= await _judge_linked(connection, concerned, now, policy)
    return done | await _link_unexplained(connection, concerned, now, policy, never)


async def incidents_of(connection: Connection, tickets: Collection[str]) -> list[str]:
    rows = await _all(
        connection,
        "SELECT DISTINCT incident FROM views.ticket WHERE id = ANY(%s) AND incident IS NOT NULL",
        (list(tickets),),
    )
    return [row["incident"] for row in rows]


async def served(connection: Connection, tickets: Sequence[str] | None, now: datetime) -> dict[str, str]:
    """Complaints whose own ticket is resolved are restored; None: whatever ticket that is."""
    rows = await _all(connection, _SERVED, {"tickets": tickets, "now": now})
    return {row["complaint_id"]: "restored" for row in rows}


async def shown_again(connection: Connection, incidents: Collection[str], now: datetime) -> list[str]:
    """Has complaints linked to incidents whose repair moved on looked at; the newest, whose screens ask anew."""
    rows = await _all(connection, _STIRRED, (now, list(incidents)))
    newest = sorted(rows, key=lambda row: row["registered_at"], reverse=True)[:_MOST_SHOWN_AGAIN]
    return [row["complaint_id"] for row in newest]


async def live_incidents(connection: Connection) -> list[str]:
    """All that could matter to a complaint, for a start without a usable feed."""
    rows = await _all(
        connection,
        "SELECT id FROM views.incident WHERE state = 'open'"
        " UNION SELECT incident_id FROM complaints.complaint WHERE state = 'linked'",
        (),
    )
    return [row["id"] for row in rows]


async def _judge_linked(
    connection: Connection, incidents: Collection[str], now: datetime, policy: Policy
) -> dict[str, str]:
    done = {}
    for row in await _all(connection, _STANDING, (list(incidents),)):
        standing = Standing(
            row["incident_open"], row["closed_at"], row["has_outage"], row["outage_ended_at"], row["alarms_stand"]
        )
        said = verdict(standing)
        if said is Verdict.LOOK_AGAIN and await _link_again(connection, row, now, policy):
            done[row["complaint_id"]] = "moved"
        elif said is not Verdict.KEEP:
            await connection.execute(_RESTORED, (restored_at(standing, now), now, row["complaint_id"]))
            done[row["complaint_id"]] = "restored"
    return done


async def _link_unexplained(
    connection: Connection, incidents: Collection[str], now: datetime, policy: Policy, never: Collection[str]
) -> dict[str, str]:
    sites = [row["site"] for row in await _all(connection, _SITES_OF, {"incidents": list(incidents)})]
    if not sites:
        return {}
    rows = await _all(connection, _UNEXPLAINED, _unexplained_near(sites, now, policy.link) | {"never": list(never)})
    return {row["complaint_id"]: "linked" for row in rows if await _link_again(connection, row, now, policy)}


def _unexplained_near(sites: Sequence[str], now: datetime, policy: LinkPolicy) -> dict[str, Any]:
    return {
        "sites": sites,
        "since": now - timedelta(hours=policy.relink_hours),
        "high": find.degrees_of_latitude(policy.reach_max_km),
        "limit": _MOST_RELINKED,
    }


async def _link_again(connection: Connection, complaint: Row, now: datetime, policy: Policy) -> bool:
    """Decides anew what explains a complaint, and keeps it when something does."""
    explained = await explain_again(connection, complaint, now, policy)
    if explained.link is None:
        return False
    customer = explained.customer["id"] if explained.customer else complaint["customer_id"]
    where = {"id": complaint["complaint_id"], "site": explained.site, "customer": customer, "now": now}
    await connection.execute(_RELINK, {**link_values(explained), **where})
    return True


def _incident_of(change: Change) -> str:
    if change.topic == "outage":
        return str(change.body.get("incident") or change.id.partition("/")[0])
    return str(change.body.get("incident") or "") if change.topic == "alarm" else ""


async def _all(connection: Connection, query: str, values: Any) -> list[Row]:
    return await (await connection.execute(query, values)).fetchall()
