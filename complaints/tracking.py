"""The customer's own page of one complaint: what it may show, to whoever holds the token and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from complaints.care.policy import CarePolicy
from complaints.outage import outage_of
from complaints.policy import Policy
from guywire.database import Connection
from guywire.errors import Refused

KEPT = timedelta(days=30)
"""For how long after closing the page can be seen."""
_SHORTEST, _LONGEST = 20, 100

_TRACKED = """
SELECT c.complaint_id, c.state, c.category, c.language, c.registered_at, c.restored_at, c.incident_id, c.still_out_at,
       c.satisfaction, c.closed_at, s.time_zone
FROM complaints.complaint c LEFT JOIN views.site s ON s.id = c.site_id
WHERE c.token = %s AND (c.closed_at IS NULL OR c.closed_at > %s)
"""
_TOKEN = "SELECT token FROM complaints.complaint WHERE complaint_id = %s"  # noqa: S105 - a column, no secret


async def tracking_path(connection: Connection, complaint: str) -> str | None:
    """Where the customer of a complaint sees how it stands; None without such a complaint."""
    row = await (await connection.execute(_TOKEN, (complaint,))).fetchone()
    return f"/track/{row['token']}" if row else None


async def complaint_of_token(connection: Connection, token: str, now: datetime) -> str:
    """The complaint that a token opens. Raises `Refused` when it opens none, or one that is closed for too long."""
    return str((await _row(connection, token, now))["complaint_id"])


async def tracked(
    connection: Connection, token: str, now: datetime, policy: Policy, care: CarePolicy
) -> dict[str, Any]:
    """What the page shows: nothing of who complained, nor of the network. Raises `Refused` as above."""
    row = await _row(connection, token, now)
    category = care.category(row["category"])
    outage = await outage_of(connection, row["complaint_id"], now=now, policy=policy) if row["incident_id"] else None
    standing = outage if outage and row["state"] == "linked" else None
    return {
        "id": row["complaint_id"],
        "state": row["state"],
        "language": row["language"],
        "category": {"zh": category.zh, "en": category.en},
        "registered_at": row["registered_at"].isoformat(),
        "stage": standing["state"] if standing else None,
        "cause": outage["cause"] if outage else None,
        "since": outage["since"] if outage else None,
        "expected_end": standing["expected_end"] if standing else None,
        "restored_at": _iso(row["restored_at"]),
        "closed_at": _iso(row["closed_at"]),
        "still_out_at": _iso(row["still_out_at"]),
        "time_zone": row["time_zone"] or "UTC",
        "may_answer": row["state"] == "restored",
        "may_say_still_out": row["state"] in ("restored", "closed"),
        "satisfaction": row["satisfaction"],
    }


async def _row(connection: Connection, token: str, now: datetime) -> dict[str, Any]:
    fits = _SHORTEST <= len(token) <= _LONGEST and token.isascii() and "\0" not in token
    row = await (await connection.execute(_TRACKED, (token, now - KEPT))).fetchone() if fits else None
    if row is None:
        raise Refused("not_found", "no_such_page", "This link is not known, or its complaint is closed for long.")
    return row


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
