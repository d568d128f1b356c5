"""How companies and technicians did their work in a period, counted from their orders: shown, and deciding nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from dispatch.rota.policy import AssessmentPolicy
from guywire.database import Connection

By = Literal["company", "technician"]

COUNTED = {
    "offers": "orders offered in the period to somebody in particular, and calls to everybody that were accepted",
    "answered": "offers that were accepted, declined or left to run out; silence inside an outage's footprint is not",
    "accepted": "offers that were accepted",
    "accepted_percent": "accepted, of answered",
    "declined": "offers that were declined",
    "declined_without_reason": "declined for a reason that policy does not know as a good one",
    "silent": "offers that ran out unanswered where the phone had coverage",
    "accept_minutes": "offer to acceptance, the median",
    "arrive_minutes": "acceptance to on site, the median",
    "accepted_in_time_percent": "accepted before the clock ran out, of those offered before it had",
    "arrived_in_time_percent": "on site before the clock ran out, of those offered before it had",
    "done": "visits that ended done",
    "failed": "visits that ended failed",
    "first_time_percent": "visits done after which nobody had to go again for the same need, of all visits",
    "repeats": "visits done after which the same kind of fault came back to the site within policy's days",
    "repeats_percent": "repeats, of done",
}
"""How each figure is counted. Of a crew only who leads is assessed; null is what nothing was counted for."""

_ASSESS = """
SELECT {by} || '' AS id, {columns}
       count(*) AS offers,
       count(*) FILTER (WHERE accepted OR declined OR silent) AS answered,
       count(*) FILTER (WHERE accepted) AS accepted,
       round(100.0 * count(*) FILTER (WHERE accepted)
           / nullif(count(*) FILTER (WHERE accepted OR declined OR silent), 0), 1)::float8 AS accepted_percent,
       count(*) FILTER (WHERE declined) AS declined,
       count(*) FILTER (WHERE declined AND NOT EXISTS (
           SELECT FROM unnest(%(good)s::text[]) word WHERE position(lower(word) IN lower(reason)) > 0))
           AS declined_without_reason,
       count(*) FILTER (WHERE silent) AS silent,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY accept_minutes))::numeric, 1)::float8 AS accept_minutes,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY arrive_minutes))::numeric, 1)::float8 AS arrive_minutes,
       round(100 * avg(accepted_in_time::int), 1)::float8 AS accepted_in_time_percent,
       round(100 * avg(arrived_in_time::int), 1)::float8 AS arrived_in_time_percent,
       count(*) FILTER (WHERE done) AS done,
       count(*) FILTER (WHERE failed) AS failed,
       round(100 * avg(first_time::int), 1)::float8 AS first_time_percent,
       count(*) FILTER (WHERE repeated_at < ended_at + %(repeat)s) AS repeats,
       round(100.0 * count(*) FILTER (WHERE repeated_at < ended_at + %(repeat)s)
           / nullif(count(*) FILTER (WHERE done), 0), 1)::float8 AS repeats_percent
FROM views.assessed_order
WHERE asked AND offered_at >= %(since)s AND offered_at < %(until)s
    AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
GROUP BY {group} ORDER BY {group}
"""
_BY: dict[By, dict[str, str]] = {
    "company": {"by": "coalesce(company, '')", "columns": "", "group": "coalesce(company, '')"},
    "technician": {
        "by": "technician",
        "columns": "technician_name, company, region,",
        "group": "technician, technician_name, company, region",
    },
}


async def assessments(
    connection: Connection, since: datetime, until: datetime, by: By, region: str, policy: AssessmentPolicy
) -> list[dict[str, Any]]:
    """One object for each company or technician with an offer in the period, in a region path ("": everywhere)."""
    query = _ASSESS.format_map(_BY[by])
    values = {
        "since": since,
        "until": until,
        "region": region,
        "good": sorted(policy.good_reasons),
        "repeat": timedelta(days=policy.repeat_days),
    }
    return [dict(row) for row in await (await connection.execute(query.encode(), values)).fetchall()]
