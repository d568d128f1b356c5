"""Who works alone is watched: when the time is up without a sign, first a reminder, then a call for help by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.notices import Notice
from dispatch.said import Said
from dispatch.states import is_end
from dispatch.visits.model import Watch
from dispatch.visits.people import known_person
from dispatch.visits.recording import order_of_crew
from dispatch.visits.sos import sos_for
from guywire.commands.visits import EndWatch, StartWatch
from guywire.errors import invalid
from guywire.model import WorkOrderState, domain_of


def start_watch(board: Board, command: StartWatch, _: str) -> Said:
    """Starts the time, or starts it anew: that is the sign that all is well."""
    known_person(board, command.person)
    policy = board.visits.policy.watch
    if not policy.least_minutes <= command.minutes <= policy.most_minutes:
        raise invalid("minutes", f"A watch lasts {policy.least_minutes} to {policy.most_minutes} minutes. Choose some.")
    if command.work_order:
        order_of_crew(board, command.work_order, command.person)
    _end(board, command.person)
    until = board.now + timedelta(minutes=command.minutes)
    board.visits.put_watch(Watch(command.person, command.work_order, command.minutes, until))
    return Said("technician", command.person)  # not the watch: it may end in the same batch


def end_watch(board: Board, command: EndWatch, _: str) -> Said:
    """All is well and nobody needs to watch; ending what is not there changes nothing."""
    known_person(board, command.person)
    _end(board, command.person)
    return Said("technician", command.person)


def follow_watches(board: Board) -> None:
    """Reminds, calls for help, and says when to look again."""
    grace = timedelta(minutes=board.visits.policy.watch.grace_minutes)
    for watch in list(board.visits.watches.values()):
        if _is_back(board, watch):
            _end(board, watch.person_id)
        elif watch.until > board.now:
            board.look_again_at.append(watch.until)
        elif watch.reminded_at is None:
            _remind(board, watch, board.now + grace)
        elif watch.reminded_at + grace > board.now:
            board.look_again_at.append(watch.reminded_at + grace)
        else:
            _help(board, watch)


def _is_back(board: Board, watch: Watch) -> bool:
    """Who reported the watched order done or failed has given a sign."""
    order = board.orders.get(watch.work_order_id)
    told = order is not None and order.state in (WorkOrderState.DONE, WorkOrderState.FAILED)
    return told and order is not None and is_end(order.state) and watch.work_order_id in board.changed


def _remind(board: Board, watch: Watch, help_at: datetime) -> None:
    minutes = board.visits.policy.watch.grace_minutes
    person = board.people.get(watch.person_id)
    board.visits.put_watch(watch._replace(reminded_at=board.now))
    board.look_again_at.append(help_at)
    board.notices.tell(
        Notice(
            notice_id=_reminder_id(watch),
            person_id=watch.person_id,
            kind="watch",
            at=board.now,
            words={
                "zh": f"您设定的安全计时已到。请在 {minutes} 分钟内报平安，否则将自动求救。",
                "en": f"Your safety timer has run out. Say that all is well within {minutes} min, or help is called.",
            },
            urgent=True,
            work_order_id=watch.work_order_id,
            domain=domain_of(person.region) if person else "",
        )
    )


def _help(board: Board, watch: Watch) -> None:
    """Calls for help, unless the person has done so; who left the inventory meanwhile is watched no longer."""
    person = board.people.get(watch.person_id)
    _end(board, watch.person_id)
    if person and board.visits.open_sos(watch.person_id) is None:
        sos_for(board, person, board.now, "watch")


def _end(board: Board, person_id: str) -> None:
    watch = board.visits.end_watch(person_id)
    if watch and watch.reminded_at:
        board.notices.is_over(_reminder_id(watch))


def _reminder_id(watch: Watch) -> str:
    return f"watch/{watch.until.isoformat()}/{watch.person_id}"
