"""What an order by hand would do to everybody's deadlines, before it is given: the very command, on a copy of all.

Nobody is planned anew: whoever is named goes after what is in hand already, and what the day plan had for those whom it
touches follows in the same order, as far as their shifts hold it. Pure; `read_preview` reads what it goes by.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import numpy as np

from dispatch.board import Board, turn
from dispatch.by_hand import give_by_hand, reassign, trip_by_hand
from dispatch.constraints import refusal_of, refusals_of
from dispatch.day_plan import problem_for
from dispatch.jobs import groups
from dispatch.model import Refusal, Trip
from dispatch.moves import order_of
from dispatch.notices import Notices
from dispatch.part_policies import PartPolicies
from dispatch.planning.committed import bind
from dispatch.planning.planner import plan_of
from dispatch.planning.routes import Routes, timed
from dispatch.planning.world import world_of
from dispatch.policy import Policy
from dispatch.read_board import read_board
from dispatch.records import Need
from guywire.commands import GiveWorkOrder, ReassignWorkOrder
from guywire.database import Connection
from guywire.errors import not_found
from guywire.model import Role

ByHand = GiveWorkOrder | ReassignWorkOrder
Verdict = Literal["saved", "lost", "late", "in_time"]

_PLANNED = "SELECT technician_id, need_id FROM dispatch.day_plan WHERE work_order_id = '' ORDER BY technician_id, place"
_DUE = "SELECT ticket_id, need_id, kind, due_at FROM dispatch.clock WHERE stopped_at IS NULL AND due_at IS NOT NULL"


class Due(NamedTuple):
    """Something that runs out: `battery` and `arrive` want somebody there, `restore` wants the work done."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How things stand: the board, who is planned to go where without an order yet, and what runs out when."""

    board: Board
    planned: Mapping[str, Sequence[str]]
    """By technician: needs, in order."""
    due: Mapping[str, Sequence[Due]]
    """By need, and by ticket what is the ticket's own."""


class Expected(NamedTuple):
    """Who is expected at a need, from when to when."""

    technician: str
    arrive: datetime
    leave: datetime


async def read_outlook(connection: Connection, now: datetime, policy: Policy, parts: PartPolicies) -> Outlook:
    """Everything that a preview goes by, as of now."""
    board = await read_board(connection, [], now, policy, parts)
    planned: dict[str, list[str]] = {}
    for row in await (await connection.execute(_PLANNED)).fetchall():
        planned.setdefault(row["technician_id"], []).append(row["need_id"])
    due: dict[str, list[Due]] = {}
    for row in await (await connection.execute(_DUE)).fetchall():
        due.setdefault(row["need_id"] or row["ticket_id"], []).append(Due(row["kind"], row["due_at"]))
    return Outlook(board=board, planned=planned, due=due)


def preview(outlook: Outlook, command: ByHand, actor: str) -> dict[str, Any]:
    """What the command would come to. Raises `Refused` as the command itself would.

    `{"at", "technician", "name", "holds", "minutes", "km", "from", "arrive", "leave", "refusals": [{code, words,
    values}], "effects": [...]}`. An effect is `{"need", "ticket", "site", "site_name", "region", "time_zone",
    "priority", "given", "technician_before", "technician", "before", "after", "due": [{kind, at, verdict, margin}]}`,
    what is lost first; `margin` is how many minutes before the deadline it will be (below 0 after), null where nobody
    would come. What neither moves nor runs out is left out.
    """
    before = outlook.board
    needs = _needs_of(before, command)
    after = _copied(before)
    order = after.orders[_apply(after, command, actor)]
    trip = _trip(before, needs, command.technician)
    touched = _touched(outlook, command, needs)
    was, will = (_expected(board, touched, outlook.planned) for board in (before, after))
    first = will.get(order.need_ids[0])
    effects = [
        _effect(outlook, need, was, will, given=need in order.need_ids) for need in sorted(was.keys() | will.keys())
    ]
    return {
        "at": before.now.isoformat(),
        **_going(trip),
        "arrive": (first.arrive if first else trip.arrive).isoformat(),
        "leave": (first.leave if first else trip.finish).isoformat(),
        "refusals": [_said(one) for one in refusals_of(trip)],
        "effects": sorted(filter(None, effects), key=_gravity),
    }


