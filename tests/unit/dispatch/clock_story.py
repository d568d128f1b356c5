"""A story of clocks, told to the stages themselves: what they left is what the next step begins with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.board import Board
from dispatch.clocks.climb import climb
from dispatch.clocks.keep import keep_clocks
from dispatch.clocks.model import Climb, Contract, Site, Ticket
from dispatch.clocks.part import HANDLERS
from dispatch.clocks.state import Clocks
from dispatch.clocks.urge import end_urges
from dispatch.model import PastOrder, Place
from dispatch.notices import Notices
from dispatch.policy import default_policy
from dispatch.records import Need, Person, WorkOrder
from guywire.commands import COMMANDS
from guywire.errors import Refused
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState


class Story:
    """The board from step to step."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.board = Board(now=datetime(2026, 1, 1, tzinfo=UTC), policy=default_policy())
        self.board.clocks = Clocks(
            sites={site_id: site_of(site_id, said) for site_id, said in told["sites"].items()},
            contracts=[contract_of(said) for said in told.get("contracts", [])],
        )
        self.board.people = {person_id: person_of(person_id, said) for person_id, said in told["people"].items()}

    def step(self, said: dict[str, Any]) -> dict[str, Any]:
        """One batch: what happened, then the stages. Returns what there is to say of it."""
        board = self.board
        board.now, board.notices, board.look_again_at = said["at"].astimezone(UTC), Notices(), []
        board.clocks.touched = set()
        for ticket_id, changes in said.get("tickets", {}).items():
            self._ticket(ticket_id, changes)
        for need_id, changes in said.get("needs", {}).items():
            self._need(need_id, changes)
        for order_id, changes in said.get("orders", {}).items():
            self._order(order_id, changes)
        self._seen(said.get("seen", []))
        answers = [answer_of(board, asked) for asked in said.get("asked", [])]
        keep_clocks(board)
        climb(board)
        end_urges(board)
        return self._standing(answers)

    def _ticket(self, ticket_id: str, changes: dict[str, Any]) -> None:
        known = self.board.clocks.tickets.get(ticket_id)
        named = {"ticket_id": ticket_id, "title": ticket_id, "domain": "p/c", "severity": "major", "site_id": ""}
        said = {**named, "opened_at": self.board.now, "state": "acknowledged", **utc(changes)}
        lists: dict[str, Any] = {name: tuple(said[name]) for name in ("sites", "down") if name in said}
        self.board.clocks.tickets[ticket_id] = (
            replace(known, moved_at=self.board.now, **{name: lists.get(name, said[name]) for name in changes})
            if known
            else Ticket(**{**said, **lists})
        )

    def _need(self, need_id: str, changes: dict[str, Any]) -> None:
        known = self.board.needs.get(need_id)
        if "ended_at" in changes:
            self.board.clocks.need_ended[need_id] = changes["ended_at"].astimezone(UTC)
            del self.board.needs[need_id]
        elif known:
            self.board.needs[need_id] = replace(known, ticket_id=changes["ticket"])
        else:
            self.board.needs[need_id] = need_of(self.board, need_id, changes)

    def _order(self, order_id: str, changes: dict[str, Any]) -> None:
        changes = utc(changes)
        known = self.board.orders.get(order_id) or order_of(self.board, order_id, changes)
        state = WorkOrderState(changes["state"])
        reached = {name: at for name, at in changes.items() if name in ("accepted_at", "on_site_at")}
        order = replace(known, state=state, reason=changes.get("reason", ""), **reached)
        self.board.revise(order)
        if state is WorkOrderState.EXPIRED:
            past = PastOrder(order.technician_id, state, self.board.now, order.reason)
            for need_id in order.need_ids:
                self.board.past.setdefault(need_id, []).append(past)

    def _seen(self, climbs: list[str]) -> None:
        self.board.clocks.seen |= dict.fromkeys(climbs, self.board.now)

    def _standing(self, answers: list[str]) -> dict[str, Any]:
        """Clocks and climbs as words, and whom this step told; what says nothing is left out."""
        clocks = self.board.clocks
        said = {
            "clocks": {key: words_of(one, clocks) for key, one in sorted(clocks.clocks.items())},
            "climbs": {key: climb_words(one) for key, one in sorted(clocks.climbs.items())},
            "told": {one.person_id: one.words["en"] for _, one in sorted(self.board.notices.new.items())},
            "over": sorted(self.board.notices.over),
            "answers": answers,
            "look_again": [stamp(min(self.board.look_again_at))] if self.board.look_again_at else [],
        }
        return {name: what for name, what in said.items() if what}


