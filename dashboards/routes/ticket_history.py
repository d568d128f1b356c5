"""A ticket's whole life as one list: notes, visits, clocks, who was told, urging, extensions, consents, complaints."""

from __future__ import annotations

from importlib import resources
from typing import Any

from fastapi import APIRouter

from dashboards.names import named
from dashboards.routes.common import TICKETS, Viewer
from guywire.database import Connection, rows_of
from guywire.identity import User
from guywire.web import Database
from guywire.web.listing import fetch_one

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_HISTORY = resources.files("dashboards.routes").joinpath("ticket_history.sql").read_text("utf-8").encode()


@router.get("/{ticket}/history")
async def get_history(ticket: str, user: Viewer, database: Database) -> dict[str, Any]:
    """Everything that happened with it, oldest first: `{"at", "object", "kind", "id", "actor", "actor_name", "text",
    "about"}`."""
    found = await fetch_one(database, TICKETS, ticket, user)
    return {"items": await history_of(database, found, user), "next": None}


async def history_of(connection: Connection, ticket: dict[str, Any], user: User) -> list[dict[str, Any]]:
    """The same of a ticket that the user may see."""
    values = {"ticket": ticket["id"], "incident": ticket["incident"] or "", "region": user.region}
    rows = await rows_of(connection, _HISTORY, values)
    return await named(connection, [row["body"] for row in rows])
