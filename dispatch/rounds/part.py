"""Rounds as a part of the batch: their command, their rows, and what is asked of other services."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.put_rows import put_rows
from dispatch.records import DISPATCH
from dispatch.rounds.findings import record_finding
from dispatch.rounds.model import Finding, RoundVisit, VisitSilence
from dispatch.rounds.read import read
from dispatch.said import Handler
from guywire import inbox
from guywire.commands import Command
from guywire.commands.rounds import RecordFinding
from guywire.database import Connection
from guywire.put_rows import columns

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {RecordFinding: record_finding}

_LOOKED = "UPDATE dispatch.round_look SET at = %s, plans = %s"


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """What the batch changed; what it asks enters the inbox in the same transaction, once for each key."""
    known = board.rounds
    visits = [known.visits[key] for key in sorted(known.changed_visits)]
    await put_rows(connection, "round_visit", "visit_id", columns(RoundVisit), visits)
    silences = [known.silences[key] for key in sorted(known.changed_silences)]
    await put_rows(connection, "visit_silence", "silence_key", columns(VisitSilence), silences)
    findings = [known.findings[key] for key in sorted(known.new_findings)]
    await put_rows(connection, "finding", "", columns(Finding), findings)
    for asking in known.asked:
        await inbox.put(connection, asking.command, DISPATCH, asking.key)
    if known.is_look:
        await connection.execute(_LOOKED, (board.now, known.policy.stamp))
    return {"round_visit": known.changed_visits, "finding": known.new_findings}
