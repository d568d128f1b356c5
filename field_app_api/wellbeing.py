"""Help, at once: calls for help, and the watch over who works alone."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from field_app_api.common import Given, Technician
from field_app_api.day import now, watch_of
from guywire.commands.visits import EndSos, EndWatch, RaiseSos, StartWatch
from guywire.web import Key, Running, ask

router = APIRouter(prefix="/api/v1/me", tags=["field"])


class Help(Given):
    at: AwareDatetime
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    text: str = Field(default="", max_length=1000)


class Helped(Given):
    at: AwareDatetime
    reason: str = Field(min_length=1, max_length=1000)


class Alone(Given):
    minutes: int
    work_order: str = Field(default="", max_length=200)


@router.post("/sos", status_code=201)
async def call_for_help(given: Help, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Calls the area manager, the response centre and mates near. Calling again says where I am now."""
    return _mine(await ask(service, user, RaiseSos(person=user.technician_id, **given.model_dump()), key))


@router.post("/sos/end")
async def end_call(given: Helped, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Ends my call for help, with a word on how."""
    return _mine(await ask(service, user, EndSos(person=user.technician_id, at=given.at, reason=given.reason), key))


@router.post("/watch")
async def watch_me(given: Alone, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """I work alone: unless I say so again within these minutes, I am reminded, and then help is called.

    `watch` is null when it is over already, as for a request that waited long.
    """
    command = StartWatch(person=user.technician_id, minutes=given.minutes, work_order=given.work_order)
    await ask(service, user, command, key)
    async with service.pool.connection() as database:
        return {"watch": await watch_of(database, user.technician_id)}


@router.post("/watch/end")
async def end_watch(service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """I am not alone any more."""
    await ask(service, user, EndWatch(person=user.technician_id), key)
    return {"ended_at": now()}


def _mine(sos: dict[str, Any]) -> dict[str, Any]:
    """My call without whom it reached: their number is enough."""
    return {name: value for name, value in sos.items() if name != "told"} | {"told": len(sos["told"])}
