"""The response centre's side of consents and agreements: whom it asked, what they answered, what they say of an end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.centre.writing import Change, Done
from dashboards.routes.common import SITES, TICKETS, Body, TicketManager, Viewer, recorded, seen
from dashboards.tenants import consents
from guywire.database import Connection
from guywire.errors import Refused
from guywire.identity import User
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Page, fetch, fetch_one, list_page, newest_first, within

router = APIRouter(prefix="/api/v1", tags=["consents"])

CONSENTS = newest_first("consent", "asked_at")
AGREEMENTS = newest_first("agreement", "at")


class Asking(Body):
    tenant: str = Field(min_length=1, max_length=200)
    site: str = Field(default="", max_length=200, description="the ticket's own site without it")
    text: str = Field(default="", max_length=2000, description="what the tenant reads")
    answer_minutes: int = Field(default=120, ge=5, le=1440, description="then the clocks run on by themselves")


class Withdrawing(Body):
    version: int | None = None


@router.get("/tickets/{ticket}/consents")
async def list_consents(ticket: str, user: Viewer, database: Database, page: Page) -> Response:
    """Which tenant was asked for its consent, by whom, and what it answered; the newest first."""
    await fetch_one(database, TICKETS, ticket, user)
    return await list_page(database, CONSENTS, [Filter("v.ticket = %s", (ticket,)), *within(user, "consent")], page)


@router.get("/tickets/{ticket}/agreements")
async def list_agreements(ticket: str, user: Viewer, database: Database, page: Page) -> Response:
    """What tenants say of how the ticket was ended: a disagreement is to be looked at before it is archived."""
    await fetch_one(database, TICKETS, ticket, user)
    return await list_page(database, AGREEMENTS, [Filter("v.ticket = %s", (ticket,))], page)


@router.post("/tickets/{ticket}/consents", status_code=201)
async def ask_consent(
    ticket: str, given: Asking, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Asks a tenant whether a generator may run; the clocks wait for the answer, with the reason `tenant_consent`."""
    [found] = await seen(service, user, (TICKETS, ticket))
    site, now = given.site or found["site"] or "", datetime.now(UTC)
    if user.region:
        await seen(service, user, (SITES, site))
    answer_by = now + timedelta(minutes=given.answer_minutes)

    async def work(connection: Connection) -> Done:
        question = consents.Question(site, given.tenant, given.text, answer_by)
        return await consents.ask(connection, user, found, question, now)

    asked = await recorded(service, user, key, Change("ask_consent", [ticket, given], work), CONSENTS)
    await tell_clocks(service, user, asked["id"])
    return asked


@router.post("/consents/{consent}/withdraw")
async def withdraw(
    consent: str, user: TicketManager, service: Running, given: Withdrawing | None = None, key: Key = None
) -> dict[str, Any]:
    """Nobody needs the answer any more; the clocks run on."""
    await seen(service, user, (CONSENTS, consent))
    said, now = given or Withdrawing(), datetime.now(UTC)

    async def work(connection: Connection) -> Done:
        return await consents.end(connection, user, consent, "withdrawn", "", said.version, now)

    ended = await recorded(service, user, key, Change("withdraw_consent", [consent, said], work), CONSENTS)
    await tell_clocks(service, user, consent)
    return ended


async def tell_clocks(service: Service, user: User, consent: str) -> None:
    """Pauses or resumes what the consent asks for now. A clock that stopped meanwhile is left as it is.

    All is asked at once: while dispatch is away everything waits for it, and not the first clock alone.
    """
    async with service.pool.connection() as connection:
        [found] = await fetch(connection, CONSENTS, [Filter("v.id = %s", (consent,))], limit=1)
        commands = [*await consents.pauses_for(connection, found)]
        if found["state"] != "asked":
            commands = await consents.resumptions_after(connection, found)
    came = await asyncio.gather(*(ask(service, user, one, None) for one in commands), return_exceptions=True)
    for trouble in came:
        if isinstance(trouble, Refused) and trouble.code in ("conflict", "invalid"):
            continue
        if isinstance(trouble, BaseException):
            raise trouble
