"""Clocks as people name them: by ticket, kind and perhaps need; and that something was said."""

from __future__ import annotations

from dispatch.board import Board
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Clock
from dispatch.moves import check_text
from dispatch.moves import clock as clock_time
from guywire.errors import conflict, invalid, not_found


def clocks_named(board: Board, ticket: str, kind: str, need: str) -> list[Clock]:
    """A ticket's clocks of a kind, or one need's, those due first in front. Raises `Refused` where there is none."""
    if kind not in set(ClockKind):
        raise invalid("no_such_clock", f"{kind!r} is no clock. Choose one of {', '.join(ClockKind)}.")
    if ticket not in board.clocks.tickets:
        raise not_found("ticket", ticket)
    found = board.clocks.of_ticket(ticket, kind, need)
    if not found:
        raise conflict(
            "no_clock", f"{ticket} has no {kind} clock{f' for {need}' if need else ''}: nothing is promised."
        )
    return found


def running_named(board: Board, ticket: str, kind: str, need: str) -> list[Clock]:
    """Those of `clocks_named` that have not stopped. Raises `Refused` where all have."""
    found = clocks_named(board, ticket, kind, need)
    running = [one for one in found if one.stopped_at is None]
    if not running:
        at = clock_time(max(one.stopped_at or board.now for one in found))
        raise conflict("clock_has_stopped", f"The {kind} clock of {ticket} stopped at {at}: {found[0].stop_reason}.")
    return running


def check_said(name: str, text: str) -> None:
    """Refuses what is empty or too long."""
    if not text.strip():
        raise invalid(f"{name}_missing", "Say why: it is what remains of it later.")
    check_text(name, text)
