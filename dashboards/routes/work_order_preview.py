"""What an order by hand would do, before it is given: to everybody's deadlines, or who could go at all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from dashboards.routes.common import NEEDS, TECHNICIANS, WORK_ORDERS, Text, WorkOrderManager, seen
from dispatch.part_policies import PartPolicyFiles
from dispatch.policy import policy_file
from dispatch.preview import ByHand, Outlook, preview, read_outlook, who_could
from guywire import identity
from guywire.commands import GiveWorkOrder, ReassignWorkOrder
from guywire.errors import invalid
from guywire.identity import User
from guywire.service import Service
from guywire.web import Running

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"])

_FRESH = timedelta(seconds=3)  # somebody who looks from technician to technician looks at one and the same moment


class Outlooks:
    """The outlook of this moment, read once for all who ask within a few seconds."""

    def __init__(self, service: Service) -> None:
        self._pool = service.pool
        self._policy = policy_file(service.settings.data_dir)
        self._parts = PartPolicyFiles(service.settings.data_dir)
        self._turn = asyncio.Lock()
        self._last: Outlook | None = None

    async def now(self) -> Outlook:
        async with self._turn:
            now = datetime.now(UTC)
            if self._last is None or now - self._last.board.now > _FRESH:
                async with self._pool.connection() as connection:
                    self._last = await read_outlook(connection, now, self._policy.current(), self._parts.current())
            return self._last


def _outlooks(connection: HTTPConnection, service: Running) -> Outlooks:
    state = connection.app.state
    if not hasattr(state, "outlooks"):
        state.outlooks = Outlooks(service)
    found: Outlooks = state.outlooks
    return found


@router.get("/preview")
async def preview_work_order(
    user: WorkOrderManager,
    service: Running,
    outlooks: Annotated[Outlooks, Depends(_outlooks)],
    technician: Text = None,
    need: Text = None,
    order: Text = None,
) -> dict[str, Any]:
    """With `technician`: arrival, what stands against it, and what becomes of whose deadlines (`effects`).

    Without: everybody who could go, the soonest there first, each with the first reason against it. `need` for one
    that nobody holds, `order` for one to be reassigned.
    """
    if (need is None) == (order is None):
        raise invalid("need_or_order", "Say one of need and order.")
    asked = (NEEDS, need) if need is not None else (WORK_ORDERS, str(order))
    await seen(service, user, asked, *([(TECHNICIANS, technician)] if technician else []))
    outlook = await outlooks.now()
    if technician is None:
        what = {"need": need} if need is not None else {"order": str(order)}
        found = await asyncio.to_thread(who_could, outlook, what)
        return {"items": [one for one in found if _sees(user, outlook, one["technician"])], "next": None}
    command: ByHand = (
        GiveWorkOrder(need=need, technician=technician)
        if need is not None
        else ReassignWorkOrder(work_order=str(order), technician=technician)
    )
    said = await asyncio.to_thread(preview, outlook, command, user.name)
    return said | {"effects": [one for one in said["effects"] if identity.in_region(user, one["region"])]}


def _sees(user: User, outlook: Outlook, technician: str) -> bool:
    return identity.in_region(user, outlook.board.people[technician].region)
