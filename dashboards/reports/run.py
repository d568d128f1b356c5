"""Asks the database for one report, or for what was counted in a group of it; shaping follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.reports.model import Asked, By, Report
from guywire.database import Connection, Row

_SQL = Path(__file__).parent / "sql"
MOST_FACTS = 1000

_SUMS = """
WITH facts AS MATERIALIZED (
{facts}
)
SELECT CASE grouping(f.{by}, f.bucket) WHEN 3 THEN 'total' WHEN 1 THEN 'item' ELSE 'trend' END AS part,
       f.{by} AS id, max(f.{name}) AS name, f.bucket AS at, {columns}
FROM (SELECT *, date_trunc(%(unit)s, at, %(zone)s) AS bucket FROM facts) f
GROUP BY GROUPING SETS ((), (f.{by}), (f.bucket))
"""
_FACTS = """
WITH facts AS MATERIALIZED (
{facts}
)
SELECT to_jsonb(f) - 'area' - 'city' AS body FROM facts f
WHERE coalesce(f.{by}, '') = %(group)s ORDER BY {order} LIMIT {most}
"""


async def rows_of(connection: Connection, report: Report, asked: Asked, now: datetime) -> list[Row]:
    """The figures as rows with `part` (total, item, trend), `id` and `name` of the group, `at`, and each column."""
    query = _rows_query(report, asked.by)
    return list(await (await connection.execute(query.encode(), _values(asked, now))).fetchall())


async def facts_of(
    connection: Connection, report: Report, asked: Asked, group: str, now: datetime
) -> list[dict[str, Any]]:
    """What was counted in a group, the greatest first, at most `MOST_FACTS`: exactly what the figures are made of."""
    query = _FACTS.replace("{facts}", _text(report.id)).replace("{order}", _order(report)).replace("{by}", asked.by)
    values = {**_values(asked, now), "group": group}
    rows = await (await connection.execute(query.replace("{most}", str(MOST_FACTS)).encode(), values)).fetchall()
    return [row["body"] for row in rows]


def _rows_query(report: Report, by: By) -> str:
    if report.rows:
        query = _text(f"{report.id}_rows")
    else:
        columns = ", ".join(f'{column.sql} AS "{column.id}"' for column in report.columns)
        query = _SUMS.replace("{columns}", columns)
    facts = _text(report.id) if report.facts else ""
    return query.replace("{facts}", facts).replace("{by}", by).replace("{name}", by.name_column)


def _order(report: Report) -> str:
    """Where the facts have a value, the greatest is what one asks for; else the newest."""
    return "f.value DESC NULLS FIRST, f.at DESC" if " AS value" in _text(report.id) else "f.at DESC, f.id"


def _values(asked: Asked, now: datetime) -> Mapping[str, object]:
    return {
        "since": asked.since,
        "until": asked.until,
        "now": now.astimezone(UTC),
        "region": asked.region,
        "tenant": asked.tenant,
        "zone": asked.zone,
        "unit": asked.unit,
        "step": f"1 {asked.unit}",
    }


@cache
def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text("utf-8")
