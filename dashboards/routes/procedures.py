"""Procedures by alarm type and complaint category, found as one types; and what closed faults alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field, field_validator

from dashboards.centre import procedures
from dashboards.centre.similar import similar
from dashboards.centre.writing import Change, Done, write
from dashboards.routes.common import INCIDENTS, SITES, Body, ProcedureEditor, Text, Viewer
from guywire import identity
from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.errors import invalid, not_found
from guywire.identity import Permission, User
from guywire.procedures import Procedure, Shelf
from guywire.service import Service
from guywire.web import Database, Key, Running, Session, current_session, refuse_unless
from guywire.web.listing import fetch_one

router = APIRouter(prefix="/api/v1", tags=["procedures"])

_MOST = 50

_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Line = Annotated[str, Field(min_length=1, max_length=1000)]


class NewProcedure(Body):
    title: str = Field(min_length=1, max_length=200)
    alarm_types: tuple[_Name, ...] = Field(default=(), max_length=50)
    categories: tuple[_Name, ...] = Field(default=(), max_length=50)
    language: Literal["zh", "en"]
    summary: str = Field(default="", max_length=2000)
    steps: tuple[_Line, ...] = Field(min_length=1, max_length=40)
    warnings: tuple[_Line, ...] = Field(default=(), max_length=20)
    note: str = Field(default="", max_length=1000, description="why")

    @field_validator("alarm_types")
    @classmethod
    def _known(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [one for one in types if one not in CATALOGUE]:
            raise ValueError(f"there is no alarm type {unknown[0]!r}")
        return types


class Anew(NewProcedure):
    version: int


class Retiring(Body):
    version: int
    note: str = Field(min_length=1, max_length=1000)


def reader(session: Annotated[Session, Depends(current_session)]) -> User:
    """Whoever works on the network or at the complaint desk."""
    if not identity.may(session.user, Permission.VIEW_COMPLAINTS):
        refuse_unless(session.user, Permission.VIEW_NETWORK)
    return session.user


Reader = Annotated[User, Depends(reader)]


@router.get("/procedures")
async def find_procedures(
    user: Reader,
    database: Database,
    request: Request,
    text: Annotated[str, Query(max_length=200)] = "",
    alarm_type: Text = None,
    category: Text = None,
    language: Literal["zh", "en"] | None = None,
) -> Response:
    """Those that hold, each word of `text` occurring in one; the best 50. Agents see those of complaints."""
    shelf: Shelf = request.app.state.procedures
    library = await shelf.library(database)
    found = library.find(text, alarm_type or "", category or "", language or "")
    return _json({"items": [one for one in found if _may_read(user, one)][:_MOST], "next": None})


@router.get("/procedures/{procedure}")
async def get_procedure(procedure: str, user: Reader, database: Database, version: int | None = None) -> Response:
    """One, with `versions`: who, when and why; `version` for an older one."""
    known = [one for one in await procedures.versions(database, procedure) if _may_read(user, one)]
    shown = [one for one in known if version is None or one.version == version]
    if not shown:
        raise not_found("procedure", procedure)
    made = [
        {name: getattr(one, name) for name in ("version", "made_at", "made_by", "note", "shipped")} for one in known
    ]
    return _json(msgspec.to_builtins(shown[0]) | {"versions": made})


@router.post("/procedures", status_code=201)
async def enter(given: NewProcedure, user: ProcedureEditor, service: Running, key: Key = None) -> Response:
    """A new one; it takes an alarm type or a category to be found by."""
    if not (given.alarm_types or given.categories):
        raise invalid("of_nothing", "alarm_types: say which alarm type or category of complaints it is for.")
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await procedures.enter(transaction, user, given.model_dump(), now)

    return await _changed(service, user, key, Change("enter_procedure", given, work), 201)


@router.post("/procedures/{procedure}")
async def say_anew(procedure: str, given: Anew, user: ProcedureEditor, service: Running, key: Key = None) -> Response:
    """A new version over the one that was read; it may lie over one that ships."""
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await procedures.say_anew(transaction, user, procedure, given.version, given.model_dump(), now)

    return await _changed(service, user, key, Change("change_procedure", [procedure, given], work))


@router.post("/procedures/{procedure}/retire")
async def retire(procedure: str, given: Retiring, user: ProcedureEditor, service: Running, key: Key = None) -> Response:
    """Takes it out of use; it can be read still."""
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await procedures.retire(transaction, user, procedure, given.version, given.note, now)

    return await _changed(service, user, key, Change("retire_procedure", [procedure, given], work))


@router.get("/similar")
async def find_similar(
    user: Viewer, database: Database, incident: Text = None, alarm_type: Text = None, site: Text = None
) -> dict[str, Any]:
    """What closed faults alike: of an incident's root, or of an alarm type (at a site)."""
    if incident:
        root = (await fetch_one(database, INCIDENTS, incident, user))["root"]
        named = (root["alarm_type"], root["site"] or "", root["resource"])
        return await similar(database, user, *named, incident)
    if not alarm_type:
        raise invalid("of_nothing", "Name an incident, or an alarm type.")
    if site:
        await fetch_one(database, SITES, site, user)
    return await similar(database, user, alarm_type, site or "", "", "")


def _may_read(user: User, procedure: Procedure) -> bool:
    return bool(procedure.categories) or identity.may(user, Permission.VIEW_NETWORK)


async def _changed(service: Service, user: User, key: str | None, change: Change, status: int = 200) -> Response:
    """Answers the version that the change left last."""
    done = await write(service, user, key, change)
    async with service.pool.connection() as connection:
        return _json((await procedures.versions(connection, done))[0], status)


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
