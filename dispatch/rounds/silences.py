"""The maintenance window that check-in opens for a round's visit: planned, prolonged while it lasts, ended with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.records import WorkOrder
from dispatch.rounds.model import VisitSilence
from guywire.commands import EndSilence, PlanSilence
from guywire.errors import Refused
from guywire.model import WorkOrderState

_BEFORE_ITS_END = timedelta(minutes=2)
_SOON = timedelta(seconds=5)


def keep_silences(board: Board) -> None:
    """Sees to it that each visit has its silence while its crew is on site, and not longer."""
    for order in board.open_orders():
        if order.state is WorkOrderState.ON_SITE and _types(board, order):
            _keep(board, order)
    for silence in list(board.rounds.silences.values()):
        if silence.over_at is None and not _is_on_site(board, silence.work_order_id):
            _end(board, silence)


def _keep(board: Board, order: WorkOrder) -> None:
    policy, begun = board.rounds.policy.silence, order.on_site_at or board.now
    most = begun + timedelta(hours=policy.most_hours)
    mine = [one for one in board.rounds.silences.values() if one.work_order_id == order.work_order_id]
    until = max((one.ends_at for one in mine), default=None)
    if until is None or (until - _BEFORE_ITS_END <= board.now and until < most):
        start, margin = until or begun, timedelta(minutes=policy.margin_minutes)
        planned = begun + timedelta(minutes=_minutes(board, order)) + margin
        until = min(max(planned, board.now + margin), most)
        if until > board.now:
            _plan(board, order, len(mine), start, until)
    if board.now < until - _BEFORE_ITS_END:
        board.look_again_at.append(until - _BEFORE_ITS_END)


def _plan(board: Board, order: WorkOrder, number: int, start: datetime, until: datetime) -> None:
    key = f"silence:{order.work_order_id}:{number}"
    board.rounds.put_silence(
        VisitSilence(silence_key=key, work_order_id=order.work_order_id, starts_at=start, ends_at=until)
    )
    board.rounds.ask(
        key,
        PlanSilence(
            kind="maintenance",
            title=order.summary,
            reason=f"{order.work_order_id} is on site",
            starts_at=start,
            ends_at=until,
            sites=(order.site_id,),
            alarm_types=_types(board, order),
            ticket=order.ticket_id,
        ),
    )


def _end(board: Board, silence: VisitSilence) -> None:
    """Ends it as soon as it is known which one it became: the two may be said in one breath."""
    answer = board.rounds.answers.get(silence.silence_key)
    if answer is None and board.now < silence.ends_at:
        board.look_again_at.append(board.now + _SOON)
        return
    if answer and not isinstance(answer, Refused) and board.now < silence.ends_at:
        board.rounds.ask(f"{silence.silence_key}:end", EndSilence(silence=answer["id"], comment="the visit is over"))
    board.rounds.put_silence(replace(silence, over_at=board.now))


def _types(board: Board, order: WorkOrder) -> tuple[str, ...]:
    visit = board.rounds.of_ticket(order.ticket_id)
    return board.rounds.policy.silence.types_of(visit.kind) if visit else ()


def _minutes(board: Board, order: WorkOrder) -> float:
    needs = (board.needs.get(need_id) for need_id in order.need_ids)
    return max((need.service_minutes for need in needs if need), default=0.0)


def _is_on_site(board: Board, work_order_id: str) -> bool:
    order = board.orders.get(work_order_id)
    return order is not None and order.state is WorkOrderState.ON_SITE
