"""What people take off a clock: pauses with a reason and an end, and exemptions afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.board import Board
from dispatch.clocks.named import check_said, clocks_named, running_named
from dispatch.clocks.pauses import take_off
from dispatch.model import Interval
from dispatch.moves import check_text
from dispatch.said import Said
from guywire.commands.clocks import ExemptClock, PauseClock, ResumeClock
from guywire.errors import conflict, invalid


def pause(board: Board, command: PauseClock, actor: str) -> Said:
    """Stops clocks that run, from now until a moment that policy allows for this reason."""
    clocks = running_named(board, command.ticket, command.kind, command.need)
    check_text("note", command.note)
    _check_reason(board, command)
    for one in clocks:
        stretch = Interval(board.now, command.until)
        take_off(board, one, "pause", command.reason, stretch, by=actor, note=command.note)
    return Said("clock", clocks[0].clock_id)


def resume(board: Board, command: ResumeClock, actor: str) -> Said:
    """Ends what people paused; what is paused with its ticket goes on with its ticket."""
    clocks = running_named(board, command.ticket, command.kind, command.need)
    standing = [
        one
        for clock in clocks
        for one in board.clocks.pauses.get(clock.clock_id, ())
        if one.how == "pause" and one.stretch.end > board.now
    ]
    if not standing:
        raise conflict("not_paused", f"Nobody has paused the {command.kind} clock of {command.ticket}.")
    for one in standing:
        board.clocks.put_pause(replace(one, ended_at=board.now, ended_by=actor))
    return Said("clock", clocks[0].clock_id)


def exempt(board: Board, command: ExemptClock, actor: str) -> Said:
    """Takes a stretch that is over off clocks, also off those that have stopped."""
    clocks = clocks_named(board, command.ticket, command.kind, command.need)
    if not command.since < command.until <= board.now:
        raise invalid("not_a_past_stretch", "An exemption is for time that is over: since before until, until by now.")
    check_said("reason", command.reason)
    check_text("note", command.note)
    within = [one for one in clocks if one.started_at < command.until and command.since < (one.stopped_at or board.now)]
    if not within:
        raise conflict("outside_the_clock", f"The {command.kind} clock of {command.ticket} did not run then.")
    for one in within:
        stretch = Interval(command.since, command.until)
        take_off(board, one, "exemption", command.reason, stretch, by=actor, note=command.note)
    return Said("clock", within[0].clock_id)


def _check_reason(board: Board, command: PauseClock) -> None:
    reasons = board.clocks.policy.pauses.reasons
    allowed = sorted(name for name, rule in reasons.items() if command.kind in rule.clocks)
    if command.reason not in allowed:
        known = f"Choose one of {', '.join(allowed)}." if allowed else "Nothing may pause it."
        raise invalid("no_such_reason", f"{command.reason!r} is no reason to pause the {command.kind} clock. {known}")
    most = reasons[command.reason].most_hours
    if not board.now < command.until <= board.now + timedelta(hours=most):
        raise invalid("until", f"Say until when, at the most {most} hours from now; it can be paused again then.")
