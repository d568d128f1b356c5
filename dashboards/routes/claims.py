"""Who works on which incident: the list of claims, taking one, giving it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.centre import claims
from dashboards.centre.writing import Change, Done
from dashboards.routes.common import CLAIMS, INCIDENTS, Body, Operator, Text, Viewer, recorded, seen
from guywire.database import Connection
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, list_page, within

router = APIRouter(prefix="/api/v1", tags=["claims"])


class Releasing(Body):
    version: int | None = None


class Claiming(Releasing):
    note: str = Field(default="", max_length=2000)
    take_over: bool = False


@router.get("/claims")
async def list_claims(
    user: Viewer,
    database: Database,
    page: Page,
    by: Text = None,
    state: Literal["standing", "released", "all"] = "standing",
) -> Response:
    """Claims, the newest first; `acted_at` is when the claimer last did anything."""
    filters = within(user, "claim")
    if state != "all":
        filters.append(Filter("v.ended_at IS NULL" if state == "standing" else "v.ended_at IS NOT NULL"))
    if by:
        filters.append(Filter("v.by = %s", (by,)))
    return await list_page(database, CLAIMS, filters, page)


@router.post("/incidents/{incident}/claim")
async def claim(
    incident: str, user: Operator, service: Running, given: Claiming | None = None, key: Key = None
) -> dict[str, Any]:
    """ "I work on it." Claimed by another it is refused, unless `take_over` is said."""
    await seen(service, user, (INCIDENTS, incident))
    said, now = given or Claiming(), datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await claims.claim(transaction, user, incident, claims.Wish(**said.model_dump()), now)

    return await recorded(service, user, key, Change("claim_incident", [incident, said], work), CLAIMS)


@router.post("/incidents/{incident}/release")
async def release(
    incident: str, user: Operator, service: Running, given: Releasing | None = None, key: Key = None
) -> dict[str, Any]:
    """Gives it back; who leads the shift may end another's claim."""
    await seen(service, user, (INCIDENTS, incident))
    said, now = given or Releasing(), datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        return await claims.release(transaction, user, incident, said.version, now)

    return await recorded(service, user, key, Change("release_incident", [incident, said], work), CLAIMS)