def words_of(clock: Any, clocks: Clocks) -> str:
    """Such as `running 12 of 30 min by Red, due 2026-11-21T08:30Z`."""
    promised = f"{clock.term_minutes}{f'+{clock.extended_minutes}' if clock.extended_minutes else ''} min"
    whose = f" by {clock.tenant}" if clock.tenant else ""
    due = f"due {stamp(clock.due_at)}" if clock.due_at else "due never"
    breach = ", breached" if clock.breached_at else ""
    stop = f", {clock.stop_reason} at {stamp(clock.stopped_at)}" if clock.stopped_at else ""
    off = len(clocks.pauses.get(clock.clock_id, ()))
    return f"{clock.state}, {promised}{whose}, {due}{breach}{stop}{f', {off} off' if off else ''}"


def climb_words(one: Climb) -> str:
    state = "over" if one.over_at else one.answer or one.passed_why or "asked"
    near = f", no coverage: {', '.join(one.no_coverage)}" if one.no_coverage else ""
    return f"{one.kind} {one.level} {one.person_id or '-'}: {state}{near}"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc(said: dict[str, Any]) -> dict[str, Any]:
    """TOML has no nothing: that is written `none`."""
    said = {name: None if value == "none" else value for name, value in said.items()}
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in said.items()}


def answer_of(board: Board, asked: dict[str, Any]) -> str:
    body = {name: value for name, value in utc(asked).items() if name not in ("command", "by")}
    command = msgspec.convert(body, COMMANDS[asked["command"]])
    try:
        return HANDLERS[type(command)](board, command, asked["by"]).id
    except Refused as refused:
        return refused.reason


def site_of(site_id: str, said: dict[str, Any]) -> Site:
    return Site(
        site_id=site_id,
        name=said.get("name", site_id),
        site_class=said.get("site_class", "B"),
        region=said.get("region", "p/c/a"),
        time_zone=said.get("time_zone", "Asia/Shanghai"),
        tenants=tuple(said.get("tenants", ())),
        place=Place(*said.get("place", (31.0, 121.0))),
    )


def person_of(person_id: str, said: dict[str, Any]) -> Person:
    return Person(
        technician_id=person_id,
        name=f"Mr {person_id}",
        region=said.get("region", "p/c/a"),
        home=Place(*said.get("home", (31.0, 122.0))),
        role=said.get("role", "area_manager"),
        shift=said.get("shift", ""),
    )


def contract_of(said: dict[str, Any]) -> Contract:
    empty = {"region": "", "severity": "", "accept": None, "arrive": None, "restore": None, "calendar": ""}
    return Contract(**{**empty, **said})


def need_of(board: Board, need_id: str, said: dict[str, Any]) -> Need:
    return Need(
        need_id=need_id,
        ticket_id=said["ticket"],
        site_id=said["site"],
        domain="p/c",
        kind=NeedKind.REPAIR,
        summary=need_id,
        priority=2,
        opened_at=board.now,
        state=NeedState.OPEN,
        ticket_state=TicketState.ACKNOWLEDGED,
    )


def order_of(board: Board, order_id: str, said: dict[str, Any]) -> WorkOrder:
    return WorkOrder(
        work_order_id=order_id,
        technician_id=said["technician"],
        manager_id=said.get("manager", ""),
        ticket_id=board.needs[said["needs"][0]].ticket_id,
        site_id="",
        domain="p/c",
        need_ids=tuple(said["needs"]),
        state=WorkOrderState.OFFERED,
        priority=2,
        summary="",
        offered_at=board.now,
        offer_expires_at=None,
        travel_minutes=0,
        distance_km=0,
        planned_arrival_at=board.now,
    )
