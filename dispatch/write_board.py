"""What a batch decided, written back: orders, steps, who holds which need, who waits. One statement a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dispatch.board import Board
from dispatch.notices import write_notices
from dispatch.parts import PARTS
from dispatch.put_rows import put_rows
from dispatch.read_board import UNREAD
from dispatch.records import Step, SteppedBack, WaitingNeed, WorkOrder
from dispatch.states import is_end
from guywire.database import Connection
from guywire.put_rows import columns

_ORDER = columns(WorkOrder)
_LOOKED_AT_AGAIN = """
UPDATE dispatch.waiting_need w SET next_try_at = said.at
FROM unnest(%s::text[], %s::timestamptz[]) AS said (need_id, at) WHERE w.need_id = said.need_id
"""


class _Held(NamedTuple):
    need_id: str
    work_order_id: str


async def write_board(connection: Connection, board: Board) -> dict[str, set[str]]:
    """Writes what the batch changed; returns the changed ids by topic.

    A need that two open orders would hold breaks held_need's key and the batch.
    """
    changed = [board.orders[order_id] for order_id in sorted(board.changed)]
    async with connection.pipeline():
        await _write_orders(connection, changed, board.last_number)
        await _write_held(connection, changed)
        await _write_waiting(connection, board)
        await put_rows(connection, "work_order_step", "", Step._fields, board.new_steps)
        await put_rows(connection, "stepped_back", "", SteppedBack._fields, board.stepped_back)
    told = await write_notices(connection, board.notices, board.now)
    said = {"work_order": board.changed, "waiting_need": board.waiting_changed, "notice": told}
    for part in PARTS:
        for topic, ids in (await part.write(connection, board)).items():
            said[topic] = said.get(topic, set()) | ids
    return said


async def _write_orders(connection: Connection, orders: Sequence[WorkOrder], last_number: int) -> None:
    await put_rows(connection, "work_order", "work_order_id", _ORDER, orders, fixed=UNREAD)
    if orders:
        await connection.execute(
            "UPDATE dispatch.work_order_counter SET last = %s WHERE last <> %s", (last_number,) * 2
        )


async def _write_held(connection: Connection, orders: Sequence[WorkOrder]) -> None:
    ids = [order.work_order_id for order in orders]
    if ids:
        await connection.execute("DELETE FROM dispatch.held_need WHERE work_order_id = ANY(%s)", (ids,))
    await put_rows(connection, "held_need", "", _Held._fields, _held(orders))


def _held(orders: Iterable[WorkOrder]) -> list[_Held]:
    """Who holds which need. A call that nobody accepted yet holds none."""
    holding = (order for order in orders if not is_end(order.state) and not order.is_call)
    return [_Held(need_id, order.work_order_id) for order in holding for need_id in order.need_ids]


async def _write_waiting(connection: Connection, board: Board) -> None:
    rows = [board.waiting[need] for need in sorted(board.waiting_changed) if need in board.waiting]
    gone = [need for need in board.waiting_changed if need not in board.waiting]
    if gone:
        await connection.execute("DELETE FROM dispatch.waiting_need WHERE need_id = ANY(%s)", (gone,))
    said = [row for row in rows if row.explanation is not None]
    await put_rows(connection, "waiting_need", "need_id", WaitingNeed._fields, said)
    again = [row for row in rows if row.explanation is None]
    if again:
        values = [row.need_id for row in again], [row.next_try_at for row in again]
        await connection.execute(_LOOKED_AT_AGAIN, values)
