"""The board of one batch as the database has it: a handful of set-based reads through the views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from dispatch.board import Board
from dispatch.model import PastOrder, Place
from dispatch.part_policies import SHIPPED, PartPolicies
from dispatch.parts import PARTS
from dispatch.policy import Policy
from dispatch.records import DISPATCH, Need, Person, Step, WaitingNeed, WorkOrder
from dispatch.travel.learn import with_learned_speeds
from guywire.commands import Command
from guywire.database import Connection, Row, rows_of
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState
from guywire.put_rows import columns, named

UNREAD = frozenset({"explanation"})
"""Columns of an order that are written once, are long, and decide nothing: a board has none of them."""

_ORDER_COLUMNS = named(name for name in columns(WorkOrder) if name not in UNREAD)

_NEEDS = """
WITH wanted AS (
    SELECT id FROM views.need WHERE state = 'open'
    UNION SELECT unnest(need_ids) FROM dispatch.work_order WHERE ended_at IS NULL
    UNION SELECT unnest(need_ids) FROM dispatch.work_order WHERE work_order_id = ANY(%s)
    UNION SELECT unnest(%s::text[])
)
SELECT n.id, n.ticket, n.site, n.domain, n.kind, n.summary, n.skills, n.priority, n.weight, m.minutes,
       n.deadline, n.state, n.opened_at, n.region, n.time_zone, n.site_name, t.state AS ticket_state,
       t.hold_reason, s.latitude, s.longitude, s.site_class, s.load_kw,
       cardinality(s.tenants) AS tenants
FROM wanted JOIN views.need n USING (id) JOIN views.need_minutes m USING (id) JOIN views.ticket t ON t.id = n.ticket
LEFT JOIN views.site s ON s.id = n.site
ORDER BY n.id
"""
_ORDERS = sql.SQL(
    "SELECT {columns} FROM dispatch.work_order WHERE ended_at IS NULL OR work_order_id = ANY(%s) ORDER BY offered_at,"
    " work_order_id"
).format(columns=_ORDER_COLUMNS)
_PAST = """
SELECT technician_id, state, ended_at, reason, need_ids, hand_over FROM dispatch.work_order
WHERE need_ids && %s::text[] AND (state IN ('declined', 'expired', 'failed', 'done')
                                  OR (state = 'withdrawn' AND ended_by <> %s))
UNION ALL
SELECT b.technician_id, 'declined', b.at, b.reason, w.need_ids, '{}'
FROM dispatch.stepped_back b JOIN dispatch.work_order w USING (work_order_id) WHERE w.need_ids && %s::text[]
"""
_REPLACED = "SELECT instead_of FROM dispatch.work_order WHERE work_order_id = ANY(%s) AND instead_of <> ''"
_CALLED = "SELECT DISTINCT technician_id FROM dispatch.work_order WHERE called AND offered_at > %s"
_STEPS = """
SELECT work_order_id, at, recorded_at, actor, state, latitude, longitude, note, version, accuracy, position_reason,
       away_metres
FROM dispatch.work_order_step WHERE work_order_id = ANY(%s) ORDER BY work_order_id, version
"""
_PEOPLE = """
SELECT t.id, t.name, t.region, t.role, t.manager, t.skills, t.shift, t.generators, h.generator_kva, h.home_latitude,
       h.home_longitude,
       p.latitude, p.longitude, p.position_at
