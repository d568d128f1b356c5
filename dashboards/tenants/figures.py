"""A tenant's figures month by month: availability, restoring, voltage and breaches, beside what was promised."""

from __future__ import annotations

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
    "当月超时的时限：接单、到站、恢复。仅计以贵方合同为准（最严）的时限，暂停和免责的时间已扣除。",
    "Clocks that ran out in the month: accepting, arriving, restoring. Those count in which your contract is the "
    "strictest; time that was paused or exempted is taken off.",
)

_BREACHES = """
SELECT kind, count(*) AS n FROM views.clock
WHERE tenant = %(tenant)s AND breached_at >= %(since)s AND breached_at < %(until)s
    AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
GROUP BY kind
"""
_TERMS = """
SELECT region, severity, accept_minutes, arrive_minutes, restore_minutes, calendar, voltage_low, voltage_high,
       availability
FROM views.contract WHERE tenant = %s ORDER BY region, severity
"""
_SHOWN = {
    "availability": ("available", "promised", "met", "down", "n", "mean", "sites"),
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
    """`{"items": [a month each, the newest first], "contract": [terms], "counted": {figure: {"zh", "en"}}}`."""
    first = await (await connection.execute("SELECT min(opened_at) AS at FROM views.incident")).fetchone()
    begun = first["at"] if first and first["at"] else now  # before that nothing was counted, which is not 100 %
    periods = [period for period in months_before(now, months, zone) if period[1] > begun]
    items = [await _month(connection, user, since, until, zone, now) for since, until in periods]
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
    return month | {"breaches": {"accept": 0, "arrive": 0, "restore": 0} | {row["kind"]: row["n"] for row in rows}}
