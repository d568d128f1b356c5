"""Reviews as a part of the batch: their commands, and their rows read and written."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.put_rows import put_rows
from dispatch.review.inspections import inspect
from dispatch.review.model import Inspection, Problem, ProblemNote
from dispatch.review.problem_steps import comment_problem, edit_problem, link_problem, move_problem, open_problem
from dispatch.review.read import read
from dispatch.said import Handler
from guywire.commands import Command
from guywire.commands.problems import CommentProblem, EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.commands.rounds import InspectTicket
from guywire.database import Connection
from guywire.put_rows import columns

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {
    InspectTicket: inspect,
    OpenProblem: open_problem,
    EditProblem: edit_problem,
    LinkProblem: link_problem,
    CommentProblem: comment_problem,
    MoveProblem: move_problem,
}

_LOOKED = "UPDATE dispatch.review_look SET at = %s"


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """What the batch changed of them."""
    known = board.review
    inspections = [known.inspections[key] for key in sorted(known.changed_inspections)]
    await put_rows(connection, "inspection", "ticket_id", columns(Inspection), inspections)
    problems = [known.problems[key] for key in sorted(known.changed_problems)]
    await put_rows(connection, "problem", "problem_id", columns(Problem), problems)
    await put_rows(connection, "problem_note", "", columns(ProblemNote), known.new_notes)
    if known.is_look:
        await connection.execute(_LOOKED, (known.looked_to or board.now,))
    return {"inspection": known.changed_inspections, "problem": known.changed_problems}