def who_could(outlook: Outlook, command_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """Everybody for a need (`{"need": id}`) or an order's needs (`{"order": id}`): who can go, the soonest there first.

    `{"technician", "name", "holds", "minutes", "km", "from", "arrive", "refusal": {code, words, values} or null}`;
    whoever has it now is left out.
    """
    board = outlook.board
    holder = ""
    if "order" in command_of:
        order = order_of(board, command_of["order"])
        holder, needs = order.technician_id, _wanted(board, order.need_ids)
    else:
        needs = _wanted(board, [command_of["need"]])
    people = [one for one in board.people.values() if one.role == Role.TECHNICIAN and one.technician_id != holder]
    trips = [_trip(board, needs, person.technician_id) for person in people]
    found = [(trip, refusal_of(trip)) for trip in trips]
    found.sort(key=lambda one: (one[1] is not None, one[0].arrive, one[0].candidate.technician_id))
    return [
        {**_going(trip), "arrive": trip.arrive.isoformat(), "refusal": _said(refusal) if refusal else None}
        for trip, refusal in found
    ]


def _apply(board: Board, command: ByHand, actor: str) -> str:
    match command:
        case GiveWorkOrder():
            return give_by_hand(board, command, actor)
        case ReassignWorkOrder():
            return reassign(board, command, actor)


def _copied(board: Board) -> Board:
    """A board on which a command changes nothing of the first one."""
    return replace(
        board,
        orders=dict(board.orders),
        past={key: list(past) for key, past in board.past.items()},
        handed_over={key: list(said) for key, said in board.handed_over.items()},
        steps={},
        waiting=dict(board.waiting),
        candidates={},
        changed=set(),
        new_steps=[],
        waiting_changed=set(),
        notices=Notices(),
        generators=copy.deepcopy(board.generators),
    )


def _needs_of(board: Board, command: ByHand) -> list[Need]:
    if isinstance(command, GiveWorkOrder):
        return _wanted(board, [command.need])
    return _wanted(board, order_of(board, command.work_order).need_ids)


def _wanted(board: Board, need_ids: Iterable[str]) -> list[Need]:
    needs = [need for key in need_ids if (need := board.needs.get(key)) and need.place]
    if not needs:
        raise not_found("need", ", ".join(need_ids))
    return needs


def _trip(board: Board, needs: Sequence[Need], technician: str) -> Trip:
    if (person := board.people.get(technician)) is None:
        raise not_found("technician", technician)
    return trip_by_hand(board, needs, person)


def _touched(outlook: Outlook, command: ByHand, needs: Sequence[Need]) -> set[str]:
    """Whose day becomes another one: who is named, who has it now, and who was planned to go there."""
    asked = {need.need_id for need in needs}
    planned = {who for who, plan in outlook.planned.items() if asked.intersection(plan)}
    held = {
        person for order in outlook.board.open_orders() if asked.intersection(order.need_ids) for person in order.crew
    }
    return {command.technician, *planned, *held}


def _expected(board: Board, people: set[str], planned: Mapping[str, Sequence[str]]) -> dict[str, Expected]:
    """When each need that these people hold or are planned for is reached, by need."""
    orders = [one for one in sorted(board.open_orders(), key=turn) if not one.is_call and people & set(one.crew)]
    held = {need_id for order in board.open_orders() if not order.is_call for need_id in order.need_ids}
    wanted = {key for who in people for key in planned.get(who, ()) if key in board.needs and key not in held}
    visits = groups(need for key in sorted(wanted) if (need := board.needs[key]).place and need.to_offer)
    day = problem_for(board, people, orders, visits)
    world = bind(world_of(day.problem), day.problem)
    routes, places = Routes(world), {job.job_id: at for at, job in enumerate(world.jobs)}
    for row, candidate in enumerate(world.candidates):
        for key in planned.get(candidate.technician_id, ()):
            if key in places:
                _append(routes, row, places[key])
    found: dict[str, Expected] = {}
    for route in plan_of(routes, board.policy).routes:
        for stop in route.stops:
            need_id, order_id = day.meant[stop.job]
            for key in board.orders[order_id].need_ids if order_id else _together(visits, need_id):
                found.setdefault(key, Expected(route.technician, stop.arrive, stop.leave))
    return found


def _append(routes: Routes, row: int, job: int) -> None:
    """Puts a job last on a route, where the day still holds it."""
    longer = [[*routes[row], job]]
    who = np.array([row])
    if timed(routes.world, routes.fixed, who, longer).ok.all():
        routes.put(who, longer)


def _together(visits: Sequence[Sequence[Need]], need_id: str) -> list[str]:
    """The needs that one visit serves."""
    return next([need.need_id for need in needs] for needs in visits if needs[0].need_id == need_id)


def _effect(
    outlook: Outlook, need_id: str, was: Mapping[str, Expected], will: Mapping[str, Expected], *, given: bool
) -> dict[str, Any] | None:
    need, before, after = outlook.board.needs[need_id], was.get(need_id), will.get(need_id)
    due = [_due(one, before, after) for one in _due_of(outlook, need)]
    moved = before is None or after is None or abs(after.arrive - before.arrive) >= timedelta(minutes=1)
    if not given and not moved:
        return None
    return {
        "need": need_id,
        "ticket": need.ticket_id,
        "site": need.site_id,
        "site_name": need.site_name,
        "region": need.region,
        "time_zone": need.time_zone,
        "priority": need.priority,
        "given": given,
        "technician_before": before and before.technician,
        "technician": after and after.technician,
        "before": before and before.arrive.isoformat(),
        "after": after and after.arrive.isoformat(),
        "due": due,
    }


def _due_of(outlook: Outlook, need: Need) -> list[Due]:
    battery = [Due("battery", need.deadline)] if need.deadline else []
    clocks = [*outlook.due.get(need.need_id, ()), *outlook.due.get(need.ticket_id, ())]
    return sorted([*battery, *(one for one in clocks if one.kind != "accept")], key=lambda one: one.at)


def _due(due: Due, before: Expected | None, after: Expected | None) -> dict[str, Any]:
    was, will = _margin(due, before), _margin(due, after)
    verdict: Verdict
    if will is not None and will >= 0:
        verdict = "in_time" if was is not None and was >= 0 else "saved"
    else:
        verdict = "lost" if was is not None and was >= 0 else "late"
    return {"kind": due.kind, "at": due.at.isoformat(), "verdict": verdict, "margin": will, "margin_before": was}


def _margin(due: Due, expected: Expected | None) -> int | None:
    """Whole minutes that are left then, below 0 when it is too late."""
    if expected is None:
        return None
    reached = expected.leave if due.kind == "restore" else expected.arrive
    return int((due.at - reached) // timedelta(minutes=1))


def _gravity(effect: dict[str, Any]) -> tuple[int, bool, int, str]:
    order = ("lost", "late", "saved", "in_time")
    worst = min((order.index(one["verdict"]) for one in effect["due"]), default=len(order))
    return (worst, not effect["given"], effect["priority"], effect["need"])


def _going(trip: Trip) -> dict[str, Any]:
    candidate = trip.candidate
    return {
        "technician": candidate.technician_id,
        "name": candidate.name,
        "holds": candidate.holds,
        "minutes": round(trip.leg.minutes, 1),
        "km": round(trip.leg.km, 2),
        "from": candidate.place_from,
    }


def _said(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "words": refusal.words, "values": dict(refusal.values)}
