"""What a batch decided, written back: orders, steps, who holds which need, who waits."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from dispatch.board import Board
from dispatch.notices import write_notices
from dispatch.parts import PARTS
from dispatch.records import WaitingNeed, WorkOrder
from dispatch.states import is_end
from guywire.database import Connection

_COLUMNS = [field.name for field in fields(WorkOrder)]
_PUT_ORDER = sql.SQL(
    "INSERT INTO dispatch.work_order ({columns}) VALUES ({values}) ON CONFLICT (work_order_id) DO UPDATE SET {changes}"
).format(
    columns=sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
    values=sql.SQL(", ").join(map(sql.Placeholder, _COLUMNS)),
    changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _COLUMNS[1:]),
)
_PUT_STEP = """
INSERT INTO dispatch.work_order_step
    (work_order_id, at, recorded_at, actor, state, latitude, longitude, note, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PUT_WAITING = """
INSERT INTO dispatch.waiting_need (need_id, code, hint, since, next_try_at, explanation) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (need_id) DO UPDATE
SET code = excluded.code, hint = excluded.hint, next_try_at = excluded.next_try_at, explanation = excluded.explanation
"""


async def write_board(connection: Connection, board: Board) -> dict[str, set[str]]:
    """Writes what the batch changed; returns the changed ids by topic.

    A need that two open orders would hold breaks held_need's key and the batch.
    """
    changed = [board.orders[order_id] for order_id in sorted(board.changed)]
    async with connection.pipeline():
        await _write_orders(connection, changed, board.last_number)
        await _write_held(connection, changed)
        await _write_waiting(connection, board)
        await _many(connection, _PUT_STEP, board.new_steps)
        await write_notices(connection, board.notices, board.now)
    said = {"work_order": board.changed, "waiting_need": board.waiting_changed, "notice": board.notices.changed}
    for part in PARTS:
        for topic, ids in (await part.write(connection, board)).items():
            said[topic] = said.get(topic, set()) | ids
    return said


async def _write_orders(connection: Connection, orders: list[WorkOrder], last_number: int) -> None:
    await _many(connection, _PUT_ORDER, [_row(order) for order in orders])
    if orders:
        await connection.execute(
            "UPDATE dispatch.work_order_counter SET last = %s WHERE last <> %s", (last_number,) * 2
        )


async def _write_held(connection: Connection, orders: list[WorkOrder]) -> None:
    ids = [order.work_order_id for order in orders]
    held = [(need, order.work_order_id) for order in orders if not is_end(order.state) for need in order.need_ids]
    if ids:
        await connection.execute("DELETE FROM dispatch.held_need WHERE work_order_id = ANY(%s)", (ids,))
    await _many(connection, "INSERT INTO dispatch.held_need (need_id, work_order_id) VALUES (%s, %s)", held)


async def _write_waiting(connection: Connection, board: Board) -> None:
    rows = [_waiting_row(board.waiting[need]) for need in sorted(board.waiting_changed) if need in board.waiting]
    gone = [need for need in board.waiting_changed if need not in board.waiting]
    if gone:
        await connection.execute("DELETE FROM dispatch.waiting_need WHERE need_id = ANY(%s)", (gone,))
    await _many(connection, _PUT_WAITING, rows)


async def _many(connection: Connection, statement: str | sql.Composed, rows: list[Any]) -> None:
    if rows:
        await connection.cursor().executemany(statement, rows)


def _row(order: WorkOrder) -> dict[str, Any]:
    return {**asdict(order), "need_ids": list(order.need_ids), "explanation": Jsonb(order.explanation)}


def _waiting_row(row: WaitingNeed) -> tuple[object, ...]:
    return (*row[:-1], Jsonb(row.explanation))