FROM views.technician t JOIN views.technician_home h USING (id)
LEFT JOIN dispatch.technician_state p ON p.technician_id = t.id
"""
# Not the explanations: there may be thousands, and each is written anew when it is thought over.
_WAITING = "SELECT need_id, code, hint, since, next_try_at, called_at FROM dispatch.waiting_need"


async def read_board(
    connection: Connection, commands: Sequence[Command], now: datetime, policy: Policy, parts: PartPolicies = SHIPPED
) -> Board:
    """What there is to decide on: open needs and orders, everybody, and what the commands speak of."""
    policy = await with_learned_speeds(connection, now, policy)
    named = await _with_replaced(connection, _spoken_of(commands, "work_order"))
    needs = [_need(row) for row in await rows_of(connection, _NEEDS, (named, _spoken_of(commands, "need")))]
    open_needs = [need.need_id for need in needs if need.state is NeedState.OPEN]
    past = await rows_of(connection, _PAST, (open_needs, DISPATCH, open_needs))
    lately = now - timedelta(minutes=policy.call.person_minutes)
    board = Board(
        now=now,
        policy=policy,
        needs={need.need_id: need for need in needs},
        orders={row["work_order_id"]: _order(row) for row in await rows_of(connection, _ORDERS, (named,))},
        people={row["id"]: _person(row) for row in await rows_of(connection, _PEOPLE)},
        past=_by_need(past),
        handed_over=_handed_over(past),
        called_lately={row["technician_id"] for row in await rows_of(connection, _CALLED, (lately,))},
        steps=_by_order(await rows_of(connection, _STEPS, (named,))),
        waiting={row["need_id"]: WaitingNeed(**row) for row in await rows_of(connection, _WAITING)},
        last_number=(await rows_of(connection, "SELECT last FROM dispatch.work_order_counter"))[0]["last"],
    )
    parts.put_on(board)
    for part in PARTS:
        await part.read(connection, board, commands)
    return board


def _spoken_of(commands: Sequence[Command], name: str) -> list[str]:
    """The ids of that kind that commands speak of, those of other parts too."""
    return [key for command in commands if (key := getattr(command, name, ""))]


async def _with_replaced(connection: Connection, named: Sequence[str]) -> list[str]:
    """The orders named, and those whose place they took by hand: an undo gives them back."""
    rows = await rows_of(connection, _REPLACED, (list(named),)) if named else []
    return [*named, *(row["instead_of"] for row in rows)]


def _need(row: Row) -> Need:
    return Need(
        need_id=row["id"],
        ticket_id=row["ticket"],
        site_id=row["site"],
        domain=row["domain"],
        kind=NeedKind(row["kind"]),
        summary=row["summary"],
        skills=frozenset(filter(None, row["skills"])),
        priority=row["priority"],
        weight=row["weight"],
        service_minutes=row["minutes"],
        deadline=row["deadline"],
        state=NeedState(row["state"]),
        opened_at=row["opened_at"],
        ticket_state=TicketState(row["ticket_state"]),
        hold_reason=row["hold_reason"],
        place=None if row["latitude"] is None else Place(row["latitude"], row["longitude"]),
        region=row["region"] or "",
        time_zone=row["time_zone"] or "",
        site_class=row["site_class"] or "",
        load_kw=row["load_kw"],
        tenants=row["tenants"] or 0,
        site_name=row["site_name"] or "",
    )


def _order(row: Row) -> WorkOrder:
    said = {"state": WorkOrderState(row["state"]), "need_ids": tuple(row["need_ids"]), "mates": tuple(row["mates"])}
    return WorkOrder(**{**row, **said})


def _person(row: Row) -> Person:
    return Person(
        technician_id=row["id"],
        name=row["name"],
        region=row["region"],
        home=Place(row["home_latitude"], row["home_longitude"]),
        role=row["role"],
        manager_id=row["manager"],
        skills=frozenset(row["skills"]),
        shift=row["shift"],
        generators=row["generators"],
        generator_kva=row["generator_kva"] or 0.0,
        position=None if row["position_at"] is None else Place(row["latitude"], row["longitude"]),
        position_at=row["position_at"],
    )


def _by_need(rows: Sequence[Row]) -> dict[str, list[PastOrder]]:
    past: dict[str, list[PastOrder]] = {}
    for row in rows:
        order = PastOrder(row["technician_id"], row["state"], row["ended_at"], row["reason"])
        for need_id in row["need_ids"]:
            past.setdefault(need_id, []).append(order)
    return past


def _handed_over(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    handed: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["ended_at"], reverse=True):
        if row["hand_over"]:
            said = {"by": row["technician_id"], "at": row["ended_at"].isoformat(), "reason": row["reason"]}
            for need_id in row["need_ids"]:
                handed.setdefault(need_id, []).append({**said, **row["hand_over"]})
    return handed


def _by_order(rows: Sequence[Row]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for row in rows:
        steps.setdefault(row["work_order_id"], []).append(Step(**{**row, "state": WorkOrderState(row["state"])}))
    return steps
