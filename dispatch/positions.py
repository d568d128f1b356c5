"""Where phones say they were: checked and bounded, purely; and how a report is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.model import Place
from dispatch.moves import check_place, check_zone
from dispatch.policy import Policy
from dispatch.visits.policy import Positions
from dispatch.visits.tracking import while_working
from guywire.commands import Position, ReportPositions
from guywire.database import Connection
from guywire.errors import invalid, not_found

_KEEP_SERIES = """
INSERT INTO dispatch.position (technician_id, at, latitude, longitude, accuracy)
SELECT %s, * FROM unnest(%s::timestamptz[], %s::float8[], %s::float8[], %s::float8[])
ON CONFLICT DO NOTHING
"""
# Phones empty their queue in any order: an older position never overwrites a newer one.
_KEEP_LAST = """
INSERT INTO dispatch.technician_state AS s (technician_id, position_at, latitude, longitude, accuracy)
SELECT id, %s, %s, %s, %s FROM views.technician WHERE id = %s
ON CONFLICT (technician_id) DO UPDATE
SET position_at = excluded.position_at, latitude = excluded.latitude, longitude = excluded.longitude,
    accuracy = excluded.accuracy, version = s.version + 1
WHERE excluded.position_at > s.position_at
"""


def credible(command: ReportPositions, now: datetime, policy: Policy) -> list[Position]:
    """The positions to take in, oldest first, one for each moment.

    Those from a clock that runs ahead are left out, as one would hide all that follow; so are those older than the
    policy keeps. Raises `Refused` for too many at once and for places that do not exist.
    """
    if len(command.positions) > policy.positions_at_once:
        raise invalid(
            "too_many_positions",
            f"{len(command.positions)} positions at once. Send {policy.positions_at_once} at the most.",
        )
    for position in command.positions:
        check_zone(position.at)
        check_place(Place(position.latitude, position.longitude))
    newest = now + timedelta(seconds=policy.clock_tolerance_seconds)
    oldest = now - timedelta(days=policy.position_keep_days)
    by_time = {position.at: position for position in command.positions if oldest <= position.at <= newest}
    return [by_time[at] for at in sorted(by_time)]


async def take_in(
    connection: Connection, command: ReportPositions, now: datetime, policy: Policy, working: Positions
) -> dict[str, object]:
    """Keeps a report; answers `{"id", "taken", "left_out"}`. Raises `Refused`; then nothing is kept."""
    positions = credible(command, now, policy)
    await _check_known(connection, command.technician)
    positions = await while_working(connection, command.technician, positions, now, working)
    if positions:
        await _keep(connection, command.technician, positions)
    return {"id": command.technician, "taken": len(positions), "left_out": len(command.positions) - len(positions)}


async def _keep(connection: Connection, technician: str, positions: Sequence[Position]) -> None:
    last = positions[-1]
    rows = [(position.at, position.latitude, position.longitude, position.accuracy) for position in positions]
    await connection.execute(_KEEP_SERIES, (technician, *map(list, zip(*rows, strict=True))))
    await connection.execute(_KEEP_LAST, (last.at, last.latitude, last.longitude, last.accuracy, technician))


async def _check_known(connection: Connection, technician: str) -> None:
    found = await connection.execute("SELECT 1 FROM views.technician WHERE id = %s", (technician,))
    if await found.fetchone() is None:
        raise not_found("technician", technician)
