"""Complaints near which something happened stand in line and are explained anew, so many a batch.

The line is a table: nobody in it is forgotten by a kill. Whoever has waited longest is next, so that an incident that
changes every second holds nobody back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from complaints import find
from complaints.policy import LinkPolicy, Policy
from complaints.relink import explain_again, keep_links
from guywire.database import Connection, rows_of

_CELLS = 4.0
"""Affected sites within a quarter of the reach of each other are looked around together: a city has hundreds."""

_SITES_OF = """
SELECT o.site FROM views.outage o JOIN views.incident i ON i.id = o.incident
WHERE o.incident = ANY(%(incidents)s) AND o.ended_at IS NULL AND i.state = 'open'
UNION
SELECT a.site FROM views.alarm a JOIN views.incident i ON i.id = a.incident
WHERE a.incident = ANY(%(incidents)s) AND a.cleared_at IS NULL AND a.site IS NOT NULL AND i.state = 'open'
"""

_LINE_UP = """
WITH spot AS MATERIALIZED (
    SELECT DISTINCT round(latitude / %(cell)s) * %(cell)s AS latitude,
                    round(longitude / %(cell)s) * %(cell)s AS longitude
    FROM views.site WHERE id = ANY(%(sites)s)
)
INSERT INTO complaints.to_explain (complaint_id, since, registered_at)
SELECT c.complaint_id, %(now)s, c.registered_at
FROM complaints.complaint c LEFT JOIN views.customer k ON k.id = c.customer_id
WHERE c.state = 'open' AND coalesce(c.still_out_at, c.registered_at) > %(since)s AND c.category <> ALL(%(never)s)
AND (c.site_id = ANY(%(sites)s) OR k.serving_sites && %(sites)s OR EXISTS (
    SELECT FROM spot s WHERE abs(coalesce(c.latitude, k.latitude) - s.latitude) < %(high)s
    AND abs(coalesce(c.longitude, k.longitude) - s.longitude) * cos(radians(s.latitude)) < %(high)s))
ON CONFLICT (complaint_id) DO NOTHING
"""

_NEXT = """
DELETE FROM complaints.to_explain WHERE complaint_id IN (
    SELECT complaint_id FROM complaints.to_explain ORDER BY since, registered_at DESC, complaint_id LIMIT %s)
RETURNING complaint_id
"""

_STILL_OPEN = """
SELECT * FROM complaints.complaint WHERE complaint_id = ANY(%s) AND state = 'open' AND category <> ALL(%s)
ORDER BY complaint_id
"""


class Explained(NamedTuple):
    """The ids of complaints that something explains now. `more`: others stand in line."""

    linked: Sequence[str]
    more: bool


async def line_up(
    connection: Connection, incidents: Collection[str], now: datetime, policy: LinkPolicy, never: Collection[str]
) -> None:
    """Puts in line what nothing explains yet near the sites of these incidents; not again who stands there already."""
    sites = [row["site"] for row in await rows_of(connection, _SITES_OF, {"incidents": list(incidents)})]
    if not sites:
        return
    reach = find.degrees_of_latitude(policy.reach_max_km)
    values = {
        "sites": sites,
        "cell": reach / _CELLS,
        "high": reach * (1 + 0.5 / _CELLS),
        "since": now - timedelta(hours=policy.relink_hours),
        "now": now,
        "never": list(never),
    }
    await connection.execute(_LINE_UP, values)


async def explain_next(
    connection: Connection, now: datetime, policy: Policy, never: Collection[str], at_most: int
) -> Explained:
    """Explains those who are next, and keeps the links that are found."""
    turn = [row["complaint_id"] for row in await rows_of(connection, _NEXT, (at_most,))]
    rows = await rows_of(connection, _STILL_OPEN, (turn, list(never))) if turn else []
    if not rows:
        return Explained((), len(turn) == at_most)
    explained = await explain_again(connection, rows, now, policy)
    linked = await keep_links(connection, list(zip(rows, explained, strict=True)), now)
    return Explained(linked, len(turn) == at_most)
