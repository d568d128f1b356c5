"""Where phones were is kept only while people are at work: on shift, on an order, or in need of help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from dispatch.model import Interval
from dispatch.policy import policy_file
from dispatch.rota.duties import entries_of
from dispatch.rota.hours import duty_of
from dispatch.rota.model import Entry
from dispatch.shifts import ShiftError, zone_of
from dispatch.visits.policy import Positions
from guywire.commands import Position
from guywire.database import Connection, rows_of
from guywire.database.series import drop_days
from guywire.errors import conflict

_PERSON = """
SELECT t.shift, t.region, coalesce(
    (SELECT since FROM dispatch.sos WHERE person_id = t.id AND ended_at IS NULL),
    (SELECT until - minutes * interval '1 minute' FROM dispatch.watch WHERE person_id = t.id)) AS watched_from
FROM views.technician t WHERE t.id = %s
"""
_ON_ORDERS = """
SELECT offered_at AS start, coalesce(ended_at, %(now)s) AS end FROM dispatch.work_order
WHERE (technician_id = %(person)s OR %(person)s = ANY(mates)) AND (ended_at IS NULL OR ended_at >= %(oldest)s)
    AND (accepted_at IS NOT NULL OR ended_at IS NULL)
"""
_ZONE = "SELECT core.zone_of(%s) AS zone"
_AROUND_DAYS = 2  # longer than a shift lasts
_FORGET = "DELETE FROM dispatch.position WHERE at < %s"
_FORGET_LAST = "DELETE FROM dispatch.technician_state WHERE position_at < %s"


async def while_working(
    connection: Connection, technician: str, positions: Sequence[Position], now: datetime, policy: Positions
) -> list[Position]:
    """Those of working time. Raises `Refused` (conflict, `off_duty`) when none of them is."""
    if not positions:
        return []
    person = (await rows_of(connection, _PERSON, (technician,)))[0]
    oldest, newest = min(position.at for position in positions), max(position.at for position in positions)
    around = timedelta(days=_AROUND_DAYS)
    entries = (await entries_of(connection, [technician], oldest - around, newest + around)).get(technician, [])
    if not person["shift"].strip("; ") and not entries:
        return list(positions)  # always on duty
    values = {"person": technician, "now": now, "oldest": oldest}
    on_orders = await (await connection.execute(_ON_ORDERS, values)).fetchall()
    stretches = [Interval(row["start"], row["end"]) for row in on_orders]
    if person["watched_from"]:
        stretches.append(Interval(person["watched_from"], now))
    taken = [one for one in positions if _is_within(one.at, stretches)]
    if len(taken) < len(positions):
        zone = (await rows_of(connection, _ZONE, (person["region"],)))[0]["zone"]
        taken = [
            one
            for one in positions
            if _is_within(one.at, stretches) or _on_shift(person["shift"], entries, zone, one.at, policy)
        ]
    if not taken:
        raise conflict("off_duty", "You are off duty and on no order: where you are is yours, and is not kept.")
    return taken


class PositionsKept:
    """How long positions are kept: as policy says when they are looked through."""

    def __init__(self, data_dir: Path) -> None:
        self._policy = policy_file(data_dir)

    async def forget(self, connection: Connection, now: datetime) -> None:
        """Deletes what is older than policy keeps: whole days at once, then the rest."""
        before = now - timedelta(days=self._policy.current().position_keep_days)
        await drop_days(connection, "dispatch.position", before)
        await connection.execute(_FORGET, (before,))
        await connection.execute(_FORGET_LAST, (before,))


def _is_within(at: datetime, stretches: Sequence[Interval]) -> bool:
    return any(one.start <= at <= one.end for one in stretches)


def _on_shift(shift: str, entries: Sequence[Entry], zone: str | None, at: datetime, policy: Positions) -> bool:
    """Whether the time lies on a shift or around one; nobody can say that somebody with an unreadable shift is off."""
    around = timedelta(minutes=policy.around_shift_minutes)
    try:
        stretches = duty_of(shift, entries, zone_of(zone), at)
    except ShiftError:
        return True
    return any(one.start - around <= at < one.end + around for one in stretches)
