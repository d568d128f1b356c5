"""Rows of a report as the API's object, and as a table that a spreadsheet opens. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dashboards.reports.model import Asked, Report, Words
from dashboards.spreadsheet import spreadsheet

MOST_ITEMS = 1000
NO_DATA = "no data"


def described(report: Report) -> dict[str, Any]:
    """A report without figures: what it is, how it is counted, and how it can be grouped."""
    return {
        "id": report.id,
        "title": _words(report.title),
        "counted": _words(report.counted),
        "figure": report.figure,
        "less_is_better": report.less_is_better,
        "by": [str(by) for by in report.by],
        "which": report.facts,
        "of_tenants": report.of_tenants,
        "columns": [{"id": one.id, "kind": str(one.kind), "title": _words(one.words)} for one in report.columns],
        "limits": [{"column": one.column, "value": one.value, "title": _words(one.words)} for one in report.limits],
    }


def shaped(report: Report, asked: Asked, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`described`, what was asked, the `total`, the `trend` oldest first, and every group in `items`, worst first."""
    rows = list(rows)
    names = [column.id for column in report.columns]
    trend = sorted((row for row in rows if row["part"] == "trend" and row["at"]), key=lambda row: row["at"])
    items = [_group(row, names) for row in rows if row["part"] == "item"]
    return {
        **described(report),
        "from": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "region": asked.region,
        "grouped_by": str(asked.by),
        "tenant": asked.tenant,
        "total": next((_figures(row, names) for row in rows if row["part"] == "total"), dict.fromkeys(names)),
        "trend": [{"at": row["at"].isoformat(), **_figures(row, names)} for row in trend],
        "items": sorted(items, key=lambda item: _rank(item, report)),
        "next": None,
    }


def table(report: Report, shown: Mapping[str, Any]) -> str:
    """The groups as CSV. Where a tenant's figure has no data that is said: an empty cell is soon taken for all."""
    says_so = report.of_tenants
    rows = [
        item | {report.figure: NO_DATA} if says_so and item[report.figure] is None else item for item in shown["items"]
    ]
    return spreadsheet(["id", "name", *(column.id for column in report.columns)], rows)


def shortened(shown: dict[str, Any]) -> dict[str, Any]:
    """A report with the worst `MOST_ITEMS` groups; `more` says how many are left out."""
    return shown | {"items": shown["items"][:MOST_ITEMS], "more": max(0, len(shown["items"]) - MOST_ITEMS)}


def _group(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    key = row["id"] or ""
    return {"id": key, "name": row["name"] or key, **_figures(row, names)}


def _figures(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Decimal | float):
        return round(float(value), 4)
    return value


def _rank(item: Mapping[str, Any], report: Report) -> tuple[bool, float, str]:
    """The worst first; a group without a figure has nothing to rank by and comes last."""
    value = item[report.figure]
    if value is None:
        return (True, 0.0, item["id"])
    return (False, -value if report.less_is_better else value, item["id"])


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
