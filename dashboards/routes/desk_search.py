"""The complaint desk's one box: what a few typed characters may mean."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from complaints.search import search
from dashboards.routes.common import OutageViewer
from guywire.web import Database

router = APIRouter(prefix="/api/v1/desk", tags=["complaints"])


@router.get("/search")
async def search_desk(
    user: OutageViewer, database: Database, text: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    """Customers, sites, complaints and places for a phone number, name, address or id; the best first, 20 at most."""
    return {"items": await search(database, text, user.region)}
