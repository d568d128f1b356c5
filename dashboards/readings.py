"""What a site's devices measured: one series as so many points, its limits, and what was measured last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from collectors.profile.vocabulary import METRICS
from guywire.database import Connection
from guywire.web.listing import fetch_rows

STEPS = tuple(
    timedelta(seconds=seconds) for seconds in (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
)
"""Lengths of a point that people can name; a series is never finer than the first."""


class Series(NamedTuple):
    """Which readings: of one metric of one resource; `qualifier` tells several of them apart, "" for the one."""

    site: str
    resource: str
    metric: str
    qualifier: str


# the least of a bucket and the greatest, so that no dip is lost however long the stretch is
_POINTS = """
SELECT extract(epoch FROM date_bin(%s, v.at, 'epoch'))::float8 AS at, min(v.value) AS low, avg(v.value) AS mean,
       max(v.value) AS high
FROM views.sample v
WHERE v.site = %s AND v.resource = %s AND v.metric = %s AND v.qualifier = %s AND v.at >= %s AND v.at < %s
  AND v.value IS NOT NULL
GROUP BY 1 ORDER BY 1
"""

_LATEST = """
SELECT to_jsonb(v) AS body FROM views.latest_reading v WHERE v.site = %s
ORDER BY v.resource, v.metric, v.qualifier LIMIT 500
"""

# The tightest of what the site's tenants were promised there; a contract of a region holds below it.
_PROMISED = """
SELECT max(c.voltage_low) AS low, min(c.voltage_high) AS high
FROM views.site s JOIN views.contract c ON c.tenant = ANY (s.tenants)
  AND (c.region = '' OR c.region = s.region OR starts_with(s.region, c.region || '/'))
WHERE s.id = %s
"""

_DISCONNECT = """
SELECT max(v.value) AS value FROM views.latest_reading v WHERE v.site = %s AND v.metric = 'disconnect-voltage'
"""

PROMISED_METRICS = frozenset({"dc-output-voltage"})
BATTERY_METRICS = frozenset({"battery-voltage", "dc-output-voltage"})


def step_for(stretch: timedelta, points: int) -> timedelta:
    """The shortest step that gives at most so many points, else the longest there is."""
    return next((step for step in STEPS if stretch <= step * points), STEPS[-1])


async def series_points(
    connection: Connection, series: Series, since: datetime, until: datetime, points: int
) -> dict[str, Any]:
    """`{"step_seconds", "points": [[epoch seconds, least, mean, greatest]]}`; none where nothing was heard."""
    step = step_for(until - since, points)
    rows = await (await connection.execute(_POINTS, (step, *series, since, until))).fetchall()
    return {
        "step_seconds": int(step.total_seconds()),
        "points": [[row["at"], *(round(row[name], 4) for name in ("low", "mean", "high"))] for row in rows],
    }


async def limits_of(connection: Connection, site: str, metric: str) -> list[dict[str, Any]]:
    """Lines to be drawn: `[{"kind": "promised_low" | "promised_high" | "disconnect", "value"}]`, from contracts and
    from what the power system itself is set to."""
    limits: list[dict[str, Any]] = []
    if metric in PROMISED_METRICS:
        promised = await (await connection.execute(_PROMISED, (site,))).fetchone() or {}
        limits += [_limit(f"promised_{end}", promised[end]) for end in ("low", "high") if promised.get(end) is not None]
    if metric in BATTERY_METRICS:
        row = await (await connection.execute(_DISCONNECT, (site,))).fetchone() or {}
        limits += [_limit("disconnect", row["value"])] if row.get("value") is not None else []
    return limits


async def latest_readings(connection: Connection, site: str) -> Sequence[dict[str, Any]]:
    """What was measured last, as `views.latest_reading` has it, each with what its metric is called: `words`."""
    found = await fetch_rows(connection, _LATEST, (site,))
    return [reading | {"words": _words(reading["metric"])} for reading in found]


def _words(metric: str) -> dict[str, str]:
    known = METRICS.get(metric)
    return {"zh": known.zh, "en": known.en} if known else {"zh": metric, "en": metric}


def _limit(kind: str, value: float) -> dict[str, Any]:
    return {"kind": kind, "value": value}
