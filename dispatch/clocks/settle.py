"""How a clock stands at one moment: running or not, due when, over or not, and when to look at it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch.clocks.arithmetic import Timer, due_at, elapsed, reached_at
from dispatch.clocks.model import Clock, Pause
from dispatch.clocks.policy import Step
from dispatch.clocks.terms import timer_of


def settle(clock: Clock, pauses: Sequence[Pause], ladder: Sequence[Step], now: datetime) -> Clock:
    """The clock as it stands now. What was stopped in time is not over, also where that became known late."""
    timer = timer_of(clock, pauses)
    gone = elapsed(timer, now)
    due = due_at(timer)
    is_over = due is not None and (due < clock.stopped_at if clock.stopped_at else due <= now)
    rungs = [_moment(step, timer.budget) for step in ladder]
    steps = sum(1 for rung in rungs if rung <= gone)
    return replace(
        clock,
        state=_state(clock, pauses, now),
        due_at=due,
        breached_at=due if is_over else None,
        elapsed_seconds=int(gone.total_seconds()),
        steps=steps,
        look_at=None if clock.stopped_at else _look_at(timer, due, rungs[steps:], pauses, now),
    )


def _state(clock: Clock, pauses: Sequence[Pause], now: datetime) -> Literal["running", "paused", "stopped"]:
    if clock.stopped_at:
        return "stopped"
    return "paused" if any(pause.stretch.start <= now < pause.stretch.end for pause in pauses) else "running"


def _moment(step: Step, budget: timedelta) -> timedelta:
    """How much time has gone by when a rung of the ladder is reached."""
    return budget * step.share + timedelta(minutes=step.minutes_over)


def _look_at(
    timer: Timer, due: datetime | None, rungs: Sequence[timedelta], pauses: Sequence[Pause], now: datetime
) -> datetime | None:
    ends = [pause.until for pause in pauses if pause.ended_at is None]
    following = reached_at(timer, min(rungs)) if rungs else None
    return min((at for at in (due, following, *ends) if at is not None and at > now), default=None)
