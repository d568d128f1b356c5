"""The rota: entries over the shifts, calendars in and out, swaps that wait for a manager, and who works when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import TECHNICIANS, Body, RotaManager, Text, Viewer, seen
from dispatch.rota.calendars import Whose, calendar_command, calendar_of
from dispatch.rota.duties import duties
from dispatch.rota.policy import CalendarKind, RotaPolicy, policy_file
from guywire.commands.rota import DecideSwap, EndRotaEntry, PutRotaEntry
from guywire.errors import Refused, invalid
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, newest_first, within

router = APIRouter(prefix="/api/v1", tags=["rota"])

ENTRIES = Listing("rota_entry", "since", "timestamptz")
SWAPS = newest_first("swap", "asked_at")
SOURCES = newest_first("rota_source", "imported_at")

_Name = Annotated[str, Field(max_length=200)]
_LONGEST = timedelta(days=62)
_AHEAD = timedelta(days=14)
_CALENDAR = "text/calendar; charset=utf-8"


class Entry(Body):
    technician: str = Field(min_length=1, max_length=200)
    kind: CalendarKind
    since: AwareDatetime
    until: AwareDatetime
    note: str = Field(default="", max_length=2000)
    deputy: _Name = Field(default="", description="who stands in for an area manager who is away")


class ChangedEntry(Entry):
    version: int | None = None


class Version(Body):
    version: int | None = None


class Decision(Body):
    approved: bool
    reason: str = Field(default="", max_length=2000)
    version: int | None = None


@router.get("/rota")
async def list_entries(
    user: Viewer,
    database: Database,
    page: Page,
    technician: Text = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
    state: Literal["standing", "taken_back", "all"] = "standing",
) -> Response:
    """What holds over the shifts, by start: what touches `since`-`until`; without them what is not over yet."""
    filters = [*within(user, "rota_entry"), Filter("v.until > %s", (since or datetime.now(UTC),))]
    if until:
        filters.append(Filter("v.since < %s", (until,)))
    if technician:
        filters.append(Filter("v.technician = %s", (technician,)))
    if state == "standing":
        filters.append(Filter("v.taken_back_at IS NULL"))
    elif state == "taken_back":
        filters.append(Filter("v.taken_back_at IS NOT NULL"))
    return await list_page(database, ENTRIES, filters, page)


@router.post("/rota", status_code=201)
async def add_entry(given: Entry, user: RotaManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Leave, sickness, training, extra duty or stand-by of somebody in one's region."""
    await seen(service, user, (TECHNICIANS, given.technician))
    return await ask(service, user, PutRotaEntry(**given.model_dump()), key)


@router.post("/rota/import", status_code=201)
async def import_calendar(
    request: Request,
    user: RotaManager,
    service: Running,
    technician: Text = None,
    kind: CalendarKind | None = None,
    source: Text = None,
    key: Key = None,
) -> dict[str, Any]:
    """Takes a calendar over (body: text/calendar), of `technician` or, without one, of each event's organiser.

    Its next import takes the place of this one. All of it or nothing.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/calendar":
        raise invalid("not_a_calendar", "Send the calendar itself, as text/calendar.")
    async with service.pool.connection() as connection:
        if technician:
            await fetch_one(connection, TECHNICIANS, technician, user)
        command = await calendar_command(
            connection,
            await request.body(),
            datetime.now(UTC),
            _policy(service).calendar,
            Whose(technician or "", kind or "", source or ""),
            user.region,
        )
    return await ask(service, user, command, key)


@router.get("/rota/sources")
async def list_sources(user: Viewer, database: Database, page: Page) -> Response:
    """The calendars that were taken over, each with what its last import came to."""
    return await list_page(database, SOURCES, within(user, "rota_source"), page)


@router.get("/rota/duties")
async def list_duties(
    user: Viewer,
    database: Database,
    service: Running,
    technician: Text = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
) -> dict[str, Any]:
    """When each works: stretches of `duty`, `standby` and `away`, from now for two weeks where nothing else is said."""
    chosen = [Filter("v.id = %s", (technician,))] if technician else []
    people = await fetch(database, TECHNICIANS, [*within(user, "technician"), *chosen])
    since, until = _period(since, until)
    found = await duties(database, [one["id"] for one in people], since, until, _policy(service))
    return {"items": found, "next": None}


@router.get("/rota.ics")
async def export_calendar(
    user: Viewer, database: Database, service: Running, technician: Annotated[str, Query(max_length=200)]
) -> Response:
    """The next two months of one person, for a calendar program."""
    await fetch_one(database, TECHNICIANS, technician, user)
    now = datetime.now(UTC)
    [person] = await duties(database, [technician], now, now + _LONGEST, _policy(service))
    return Response(calendar_of(person, now), media_type=_CALENDAR)


@router.post("/rota/{entry}")
async def change_entry(
    entry: str, given: ChangedEntry, user: RotaManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Says an entry anew, all of it."""
    await seen(service, user, (ENTRIES, entry))
    return await ask(service, user, PutRotaEntry(entry=entry, **given.model_dump()), key)


@router.post("/rota/{entry}/end")
async def end_entry(
    entry: str, user: RotaManager, service: Running, given: Version | None = None, key: Key = None
) -> dict[str, Any]:
    """Takes an entry back; one of a swap takes all of the swap back."""
    await seen(service, user, (ENTRIES, entry))
    return await ask(service, user, EndRotaEntry(entry=entry, version=given.version if given else None), key)


@router.get("/swaps")
async def list_swaps(
    user: Viewer,
    database: Database,
    page: Page,
    technician: Text = None,
    state: Literal["open", "agreed", "settled", "all"] = "open",
) -> Response:
    """Swaps of duty, the newest first; `agreed` are those that wait for a manager."""
    filters = within(user, "swap")
    if technician:
        filters.append(Filter("%s IN (v.technician, v.other)", (technician,)))
    if state != "all":
        named = {"open": ["asked", "agreed"], "agreed": ["agreed"]}.get(state)
        clause = Filter("v.state = ANY(%s)", (named,)) if named else Filter("v.state NOT IN ('asked', 'agreed')")
        filters.append(clause)
    return await list_page(database, SWAPS, filters, page)


@router.post("/swaps/{swap}/decide")
async def decide_swap(
    swap: str, given: Decision, user: RotaManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """The manager's word on what both agreed on; a refusal takes a reason, which both read."""
    await seen(service, user, (SWAPS, swap))
    return await ask(service, user, DecideSwap(swap=swap, **given.model_dump()), key)


def _policy(service: Service) -> RotaPolicy:
    return policy_file(service.settings.data_dir).current()


def _period(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    start = since or datetime.now(UTC)
    end = until or start + _AHEAD
    if not start < end <= start + _LONGEST:
        raise Refused("invalid", "bad_period", f"Ask for {_LONGEST.days} days at the most, the end after the start.")
    return start, end
