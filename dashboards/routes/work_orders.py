"""Work orders: the list, one with its steps and why this technician, and the response centre's own hand."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.routes.common import NEEDS, TECHNICIANS, WORK_ORDERS, Body, Text, Viewer, WorkOrderManager, apply, seen
from guywire.commands import GiveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.commands.orders import UndoWorkOrder
from guywire.model import WorkOrderState
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch_one, fetch_rows, list_page, within

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"])

_STEPS = (
    "SELECT to_jsonb(v) - 'work_order' AS body FROM views.work_order_step v"
    " WHERE work_order = %s ORDER BY recorded_at, at LIMIT 200"
)


class Gift(Body):
    need: str = Field(min_length=1, max_length=200)
    technician: str = Field(min_length=1, max_length=200)
    reason: str = Field(default="", max_length=2000)


class Reassignment(Body):
    technician: str = Field(min_length=1, max_length=200)
    reason: str = Field(default="", max_length=2000)
    version: int | None = None


class Withdrawal(Body):
    reason: str = Field(min_length=1, max_length=2000)
    version: int | None = None


class Undoing(Body):
    version: int | None = None


@router.get("")
async def list_work_orders(
    user: Viewer,
    database: Database,
    page: Page,
    state: WorkOrderState | Literal["open", "all"] = "open",
    technician: Text = None,
    site: Text = None,
    ticket: Text = None,
) -> Response:
    """Work orders, the newest first; `open` is what has not ended."""
    filters = within(user, "work_order")
    if state == "open":
        filters.append(Filter("v.ended_at IS NULL"))
    elif state != "all":
        filters.append(Filter("v.state = %s", (str(state),)))
    if technician:
        filters.append(Filter("(v.technician = %s OR v.mates @> ARRAY[%s])", (technician, technician)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    if ticket:
        filters.append(Filter("v.ticket = %s", (ticket,)))
    return await list_page(database, WORK_ORDERS, filters, page)


@router.post("", status_code=201)
async def give(given: Gift, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Gives an open need to a technician by hand."""
    await seen(service, user, (NEEDS, given.need), (TECHNICIANS, given.technician))
    return await apply(service, user, GiveWorkOrder(**given.model_dump()), key, WORK_ORDERS)


@router.get("/{work_order}")
async def get_work_order(work_order: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One work order with its `steps`; `explanation` says why this technician and why not each other."""
    found = await fetch_one(database, WORK_ORDERS, work_order, user)
    return found | {"steps": await fetch_rows(database, _STEPS, (work_order,))}


@router.post("/{work_order}/reassign")
async def reassign(
    work_order: str, given: Reassignment, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Withdraws the order and gives its needs to another; answers the new order."""
    await seen(service, user, (WORK_ORDERS, work_order), (TECHNICIANS, given.technician))
    return await apply(service, user, ReassignWorkOrder(work_order=work_order, **given.model_dump()), key, WORK_ORDERS)


@router.post("/{work_order}/withdraw")
async def withdraw(
    work_order: str, given: Withdrawal, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Takes the order back; its needs are planned anew."""
    await seen(service, user, (WORK_ORDERS, work_order))
    return await apply(service, user, WithdrawWorkOrder(work_order=work_order, **given.model_dump()), key, WORK_ORDERS)


@router.post("/{work_order}/undo")
async def undo(
    work_order: str, user: WorkOrderManager, service: Running, given: Undoing | None = None, key: Key = None
) -> dict[str, Any]:
    """Undoes what was last done by hand to it, while nothing came of that; answers the order that goes on."""
    await seen(service, user, (WORK_ORDERS, work_order))
    version = given.version if given else None
    return await apply(service, user, UndoWorkOrder(work_order=work_order, version=version), key, WORK_ORDERS)
