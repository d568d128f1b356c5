"""Shift handover: what is open and was promised, the notes of the shift, and who signed for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.centre import handovers
from dashboards.centre.writing import Change, Done
from dashboards.routes.common import HANDOVERS, Body, Relayer, recorded, seen
from guywire.database import Connection
from guywire.identity import User
from guywire.service import Service
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1/handovers", tags=["handovers"])


class Note(Body):
    text: str = Field(min_length=1, max_length=4000)


class HandingOver(Body):
    version: int


class Signing(Body):
    version: int
    remarks: str = Field(default="", max_length=4000)


@router.get("")
async def list_handovers(
    user: Relayer, database: Database, page: Page, state: Literal["open", "signed", "all"] = "open"
) -> Response:
    """Handovers, the newest first, without their pictures; `open` is what nobody has signed for."""
    filters = within(user, "handover")
    if state != "all":
        filters.append(Filter("v.state = 'signed'" if state == "signed" else "v.state <> 'signed'"))
    return await list_page(database, HANDOVERS, filters, page)


@router.post("", status_code=201)
async def begin(user: Relayer, service: Running, key: Key = None) -> dict[str, Any]:
    """Begins one, or answers the draft that stands."""
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await handovers.begin(transaction, user, now)

    return await _changed(service, user, key, Change("begin_handover", user.region, work))


@router.get("/{handover}")
async def get_handover(handover: str, user: Relayer, database: Database) -> dict[str, Any]:
    """One with its `picture`; while it is a draft that is drawn anew."""
    found = await fetch_one(database, HANDOVERS, handover, user)
    return _with(found, await handovers.picture_of(database, found, datetime.now(UTC)))


@router.post("/{handover}/notes")
async def add_note(handover: str, given: Note, user: Relayer, service: Running, key: Key = None) -> dict[str, Any]:
    """A note by anybody of the shift."""
    await seen(service, user, (HANDOVERS, handover))
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await handovers.add_note(transaction, user, handover, given.text, now)

    return await _changed(service, user, key, Change("note_handover", [handover, given], work))


@router.post("/{handover}/hand-over")
async def hand_over(
    handover: str, given: HandingOver, user: Relayer, service: Running, key: Key = None
) -> dict[str, Any]:
    """From now on the picture stands still."""
    await seen(service, user, (HANDOVERS, handover))
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await handovers.hand_over(transaction, user, handover, given.version, now)

    return await _changed(service, user, key, Change("hand_over", [handover, given], work))


@router.post("/{handover}/sign")
async def sign(handover: str, given: Signing, user: Relayer, service: Running, key: Key = None) -> dict[str, Any]:
    """Takes the shift: by somebody else than who handed it over."""
    await seen(service, user, (HANDOVERS, handover))
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await handovers.sign(transaction, user, handover, given.version, given.remarks, now)

    return await _changed(service, user, key, Change("sign_handover", [handover, given], work))


async def _changed(service: Service, user: User, key: str | None, change: Change) -> dict[str, Any]:
    body = await recorded(service, user, key, change, HANDOVERS)
    async with service.pool.connection() as connection:
        return _with(body, await handovers.picture_of(connection, body, datetime.now(UTC)))


def _with(handover: dict[str, Any], picture: dict[str, Any]) -> dict[str, Any]:
    return handover | {"picture": picture, "sentence": picture.get("sentence")}
