"""What operators ask of alarms, and the door through which all commands come: applied in order, each answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from alarm_correlation.corrections import alarm_named, correct_root, move_alarm, withdraw
from alarm_correlation.desk import move_by_hand, open_by_hand
from alarm_correlation.intake import clear_by_hand
from alarm_correlation.records import MOST_TEXT, Alarm, Audit, Comment
from alarm_correlation.silence_desk import end_silence, plan_silence
from alarm_correlation.state import State
from alarm_correlation.suspicion import clear_suspicion, raise_suspicion
from alarm_correlation.ticket_desk import assign, comment, set_parent, set_priority
from alarm_correlation.work import AskedFor, Work
from guywire.commands import (
    AcknowledgeAlarm,
    ClearAlarm,
    CloseAlarm,
    Command,
    CommentAlarm,
    CorrectRoot,
    EndSilence,
    MoveAlarm,
    MoveTicket,
    OpenTicket,
    PlanSilence,
    ShelveAlarm,
    UnacknowledgeAlarm,
    UnshelveAlarm,
    WithdrawCorrection,
)
from guywire.commands.suspicion import ClearSuspicion, RaiseSuspicion
from guywire.commands.tickets import AssignTicket, CommentTicket, SetParent, SetTicketPriority
from guywire.errors import Refused, conflict, invalid

Marking = AcknowledgeAlarm | UnacknowledgeAlarm | CloseAlarm
AlarmCommand = Marking | ShelveAlarm | UnshelveAlarm | ClearAlarm | CommentAlarm
KINDS = {"A": "alarm", "I": "incident", "T": "ticket", "C": "correction", "Q": "silence"}
"""What an id is of, by its first letter; the view of that name shows it."""


_APPLIED_BY: Mapping[type[Command], Callable[[State, Work, Any, str], dict[str, Any]]] = MappingProxyType(
    {
        OpenTicket: open_by_hand,
        MoveTicket: move_by_hand,
        AssignTicket: assign,
        SetTicketPriority: set_priority,
        CommentTicket: comment,
        SetParent: set_parent,
        MoveAlarm: move_alarm,
        CorrectRoot: correct_root,
        WithdrawCorrection: withdraw,
        PlanSilence: plan_silence,
        EndSilence: end_silence,
        RaiseSuspicion: raise_suspicion,
        ClearSuspicion: clear_suspicion,
    }
)


def take_commands(state: State, work: Work) -> None:
    """Applies the step's commands in their order. A refusal is an answer too."""
    for asked in work.inputs.commands:
        try:
            answer: dict[str, Any] | Refused = _apply(state, work, asked)
        except Refused as refused:
            answer = refused
        work.changes.answers.append((asked, answer))
        if not isinstance(answer, Refused):
            work.changes.audits.append(_audit(asked, answer))


def unshelve_due(work: Work, alarm: Alarm) -> None:
    """Ends a shelving whose time is up. What cleared while it was shelved keeps it: it never spoke."""
    if alarm.stands and alarm.shelved_until is not None and alarm.shelved_until <= work.now:
        _set(work, alarm, shelved_until=None, shelved_by="")
        work.silenced.add(alarm.alarm_id)


def _apply(state: State, work: Work, asked: AskedFor) -> dict[str, Any]:
    command = asked.command
    if (apply := _APPLIED_BY.get(type(command))) is not None:
        return apply(state, work, command, asked.actor)
    if isinstance(command, AlarmCommand):
        return _to_alarm(state, work, command, asked)
    raise invalid("command", f"The correlator does not know the command {type(command).__name__}.")


def _to_alarm(state: State, work: Work, command: AlarmCommand, asked: AskedFor) -> dict[str, Any]:
    alarm = alarm_named(state, command.alarm)
    _do(state, work, alarm, command, asked)
    if command.comment.strip():
        text = command.comment.strip()[:MOST_TEXT]
        work.changes.comments.append(Comment(alarm_id=alarm.alarm_id, at=work.now, actor=asked.actor, text=text))
    return {"id": alarm.alarm_id, "version": alarm.version}


def _do(state: State, work: Work, alarm: Alarm, command: AlarmCommand, asked: AskedFor) -> None:
    match command:
        case AcknowledgeAlarm() | UnacknowledgeAlarm() | CloseAlarm():
            _mark(work, alarm, command, asked.actor)
        case ShelveAlarm(until=until):
            if until <= work.now:
                raise invalid("until", "An alarm is shelved until a time in the future.")
            _set(work, alarm, shelved_until=until, shelved_by=asked.actor)
            state.look_again(until, alarm.alarm_id)
            work.silenced.add(alarm.alarm_id)
        case UnshelveAlarm():
            _set(work, alarm, shelved_until=_once_unshelved(work, alarm), shelved_by="")
            work.silenced.add(alarm.alarm_id)
        case ClearAlarm():
            if not alarm.stands:
                raise conflict("already_clear", f"{alarm.alarm_id} is already clear.")
            clear_by_hand(state, work, alarm, asked.actor, asked.command_id)
        case CommentAlarm():
            if not command.comment.strip():
                raise invalid("comment", "A comment must not be empty.")


def _once_unshelved(work: Work, alarm: Alarm) -> datetime | None:
    """None; but what cleared while it was shelved stays unspoken."""
    return None if alarm.stands or alarm.shelved_until is None else min(work.now, alarm.shelved_until)


def _mark(work: Work, alarm: Alarm, command: Marking, actor: str) -> None:
    """What an operator says of an alarm apart from what it is. It ends when the alarm comes back or becomes worse."""
    match command:
        case AcknowledgeAlarm():
            _set(work, alarm, acknowledged_at=_seen_at(work, alarm), acknowledged_by=actor)
        case UnacknowledgeAlarm():
            _set(work, alarm, acknowledged_at=None, acknowledged_by="")
        case CloseAlarm():
            if alarm.closed_at is not None:
                raise conflict("already_closed", f"{alarm.alarm_id} was closed by {alarm.closed_by} already.")
            _set(work, alarm, closed_at=_seen_at(work, alarm), closed_by=actor)


def _seen_at(work: Work, alarm: Alarm) -> datetime:
    """Now; a collector's clock may be ahead, and whoever says so has seen what was heard."""
    return max(work.now, alarm.occurrence.news_at)


def _set(work: Work, alarm: Alarm, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(alarm, name, value)
    alarm.version += 1
    work.changes.alarms.add(alarm.alarm_id)


def _audit(asked: AskedFor, answer: dict[str, Any]) -> Audit:
    command: Command = asked.command
    detail = {key: value for key, value in msgspec.to_builtins(command).items() if value not in ("", None, ())}
    return Audit(
        actor=asked.actor,
        action=type(command).__name__,
        object_kind=KINDS[str(answer["id"])[0]],
        object_id=str(answer["id"]),
        detail=detail,
    )
