"""Behind the site page: a series of readings as points for a chart, and what has been at a site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dashboards.readings import Series, limits_of, series_points
from dashboards.routes.common import SITES, Viewer
from dashboards.site_history import history_of
from guywire.errors import invalid
from guywire.web import Database
from guywire.web.listing import fetch_one

router = APIRouter(prefix="/api/v1/sites", tags=["inventory"])

DAY = timedelta(days=1)
LONGEST = timedelta(days=400)

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """Which readings, and of when."""

    model_config = ConfigDict(extra="forbid")

    resource: Name
    metric: Name
    qualifier: Annotated[str, Field(max_length=256)] = ""
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None
    points: Annotated[int, Field(ge=10, le=2000)] = 300


@router.get("/{site}/readings")
async def get_readings(site: str, user: Viewer, database: Database, asked: Annotated[Asked, Query()]) -> dict[str, Any]:
    """One series from `from` to `to` (the last day) in at most about `points` points of
    `[epoch seconds, least, mean, greatest]`, with `step_seconds` and the `limits` to be drawn."""
    await fetch_one(database, SITES, site, user)
    until = asked.until or datetime.now(UTC)
    since = asked.since or until - DAY
    if not timedelta(0) < until - since <= LONGEST:
        raise invalid("bad_stretch", "from: it must lie before `to`, by 400 days at most.")
    series = Series(site, asked.resource, asked.metric, asked.qualifier)
    return {
        "resource": asked.resource,
        "metric": asked.metric,
        "qualifier": asked.qualifier,
        "from": since,
        "to": until,
        "limits": await limits_of(database, site, asked.metric),
        **await series_points(database, series, since, until, asked.points),
    }


@router.get("/{site}/history")
async def get_history(
    site: str, user: Viewer, database: Database, days: Annotated[int, Query(ge=1, le=400)] = 90
) -> dict[str, Any]:
    """What has been at a site in so many days: `alarm_days` (alarms raised by day and severity, in the site's zone),
    `outages`, `visits` (work orders that ended, each with its `records`) and `tickets` that ended; newest first."""
    found = await fetch_one(database, SITES, site, user)
    return await history_of(database, found, datetime.now(UTC) - days * DAY)
