"""Announced power cuts, weather warnings and works: entered, taken over from a CSV file, changed and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from dashboards.centre import announcements
from dashboards.centre.announcement import Announced, read_csv
from dashboards.centre.writing import Change, Done, write
from dashboards.routes.common import ANNOUNCEMENTS, SITES, Body, Planner, Text, Viewer, recorded, seen
from guywire.database import Connection
from guywire.errors import invalid
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1/announcements", tags=["announcements"])

State = Literal["standing", "coming", "current", "over", "all"]
_STATES: dict[State, list[Filter]] = {
    "standing": [announcements.STANDING],
    "coming": [announcements.STANDING, Filter("v.starts_at > now()")],
    "current": [announcements.STANDING, Filter("v.starts_at <= now()")],
    "over": [Filter("(v.withdrawn_at IS NOT NULL OR v.ends_at <= now())")],
    "all": [],
}


class Anew(Announced):
    version: int


class Withdrawal(Body):
    reason: str = Field(min_length=1, max_length=2000)
    version: int | None = None


@router.get("")
async def list_announcements(
    user: Viewer, database: Database, page: Page, state: State = "standing", site: Text = None
) -> Response:
    """Announcements, the newest first; `standing` is what is neither over nor withdrawn."""
    filters = [*within(user, "announcement"), *_STATES[state]]
    if site:
        await fetch_one(database, SITES, site, user)
        filters.append(announcements.concerning([site]))
    return await list_page(database, ANNOUNCEMENTS, filters, page)


@router.post("", status_code=201)
async def enter(given: Announced, user: Planner, service: Running, key: Key = None) -> dict[str, Any]:
    """Enters one."""
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await announcements.enter(transaction, user, given, now)

    return await recorded(service, user, key, Change("announce", given.model_dump_json(), work), ANNOUNCEMENTS)


@router.post("/import")
async def take_in(request: Request, user: Planner, service: Running, key: Key = None) -> dict[str, Any]:
    """Takes a CSV file over (body: text/csv), all of it or nothing; `items` are what it came to, as they stand now."""
    content = await _text_of(request)
    rows = read_csv(content)
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        made, changed = await announcements.take_in(transaction, user, rows, now)
        ids = [*made, *changed]
        return Done("announcement", " ".join(ids), {"made": made, "changed": changed}, {"announcement": ids})

    ids = (await write(service, user, key, Change("import_announcements", content, work))).split()
    async with service.pool.connection() as connection:
        items = await fetch(connection, ANNOUNCEMENTS, [Filter("v.id = ANY(%s)", (ids,))], len(ids))
    return {"items": items, "next": None}


@router.get("/{announcement}")
async def get_announcement(announcement: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One with `running_out`: the sites that a power cut outlasts, the shortest battery first."""
    found = await fetch_one(database, ANNOUNCEMENTS, announcement, user)
    return found | {"running_out": await announcements.running_out(database, announcement, user.region)}


@router.post("/{announcement}")
async def say_anew(announcement: str, given: Anew, user: Planner, service: Running, key: Key = None) -> dict[str, Any]:
    """Says it anew, all of it; one that was withdrawn stands again."""
    await seen(service, user, (ANNOUNCEMENTS, announcement))
    said = Announced.model_validate(given.model_dump(exclude={"version"}))

    async def work(transaction: Connection) -> Done:
        return await announcements.say_anew(transaction, user, announcement, said, given.version)

    change = Change("change_announcement", [announcement, given.model_dump_json()], work)
    return await recorded(service, user, key, change, ANNOUNCEMENTS)


@router.post("/{announcement}/withdraw")
async def withdraw(
    announcement: str, given: Withdrawal, user: Planner, service: Running, key: Key = None
) -> dict[str, Any]:
    """It will not happen, or is over early."""
    await seen(service, user, (ANNOUNCEMENTS, announcement))
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await announcements.withdraw(transaction, user, announcement, given.reason, given.version, now)

    return await recorded(
        service, user, key, Change("withdraw_announcement", [announcement, given], work), ANNOUNCEMENTS
    )


async def _text_of(request: Request) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise invalid("not_csv", "Send the file itself, as text/csv.")
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid("not_utf8", "body: this is not UTF-8. Save the file as CSV UTF-8 and send it again.") from None
