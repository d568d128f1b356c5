"""When a round's visit may take place: the hours of its plan, on the clocks of its site."""

from __future__ import annotations

from dispatch.board import Board
from dispatch.model import Interval
from dispatch.records import Need
from dispatch.shifts import duty, zone_of


def hours_of(board: Board, need: Need) -> tuple[Interval, ...]:
    """The stretches around now, sorted and disjoint; empty for every other need, and where any time will do."""
    plan = board.rounds.plan_of(need.ticket_id)
    return duty(plan.hours, zone_of(need.time_zone), board.now) if plan and plan.hours else ()
