"""The field API: my work orders, their transitions, my positions. Who asks is always the technician of the account."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, Tag
from starlette.requests import HTTPConnection

from field_app_api.news import News
from field_app_api.orders import for_technician, order_of, orders_of
from guywire.commands import MoveWorkOrder, Position, ReportPositions
from guywire.errors import Refused
from guywire.identity import Permission, User
from guywire.web import Database, Key, Running, ask, require

router = APIRouter(prefix="/api/v1", tags=["field"])

LONGEST_WAIT_SECONDS = 25
MOST_POSITIONS = 500


async def _technician(user: Annotated[User, Depends(require(Permission.WORK_ORDERS_OF_ONE))]) -> User:
    if not user.technician_id:
        raise Refused("forbidden", "no_technician", "This account belongs to no technician. Ask an administrator.")
    return user


Technician = Annotated[User, Depends(_technician)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Transition(_Given):
    """A step of a work order; `at` is the phone's clock, or now. `version` refuses a step made on an old state."""

    to: Literal["accepted", "declined", "en_route", "on_site", "done", "failed"]
    at: AwareDatetime | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    reason: str = Field(default="", max_length=1000)
    cause: str = Field(default="", max_length=1000)
    result: str = Field(default="", max_length=4000)
    version: int | None = None


class Fix(_Given):
    """Where the phone was; WGS-84 degrees, accuracy in metres."""

    at: AwareDatetime
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy: float | None = Field(default=None, ge=0)


class Fixes(_Given):
    positions: list[Fix] = Field(min_length=1, max_length=MOST_POSITIONS)


def _one_or_many(given: object) -> str:
    return "many" if isinstance(given, dict) and "positions" in given else "one"


Report = Annotated[
    Annotated[Fix, Tag("one")] | Annotated[Fixes, Tag("many")],
    Discriminator(_one_or_many),  # so that a refusal speaks of the shape that was sent, not of both
]


@router.get("/me/work-orders")
async def my_work_orders(
    connection: HTTPConnection,
    service: Running,
    user: Technician,
    seen: Annotated[str, Query(max_length=64)] = "",
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
) -> dict[str, Any]:
    """My open orders, then those of the last twelve hours. With `wait`, answers when there is more than `seen`."""
    news: News = connection.app.state.news
    if wait:
        await news.wait(user.technician_id, seen, wait)
    mark = news.mark(user.technician_id)
    async with service.pool.connection() as database:  # only now: a phone that waits must not hold one
        return {"items": await orders_of(database, user.technician_id), "next": None, "seen": mark}


@router.get("/work-orders/{order_id}")
async def my_work_order(order_id: str, database: Database, user: Technician) -> dict[str, Any]:
    """One own order with the alarms of its place and the first steps."""
    return await order_of(database, user.technician_id, order_id)


@router.post("/work-orders/{order_id}/transitions")
async def move_work_order(
    order_id: str, step: Transition, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Moves an own order on; answers with the order as it then stands."""
    command = MoveWorkOrder(work_order=order_id, technician=user.technician_id, **step.model_dump())
    return for_technician(await ask(service, user, command, key))


@router.post("/me/positions")
async def report_positions(given: Report, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Where I was: one fix, or up to 500 in `positions`."""
    fixes = given.positions if isinstance(given, Fixes) else [given]
    positions = tuple(Position(**fix.model_dump()) for fix in fixes)
    return await ask(service, user, ReportPositions(technician=user.technician_id, positions=positions), key)
