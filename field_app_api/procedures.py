"""What to do about the faults of an order, as the response centre keeps it: for the phone, to be read on the way."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from field_app_api.common import Technician, bodies
from field_app_api.orders import order_of
from guywire.procedures import Shelf
from guywire.web import Database

router = APIRouter(prefix="/api/v1", tags=["field"])

_TYPES = "SELECT DISTINCT to_jsonb(alarm_type) AS body FROM views.need WHERE id = ANY(%(needs)s) AND alarm_type <> ''"


def _shelf(connection: HTTPConnection) -> Shelf:
    shelf: Shelf = connection.app.state.procedures
    return shelf


@router.get("/work-orders/{order_id}/procedures")
async def procedures_of_order(
    order_id: str,
    user: Technician,
    database: Database,
    shelf: Annotated[Shelf, Depends(_shelf)],
    language: Literal["zh", "en"] = "zh",
) -> dict[str, Any]:
    """Those of the alarm types that one own order is about, in one language, by their ids."""
    order = await order_of(database, user.technician_id, order_id)
    library = await shelf.library(database)
    types = await bodies(database, _TYPES, {"needs": order["needs"]})
    found = {one.id: one for kind in types for one in library.find(alarm_type=str(kind), language=language)}
    return {"items": [msgspec.to_builtins(found[key]) for key in sorted(found)], "next": None}
