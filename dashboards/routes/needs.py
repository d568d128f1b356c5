"""Needs: which places want hands, and why nobody is on the way yet."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from dashboards.routes.common import NEEDS, WAITING_NEEDS, Text, Viewer
from guywire.model import NeedState
from guywire.web import Database
from guywire.web.listing import Filter, Page, list_page, within

router = APIRouter(prefix="/api/v1", tags=["needs"])


@router.get("/needs")
async def list_needs(
    user: Viewer,
    database: Database,
    page: Page,
    state: NeedState | Literal["all"] = NeedState.OPEN,
    ticket: Text = None,
    site: Text = None,
) -> Response:
    """Needs, the newest first, each with `waiting`: why nobody holds it, or null."""
    filters = within(user, "need")
    if state != "all":
        filters.append(Filter("v.state = %s", (str(state),)))
    if ticket:
        filters.append(Filter("v.ticket = %s", (ticket,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    return await list_page(database, NEEDS, filters, page)


@router.get("/waiting-needs")
async def list_waiting_needs(user: Viewer, database: Database, page: Page) -> Response:
    """Only the reasons, as the live feed's topic `waiting_need` has them; `id` is the need's."""
    return await list_page(database, WAITING_NEEDS, within(user, "waiting_need"), page)
