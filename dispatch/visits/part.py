"""Visits as a part of dispatch: its commands, its rows onto the board, its changes back."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.said import Handler
from dispatch.visits.correcting import correct_place, decide_place
from dispatch.visits.phones import see_notices, subscribe_push, unsubscribe_push
from dispatch.visits.questions import answer_question, ask_expert
from dispatch.visits.read import read
from dispatch.visits.recording import keep_records
from dispatch.visits.sos import answer_sos, end_sos, raise_sos
from dispatch.visits.watches import end_watch, start_watch
from dispatch.visits.write import write
from guywire.commands import Command
from guywire.commands.visits import (
    AnswerQuestion,
    AnswerSos,
    AskExpert,
    CorrectPlace,
    DecidePlace,
    EndSos,
    EndWatch,
    KeepRecords,
    RaiseSos,
    SeeNotices,
    StartWatch,
    SubscribePush,
    UnsubscribePush,
)

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {
    KeepRecords: keep_records,
    CorrectPlace: correct_place,
    DecidePlace: decide_place,
    AskExpert: ask_expert,
    AnswerQuestion: answer_question,
    RaiseSos: raise_sos,
    AnswerSos: answer_sos,
    EndSos: end_sos,
    StartWatch: start_watch,
    EndWatch: end_watch,
    SubscribePush: subscribe_push,
    UnsubscribePush: unsubscribe_push,
    SeeNotices: see_notices,
}
