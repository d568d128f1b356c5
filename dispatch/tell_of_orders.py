"""Who is told of what became of an order in this batch: its crew, and the area manager who is copied."""

from __future__ import annotations

from datetime import datetime

from dispatch.board import Board
from dispatch.notices import Notice
from dispatch.records import DISPATCH, Need, Step, SteppedBack, WorkOrder
from dispatch.shifts import zone_of
from dispatch.states import is_end
from guywire.model import WorkOrderState

_S = WorkOrderState
_REFUSED = {_S.DECLINED: ("退单", "declined"), _S.EXPIRED: ("未接单", "let pass")}


def tell_of_orders(board: Board) -> None:
    """Turns the steps of this batch into notices; what they tell of and is over is taken back."""
    for step in board.new_steps:
        order = board.orders[step.work_order_id]
        if step.state is not _S.OFFERED and not order.called:
            board.notices.is_over(f"{order.work_order_id}/copied/{order.manager_id}")
        if step.state is not _S.OFFERED:
            board.notices.is_over(_offer_id(order))
        if is_end(step.state):
            for mate in order.mates:
                board.notices.is_over(_mate_id(order, mate))
        if step.version == order.version:  # what was overtaken within the batch is not told
            _tell(board, order, step)
    for back in board.stepped_back:
        _tell_of_step_back(board, back)


def _tell(board: Board, order: WorkOrder, step: Step) -> None:
    if step.state is _S.OFFERED:
        _tell_of_offer(board, order)
    elif step.state in _REFUSED and not order.called:
        _tell_manager_of_refusal(board, order, step)
        _tell_mates_it_is_off(board, order)
    elif step.state is _S.WITHDRAWN:
        _tell_crew(board, order, "withdrawn", f"{_site(board, order)} 撤单：{order.reason}", _withdrawn(board, order))
    elif step.state is _S.FAILED:
        zh, en = f"{_lead(board, order)} 未能完成 {_site(board, order)}：{order.reason}", "could not finish"
        words = {"zh": zh, "en": f"{_lead(board, order)} {en} {_site(board, order)}: {order.reason}"}
        _put(board, order, order.manager_id, "failed", words, urgent=True)
    if _is_revived(board, step):
        zh, en = f"{_site(board, order)} 撤单已取消，请继续", f"Go on with {_site(board, order)}: it is not taken back"
        _tell_crew(board, order, "goes_on", zh, en)
    if order.asked_to_return_at == board.now and not is_end(step.state):
        zh = f"{_site(board, order)} 已恢复，请返回或与监控中心联系：{order.reason}"
        _tell_crew(board, order, "asked_to_return", zh, f"Turn back from {_site(board, order)}: {order.reason}")
    if not is_end(step.state) and not order.is_call:
        _tell_mates(board, order)


def _tell_of_offer(board: Board, order: WorkOrder) -> None:
    site, until = _site(board, order), order.offer_expires_at
    by = _clock(board, order, until) if until else ""
    if order.called:
        zh, en = f"谁能去 {site}？{order.summary}", f"Who can come to {site}? {order.summary}"
    else:
        zh, en = f"新任务 {site}：{order.summary}", f"New job at {site}: {order.summary}"
    words = {"zh": f"{zh}，请在 {by} 前答复", "en": f"{en}. Answer by {by}"}
    _put(board, order, order.technician_id, "called" if order.called else "offered", words, urgent=True)
    if not order.called:
        lead = _lead(board, order)
        copy = {"zh": f"{site} 已派 {lead}，{by} 前接单", "en": f"{site} was offered to {lead}, who answers by {by}"}
        _put(board, order, order.manager_id, "copied", copy)


def _tell_manager_of_refusal(board: Board, order: WorkOrder, step: Step) -> None:
    zh, en = _REFUSED[step.state]
    why = f"：{order.reason}" if order.reason else ""
    why_en = f": {order.reason}" if order.reason else ""
    lead, site = _lead(board, order), _site(board, order)
    words = {"zh": f"{lead} {zh} {site}{why}", "en": f"{lead} {en} {site}{why_en}"}
    _put(board, order, order.manager_id, step.state.value, words)


