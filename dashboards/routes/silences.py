"""Maintenance windows and shelves: what is silent now or will be, planning one, and ending it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import SILENCES, SITES, TICKETS, Body, Planner, Viewer, apply, refuse_beyond
from guywire import identity
from guywire.commands import EndSilence, PlanSilence
from guywire.database import Connection
from guywire.errors import Refused, invalid, not_found
from guywire.identity import User
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Page, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1/silences", tags=["silences"])

_STANDING = Filter("v.ended_at IS NULL AND (v.ends_at IS NULL OR v.ends_at > now())")
_OVER = Filter("(v.ended_at IS NOT NULL OR v.ends_at <= now())")

Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=2000)]


class NewSilence(Body):
    """An empty list matches everything. `weekly` such as `Sun 02:00-04:00` in `time_zone`; `ticket` gives its sites."""

    kind: Literal["maintenance", "shelf"]
    title: str = Field(min_length=1, max_length=300)
    starts_at: AwareDatetime | None = Field(default=None, description="now, where it is left out")
    ends_at: AwareDatetime | None = None
    weekly: str = Field(default="", max_length=200)
    time_zone: str = Field(default="UTC", max_length=64)
    sites: Names = ()
    regions: Names = ()
    resources: Names = ()
    alarm_types: Names = ()
    place: int = Field(default=0, ge=-1_000_000, le=1_000_000)
    reason: str = Field(default="", max_length=2000)
    ticket: str = Field(default="", max_length=100)


class End(Body):
    version: int | None = None
    comment: str = Field(default="", max_length=2000)


@router.get("")
async def list_silences(
    user: Viewer, database: Database, page: Page, state: Literal["standing", "over", "all"] = "standing"
) -> Response:
    """Windows and shelves, the newest first; `holds` says which of them silence now."""
    filters = within(user, "silence")
    if state != "all":
        filters.append(_STANDING if state == "standing" else _OVER)
    return await list_page(database, SILENCES, filters, page)


@router.post("", status_code=201)
async def plan(given: NewSilence, user: Planner, service: Running, key: Key = None) -> dict[str, Any]:
    """Plans a window, or puts up a shelf."""
    async with service.pool.connection() as connection:
        await _refuse_beyond(connection, user, given)
    fields = given.model_dump() | {"starts_at": given.starts_at or datetime.now(UTC)}
    return await apply(service, user, PlanSilence(**fields), key, SILENCES)


@router.post("/{silence}/end")
async def end(
    silence: str, user: Planner, service: Running, given: End | None = None, key: Key = None
) -> dict[str, Any]:
    """Ends it now; what has not begun never does. What is still wrong then speaks."""
    async with service.pool.connection() as connection:
        found = await fetch_one(connection, SILENCES, silence, user)
    if user.region and not _inside(user, found["touches"]):
        raise Refused("forbidden", "beyond_your_region", f"{silence} reaches beyond {user.region}: ask who planned it.")
    said = given or End()
    await ask(service, user, EndSilence(silence=silence, version=said.version, comment=said.comment), key)
    async with service.pool.connection() as connection:
        return await fetch_one(connection, SILENCES, silence, user)


async def _refuse_beyond(connection: Connection, user: User, given: NewSilence) -> None:
    """Nobody silences what lies outside their region, or what they cannot see."""
    ticket = await fetch_one(connection, TICKETS, given.ticket, user) if given.ticket else None
    if not user.region:
        return
    if ticket and not (given.sites or given.regions):  # its sites are meant
        for region in ticket["regions"]:
            refuse_beyond(user, region)
    elif not (given.sites or given.regions):
        raise invalid("no_place", f"Name sites or regions: you can silence only what lies in {user.region}.")
    for region in given.regions:
        if not identity.in_region(user, region):
            raise not_found("region", region)
    for site in given.sites:
        await fetch_one(connection, SITES, site, user)


def _inside(user: User, regions: list[str]) -> bool:
    return bool(regions) and all(identity.in_region(user, region) for region in regions)
