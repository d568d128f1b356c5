"""Makes the day plan anew from time to time, beside the batches: a thread plans, and only what differs is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import structlog

from dispatch.board import Board
from dispatch.day_plan import DayStop, differs, problems_of, stops_of
from dispatch.part_policies import SHIPPED, PartPolicies, PartPolicyFiles
from dispatch.planning import plan
from dispatch.policy import Policy
from dispatch.put_rows import put_rows
from dispatch.read_board import read_board
from dispatch.records import DISPATCH
from guywire import feed
from guywire.database import Connection, Pool
from guywire.policy_file import PolicyFile

_log = structlog.get_logger(__name__)

_BEFORE = """
SELECT technician_id, place, need_id, work_order_id, arrive_at, leave_at, made_at FROM dispatch.day_plan
ORDER BY technician_id, place
"""


class Forecast:
    """Plans again when a batch has changed something, and not more often than every so many seconds."""

    def __init__(self, pool: Pool, policy: PolicyFile[Policy], parts: PartPolicyFiles) -> None:
        self._pool, self._policy, self._parts = pool, policy, parts
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Something changed: the plan is made anew before long."""
        self._stirred.set()

    async def run(self) -> None:
        """Until cancelled. What goes wrong is logged: the plan of before stays, and dispatch goes on."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            policy = self._policy.current()
            try:
                async with self._pool.connection() as connection:
                    await make_day_plan(connection, datetime.now(UTC), policy, self._parts.current())
            except Exception:  # noqa: BLE001 - whatever it was, a forecast is not worth an offer
                _log.exception("day_plan.broke")
            await asyncio.sleep(policy.plan_every_seconds)


async def make_day_plan(
    connection: Connection, now: datetime, policy: Policy, parts: PartPolicies = SHIPPED
) -> set[str]:
    """Plans from how things stand, writes and publishes what differs; returns the technicians it concerns.

    The decision does not wait for it, and it binds nobody: an order that is given meanwhile shows in the next one.
    """
    async with connection.transaction():
        board = await read_board(connection, [], now, policy, parts)
    planned = _by_technician(await asyncio.to_thread(_stops, board))
    async with connection.transaction():
        before = _by_technician(DayStop(**row) for row in await (await connection.execute(_BEFORE)).fetchall())
        changed = {
            key
            for key in before.keys() | planned.keys()
            if differs(before.get(key, ()), planned.get(key, ()), policy.eta_minutes)
        }
        await connection.execute("DELETE FROM dispatch.day_plan WHERE technician_id = ANY(%s)", (sorted(changed),))
        rows = [stop for key in sorted(changed) for stop in planned.get(key, ())]
        await put_rows(connection, "day_plan", "", DayStop._fields, rows)
        await feed.publish(connection, DISPATCH, {"day_plan": changed})
    return changed


def _stops(board: Board) -> list[DayStop]:
    return [stop for day in problems_of(board) for stop in stops_of(board, day, plan(day.problem))]


def _by_technician(stops: Iterable[DayStop]) -> dict[str, Sequence[DayStop]]:
    found: dict[str, list[DayStop]] = {}
    for stop in stops:
        found.setdefault(stop.technician_id, []).append(stop)
    return dict(found)
