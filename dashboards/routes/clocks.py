"""SLA clocks: how long each ticket has left, what is taken off or granted, who was told, and pressing a ticket on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import (
    CLIMBS,
    CLOCKS,
    EXTENSIONS,
    NEEDS,
    TICKETS,
    URGES,
    Body,
    Text,
    TimeGranter,
    Urger,
    Viewer,
    WorkOrderManager,
    apply,
    seen,
)
from dispatch.clocks.kinds import ClockKind
from guywire.commands import Command
from guywire.commands.clocks import (
    AnswerClimb,
    AskExtension,
    DecideExtension,
    ExemptClock,
    PauseClock,
    ResumeClock,
    UrgeTicket,
)
from guywire.identity import User
from guywire.service import Service
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Listing, Page, list_page, within

router = APIRouter(prefix="/api/v1", tags=["clocks"])

_Name = Annotated[str, Field(max_length=200)]
_Words = Annotated[str, Field(max_length=2000)]
_Said = Annotated[str, Field(min_length=1, max_length=2000)]


class Pausing(Body):
    reason: str = Field(min_length=1, max_length=100)
    until: AwareDatetime
    need: _Name = ""
    note: _Words = ""


class Resuming(Body):
    need: _Name = ""


class Exempting(Body):
    since: AwareDatetime
    until: AwareDatetime
    reason: _Said
    need: _Name = ""
    note: _Words = ""


class Asking(Body):
    minutes: int = Field(ge=1, le=1_000_000)
    reason: _Said
    need: _Name = ""
    evidence: _Words = ""
    photos: tuple[_Name, ...] = Field(default=(), max_length=20)


class Deciding(Body):
    granted: bool
    minutes: int | None = Field(default=None, ge=1, le=1_000_000)
    reason: _Words = ""


class Urging(Body):
    text: _Words = ""


class Answering(Body):
    note: _Words = ""


@router.get("/clocks")
async def list_clocks(
    user: Viewer,
    database: Database,
    page: Page,
    ticket: Text = None,
    kind: ClockKind | None = None,
    due_before: Annotated[AwareDatetime | None, Query()] = None,
    state: Literal["open", "running", "paused", "stopped", "breached", "all"] = "open",
) -> Response:
    """Clocks, the newest first; `open` is what has not stopped, `breached` what took too long, stopped or not."""
    filters = [*within(user, "clock"), *_of_ticket(ticket)]
    if kind:
        filters.append(Filter("v.kind = %s", (str(kind),)))
    if due_before:
        filters.append(Filter("v.due_at < %s", (due_before,)))
    if state == "open":
        filters.append(Filter("v.stopped_at IS NULL"))
    elif state == "breached":
        filters.append(Filter("v.breached_at IS NOT NULL"))
    elif state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    return await list_page(database, CLOCKS, filters, page)


@router.post("/tickets/{ticket}/clocks/{kind}/pause")
async def pause(
    ticket: str, kind: ClockKind, given: Pausing, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Pauses the ticket's clocks of a kind, or one need's; answers the one that is due first."""
    return await _of(ticket, service, user, PauseClock(ticket=ticket, kind=kind, **given.model_dump()), CLOCKS, key)


@router.post("/tickets/{ticket}/clocks/{kind}/resume")
async def resume(
    ticket: str,
    kind: ClockKind,
    user: WorkOrderManager,
    service: Running,
    given: Resuming | None = None,
    key: Key = None,
) -> dict[str, Any]:
    """Ends what people paused."""
    need = given.need if given else ""
    return await _of(ticket, service, user, ResumeClock(ticket=ticket, kind=kind, need=need), CLOCKS, key)


@router.post("/tickets/{ticket}/clocks/{kind}/exempt")
async def exempt(
    ticket: str, kind: ClockKind, given: Exempting, user: TimeGranter, service: Running, key: Key = None
) -> dict[str, Any]:
    """Takes a stretch that is over off the clocks."""
    return await _of(ticket, service, user, ExemptClock(ticket=ticket, kind=kind, **given.model_dump()), CLOCKS, key)


@router.post("/tickets/{ticket}/clocks/{kind}/extension", status_code=201)
async def ask_extension(
    ticket: str, kind: ClockKind, given: Asking, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Asks for more time, with evidence; somebody else decides."""
    command = AskExtension(ticket=ticket, kind=kind, **given.model_dump())
    return await _of(ticket, service, user, command, EXTENSIONS, key)


@router.get("/extensions")
async def list_extensions(
    user: Viewer,
    database: Database,
    page: Page,
    ticket: Text = None,
    state: Literal["asked", "granted", "refused", "all"] = "asked",
) -> Response:
    """Requests for more time, the newest first."""
    filters = [*within(user, "extension"), *_of_ticket(ticket)]
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    return await list_page(database, EXTENSIONS, filters, page)


@router.post("/extensions/{extension}/decide")
async def decide_extension(
    extension: str, given: Deciding, user: TimeGranter, service: Running, key: Key = None
) -> dict[str, Any]:
    """Grants more time, all or some of what was asked for, or refuses it with a reason."""
    await seen(service, user, (EXTENSIONS, extension))
    return await apply(service, user, DecideExtension(extension=extension, **given.model_dump()), key, EXTENSIONS)


@router.post("/tickets/{ticket}/urge", status_code=201)
async def urge(
    ticket: str, user: Urger, service: Running, given: Urging | None = None, key: Key = None
) -> dict[str, Any]:
    """Presses a ticket on; `told` says who hears of it, `times` how often it was urged by now."""
    return await _of(ticket, service, user, UrgeTicket(ticket=ticket, text=given.text if given else ""), URGES, key)


@router.get("/urges")
async def list_urges(user: Urger, database: Database, page: Page, ticket: Text = None) -> Response:
    """How tickets were pressed on, the newest first."""
    return await list_page(database, URGES, [*within(user, "urge"), *_of_ticket(ticket)], page)


@router.get("/climbs")
async def list_climbs(
    user: Viewer,
    database: Database,
    page: Page,
    ticket: Text = None,
    person: Text = None,
    state: Literal["open", "asked", "answered", "unreachable", "no_coverage", "nobody", "over", "all"] = "open",
) -> Response:
    """Who was told that a clock runs out, the newest first; `open` is what is not over."""
    filters = [*within(user, "climb"), *_of_ticket(ticket)]
    if person:
        filters.append(Filter("v.person = %s", (person,)))
    if state == "open":
        filters.append(Filter("v.over_at IS NULL"))
    elif state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    return await list_page(database, CLIMBS, filters, page)


@router.post("/climbs/{climb}/answer")
async def answer_climb(
    climb: str, user: WorkOrderManager, service: Running, given: Answering | None = None, key: Key = None
) -> dict[str, Any]:
    """Says that it is in hand: by whom it climbed to, or for them by whoever reached them."""
    [asked] = await seen(service, user, (CLIMBS, climb))
    person = user.technician_id if user.technician_id == asked["person"] else ""
    command = AnswerClimb(climb=climb, person=person, note=given.note if given else "")
    return await apply(service, user, command, key, CLIMBS)


def _of_ticket(ticket: str | None) -> list[Filter]:
    return [Filter("v.ticket = %s", (ticket,))] if ticket else []


async def _of(
    ticket: str, service: Service, user: User, command: Command, listing: Listing, key: str | None
) -> dict[str, Any]:
    """Asks for something of a ticket, and of the need that is named, which the user may see."""
    need = getattr(command, "need", "")
    await seen(service, user, (TICKETS, ticket), *([(NEEDS, need)] if need else []))
    return await apply(service, user, command, key, listing)
