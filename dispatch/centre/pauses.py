"""A region's automatic dispatch stands still, until a time or until somebody resumes it; by hand still works."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dispatch.board import Board
from dispatch.centre.state import Pause
from dispatch.moves import check_text, check_zone
from dispatch.records import DISPATCH
from dispatch.said import Said
from guywire.commands.centre import PauseDispatch, ResumeDispatch
from guywire.errors import Refused, conflict, invalid
from guywire.model import is_below


def pause(board: Board, command: PauseDispatch, actor: str) -> Said:
    """Pauses the region; a pause that stands there already is put off or shortened. Raises `Refused`."""
    region = checked_region(board, command.region)
    checked_reason(command.reason)
    check_until(board, command.until)
    before = board.centre.pauses.get(region)
    board.centre.put_pause(_changed(board, before, command) if before else _new(board, command, region, actor))
    return Said("pause", board.centre.pauses[region].pause_id)


def resume(board: Board, command: ResumeDispatch, actor: str) -> Said:
    """Ends the region's own pause. Raises `Refused` without one."""
    standing = board.centre.pauses.get(command.region)
    if standing is None:
        around = board.centre.pause_of(command.region)
        if around:
            raise conflict("paused_around", f"{around.region} as a whole is paused: resume {around.region}.")
        raise Refused("not_found", "pause_not_found", f"{command.region} is not paused, or was resumed meanwhile.")
    _end(board, standing, actor)
    return Said("pause", standing.pause_id)


def end_pauses(board: Board) -> None:
    """Ends what has run out by itself, and sees to it that the next one is."""
    for standing in list(board.centre.pauses.values()):
        if standing.until_at and standing.until_at <= board.now:
            _end(board, standing, DISPATCH)
        elif standing.until_at:
            board.look_again_at.append(standing.until_at)


def checked_region(board: Board, region: str) -> str:
    """A region path in which there are sites or people; raises `Refused` for a slip of the pen."""
    path = region.strip("/ ")
    known = {person.region for person in board.people.values()} | {need.region for need in board.needs.values()}
    if not path or not any(is_below(one, path) for one in known):
        raise invalid("no_such_region", f"Nobody works in {region!r} and nothing is open there. Write it like p/c/a.")
    return path


def checked_reason(reason: str) -> None:
    if not reason.strip():
        raise invalid("reason_missing", "Say why: whoever comes on shift next reads it.")
    check_text("reason", reason)


def check_until(board: Board, until: datetime | None) -> None:
    if until is None:
        return
    check_zone(until)
    if until <= board.now:
        raise invalid("until_is_past", f"{until.isoformat()} is over already: choose a later time.")


def _new(board: Board, command: PauseDispatch, region: str, actor: str) -> Pause:
    board.centre.last_pause += 1
    return Pause(
        pause_id=f"P{board.centre.last_pause}",
        region=region,
        reason=command.reason,
        until_at=command.until,
        made_at=board.now,
        made_by=actor,
    )


def _changed(board: Board, before: Pause, command: PauseDispatch) -> Pause:
    board.try_all = True  # what waits says until when
    return replace(before, reason=command.reason, until_at=command.until, version=before.version + 1)


def _end(board: Board, standing: Pause, actor: str) -> None:
    board.centre.put_pause(replace(standing, ended_at=board.now, ended_by=actor, version=standing.version + 1))
    board.try_all = True
