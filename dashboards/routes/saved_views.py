"""Names for URLs of the console: one's own, or shared with everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.centre.writing import Change, Done, write
from dashboards.routes.common import Body, Viewer
from guywire.database import Connection
from guywire.errors import invalid, not_found
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Listing, fetch

router = APIRouter(prefix="/api/v1/saved-views", tags=["saved views"])

_SAVED = Listing("saved_view", "name")
_MOST = 200
_PUT = """
INSERT INTO centre.saved_view (owner, name, search, shared, made_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (owner, name) DO UPDATE SET search = excluded.search, shared = excluded.shared, made_at = excluded.made_at
RETURNING saved_view_id AS id
"""


class NewView(Body):
    name: str = Field(min_length=1, max_length=100)
    search: str = Field(max_length=2000, description="what stands in the URL after the ?")
    shared: bool = False


@router.get("")
async def list_saved_views(user: Viewer, database: Database) -> dict[str, Any]:
    """One's own and the shared ones, by name, all at once."""
    return {"items": await fetch(database, _SAVED, [_seen_by(user.name)]), "next": None}


@router.post("", status_code=201)
async def save(given: NewView, user: Viewer, service: Running, key: Key = None) -> dict[str, Any]:
    """Saves one; the same name again is a change of it."""

    async def work(transaction: Connection) -> Done:
        own = "SELECT count(*) AS own FROM centre.saved_view WHERE owner = %s AND name <> %s"
        counted = await (await transaction.execute(own, (user.name, given.name))).fetchone()
        if counted and counted["own"] >= _MOST:
            raise invalid("too_many_views", f"You have saved {_MOST} views. Delete one that you do not need.")
        values = (user.name, given.name, given.search, given.shared, datetime.now(UTC))
        saved = await (await transaction.execute(_PUT, values)).fetchone()
        assert saved is not None
        return Done("saved_view", saved["id"], given.model_dump(), published=False)

    saved = await write(service, user, key, Change("save_view", given, work))
    async with service.pool.connection() as connection:
        found = await fetch(connection, _SAVED, [Filter("v.id = %s", (saved,)), _seen_by(user.name)])
    if not found:
        raise not_found("saved view", saved)
    return found[0]


@router.delete("/{saved_view}", status_code=204)
async def delete(saved_view: str, user: Viewer, service: Running) -> Response:
    """Deletes one of one's own."""

    async def work(transaction: Connection) -> Done:
        gone = await transaction.execute(
            "DELETE FROM centre.saved_view WHERE saved_view_id = %s AND owner = %s", (saved_view, user.name)
        )
        if not gone.rowcount:
            raise not_found("saved view of yours", saved_view)
        return Done("saved_view", saved_view, published=False)

    await write(service, user, None, Change("delete_view", saved_view, work))
    return Response(status_code=204)


def _seen_by(name: str) -> Filter:
    return Filter("(v.owner = %s OR v.shared)", (name,))
