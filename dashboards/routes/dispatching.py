"""Dispatch by hand, for regions and needs: pauses, emergencies, needs kept in hand, and what each is expected to do."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import (
    DAY_PLANS,
    EMERGENCIES,
    NEEDS,
    PAUSES,
    TECHNICIANS,
    Body,
    Text,
    Viewer,
    WorkOrderManager,
    apply,
    refuse_beyond,
    seen,
)
from guywire.commands.centre import (
    DeclareEmergency,
    EndEmergency,
    HoldNeed,
    PauseDispatch,
    ReleaseNeed,
    ResumeDispatch,
)
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1", tags=["dispatching"])

_STANDING = Filter("v.ended_at IS NULL")
_OVER = Filter("v.ended_at IS NOT NULL")

State = Literal["standing", "over", "all"]


class NewPause(Body):
    region: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)
    until: AwareDatetime | None = Field(default=None, description="until it is resumed, where it is left out")


class Resumption(Body):
    region: str = Field(min_length=1, max_length=200)


class Hold(Body):
    reason: str = Field(default="", max_length=2000)
    until: AwareDatetime | None = Field(default=None, description="until it is released, where it is left out")


class NewEmergency(Body):
    region: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)


class BackToNormal(Body):
    reason: str = Field(min_length=1, max_length=2000)
    version: int | None = None


@router.get("/pauses")
async def list_pauses(user: Viewer, database: Database, page: Page, state: State = "standing") -> Response:
    """Regions in which dispatch offers nothing by itself, the newest first."""
    return await list_page(database, PAUSES, [*within(user, "pause"), *_in_state(state)], page)


@router.post("/pauses", status_code=201)
async def pause(given: NewPause, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Pauses automatic dispatch in a region; by hand still works. A pause that stands there is changed."""
    refuse_beyond(user, given.region)
    return await apply(service, user, PauseDispatch(**given.model_dump()), key, PAUSES)


@router.post("/pauses/resume")
async def resume(given: Resumption, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Ends the region's pause."""
    refuse_beyond(user, given.region)
    return await apply(service, user, ResumeDispatch(region=given.region), key, PAUSES)


@router.post("/needs/{need}/hold")
async def hold(
    need: str, user: WorkOrderManager, service: Running, given: Hold | None = None, key: Key = None
) -> dict[str, Any]:
    """ "Mine": dispatch leaves the need to the asker."""
    await seen(service, user, (NEEDS, need))
    said = given or Hold()
    return await apply(service, user, HoldNeed(need=need, reason=said.reason, until=said.until), key, NEEDS)


@router.post("/needs/{need}/release")
async def release(need: str, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Gives the need back to dispatch."""
    await seen(service, user, (NEEDS, need))
    return await apply(service, user, ReleaseNeed(need=need), key, NEEDS)


@router.get("/emergencies")
async def list_emergencies(user: Viewer, database: Database, page: Page, state: State = "standing") -> Response:
    """Mass outages, the newest first; `areas` is the plan by area with the crews needed."""
    return await list_page(database, EMERGENCIES, [*within(user, "emergency"), *_in_state(state)], page)


@router.get("/emergencies/{emergency}")
async def get_emergency(emergency: str, user: Viewer, database: Database) -> dict[str, Any]:
    return await fetch_one(database, EMERGENCIES, emergency, user)


@router.post("/emergencies", status_code=201)
async def declare(given: NewEmergency, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Declares a mass outage of a region: crews are pooled, hubs and short batteries go first."""
    refuse_beyond(user, given.region)
    return await apply(service, user, DeclareEmergency(**given.model_dump()), key, EMERGENCIES)


@router.post("/emergencies/{emergency}/end")
async def end(
    emergency: str, given: BackToNormal, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Back to normal."""
    async with service.pool.connection() as connection:
        found = await fetch_one(connection, EMERGENCIES, emergency, user)
    refuse_beyond(user, found["region"])
    command = EndEmergency(emergency=emergency, reason=given.reason, version=given.version)
    return await apply(service, user, command, key, EMERGENCIES)


@router.get("/day-plans")
async def list_day_plans(user: Viewer, database: Database, page: Page, technician: Text = None) -> Response:
    """What each technician is expected to do next, in order: a forecast that is made anew every minute or so."""
    filters = within(user, "day_plan")
    if technician:
        await fetch_one(database, TECHNICIANS, technician, user)
        filters.append(Filter("v.id = %s", (technician,)))
    return await list_page(database, DAY_PLANS, filters, page)


def _in_state(state: State) -> list[Filter]:
    return [] if state == "all" else [_STANDING if state == "standing" else _OVER]
