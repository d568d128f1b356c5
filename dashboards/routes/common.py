"""What the routes share: who may, how each view is listed, and bodies that refuse unknown fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict

from dashboards import incident_cut
from dashboards.centre.writing import Change, write
from guywire import identity
from guywire.commands import Command
from guywire.database import Connection
from guywire.errors import Refused, invalid
from guywire.identity import Permission, User, list_users, may
from guywire.service import Service
from guywire.web import ask, require
from guywire.web.listing import Listing, fetch_one, newest_first

Viewer = Annotated[User, Depends(require(Permission.VIEW_NETWORK))]
Operator = Annotated[User, Depends(require(Permission.ACT_ON_ALARMS))]
TicketManager = Annotated[User, Depends(require(Permission.MANAGE_TICKETS))]
WorkOrderManager = Annotated[User, Depends(require(Permission.MANAGE_WORK_ORDERS))]
ComplaintViewer = Annotated[User, Depends(require(Permission.VIEW_COMPLAINTS))]
GroundViewer = Annotated[User, Depends(require(Permission.VIEW_GROUND))]
OutageViewer = Annotated[User, Depends(require(Permission.VIEW_OUTAGE_CONTEXT))]
Planner = Annotated[User, Depends(require(Permission.PLAN_SILENCE))]
TimeGranter = Annotated[User, Depends(require(Permission.GRANT_TIME))]
RotaManager = Annotated[User, Depends(require(Permission.MANAGE_ROTA))]
Urger = Annotated[User, Depends(require(Permission.URGE_TICKETS))]
Relayer = Annotated[User, Depends(require(Permission.HAND_OVER))]
ShiftLeader = Annotated[User, Depends(require(Permission.LEAD_SHIFT))]
SystemViewer = Annotated[User, Depends(require(Permission.VIEW_SYSTEM))]
ProcedureEditor = Annotated[User, Depends(require(Permission.EDIT_PROCEDURES))]
Registrar = Annotated[User, Depends(require(Permission.REGISTER_COMPLAINTS))]

Text = Annotated[str | None, Query(min_length=1, max_length=200)]

ALARMS = newest_first("alarm", "raised_at")
ALARM_EVENTS = newest_first("alarm_event", "at")
INCIDENTS = newest_first("incident", "opened_at")
TICKETS = newest_first("ticket", "opened_at")
NEEDS = newest_first(
    "need",
    "opened_at",
    "to_jsonb(v) || jsonb_build_object('waiting', (SELECT to_jsonb(w) FROM views.waiting_need w WHERE w.id = v.id))",
)
WAITING_NEEDS = newest_first("waiting_need", "since")
PAUSES = newest_first("pause", "made_at")
DEPOTS = Listing("depot")
GENERATORS = Listing("generator")
GENERATOR_RUNS = newest_first("generator_run", "started_at")
EMERGENCIES = newest_first("emergency", "declared_at")
DAY_PLANS = Listing("day_plan")
WORK_ORDERS = newest_first("work_order", "offered_at")
OUTAGES = Listing("outage")
TECHNICIANS = Listing("technician")
SITES = Listing("site")
RESOURCES = Listing("resource")
LINKS = Listing("link")
CLOCKS = newest_first("clock", "started_at")
EXTENSIONS = newest_first("extension", "asked_at")
CLIMBS = newest_first("climb", "at")
URGES = newest_first("urge", "at")
SILENCES = newest_first("silence", "made_at")
CLAIMS = newest_first("claim", "at")
HANDOVERS = newest_first("handover", "made_at")
ANNOUNCEMENTS = newest_first("announcement", "made_at")
PROBLEMS = newest_first("problem", "raised_at")
COMPLAINTS = newest_first("complaint", "registered_at")
CORRECTIONS = newest_first(
    "correction",
    "made_at",
    # what it speaks of, which may stand in another incident by now
    "to_jsonb(v) || jsonb_build_object('about', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id,"
    " 'alarm_type', a.alarm_type, 'site', a.site, 'site_name', a.site_name, 'resource', a.resource,"
    " 'incident', a.incident) ORDER BY a.id), '[]'::jsonb)"
    " FROM views.alarm a WHERE a.id IN (v.alarm, v.cause_alarm, v.instead_of)))",
)


class Body(BaseModel):
    """The body of a request; a field that is not known is refused, so that a slip of the pen is not lost."""

    model_config = ConfigDict(extra="forbid")


def incidents_for(user: User) -> Listing:
    """Incidents as the user sees them: `outages` are those of the user's region, and `elsewhere` counts the others."""
    if not user.region:
        return INCIDENTS
    return replace(INCIDENTS, body=incident_cut.BODY, values=tuple(incident_cut.values_of(user.region)))


def refuse_beyond(user: User, region: str) -> None:
    """Raises `Refused` for a region path that is not wholly the user's."""
    if not identity.in_region(user, region.strip("/ ")):
        raise Refused(
            "forbidden", "beyond_your_region", f"{region} reaches beyond {user.region}: ask who is in charge."
        )


async def who_may(connection: Connection, permission: Permission) -> list[User]:
    """The accounts that may be signed in and have the permission."""
    accounts = [one.user for one in await list_users(connection) if one.disabled_at is None]
    return [one for one in accounts if may(one, permission)]


async def person_named(service: Service, name: str, permission: Permission, sentence: str) -> User | None:
    """Of `who_may`, None for nobody (""). Raises `Refused` with that sentence about `name` for anybody else."""
    if not name:
        return None
    async with service.pool.connection() as connection:
        known = {one.name: one for one in await who_may(connection, permission)}
    if name not in known:
        raise invalid("unknown_person", f"{name} {sentence}")
    return known[name]


def download(text: str, name: str) -> Response:
    """A CSV file of that name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def seen(service: Service, user: User, *named: tuple[Listing, str]) -> list[dict[str, Any]]:
    """These objects as the user sees them. What lies beyond the user's region is refused as if it were not there."""
    async with service.pool.connection() as connection:
        return [await fetch_one(connection, listing, key, user) for listing, key in named]


async def apply(service: Service, user: User, command: Command, key: str | None, shown: Listing) -> dict[str, Any]:
    """Asks the owner; answers the object that it came to as the user sees it."""
    answer = await ask(service, user, command, key)
    [body] = await seen(service, user, (shown, answer["id"]))
    return body


async def recorded(service: Service, user: User, key: str | None, change: Change, shown: Listing) -> dict[str, Any]:
    """Changes one of the centre's own records; answers it as the user sees it."""
    done = await write(service, user, key, change)
    [body] = await seen(service, user, (shown, done))
    return body
