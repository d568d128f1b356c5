"""What one problem may be behind: faults alike at the same sites lately, what customers said of them, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guywire.database import Connection
from guywire.identity import User
from guywire.web.listing import Filter, fetch, newest_first, within

_MOST = 200
_FAULT = newest_first(
    "incident",
    "opened_at",
    "jsonb_build_object('id', v.id, 'ticket', v.ticket, 'site', v.site, 'site_name', v.site_name,"
    " 'opened_at', v.opened_at, 'closed_at', v.closed_at)",
)
_PROBLEM = newest_first("problem", "raised_at")
_COMPLAINTS = "SELECT count(*) AS n FROM views.complaint WHERE incident = ANY(%s)"


async def faults_at(
    connection: Connection, user: User, alarm_type: str, sites: Sequence[str], days: int
) -> dict[str, Any]:
    """`{"items": [{"id" incident, "ticket", "site", "site_name", "opened_at", "closed_at"}], "complaints": n,
    "problems": [...], "next": null}`: the newest 200 faults, and the problems of them that have not ended, as far as
    the user may see them."""
    alike = Filter("v.root ->> 'alarm_type' = %s AND v.state <> 'merged'", (alarm_type,))
    lately = Filter("v.opened_at >= now() - %s * interval '1 day'", (days,))
    there = Filter("v.site = ANY(%s)", (list(sites),))
    items = await fetch(connection, _FAULT, [alike, lately, there, *within(user, "incident")], _MOST)
    complaints = await connection.execute(_COMPLAINTS, ([one["id"] for one in items],))
    standing = Filter("v.ended_at IS NULL AND v.shared = %s AND v.shares = 'type'", (alarm_type,))
    of_sites = Filter("v.sites && %s::text[]", (list(sites),))
    problems = await fetch(connection, _PROBLEM, [standing, of_sites, *within(user, "problem")])
    row = await complaints.fetchone()
    return {"items": items, "complaints": row["n"] if row else 0, "problems": problems, "next": None}
