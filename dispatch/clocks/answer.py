"""Whom a ticket climbed to says that they have it in hand, or somebody does who reached them by voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dispatch.board import Board
from dispatch.moves import check_text, clock
from dispatch.said import Said
from guywire.commands.clocks import AnswerClimb
from guywire.errors import Refused, conflict, not_found


def answer_climb(board: Board, command: AnswerClimb, actor: str) -> Said:
    """Late answers count, too: who was passed over meanwhile stays told. A second answer changes nothing."""
    one = board.clocks.climbs.get(command.climb)
    if one is None:
        raise not_found("climb", command.climb)
    if command.person and command.person != one.person_id:
        raise Refused("forbidden", "not_your_climb", f"{one.climb_id} is not for you to answer. Reload your list.")
    check_text("note", command.note)
    if one.over_at is not None:
        raise conflict("climb_is_over", f"That was over at {clock(one.over_at)}: there is nothing left to answer.")
    if one.answered_at is None or one.answer == "seen":
        answer: Literal["answered", "for_them"] = "answered" if command.person else "for_them"
        board.clocks.put_climb(replace(one, answered_at=board.now, answered_by=actor, answer=answer, note=command.note))
    return Said("climb", one.climb_id)
