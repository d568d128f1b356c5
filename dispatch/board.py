"""The working picture of one batch: needs, orders and people as read, and what the batch has changed so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from dispatch.centre.state import Centre
from dispatch.clocks.state import Clocks
from dispatch.generators.state import Generators
from dispatch.model import Candidate, PastOrder
from dispatch.notices import Notices
from dispatch.policy import Policy
from dispatch.records import DISPATCH, NO_FIX, Fix, Need, Person, Step, SteppedBack, WaitingNeed, WorkOrder
from dispatch.review.state import Review
from dispatch.rota.state import Rota
from dispatch.rounds.state import Rounds
from dispatch.states import UNDER_WAY, is_end
from dispatch.travel import Road, measure
from dispatch.visits.state import Visits
from guywire.model import WorkOrderState


@dataclass(kw_only=True)
class Board:
    """What one batch knows and what it has decided. No socket, no database, no clock: `now` was passed in."""

    now: datetime
    policy: Policy
    needs: dict[str, Need] = field(default_factory=dict)
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    past: dict[str, list[PastOrder]] = field(default_factory=dict)
    """By need: the ended orders that count against asking the same technician again, or say that it was served."""
    handed_over: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By need: what those who failed there say that the next one needs, newest first (`WorkOrder.handed_over`)."""
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
    called_lately: set[str] = field(default_factory=set)
    """Who was asked to come, among others, a short while ago."""
    stepped_back: list[SteppedBack] = field(default_factory=list)
    notices: Notices = field(default_factory=Notices)
    visits: Visits = field(default_factory=Visits)
    rounds: Rounds = field(default_factory=Rounds)
    review: Review = field(default_factory=Review)

    centre: Centre = field(default_factory=Centre)
    """Pauses, needs in hand, emergencies."""
    clocks: Clocks = field(default_factory=Clocks)
    generators: Generators = field(default_factory=Generators)
    road: Road = measure
    """How long drives take, as far as anybody knows."""
    rota: Rota = field(default_factory=Rota)
    """What holds over the shifts: absences, extra duty, stand-by, swaps; and certificates."""

    look_again_at: list[datetime] = field(default_factory=list)
    """When something happens by itself, beside offers that run out and needs that wait."""

    def open_orders(self) -> list[WorkOrder]:
        return list(self._open.values())

    @cached_property
    def _open(self) -> dict[str, WorkOrder]:
        """Looked through thousands of times in a storm: kept beside `orders` while the batch decides."""
        return {key: order for key, order in self.orders.items() if not is_end(order.state)}

    def _keep(self, order: WorkOrder) -> None:
        self.orders[order.work_order_id] = order
        self.changed.add(order.work_order_id)
        if is_end(order.state):
            self._open.pop(order.work_order_id, None)
        else:
            self._open[order.work_order_id] = order

    def holder_of(self, need_id: str) -> WorkOrder | None:
        """The open order that holds the need; a call that nobody accepted yet holds nothing."""
        return next((order for order in self.open_orders() if need_id in order.need_ids and not order.is_call), None)

    def held_needs(self) -> set[str]:
        """Every need that an open order holds."""
        return {need_id for order in self.open_orders() if not order.is_call for need_id in order.need_ids}

    def held_by(self) -> dict[str, list[WorkOrder]]:
        """The open orders of each person, leading or going along, the one under way or expected first."""
        held: dict[str, list[WorkOrder]] = {}
        for order in sorted(self.open_orders(), key=turn):
            if not order.is_call:
                for person in order.crew:
                    held.setdefault(person, []).append(order)
        return held

    @cached_property
    def known_skills(self) -> frozenset[str]:
        """Every skill that anybody has."""
        return frozenset[str]().union(*(person.skills for person in self.people.values()))

    def name_of(self, person_id: str) -> str:
        """The person's name; the id of one who is not in the inventory."""
        person = self.people.get(person_id)
        return (person and person.name) or person_id

    def next_id(self) -> str:
        self.last_number += 1
        return f"W{self.last_number}"

    def put(
        self,
        order: WorkOrder,
        actor: str,
        note: str = "",
        at: datetime | None = None,
        fix: Fix = NO_FIX,
    ) -> WorkOrder:
        """Records a new or changed order and the step that made it so; the version counts up."""
        order = replace(order, version=order.version + 1)
        step = Step(
            work_order_id=order.work_order_id,
            at=at or self.now,
            recorded_at=self.now,
            actor=actor,
            state=order.state,
            latitude=fix.latitude,
            longitude=fix.longitude,
            note=note,
            version=order.version,
            accuracy=fix.accuracy,
            position_reason=fix.reason,
            away_metres=fix.away_metres,
        )
        self.steps.setdefault(order.work_order_id, []).append(step)
        self.new_steps.append(step)
        self._keep(order)
        return order

    def revise(self, order: WorkOrder) -> None:
        """Records what changed without anybody's doing, such as an estimate: no step, and no new version."""
        self._keep(order)

    def end(self, order: WorkOrder, state: WorkOrderState, actor: str, **step: Any) -> WorkOrder:
        """Ends an order. What counts against asking the same person again is remembered for each of its needs."""
        at = step.get("at") or self.now
        order = self.put(replace(order, state=state, ended_at=at, ended_by=actor), actor, **step)
        if state is not WorkOrderState.WITHDRAWN or actor != DISPATCH:
            for need_id in order.need_ids:
                self.past.setdefault(need_id, []).append(PastOrder(order.technician_id, state, at, order.reason))
                if order.hand_over:
                    self.handed_over.setdefault(need_id, []).insert(0, handed_over(order))
        self.try_all = True
        return order

    def wait(self, row: WaitingNeed) -> None:
        """Says why the need waits. What says nothing new is not written again before its time has come."""
        before = self.waiting.get(row.need_id)
        if before:
            row = row._replace(since=before.since, called_at=row.called_at or before.called_at)
            if says_the_same(before, row) and self.now < before.next_try_at <= row.next_try_at:
                return
        self.waiting[row.need_id] = row
        self.waiting_changed.add(row.need_id)

    def stop_waiting(self, need_ids: Iterable[str]) -> None:
        for need_id in need_ids:
            if self.waiting.pop(need_id, None):
                self.waiting_changed.add(need_id)


def turn(order: WorkOrder) -> tuple[int, datetime, str]:
    """Sorts a person's open orders: what is under way, then by when it is expected to be reached."""
    return (0 if order.state in UNDER_WAY else 1, order.planned_arrival_at, order.work_order_id)


def says_the_same(one: WaitingNeed, other: WaitingNeed) -> bool:
    return (one.code, one.hint, one.called_at) == (other.code, other.hint, other.called_at)


def handed_over(order: WorkOrder) -> dict[str, Any]:
    """What a failed order leaves to the next one, with who says so and why."""
    at = order.ended_at.isoformat() if order.ended_at else None
    return {"by": order.technician_id, "at": at, "reason": order.reason, **order.hand_over}
