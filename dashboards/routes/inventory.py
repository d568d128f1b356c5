"""What stands where and who may go: sites, links, technicians, and the alarm catalogue's words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from dashboards.centre.beside import announced_for
from dashboards.readings import latest_readings
from dashboards.routes.common import (
    ALARMS,
    GENERATORS,
    LINKS,
    OUTAGES,
    RESOURCES,
    SITES,
    TECHNICIANS,
    WORK_ORDERS,
    Text,
    Viewer,
)
from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.web import Database, Session, current_session
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, under, within

router = APIRouter(prefix="/api/v1", tags=["inventory"])

POWER_FEEDS = Listing("power_feed")
_COMPLAINTS_OPEN = "SELECT count(*) AS n FROM views.complaint v WHERE v.site = %s AND v.state <> 'closed'"
_NOT_ENDED = Filter("v.ended_at IS NULL")


@router.get("/sites")
async def list_sites(user: Viewer, database: Database, page: Page, region: Text = None, text: Text = None) -> Response:
    """Sites by id; `text` is looked for in id and name."""
    filters = within(user, "site")
    if region:
        filters += under(region, "site")
    if text:
        filters.append(Filter("strpos(lower(v.id || ' ' || v.name), lower(%s)) > 0", (text,)))
    return await list_page(database, SITES, filters, page)


@router.get("/sites/{site}")
async def get_site(site: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One site with its resources and links, and what is the matter there now."""
    found = await fetch_one(database, SITES, site, user)
    at_site = Filter("v.site = %s", (site,))
    return found | {
        "resources": await fetch(database, RESOURCES, [at_site]),
        "links": await fetch(database, LINKS, [Filter("%s IN (v.upstream_site, v.downstream_site)", (site,))]),
        "alarms": await fetch(database, ALARMS, [at_site, Filter("v.cleared_at IS NULL")]),
        "outages": await fetch(database, OUTAGES, [at_site, _NOT_ENDED]),
        "work_orders": await fetch(database, WORK_ORDERS, [at_site, _NOT_ENDED]),
        "announcements": await announced_for(database, [site], user),
        "readings": await latest_readings(database, site),
        "generators": await fetch(database, GENERATORS, [at_site]),
        "feed": await _feed_of(database, found["power_feed"]),
        "complaints_open": await _count_of_complaints(database, site),
    }


async def _feed_of(database: Connection, feed: str) -> dict[str, Any] | None:
    found = await fetch(database, POWER_FEEDS, [Filter("v.id = %s", (feed,))]) if feed else []
    return found[0] if found else None


async def _count_of_complaints(database: Connection, site: str) -> int:
    """How many, for everybody who sees the site; what they say is for those who may read complaints."""
    row = await (await database.execute(_COMPLAINTS_OPEN, (site,))).fetchone()
    return int(row["n"]) if row else 0


@router.get("/links")
async def list_links(user: Viewer, database: Database, page: Page, site: Text = None) -> Response:
    """Transmission links by id, of one site at either end when it is given."""
    filters = within(user, "link")
    if site:
        filters.append(Filter("%s IN (v.upstream_site, v.downstream_site)", (site,)))
    return await list_page(database, LINKS, filters, page)


@router.get("/technicians")
async def list_technicians(user: Viewer, database: Database, page: Page, region: Text = None) -> Response:
    """Technicians by id, each where the phone last was (`position_at`), else at home."""
    filters = within(user, "technician")
    if region:
        filters += under(region, "technician")
    return await list_page(database, TECHNICIANS, filters, page)


@router.get("/technicians/{technician}")
async def get_technician(technician: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One technician with the open `work_orders`."""
    found = await fetch_one(database, TECHNICIANS, technician, user)
    of_technician = Filter("v.technician = %s", (technician,))
    orders = await fetch(database, WORK_ORDERS, [of_technician, _NOT_ENDED, *within(user, "work_order")])
    return found | {"work_orders": orders}


@router.get("/catalogue")
async def list_alarm_types(session: Annotated[Session, Depends(current_session)]) -> dict[str, Any]:
    """Every alarm type with its words in Chinese and English, causes, severity and first steps."""
    del session
    return {"items": [asdict(alarm_type) for alarm_type in CATALOGUE.values()], "next": None}
