"""A technician's or the response centre's move of one work order: checked against the table, then put on the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dispatch.arrival import checked_in
from dispatch.board import Board
from dispatch.model import Place
from dispatch.records import Fix, WorkOrder
from dispatch.results import check_result
from dispatch.states import BY_RESPONSE_CENTRE, BY_TECHNICIAN, REACHED_AT, UNDER_WAY, followers, is_end
from dispatch.visits.checklist import refuse_unticked
from guywire.commands import MoveWorkOrder
from guywire.errors import Refused, conflict, invalid, not_found
from guywire.model import WorkOrderState

_MOST_CHARACTERS = 2000
_MOST_HANDED_OVER = 20
_RETURNED = ("cleared by itself", "turned back on request")


def move(board: Board, command: MoveWorkOrder, actor: str) -> str:
    """Applies one move and returns the order's id. Raises `Refused`; then nothing has changed."""
    order = order_of(board, command.work_order, command.technician)
    to = _wanted_state(command)
    said_at = command.at or board.now
    check_zone(said_at)
    check_not_withdrawn(order)
    check_version(board, order, command.version)
    _check_follows(order, to)
    _check_in_one_place(board, order, to)
    command = _completed(order, command, to)
    _check_content(board, command, to)
    if to is WorkOrderState.DONE and command.technician and order.state is WorkOrderState.ON_SITE:
        refuse_unticked(board, order)
    fix = _fix(board, order, command, to)
    at, note = settle_time(said_at, order.last_at, board.now, board.policy.clock_tolerance_seconds)
    said: dict[str, Any] = {"note": "; ".join(filter(None, (command.reason, note))), "at": at, "fix": fix}
    if is_end(to):
        told = replace(order, reason=command.reason, cause=command.cause, result=command.result)
        if to is WorkOrderState.DONE and not note:
            told = replace(told, need_ids=_wanted_by_then(board, order, at))
        board.end(replace(told, hand_over=_handed(command)), to, actor, **said)
    else:
        changes: dict[str, Any] = {"state": to, REACHED_AT[to]: at}
        board.put(replace(order, **changes), actor, **said)
    return order.work_order_id


def order_of(board: Board, work_order_id: str, technician: str = "") -> WorkOrder:
    """The order, which must be the technician's own where one asks."""
    order = board.orders.get(work_order_id)
    if order is None:
        raise not_found("work_order", work_order_id)
    if technician and technician in order.mates:
        raise Refused(
            "forbidden",
            "not_the_lead",
            f"You go along on {work_order_id}: {board.name_of(order.technician_id)} leads and says its steps.",
        )
    if technician and technician != order.technician_id:
        raise Refused("forbidden", "not_your_order", f"{work_order_id} is not your order. Reload your list.")
    return order


def check_not_withdrawn(order: WorkOrder) -> None:
    if order.state is WorkOrderState.WITHDRAWN:
        raise conflict(
            "withdrawn",
            f"{order.work_order_id} was withdrawn at {clock(order.last_at)}: {order.reason}. There is nothing left to"
            " do; if you are under way, call the response centre.",
        )


def check_version(board: Board, order: WorkOrder, version: int | None) -> None:
    """Refuses a change made on an old version, with what happened meanwhile."""
    if version is None or version == order.version:
        return
    steps = [step for step in board.steps.get(order.work_order_id, ()) if step.version > version]
    meanwhile = ", then ".join(
        f"{step.state} at {clock(step.at)} by {step.actor}" + (f" ({step.note})" if step.note else "") for step in steps
    )
    raise conflict(
        "version_is_old",
        f"{order.work_order_id} has changed since you saw version {version}: {meanwhile or 'it is ' + order.state}."
        f" It is version {order.version} now; look at it again.",
    )


def check_text(name: str, text: str) -> None:
    if len(text) > _MOST_CHARACTERS:
        raise invalid(f"{name}_too_long", f"The {name} has {len(text)} characters. Keep it under {_MOST_CHARACTERS}.")


def settle_time(at: datetime, earliest: datetime, now: datetime, tolerance: int) -> tuple[datetime, str]:
    """The phone's time held between the step before and now, and a note when its clock is plainly wrong."""
    if at > now:
        wrong = at > now + timedelta(seconds=tolerance)
        return now, f"the phone's clock was {_minutes(at - now)} min ahead" if wrong else ""
    if at < earliest:
        wrong = at < earliest - timedelta(seconds=tolerance)
        return earliest, f"the phone's clock was {_minutes(earliest - at)} min behind" if wrong else ""
    return at, ""


