"""Rolls up samples into the proof of voltage, day by day, beside the console's own work: reports never scan samples."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from guywire.database import Connection, Pool, Row
from guywire.rhythm import keep_doing

GAP = timedelta(minutes=15)
"""Two readings further apart than this say nothing of the time between them."""
BACK = timedelta(days=35)
"""How far back it is looked for days that are missing: a month, and the time in which it is asked for."""
SETTLED_AFTER = timedelta(hours=2)
"""A day is whole once this has passed since its end: what collectors held back has arrived."""

_SQL = Path(__file__).parent / "sql"
_DUE = (_SQL / "voltage_due.sql").read_text("utf-8")
_ROLL = (_SQL / "voltage_roll.sql").read_text("utf-8")
_DAYS_AT_ONCE = 200
_PAUSE_SECONDS = 3600.0


async def keep_voltage(pool: Pool) -> None:
    """Rolls up at once and then each hour, until cancelled; while the database is away it is tried the next hour."""
    await keep_doing(pool, _PAUSE_SECONDS, roll_voltage, "voltage.not_rolled_up")


async def roll_voltage(connection: Connection, now: datetime) -> int:
    """Rolls up every day that is due; a few hundred a transaction, so that none is long. Returns how many."""
    asked = {"since": now - BACK, "now": now, "settled": now - SETTLED_AFTER}
    due = await (await connection.execute(_DUE.encode(), asked)).fetchall()
    for start in range(0, len(due), _DAYS_AT_ONCE):
        async with connection.transaction():
            await connection.execute(_ROLL.encode(), _values(due[start : start + _DAYS_AT_ONCE]))
    return len(due)


def _values(due: Sequence[Row]) -> dict[str, object]:
    columns = {
        "sites": "site",
        "starts": "starts_at",
        "ends": "ends_at",
        "lows": "voltage_low",
        "highs": "voltage_high",
        "whole": "is_whole",
    }
    return {name: [row[column] for row in due] for name, column in columns.items()} | {"gap": GAP}
