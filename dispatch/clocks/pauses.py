"""How a stretch comes off a clock, whoever takes it off and why."""

from __future__ import annotations

from dispatch.board import Board
from dispatch.clocks.calendars import FAR
from dispatch.clocks.model import Clock, Pause, PauseHow
from dispatch.model import Interval
from dispatch.records import DISPATCH


def take_off(
    board: Board, clock: Clock, how: PauseHow, reason: str, stretch: Interval, *, by: str = DISPATCH, note: str = ""
) -> None:
    """Takes a stretch off a clock; one that ends at `FAR` has no end yet."""
    known = board.clocks.pauses.get(clock.clock_id, ())
    board.clocks.put_pause(
        Pause(
            pause_id=f"{clock.clock_id}-{len(known) + 1}",
            clock_id=clock.clock_id,
            how=how,
            reason=reason,
            note=note,
            since=stretch.start,
            until=None if stretch.end == FAR else stretch.end,
            made_at=board.now,
            made_by=by,
        )
    )
