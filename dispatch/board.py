"""The working picture of one batch: needs, orders and people as read, and what the batch has changed so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from dispatch.model import Candidate, PastOrder, Place
from dispatch.notices import Notices
from dispatch.policy import Policy
from dispatch.records import DISPATCH, Need, Person, Step, WaitingNeed, WorkOrder
from dispatch.states import is_end
from guywire.model import WorkOrderState


@dataclass(slots=True, kw_only=True)
class Board:
    """What one batch knows and what it has decided. No socket, no database, no clock: `now` was passed in."""

    now: datetime
    policy: Policy
    needs: dict[str, Need] = field(default_factory=dict)
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    past: dict[str, list[PastOrder]] = field(default_factory=dict)
    """By need: the ended orders that count against asking the same technician again, or say that it was served."""
    steps: dict[str, list[Step]] = field(default_factory=dict)
    waiting: dict[str, WaitingNeed] = field(default_factory=dict)
    last_number: int = 0
    try_all: bool = False
    """Whether somebody may have become free, so that every waiting need is worth another look."""

    candidates: dict[tzinfo, list[Candidate]] = field(default_factory=dict)
    """Everybody, once computed, by the zone in which shifts are read; who holds which order is added at each look."""

    left_over: int = 0
    """How many jobs were too many for one batch and follow in the next."""

    changed: set[str] = field(default_factory=set)
    new_steps: list[Step] = field(default_factory=list)
    waiting_changed: set[str] = field(default_factory=set)
    notices: Notices = field(default_factory=Notices)

    look_again_at: list[datetime] = field(default_factory=list)
    """When something happens by itself, beside offers that run out and needs that wait."""

    def open_orders(self) -> list[WorkOrder]:
        return [order for order in self.orders.values() if not is_end(order.state)]

    def holder_of(self, need_id: str) -> WorkOrder | None:
        """The open order that holds the need."""
        return next((order for order in self.open_orders() if need_id in order.need_ids), None)

    def next_id(self) -> str:
        self.last_number += 1
        return f"W{self.last_number}"

    def put(
        self,
        order: WorkOrder,
        actor: str,
        note: str = "",
        at: datetime | None = None,
        place: Place | None = None,
    ) -> WorkOrder:
        """Records a new or changed order and the step that made it so; the version counts up."""
        order = replace(order, version=order.version + 1)
        latitude, longitude = place or (None, None)
        step = Step(
            order.work_order_id, at or self.now, self.now, actor, order.state, latitude, longitude, note, order.version
        )
        self.orders[order.work_order_id] = order
        self.steps.setdefault(order.work_order_id, []).append(step)
        self.new_steps.append(step)
        self.changed.add(order.work_order_id)
        return order

    def end(self, order: WorkOrder, state: WorkOrderState, actor: str, **step: Any) -> WorkOrder:
        """Ends an order. What counts against asking the same person again is remembered for each of its needs."""
        at = step.get("at") or self.now
        order = self.put(replace(order, state=state, ended_at=at, ended_by=actor), actor, **step)
        if state is not WorkOrderState.WITHDRAWN or actor != DISPATCH:
            for need_id in order.need_ids:
                self.past.setdefault(need_id, []).append(PastOrder(order.technician_id, state, at, order.reason))
        self.try_all = True
        return order

    def wait(self, row: WaitingNeed) -> None:
        before = self.waiting.get(row.need_id)
        self.waiting[row.need_id] = row._replace(since=before.since if before else row.since)
        self.waiting_changed.add(row.need_id)

    def stop_waiting(self, need_ids: Iterable[str]) -> None:
        for need_id in need_ids:
            if self.waiting.pop(need_id, None):
                self.waiting_changed.add(need_id)
