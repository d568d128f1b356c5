"""Clocks as a part of dispatch: which commands it answers, its rows onto the board, and back."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.clocks.answer import answer_climb
from dispatch.clocks.asked import exempt, pause, resume
from dispatch.clocks.extensions import ask_extension, decide_extension
from dispatch.clocks.model import Climb, Clock, Extension, Pause, Urge
from dispatch.clocks.read import read
from dispatch.clocks.urge import urge
from dispatch.put_rows import put_rows
from dispatch.said import Handler
from guywire.commands import Command
from guywire.commands.clocks import (
    AnswerClimb,
    AskExtension,
    DecideExtension,
    ExemptClock,
    PauseClock,
    ResumeClock,
    UrgeTicket,
)
from guywire.database import Connection
from guywire.put_rows import columns

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {
    PauseClock: pause,
    ResumeClock: resume,
    ExemptClock: exempt,
    AskExtension: ask_extension,
    DecideExtension: decide_extension,
    UrgeTicket: urge,
    AnswerClimb: answer_climb,
}


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """Writes what has changed; a pause shows in its clock."""
    known, changed = board.clocks, board.clocks.changed
    held: dict[str, Mapping[str, object]] = {
        "clock": known.clocks,
        "clock_pause": {one.pause_id: one for group in known.pauses.values() for one in group},
        "extension": known.extensions,
        "climb": known.climbs,
        "urge": known.urges,
    }
    async with connection.pipeline():
        if known.is_round:
            await connection.execute("UPDATE dispatch.clock_round SET at = %s", (board.now,))
        for table, rows in held.items():
            names = _COLUMNS[table]
            await put_rows(connection, table, names[0], names, [rows[key] for key in sorted(changed[table])])
    return {topic: ids for topic, ids in changed.items() if topic != "clock_pause"}


_RECORDS = {"clock": Clock, "clock_pause": Pause, "extension": Extension, "climb": Climb, "urge": Urge}
_COLUMNS = {table: columns(record) for table, record in _RECORDS.items()}
"""By table; the first one is its key."""
