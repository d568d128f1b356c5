"""A story of batches without a database: what one leaves is what the next one reads, as the tables would have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.board import Board, handed_over
from dispatch.centre.state import Centre
from dispatch.decide import decide
from dispatch.model import PastOrder, Place
from dispatch.notices import Notice
from dispatch.policy import Policy, default_policy
from dispatch.records import DISPATCH, Need, Person, Step, SteppedBack, WaitingNeed, WorkOrder
from dispatch.said import Said
from guywire.commands import Command, MoveWorkOrder
from guywire.errors import Refused
from guywire.inbox import Asked
from guywire.model import NeedKind, NeedState

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
_COUNTS = frozenset({"declined", "expired", "failed", "done"})


def need_at(need: str, latitude: float = 31.2, **columns: Any) -> Need:
    """An open need of its own ticket at its own site; a tenth of a degree of latitude is 11 km."""
    row: dict[str, Any] = {
        "need_id": need,
        "ticket_id": f"K-{need}",
        "site_id": f"S-{need}",
        "domain": "p/c",
        "kind": NeedKind.REPAIR,
        "summary": f"mend {need}",
        "priority": 2,
        "opened_at": NOW,
        "skills": frozenset({"power"}),
        "place": Place(latitude, 121.0),
        "region": "p/c/a",
        **columns,
    }
    return Need(**row)


def person_at(technician: str, latitude: float = 31.2, **columns: Any) -> Person:
    row: dict[str, Any] = {
        "technician_id": technician,
        "name": f"Mr {technician}",
        "region": "p/c/a",
        "home": Place(latitude, 121.0),
        "manager_id": "M1",
        "skills": frozenset({"power", "tower"}),
        **columns,
    }
    return Person(**row)


class Story:
    """What the tables hold, and the last batch."""

    def __init__(self, needs: Iterable[Need], people: Iterable[Person], policy: Policy | None = None) -> None:
        self.now = NOW
        self.policy = policy or default_policy()
        self.needs = {need.need_id: need for need in needs}
        self.people = {person.technician_id: person for person in people}
        self.orders: dict[str, WorkOrder] = {}
        self.steps: dict[str, list[Step]] = {}
        self.waiting: dict[str, WaitingNeed] = {}
        self.stepped_back: list[SteppedBack] = []
        self.told: dict[str, Notice] = {}
        self.centre = Centre()
        self.last: Board | None = None

    def batch(self, *asked: tuple[str, Command], minutes: float = 0.0, **changes: Any) -> list[Said | Refused]:
        """Time passes, then a batch with these commands (each with who asks); returns what each came to."""
        self.now += timedelta(minutes=minutes)
        board = self.as_read()
        for name, value in changes.items():
            setattr(board, name, value)
        answers, _ = decide(board, [Asked(at, command, actor) for at, (actor, command) in enumerate(asked)])
        self._keep(board)
        return answers

    def ask(self, command: Command, actor: str = "ann", minutes: float = 0.0) -> Said | Refused:
        return self.batch((actor, command), minutes=minutes)[0]

    def move(self, order: str, to: str, minutes: float = 0.0, **fields: Any) -> Said | Refused:
        """A step of an order by who leads it, said at the site."""
        technician = fields.pop("technician", self.orders[order].technician_id)
        place = self.needs[self.orders[order].need_ids[0]].place
        here = {"latitude": place.latitude, "longitude": place.longitude} if place else {}
        told = {"reason": "the van broke down", "cause": "blown fuse", "result": "replaced fuse F3"}
        command = MoveWorkOrder(work_order=order, to=to, technician=technician, **{**here, **told, **fields})
        return self.batch((technician, command), minutes=minutes)[0]

    def becomes(self, need: str, state: NeedState) -> None:
        self.needs[need] = replace(self.needs[need], state=state)

    @property
    def open_orders(self) -> list[WorkOrder]:
        return [order for order in self.orders.values() if order.ended_at is None]

    def holders(self, need: str) -> list[WorkOrder]:
        return [order for order in self.open_orders if need in order.need_ids and not order.is_call]

    def as_read(self) -> Board:
        """The board of a batch that begins now."""
        return Board(
            now=self.now,
            policy=self.policy,
            needs=dict(self.needs),
            orders=dict(self.orders),
            people=dict(self.people),
            past=self._past(),
            handed_over=self._handed_over(),
            steps={key: list(steps) for key, steps in self.steps.items()},
            waiting={key: row._replace(explanation=None) for key, row in self.waiting.items()},
            last_number=len(self.orders),
            called_lately=self._called_lately(),
            centre=Centre(
                pauses=dict(self.centre.pauses),
                in_hand=dict(self.centre.in_hand),
                emergencies=dict(self.centre.emergencies),
                dark=self.centre.dark,
                ended_lately=self.centre.ended_lately,
                last_pause=self.centre.last_pause,
                last_emergency=self.centre.last_emergency,
            ),
        )

    def _keep(self, board: Board) -> None:
        self.last, self.centre = board, board.centre
        self.orders |= {key: board.orders[key] for key in sorted(board.changed, key=lambda key: int(key[1:]))}
        for step in board.new_steps:
            self.steps.setdefault(step.work_order_id, []).append(step)
        self.waiting = dict(board.waiting)
        self.stepped_back += board.stepped_back
        for notice_id in board.notices.over:
            self.told.pop(notice_id, None)
        self.told |= {key: notice for key, notice in board.notices.new.items() if key not in board.notices.over}

    def _called_lately(self) -> set[str]:
        since = self.now - timedelta(minutes=self.policy.call.person_minutes)
        return {order.technician_id for order in self.orders.values() if order.called and order.offered_at > since}

    def _past(self) -> dict[str, list[PastOrder]]:
        """What counts against asking again, as the tables say it."""
        past: dict[str, list[PastOrder]] = {}
        for order in self.orders.values():
            taken = order.state == "withdrawn" and order.ended_by != DISPATCH
            if order.ended_at and (order.state in _COUNTS or taken):
                for need in order.need_ids:
                    row = PastOrder(order.technician_id, order.state, order.ended_at, order.reason)
                    past.setdefault(need, []).append(row)
        for back in self.stepped_back:
            for need in self.orders[back.work_order_id].need_ids:
                past.setdefault(need, []).append(PastOrder(back.technician_id, "declined", back.at, back.reason))
        return past

    def _handed_over(self) -> dict[str, list[dict[str, Any]]]:
        handed: dict[str, list[dict[str, Any]]] = {}
        ended = [order for order in self.orders.values() if order.ended_at and order.hand_over]
        for order in sorted(ended, key=lambda one: str(one.ended_at), reverse=True):
            for need in order.need_ids:
                handed.setdefault(need, []).append(handed_over(order))
        return handed
