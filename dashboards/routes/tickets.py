"""Trouble tickets: the list, one with what hangs on it, opening by hand, and transitions."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal, LiteralString, NamedTuple

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import (
    CLOCKS,
    EXTENSIONS,
    NEEDS,
    SITES,
    TICKETS,
    WORK_ORDERS,
    Body,
    Text,
    TicketManager,
    Viewer,
    apply,
    seen,
)
from guywire import identity
from guywire.commands import MoveTicket, OpenTicket
from guywire.model import NeedKind, TicketState
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Page, fetch, fetch_one, fetch_rows, list_page, within

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_ENDED = [str(state) for state in (TicketState.CLOSED, TicketState.CANCELLED, TicketState.REJECTED)]
_NOTES = """
SELECT to_jsonb(v) - 'ticket' AS body FROM views.ticket_note v WHERE ticket = %s AND (kind <> 'order' OR %s)
ORDER BY at LIMIT 500
"""


class NewTicket(Body):
    site: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=300)
    kind: NeedKind = NeedKind.REPAIR
    skills: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(default=(), max_length=20)
    priority: int = Field(default=3, ge=1, le=4)
    text: str = Field(default="", max_length=4000)


class Transition(Body):
    to: TicketState
    version: int | None = None
    reason: str = Field(default="", max_length=2000)
    until: AwareDatetime | None = None
    cause: str = Field(default="", max_length=500)
    result: str = Field(default="", max_length=4000)
    responsible_party: str = Field(default="", max_length=200)


class _Placed(NamedTuple):
    """Where a ticket stands, and with whom."""

    site: str | None
    incident: str | None
    assignee: str | None
    group: str | None
    parent: str | None


_EQUAL: dict[str, LiteralString] = {
    "site": "v.site = %s",
    "incident": "v.incident = %s",
    "assignee": "v.assignee = %s",
    "group": "v.assigned_group = %s",
    "parent": "v.parent = %s",
}


def _placed(
    site: Text = None, incident: Text = None, assignee: Text = None, group: Text = None, parent: Text = None
) -> _Placed:
    return _Placed(site, incident, assignee, group, parent)


@router.get("")
async def list_tickets(
    user: Viewer,
    database: Database,
    page: Page,
    placed: Annotated[_Placed, Depends(_placed)],
    state: TicketState | Literal["open", "all"] = "open",
) -> Response:
    """Tickets, the newest first; `open` is what is not closed, cancelled or rejected."""
    filters = within(user, "ticket")
    if state == "open":
        filters.append(Filter("v.state <> ALL(%s)", (_ENDED,)))
    elif state != "all":
        filters.append(Filter("v.state = %s", (str(state),)))
    filters += [Filter(_EQUAL[name], (value,)) for name, value in placed._asdict().items() if value]
    return await list_page(database, TICKETS, filters, page)


@router.post("", status_code=201)
async def open_ticket(given: NewTicket, user: TicketManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Opens a ticket by hand, with one need at the site."""
    await seen(service, user, (SITES, given.site))
    origin = f"manual:{user.name}:{key or uuid.uuid4()}"
    return await apply(service, user, OpenTicket(origin=origin, **given.model_dump()), key, TICKETS)


@router.get("/{ticket}")
async def get_ticket(ticket: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One ticket with its notes, and what hangs on it as far as the user's region goes. Where that does not hold all of
    the ticket, the notes of its orders are left out: they tell of the others' too."""
    found = await fetch_one(database, TICKETS, ticket, user)
    is_whole = all(identity.in_region(user, region) for region in found["regions"])
    of_ticket = Filter("v.ticket = %s", (ticket,))
    return found | {
        "needs": await fetch(database, NEEDS, [of_ticket, *within(user, "need")]),
        "work_orders": await fetch(database, WORK_ORDERS, [of_ticket, *within(user, "work_order")]),
        "clocks": await fetch(database, CLOCKS, [of_ticket, *within(user, "clock")]),
        "extensions": await fetch(database, EXTENSIONS, [of_ticket, *within(user, "extension")]),
        "children": await fetch(database, TICKETS, [Filter("v.parent = %s", (ticket,)), *within(user, "ticket")]),
        "notes": await fetch_rows(database, _NOTES, (ticket, is_whole)),
    }


@router.post("/{ticket}/transitions")
async def move_ticket(
    ticket: str, given: Transition, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Moves a ticket. Holding takes a reason and until; closing a cause, a result and the responsible party."""
    await seen(service, user, (TICKETS, ticket))
    await ask(service, user, MoveTicket(ticket=ticket, **given.model_dump()), key)
    async with service.pool.connection() as connection:
        return await fetch_one(connection, TICKETS, ticket, user)
