"""Reviews as a part of the batch: their commands, and their rows read and written."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.put_rows import put_rows
from dispatch.review.inspections import inspect
from dispatch.review.model import Inspection, Problem
from dispatch.review.problems import close_problem
from dispatch.review.read import read
from dispatch.said import Handler
from guywire.commands import Command
from guywire.commands.rounds import CloseProblem, InspectTicket
from guywire.database import Connection
from guywire.put_rows import columns

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {InspectTicket: inspect, CloseProblem: close_problem}

_LOOKED = "UPDATE dispatch.review_look SET at = %s"


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """What the batch changed of them."""
    known = board.review
    inspections = [known.inspections[key] for key in sorted(known.changed_inspections)]
    await put_rows(connection, "inspection", "ticket_id", columns(Inspection), inspections)
    problems = [known.problems[key] for key in sorted(known.changed_problems)]
    await put_rows(connection, "problem", "problem_id", columns(Problem), problems)
    if known.is_look:
        await connection.execute(_LOOKED, (known.looked_to or board.now,))
    return {"inspection": known.changed_inspections, "problem": known.changed_problems}