def _tell_of_step_back(board: Board, back: SteppedBack) -> None:
    order, name = board.orders[back.work_order_id], board.name_of(back.technician_id)
    site = _site(board, order)
    words = {"zh": f"{name} 退出同行 {site}：{back.reason}", "en": f"{name} steps back from {site}: {back.reason}"}
    for person in (order.manager_id, order.technician_id):
        _put(board, order, person, "stepped_back", words)
    board.notices.is_over(_mate_id(order, back.technician_id))


def _tell_crew(board: Board, order: WorkOrder, kind: str, zh: str, en: str) -> None:
    """A call that somebody else accepted is taken down, and rings nobody a second time."""
    if order.called and order.accepted_at is None:
        return
    for person in order.crew:
        _put(board, order, person, kind, {"zh": zh, "en": en}, urgent=True)


def _tell_mates(board: Board, order: WorkOrder) -> None:
    lead, site = _lead(board, order), _site(board, order)
    words = {"zh": f"与 {lead} 同去 {site}：{order.summary}", "en": f"Go with {lead} to {site}: {order.summary}"}
    for mate in order.mates:
        _put(board, order, mate, "mate", words, urgent=True)


def _tell_mates_it_is_off(board: Board, order: WorkOrder) -> None:
    """They were told to go along, and may be on the way to the meeting point."""
    lead, site = _lead(board, order), _site(board, order)
    words = {
        "zh": f"{lead} 未接单，{site} 暂不出发",
        "en": f"{lead} does not go to {site}: you are not wanted there now",
    }
    for mate in order.mates:
        _put(board, order, mate, "off", words, urgent=True)


def _is_revived(board: Board, step: Step) -> bool:
    """Whether this step undid the withdrawal before it."""
    before = next((one for one in board.steps[step.work_order_id] if one.version == step.version - 1), None)
    return before is not None and before.state is _S.WITHDRAWN


def _withdrawn(board: Board, order: WorkOrder) -> str:
    return f"{_site(board, order)} is taken back: {order.reason}"


def _put(
    board: Board, order: WorkOrder, person: str, kind: str, words: dict[str, str], *, urgent: bool = False
) -> None:
    if not person or person == DISPATCH:
        return
    again = f"/{order.version}" if kind in _MAY_HAPPEN_AGAIN else ""
    board.notices.tell(
        Notice(
            notice_id=f"{order.work_order_id}/{kind}/{person}{again}",
            person_id=person,
            kind=kind,
            at=board.now,
            words=words,
            urgent=urgent,
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            site_id=order.site_id,
            domain=order.domain,
        )
    )


_MAY_HAPPEN_AGAIN = frozenset({"withdrawn", "goes_on", "asked_to_return", "stepped_back"})
"""A withdrawal that is undone may come again; an order that is wanted again may be asked back again."""


def _offer_id(order: WorkOrder) -> str:
    return f"{order.work_order_id}/{'called' if order.called else 'offered'}/{order.technician_id}"


def _mate_id(order: WorkOrder, mate: str) -> str:
    return f"{order.work_order_id}/mate/{mate}"


def _lead(board: Board, order: WorkOrder) -> str:
    return board.name_of(order.technician_id)


def _site(board: Board, order: WorkOrder) -> str:
    need = _need(board, order)
    return (need and need.site_name) or order.site_id


def _clock(board: Board, order: WorkOrder, at: datetime) -> str:
    """The time of day at the site."""
    need = _need(board, order)
    return f"{at.astimezone(zone_of(need.time_zone if need else None)):%H:%M}"


def _need(board: Board, order: WorkOrder) -> Need | None:
    return next((need for need_id in order.need_ids if (need := board.needs.get(need_id))), None)
