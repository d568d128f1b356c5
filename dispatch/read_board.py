"""The board of one batch as the database has it: a handful of set-based reads through the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from psycopg import sql

from dispatch.board import Board
from dispatch.model import PastOrder, Place
from dispatch.parts import PARTS
from dispatch.policy import Policy
from dispatch.records import DISPATCH, Need, Person, Step, WaitingNeed, WorkOrder
from guywire.commands import Command, GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.database import Connection, Row
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState

_ORDER_COLUMNS = sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(WorkOrder))

_NEEDS = """
WITH wanted AS (
    SELECT id FROM views.need WHERE state = 'open'
    UNION SELECT unnest(need_ids) FROM dispatch.work_order WHERE ended_at IS NULL
    UNION SELECT unnest(%s::text[])
)
SELECT n.id, n.ticket, n.site, n.domain, n.kind, n.summary, n.skills, n.priority, n.weight, n.service_minutes,
       n.deadline, n.state, n.opened_at, n.region, n.time_zone, t.state AS ticket_state, t.hold_reason,
       s.latitude, s.longitude
FROM wanted JOIN views.need n USING (id) JOIN views.ticket t ON t.id = n.ticket LEFT JOIN views.site s ON s.id = n.site
ORDER BY n.id
"""
_ORDERS = sql.SQL(
    "SELECT {columns} FROM dispatch.work_order WHERE ended_at IS NULL OR work_order_id = ANY(%s) ORDER BY offered_at,"
    " work_order_id"
).format(columns=_ORDER_COLUMNS)
_PAST = """
SELECT technician_id, state, ended_at, reason, need_ids FROM dispatch.work_order
WHERE need_ids && %s::text[] AND (state IN ('declined', 'expired', 'failed', 'done')
                                  OR (state = 'withdrawn' AND ended_by <> %s))
"""
_STEPS = """
SELECT work_order_id, at, recorded_at, actor, state, latitude, longitude, note, version
FROM dispatch.work_order_step WHERE work_order_id = ANY(%s) ORDER BY work_order_id, version
"""
_PEOPLE = """
SELECT t.id, t.name, t.region, t.role, t.manager, t.skills, t.shift, t.generators, h.home_latitude, h.home_longitude,
       p.latitude, p.longitude, p.position_at
FROM views.technician t JOIN views.technician_home h USING (id)
LEFT JOIN dispatch.technician_state p ON p.technician_id = t.id
"""
_WAITING = "SELECT need_id, code, hint, since, next_try_at, explanation FROM dispatch.waiting_need"


async def read_board(connection: Connection, commands: Sequence[Command], now: datetime, policy: Policy) -> Board:
    """What there is to decide on: open needs and orders, everybody, and what the commands speak of."""
    named = [
        command.work_order
        for command in commands
        if isinstance(command, (MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder))
    ]
    asked_for = [command.need for command in commands if isinstance(command, GiveWorkOrder)]
    needs = [_need(row) for row in await _all(connection, _NEEDS, (asked_for,))]
    past = await _all(connection, _PAST, ([need.need_id for need in needs if need.state is NeedState.OPEN], DISPATCH))
    board = Board(
        now=now,
        policy=policy,
        needs={need.need_id: need for need in needs},
        orders={row["work_order_id"]: _order(row) for row in await _all(connection, _ORDERS, (named,))},
        people={row["id"]: _person(row) for row in await _all(connection, _PEOPLE, ())},
        past=_by_need(past),
        steps=_by_order(await _all(connection, _STEPS, (named,))),
        waiting={row["need_id"]: WaitingNeed(**row) for row in await _all(connection, _WAITING, ())},
        last_number=(await _all(connection, "SELECT last FROM dispatch.work_order_counter", ()))[0]["last"],
    )
    for part in PARTS:
        await part.read(connection, board, commands)
    return board


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
        service_minutes=row["service_minutes"],
        deadline=row["deadline"],
        state=NeedState(row["state"]),
        opened_at=row["opened_at"],
        ticket_state=TicketState(row["ticket_state"]),
        hold_reason=row["hold_reason"],
        place=None if row["latitude"] is None else Place(row["latitude"], row["longitude"]),
        region=row["region"] or "",
        time_zone=row["time_zone"] or "",
    )


def _order(row: Row) -> WorkOrder:
    return WorkOrder(**{**row, "state": WorkOrderState(row["state"]), "need_ids": tuple(row["need_ids"])})


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


def _by_order(rows: Sequence[Row]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for row in rows:
        steps.setdefault(row["work_order_id"], []).append(Step(**{**row, "state": WorkOrderState(row["state"])}))
    return steps


async def _all(connection: Connection, query: str | sql.Composed, values: Sequence[object]) -> list[Row]:
    return await (await connection.execute(query, values)).fetchall()
