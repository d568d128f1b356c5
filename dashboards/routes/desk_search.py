"""The complaint desk's one box, what a few typed characters may mean, and where its map opens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from complaints.search import search
from dashboards.routes.common import OutageViewer
from guywire.database import row_of
from guywire.identity import in_region
from guywire.web import Database

router = APIRouter(prefix="/api/v1/desk", tags=["complaints"])

# Outwards to the next twentieth of a degree: no agent learns from it where a tower stands.
_EXTENT = """
SELECT floor(min(latitude) * 20) / 20 AS south, floor(min(longitude) * 20) / 20 AS west,
       ceil(max(latitude) * 20) / 20 AS north, ceil(max(longitude) * 20) / 20 AS east
FROM views.site WHERE %(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/')
"""


@router.get("/search")
async def search_desk(
    user: OutageViewer, database: Database, text: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    """Customers, sites, complaints and places for a phone number, name, address or id; the best first, 20 at most."""
    return {"items": await search(database, text, user.region)}


@router.get("/extent")
async def extent(
    user: OutageViewer, database: Database, region: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, float] | None:
    """How far a region reaches, `{"south", "west", "north", "east"}` in degrees; the user's own in place of one beyond.

    Null where it has no site.
    """
    within = region if in_region(user, region) else user.region
    row = await row_of(database, _EXTENT, {"region": within})
    return row if row and row["south"] is not None else None
