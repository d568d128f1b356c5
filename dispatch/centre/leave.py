"""What dispatch leaves alone now, and what such a need waits for."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.records import Need, WaitingNeed


def leaves_alone(board: Board, need: Need) -> WaitingNeed | None:
    """Why dispatch may not offer this need by itself: a person has it in hand, or its region is paused."""
    if held := board.centre.in_hand.get(need.need_id):
        why = f": {held.reason}" if held.reason else ""
        hint = f"{held.person} has it in hand{_until(held.until_at)}{why}. Release it to have dispatch send somebody."
        return _row(board, need, "in_hand", hint, held.until_at)
    if pause := board.centre.pause_of(need.region):
        hint = (
            f"{pause.made_by} paused dispatch in {pause.region}{_until(pause.until_at)}: {pause.reason}."
            " Give it by hand, or resume dispatch there."
        )
        return _row(board, need, "paused", hint, pause.until_at)
    return None


def _row(board: Board, need: Need, code: str, hint: str, until: datetime | None) -> WaitingNeed:
    later = board.now + timedelta(seconds=board.policy.retry_seconds)
    return WaitingNeed(need.need_id, code, hint, board.now, min(until or later, later), {})


def _until(at: datetime | None) -> str:
    return f" until {at:%Y-%m-%d %H:%M} UTC" if at else ""
