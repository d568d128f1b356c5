"""The field API of orders: my day, my work orders, their transitions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import AwareDatetime, Field
from starlette.requests import HTTPConnection
from starlette.responses import Response

from field_app_api.common import Given, InForce, Technician
from field_app_api.day import as_json, day_of, now, tag_of
from field_app_api.details import with_details
from field_app_api.news import News
from field_app_api.orders import for_technician, order_of, orders_of
from guywire.commands import MoveWorkOrder
from guywire.commands.orders import HandOver, StepBack
from guywire.web import Database, Key, Running, ask

router = APIRouter(prefix="/api/v1", tags=["field"])

LONGEST_WAIT_SECONDS = 25
AS_OF = "x-guywire-as-of"
"""When a day was found to be so, by this server's clock: without a body nothing else would say it."""

Seen = Annotated[str, Query(max_length=64)]
Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS)]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class LeftOver(Given):
    """What the next one needs, said with `failed`."""

    skills: list[Word] = Field(default=[], max_length=20)
    parts: list[Word] = Field(default=[], max_length=20)
    text: str = Field(default="", max_length=2000)


class Transition(Given):
    """A step of a work order; `at` is the phone's clock, or now. `version` refuses a step made on an old state.

    `position_reason` says why `on_site` is said away from the site; `accuracy` is in metres.
    """

    to: Literal["accepted", "declined", "en_route", "on_site", "done", "failed"]
    at: AwareDatetime | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    accuracy: float | None = Field(default=None, ge=0, le=1_000_000)
    position_reason: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=1000)
    cause: str = Field(default="", max_length=1000)
    result: str = Field(default="", max_length=4000)
    hand_over: LeftOver | None = None
    version: int | None = None


class Reason(Given):
    reason: str = Field(min_length=1, max_length=1000)


@router.get("/me/day", response_model=dict[str, Any], responses={304: {"description": "the day of `If-None-Match`"}})
async def my_day(
    connection: HTTPConnection,
    service: Running,
    user: Technician,
    rules: InForce,
    if_none_match: Annotated[str, Header()] = "",
    seen: Seen = "",
    wait: Wait = 0,
) -> Response:
    """All that I need for a day without coverage; nothing where it is as `If-None-Match` has it. With `wait`, answers
    when there is more than `seen`."""
    mark = await _news(connection, user.technician_id, seen, wait)
    async with service.pool.connection() as database, database.transaction():  # only now: who waits must not hold one
        await database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        day = {"seen": mark, **await day_of(database, user.technician_id, rules, now())}
    headers = {"etag": (tag := tag_of(day)), AS_OF: day["as_of"].isoformat()}
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(as_json(day), media_type="application/json", headers=headers)


@router.get("/me/work-orders")
async def my_work_orders(
    connection: HTTPConnection, service: Running, user: Technician, seen: Seen = "", wait: Wait = 0
) -> dict[str, Any]:
    """My open orders, then those of the last twelve hours. With `wait`, answers when there is more than `seen`."""
    mark = await _news(connection, user.technician_id, seen, wait)
    async with service.pool.connection() as database:
        return {"items": await orders_of(database, user.technician_id), "next": None, "seen": mark}


@router.get("/work-orders/{order_id}")
async def my_work_order(order_id: str, user: Technician, database: Database, rules: InForce) -> dict[str, Any]:
    """One own order with all that working on it takes."""
    order = await order_of(database, user.technician_id, order_id)
    return (await with_details(database, user.technician_id, [order], rules.visits))[0]


@router.post("/work-orders/{order_id}/transitions")
async def move_work_order(
    order_id: str, step: Transition, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Moves an own order on; answers with the order as it then stands."""
    said = step.model_dump(exclude={"hand_over"})
    left = step.hand_over
    handed = HandOver(skills=tuple(left.skills), parts=tuple(left.parts), text=left.text) if left else None
    command = MoveWorkOrder(work_order=order_id, technician=user.technician_id, hand_over=handed, **said)
    return for_technician(await ask(service, user, command, key))


@router.post("/work-orders/{order_id}/step-back")
async def step_back(
    order_id: str, given: Reason, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Goes back from an order on which I go along; somebody else is looked for."""
    command = StepBack(work_order=order_id, technician=user.technician_id, reason=given.reason)
    return for_technician(await ask(service, user, command, key))


async def _news(connection: HTTPConnection, technician: str, seen: str, wait: int) -> str:
    """Waits for something newer than `seen`, then gives the mark of what is known before anything is read."""
    news: News = connection.app.state.news
    if wait:
        await news.wait(technician, seen, wait)
    return news.mark(technician)
