"""Where I am, for as long as I work; and what is kept of it, for me to see."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Discriminator, Field, Tag

from field_app_api.common import Given, InForce, Technician, bodies
from field_app_api.day import now
from guywire.commands import Position, ReportPositions
from guywire.web import Database, Key, Running, ask

router = APIRouter(prefix="/api/v1/me", tags=["field"])

MOST_POSITIONS = 500
_MOST_SHOWN = 5000
_MINE = """
SELECT jsonb_build_object('at', at, 'latitude', latitude, 'longitude', longitude, 'accuracy', accuracy) AS body
FROM views.position WHERE technician = %s AND at >= %s ORDER BY at DESC LIMIT %s
"""


class Fix(Given):
    """Where the phone was; WGS-84 degrees, accuracy in metres."""

    at: AwareDatetime
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy: float | None = Field(default=None, ge=0)


class Fixes(Given):
    positions: list[Fix] = Field(min_length=1, max_length=MOST_POSITIONS)


def _one_or_many(given: object) -> str:
    return "many" if isinstance(given, dict) and "positions" in given else "one"


Report = Annotated[
    Annotated[Fix, Tag("one")] | Annotated[Fixes, Tag("many")],
    Discriminator(_one_or_many),  # so that a refusal speaks of the shape that was sent, not of both
]


@router.post("/positions")
async def report_positions(given: Report, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Where I was: one fix, or up to 500 in `positions`. Those of off-duty time are left out; none left is refused."""
    fixes = given.positions if isinstance(given, Fixes) else [given]
    positions = tuple(Position(**fix.model_dump()) for fix in fixes)
    return await ask(service, user, ReportPositions(technician=user.technician_id, positions=positions), key)


@router.get("/positions")
async def my_positions(
    user: Technician, database: Database, rules: InForce, since: Annotated[AwareDatetime | None, Query()] = None
) -> dict[str, Any]:
    """My own track, newest first (the last day unless said else), and for how many days it is kept."""
    begin = since or now() - timedelta(days=1)
    found = await bodies(database, _MINE, (user.technician_id, begin, _MOST_SHOWN))
    return {"items": found, "next": None, "kept_days": rules.dispatching.position_keep_days}
