"""A tenant's figures month by month: availability, restoring, voltage and breaches, beside what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.reports import BY_ID
from dashboards.reports.model import Asked, By, Words
from dashboards.reports.run import rows_of
from dashboards.reports.shape import shaped
from guywire.database import Connection
from guywire.identity import User

BREACHES_COUNTED = Words(
    "当月超时的时限：接单、到站、恢复。仅计以贵方合同为准（最严）的时限，暂停和免责的时间已扣除；已取消（含合并重复）和"
    "已驳回的工单，以及贵方入驻前已开始的时限不计。",
    "Clocks that ran out in the month: accepting, arriving, restoring. Those count in which your contract is the "
    "strictest; time that was paused or exempted is taken off. Tickets that were cancelled (duplicates too) or "
    "rejected do not count, nor what began before you stood there.",
)

# Which of the months have something to count: a site on which the tenant stood.
_STOOD = """
SELECT EXISTS (SELECT FROM views.tenancy t JOIN views.site_life s ON s.id = t.site
    WHERE t.tenant = %(tenant)s AND t.since < least(m.until, %(now)s) AND (t.until IS NULL OR t.until > m.since)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))) AS stood
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS m (since, until, place)
ORDER BY m.place
"""
# A duplicate's clock ran out with that of the ticket that goes on: it is one breach. What began while the tenant stood
# at none of the sites that the clock is about is none of its.
_BREACHES = """
SELECT c.kind, count(*) AS n FROM views.clock c LEFT JOIN views.ticket t ON t.id = c.ticket
WHERE c.tenant = %(tenant)s AND c.breached_at >= %(since)s AND c.breached_at < %(until)s
    AND (t.id IS NULL OR t.state NOT IN ('cancelled', 'rejected'))
    AND EXISTS (SELECT FROM views.tenancy k
        WHERE k.tenant = c.tenant AND k.since <= c.started_at AND (k.until IS NULL OR k.until > c.started_at)
            AND (k.site = c.site OR (c.need IS NULL AND k.site IN (
                SELECT o.site FROM views.outage o WHERE o.incident = t.incident
                UNION ALL SELECT n.site FROM views.need n WHERE n.ticket = c.ticket))))
    AND (%(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(region)s || '/'))
GROUP BY c.kind
"""
_TERMS = """
SELECT region, severity, accept_minutes, arrive_minutes, restore_minutes, calendar, voltage_low, voltage_high,
       availability
FROM views.contract WHERE tenant = %s ORDER BY region, severity
"""
_CLOCKS = ("accept", "arrive", "restore")
_SHOWN = {
    "availability": ("available", "promised", "met", "due", "down", "n", "mean", "sites"),
    "voltage": (
        "within",
        "promised",
        "met",
        "limits",
        "measured",
        "gap",
        "lowest",
        "highest",
        "measured_sites",
        "sites",
    ),
}


async def figures(connection: Connection, user: User, months: int, zone: str, now: datetime) -> dict[str, Any]:
    """`{"items": [a month each, the newest first], "contract": [terms], "counted": {figure: {"zh", "en"}}}`.

    A month in which the tenant stood on no site has nulls: no data, which is not 100 %.
    """
    asked = months_before(now, months, zone)
    stood = await _stood(connection, user, asked, now)
    items = [
        await _month(connection, user, since, until, zone, now) if there else _no_data(since)
        for (since, until), there in zip(asked, stood, strict=True)
    ]
    terms = await (await connection.execute(_TERMS, (user.tenant,))).fetchall()
    counted = {name: BY_ID[name].counted for name in _SHOWN} | {"breaches": BREACHES_COUNTED}
    return {
        "items": items,
        "next": None,
        "contract": terms,
        "counted": {name: words._asdict() for name, words in counted.items()},
    }


def months_before(now: datetime, months: int, zone: str) -> list[tuple[datetime, datetime]]:
    """The month that `now` is in and those before it, by the zone's calendar, the newest first."""
    local = now.astimezone(ZoneInfo(zone))
    first = local.year * 12 + local.month - 1
    starts = [
        datetime((first - ago) // 12, (first - ago) % 12 + 1, 1, tzinfo=ZoneInfo(zone)) for ago in range(-1, months)
    ]
    return [(since, until) for until, since in pairwise(starts)]


async def _stood(
    connection: Connection, user: User, months: Sequence[tuple[datetime, datetime]], now: datetime
) -> list[bool]:
    """Of each month whether the tenant stood anywhere in it."""
    values = {"tenant": user.tenant, "region": user.region, "now": now}
    starts, ends = zip(*months, strict=True)
    rows = await connection.execute(_STOOD, {**values, "starts": list(starts), "ends": list(ends)})
    return [row["stood"] for row in await rows.fetchall()]


def _no_data(since: datetime) -> dict[str, Any]:
    shown = {name: dict.fromkeys(columns) for name, columns in _SHOWN.items()}
    return {"id": f"{since:%Y-%m}", **shown, "breaches": dict.fromkeys(_CLOCKS)}


async def _month(
    connection: Connection, user: User, since: datetime, until: datetime, zone: str, now: datetime
) -> dict[str, Any]:
    asked = Asked(since, until, user.region, By.TENANT, zone, user.tenant)
    month: dict[str, Any] = {"id": f"{since:%Y-%m}"}
    for name, columns in _SHOWN.items():
        total = shaped(BY_ID[name], asked, await rows_of(connection, BY_ID[name], asked, now))["total"]
        month[name] = {column: total[column] for column in columns}
    values = {"tenant": user.tenant, "region": user.region, "since": since, "until": until}
    rows = await (await connection.execute(_BREACHES, values)).fetchall()
    return month | {"breaches": dict.fromkeys(_CLOCKS, 0) | {row["kind"]: row["n"] for row in rows}}
