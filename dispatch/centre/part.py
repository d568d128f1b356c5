"""Pauses, needs in hand and emergencies as a part of the batch: their commands, and their rows read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from psycopg.rows import class_row

from dispatch.board import Board
from dispatch.centre.emergencies import declare, end
from dispatch.centre.in_hand import hold_need, release_need
from dispatch.centre.pauses import pause, resume
from dispatch.centre.state import Centre, Dark, Emergency, InHand, Pause
from dispatch.put_rows import put_rows
from dispatch.said import Handler
from guywire.commands import Command
from guywire.commands.centre import (
    DeclareEmergency,
    EndEmergency,
    HoldNeed,
    PauseDispatch,
    ReleaseNeed,
    ResumeDispatch,
)
from guywire.database import Connection
from guywire.put_rows import columns

_Row = TypeVar("_Row")

HANDLERS: Mapping[type[Command], Handler] = {
    PauseDispatch: pause,
    ResumeDispatch: resume,
    HoldNeed: hold_need,
    ReleaseNeed: release_need,
    DeclareEmergency: declare,
    EndEmergency: end,
}

_PAUSES = """
SELECT pause_id, region, reason, until_at, made_at, made_by, ended_at, ended_by, version FROM dispatch.pause
WHERE ended_at IS NULL
"""
_IN_HAND = "SELECT need_id, person, reason, since, until_at FROM dispatch.need_in_hand"
_EMERGENCIES = """
SELECT emergency_id, region, reason, declared_at, declared_by, calm_from, end_proposed_at, ended_at, ended_by,
       end_reason, areas, version
FROM dispatch.emergency WHERE ended_at IS NULL
"""
# A site is without mains by its own alarm, or because a generator is wanted there.
_DARK = """
SELECT s.id AS site_id, s.region, coalesce(bool_or(d.down), false) AS down, min(d.ends_at) AS ends_at
FROM (SELECT site, site_down_at <= %(now)s AS down, site_down_at AS ends_at FROM views.need
      WHERE state = 'open' AND kind = 'generator'
      UNION ALL
      SELECT site, false, NULL FROM views.alarm WHERE cleared_at IS NULL AND alarm_type = ANY(%(alarms)s)) d
JOIN views.site s ON s.id = d.site
GROUP BY s.id, s.region ORDER BY s.id
"""
_ENDED = "SELECT region, max(ended_at) AS at FROM dispatch.emergency WHERE ended_at > %s GROUP BY region"
_LAST = """
SELECT coalesce((SELECT max(substr(pause_id, 2)::bigint) FROM dispatch.pause), 0) AS pause,
       coalesce((SELECT max(substr(emergency_id, 2)::bigint) FROM dispatch.emergency), 0) AS emergency
"""


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:  # noqa: ARG001 - a part's
    """What stands, and which sites are without mains."""
    centre = board.centre
    centre.pauses = {one.region: one for one in await _all(connection, Pause, _PAUSES)}
    centre.in_hand = {one.need_id: one for one in await _all(connection, InHand, _IN_HAND)}
    centre.emergencies = {one.region: one for one in await _all(connection, Emergency, _EMERGENCIES)}
    alarms = sorted(centre.policy.emergency.mains_alarms)
    centre.dark = await _all(connection, Dark, _DARK, {"now": board.now, "alarms": alarms})
    oldest = board.now - timedelta(minutes=centre.policy.emergency.again_minutes)
    ended = await connection.execute(_ENDED, (oldest,))
    centre.ended_lately = {row["region"] for row in await ended.fetchall()}
    last = await (await connection.execute(_LAST)).fetchone()
    assert last is not None
    centre.last_pause, centre.last_emergency = last["pause"], last["emergency"]


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """What the batch changed of them."""
    centre: Centre = board.centre
    await put_rows(connection, "pause", "pause_id", columns(Pause), centre.changed_pauses.values())
    await put_rows(connection, "emergency", "emergency_id", columns(Emergency), centre.changed_emergencies.values())
    if gone := sorted(centre.released):
        await connection.execute("DELETE FROM dispatch.need_in_hand WHERE need_id = ANY(%s)", (gone,))
    taken = [centre.in_hand[need_id] for need_id in sorted(centre.taken)]
    await put_rows(connection, "need_in_hand", "need_id", columns(InHand), taken)
    return {"pause": set(centre.changed_pauses), "emergency": set(centre.changed_emergencies)}


async def _all(connection: Connection, shape: type[_Row], query: str, values: Mapping[str, object] = {}) -> list[_Row]:
    async with connection.cursor(row_factory=class_row(shape)) as cursor:
        return await (await cursor.execute(query, values or None)).fetchall()