def check_zone(at: datetime) -> None:
    """Refuses a time that could be anywhere."""
    if at.tzinfo is None:
        raise invalid("time_without_zone", f"{at.isoformat()} has no zone. Send times like 2026-11-21T08:00:00Z.")


def clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _wanted_state(command: MoveWorkOrder) -> WorkOrderState:
    allowed = BY_TECHNICIAN if command.technician else BY_RESPONSE_CENTRE
    if command.to not in allowed:
        raise invalid("no_such_move", f"{command.to!r} is not a move. Choose one of {', '.join(sorted(allowed))}.")
    return WorkOrderState(command.to)


def _check_follows(order: WorkOrder, to: WorkOrderState) -> None:
    after = followers(order.state, order.asked_to_return_at is not None)
    if to in after:
        return
    ended = f"It ended at {clock(order.last_at)}" + (f": {order.reason}." if order.reason else ".")
    hint = f"It can become {', '.join(sorted(after))}." if after else ended
    raise conflict("wrong_state", f"{order.work_order_id} is {order.state} and cannot become {to}. {hint}")


def _check_in_one_place(board: Board, order: WorkOrder, to: WorkOrderState) -> None:
    """Nobody is under way on two orders at once, leading or going along."""
    if to not in UNDER_WAY:
        return
    for other in board.open_orders():
        both = set(order.crew) & set(other.crew)
        if other.work_order_id != order.work_order_id and other.state in UNDER_WAY and both:
            raise conflict(
                "under_way_elsewhere",
                f"{', '.join(sorted(both))} is {other.state} with {other.work_order_id}: finish that one first.",
            )


def _completed(order: WorkOrder, command: MoveWorkOrder, to: WorkOrderState) -> MoveWorkOrder:
    """Who turned back on request has no cause or result of his own to tell."""
    if to is not WorkOrderState.DONE or order.state is WorkOrderState.ON_SITE:
        return command
    cause, result = _RETURNED
    return msgspec.structs.replace(command, cause=command.cause or cause, result=command.result or result)


def _check_content(board: Board, command: MoveWorkOrder, to: WorkOrderState) -> None:
    for name in ("reason", "cause", "result", "position_reason"):
        check_text(name, getattr(command, name))
    if to in (WorkOrderState.DECLINED, WorkOrderState.FAILED, WorkOrderState.WITHDRAWN) and not command.reason.strip():
        raise invalid("reason_missing", f"Say why it is {to}: the next one who is sent depends on it.")
    for text in _said_by_hand_over(command):
        check_text("hand_over", text)
    if to is WorkOrderState.DONE:
        check_result(command.cause, command.result, board.policy)


def _said_by_hand_over(command: MoveWorkOrder) -> tuple[str, ...]:
    said = command.hand_over
    if said is None:
        return ()
    if command.to != WorkOrderState.FAILED:
        raise invalid("hand_over_too_early", "A hand-over goes with failed: it tells the next one what it takes.")
    if len(said.skills) + len(said.parts) > _MOST_HANDED_OVER:
        raise invalid("hand_over_too_long", f"Name {_MOST_HANDED_OVER} skills and parts at the most.")
    return (said.text, *said.skills, *said.parts)


def _wanted_by_then(board: Board, order: WorkOrder, at: datetime) -> tuple[str, ...]:
    """Without what joined the order after its crew was through, while the phone had no coverage: nobody did that."""
    known = tuple(key for key in order.need_ids if key not in board.needs or board.needs[key].opened_at <= at)
    return known or order.need_ids


def _handed(command: MoveWorkOrder) -> dict[str, Any]:
    said = command.hand_over
    return {} if said is None else {"skills": [*said.skills], "parts": [*said.parts], "text": said.text}


def _fix(board: Board, order: WorkOrder, command: MoveWorkOrder, to: WorkOrderState) -> Fix:
    """Where it was said; a technician's arrival is held against the place of the site."""
    fix = Fix(accuracy=command.accuracy, reason=command.position_reason.strip())
    if command.latitude is not None and command.longitude is not None:
        check_place(Place(command.latitude, command.longitude))
        fix = fix._replace(latitude=command.latitude, longitude=command.longitude)
    return checked_in(board, order, fix) if to is WorkOrderState.ON_SITE and command.technician else fix


def check_place(place: Place) -> None:
    """Refuses what is not on this earth."""
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise invalid(
            "no_such_place",
            f"{place.latitude}, {place.longitude} is no place: latitude is -90 to 90 and longitude -180 to 180.",
        )


def _minutes(span: timedelta) -> int:
    return max(1, round(span.total_seconds() / 60))
