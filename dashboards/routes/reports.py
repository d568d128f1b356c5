"""Reports: the list of figures, one of them for a period, what was counted in a group of it, and a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from dashboards.reports import BY_ID, REPORTS
from dashboards.reports.model import Asked, By, Report
from dashboards.reports.run import facts_of, rows_of
from dashboards.reports.shape import described, shaped, shortened, table
from dashboards.routes.common import Text, download
from guywire import identity
from guywire.errors import Refused, invalid, not_found
from guywire.identity import Permission, User
from guywire.web import Database, require

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Reader = Annotated[User, Depends(require(Permission.VIEW_REPORTS))]
_LONGEST = timedelta(days=400)


class Period(NamedTuple):
    since: datetime
    until: datetime
    zone: str


def _period(
    since: Annotated[AwareDatetime | None, Query(alias="from", description="the last thirty days without it")] = None,
    until: Annotated[AwareDatetime | None, Query(description="now without it")] = None,
    zone: Annotated[str, Query(max_length=100, description="whose days and months the trend is cut by")] = "UTC",
) -> Period:
    local = ZoneInfo(known_zone(zone))
    end = until or datetime.now(UTC)
    start = since or end - timedelta(days=30)
    if not timedelta(0) < end - start <= _LONGEST:
        raise invalid("bad_period", "from, until: the period must begin before it ends and last 400 days at the most.")
    return Period(start.astimezone(local), end.astimezone(local), zone)


class Scope(NamedTuple):
    """Where, by what, and of whom."""

    region: str
    by: By | None
    tenant: str


def _scope(user: Reader, region: Text = None, by: By | None = None, tenant: Text = None) -> Scope:
    path = (region or user.region).strip("/")
    if not identity.in_region(user, path):
        raise Refused("forbidden", "beyond_your_region", f"{path} reaches beyond {user.region}: leave region out.")
    return Scope(path, by, tenant or "")


Asking = Annotated[Period, Depends(_period)]
Where = Annotated[Scope, Depends(_scope)]


@router.get("")
async def list_reports(_: Reader) -> dict[str, Any]:
    """Every report there is: its figures, how they are counted, and by what they can be grouped."""
    return {"items": [described(report) for report in REPORTS], "next": None}


@router.get("/{report}", response_model=None)
async def get_report(
    report: str, period: Asking, scope: Where, database: Database, csv: bool = False
) -> Response | dict[str, Any]:
    """One report: `total`, `trend`, and in `items` the worst thousand groups; with `csv` all of them as a table."""
    found = _named(report)
    asked = _asked(found, period, scope)
    shown = shaped(found, asked, await rows_of(database, found, asked, datetime.now(UTC)))
    return download(table(found, shown), f"{found.id}-{asked.by}.csv") if csv else shortened(shown)


@router.get("/{report}/facts")
async def list_facts(
    report: str,
    period: Asking,
    scope: Where,
    database: Database,
    group: Annotated[str, Query(max_length=300, description="the id of an item")] = "",
) -> dict[str, Any]:
    """Which ones: what was counted in one group, each with `kind` and id of its `object`; a thousand at the most."""
    found = _named(report)
    if not found.facts:
        raise not_found("list behind the report", report)
    asked = _asked(found, period, scope)
    return {"items": await facts_of(database, found, asked, group, datetime.now(UTC)), "next": None}


def _named(report: str) -> Report:
    if report not in BY_ID:
        raise not_found("report", report)
    return BY_ID[report]


def _asked(report: Report, period: Period, scope: Scope) -> Asked:
    by = scope.by or report.by[0]
    if by not in report.by:
        raise invalid("not_grouped_by", f"by: {report.id} is grouped by {', '.join(report.by)}.")
    if scope.tenant and not report.of_tenants:
        raise invalid("not_of_tenants", f"tenant: {report.id} is not counted by tenant. Leave it out.")
    return Asked(period.since, period.until, scope.region, by, period.zone, scope.tenant)


def known_zone(zone: str) -> str:
    """The zone's name. Raises `Refused` for none."""
    if zone not in _zones():
        raise invalid("unknown_zone", "zone: this is no time zone. Write it like Asia/Shanghai.")
    return zone


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
