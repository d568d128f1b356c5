"""Questions from a visit and their answers: who may know is told, and whoever is on the order reads what they say."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.moves import check_text
from dispatch.notices import Notice
from dispatch.records import WorkOrder
from dispatch.said import Said
from dispatch.visits.model import Answer, Question, named
from dispatch.visits.people import experts_for, is_on_duty
from dispatch.visits.recording import order_of_crew, uuid_or_none
from guywire.chinese import joined
from guywire.commands.visits import AnswerQuestion, AskExpert
from guywire.errors import Refused, invalid, not_found

_SHOWN = 120


def ask_expert(board: Board, command: AskExpert, _: str) -> Said:
    """Keeps the question on the order and tells who may know. Raises `Refused`."""
    order = order_of_crew(board, command.work_order, command.technician)
    _check_said(command.text)
    most = board.visits.policy.questions.of_an_order
    if board.visits.questions_of[order.work_order_id] >= most:
        raise invalid("too_many_questions", f"{most} questions were asked of this order already. Call somebody.")
    region = _region_of(board, order)
    skills = frozenset({command.skill}) if command.skill else _skills_of(board, order)
    question = Question(
        question_id=named("question", order.work_order_id, command.technician, board.now.isoformat(), command.text),
        work_order_id=order.work_order_id,
        site_id=order.site_id,
        asked_by=command.technician,
        at=board.now,
        text=command.text.strip(),
        photo_id=uuid_or_none("photo", command.photo),
        skill=command.skill,
        experts=experts_for(board, skills, region, but=order.crew),
        domain=order.domain,
        crew=order.crew,
    )
    board.visits.put_question(question)
    for expert in question.experts:
        _tell(board, question, expert, "asked", _asked_words(board, question))
    return Said("question", question.question_id)


def answer_question(board: Board, command: AnswerQuestion, actor: str) -> Said:
    """Adds an answer, by somebody who was asked, is on the order, or sits in the response centre (no `person`)."""
    question = board.visits.questions.get(command.question)
    if question is None:
        raise not_found("question", command.question)
    involved = {*question.experts, *question.crew, question.asked_by}
    if command.person and command.person not in involved:
        raise Refused("forbidden", "not_asked", "This question was put to others. Call who is on the order instead.")
    _check_said(command.text)
    answer_id = named("answer", question.question_id, command.person or actor, board.now.isoformat(), command.text)
    text = command.text.strip()
    board.visits.new_answers.append(Answer(answer_id, question.question_id, board.now, command.person, actor, text))
    for expert in question.experts:
        board.notices.is_over(_notice_id(question, "asked", expert))
    by = board.name_of(command.person) if command.person else actor
    words = {"zh": joined(by, f"回复：{_short(text)}"), "en": f"{by} answers: {_short(text)}"}
    for person in {question.asked_by, *question.crew} - {command.person}:
        _tell(board, question, person, answer_id, words)
    return Said("question", question.question_id)


def _check_said(text: str) -> None:
    if not text.strip():
        raise invalid("text_missing", "Say something: an empty text helps nobody.")
    check_text("text", text)


def _skills_of(board: Board, order: WorkOrder) -> frozenset[str]:
    return frozenset[str]().union(*(board.needs[one].skills for one in order.need_ids if one in board.needs))


def _region_of(board: Board, order: WorkOrder) -> str:
    asker = board.people.get(order.technician_id)
    site = board.visits.sites.get(order.site_id)
    return site.region if site else asker.region if asker else ""


def _tell(board: Board, question: Question, person: str, what: str, words: Mapping[str, str]) -> None:
    known = board.people.get(person)
    board.notices.tell(
        Notice(
            notice_id=_notice_id(question, what, person),
            person_id=person,
            kind="question" if what == "asked" else "answer",
            at=board.now,
            words=words,
            urgent=known is not None and is_on_duty(board, known),
            work_order_id=question.work_order_id,
            site_id=question.site_id,
            domain=question.domain,
        )
    )


def _notice_id(question: Question, what: str, person: str) -> str:
    return f"{question.question_id}/{what}/{person}"


def _asked_words(board: Board, question: Question) -> dict[str, str]:
    site = board.visits.sites.get(question.site_id)
    place, by = site.name if site else question.site_id, board.name_of(question.asked_by)
    return {
        "zh": joined(by, "在", place, f"请教：{_short(question.text)}"),
        "en": f"{by} asks from {place}: {_short(question.text)}",
    }


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
