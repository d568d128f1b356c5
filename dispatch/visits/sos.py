"""Calls for help: who is told at once, that somebody has it in hand, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dispatch.board import Board
from dispatch.model import Place
from dispatch.moves import check_place, check_text, check_zone
from dispatch.notices import Notice
from dispatch.records import Person
from dispatch.said import Said
from dispatch.visits.model import Sos, named
from dispatch.visits.people import known_person, managers_of, mates_near, order_in_hand
from guywire.chinese import joined
from guywire.commands.visits import AnswerSos, EndSos, RaiseSos
from guywire.errors import conflict, invalid, not_found
from guywire.model import domain_of


def raise_sos(board: Board, command: RaiseSos, _: str) -> Said:
    """Calls for help. Who calls again while the first call is open says where they are now: it is the same one."""
    person = known_person(board, command.person)
    check_zone(command.at)
    check_text("text", command.text)
    place = _place(command)
    at = min(command.at, board.now)
    sos = board.visits.open_sos(command.person)
    if sos_id_of(command) in board.visits.sos and not sos:
        return Said("sos", sos_id_of(command))  # sent again after it was over
    if sos:
        _follow(board, sos, place, at, command.text)
    else:
        sos = sos_for(board, person, at, "person", place, command.text, sos_id_of(command))
    return Said("sos", sos.sos_id)


def sos_id_of(command: RaiseSos) -> str:
    """What makes two requests one call."""
    return named("sos", command.person, command.at.isoformat())


def sos_for(
    board: Board,
    person: Person,
    since: datetime,
    raised_by: str,
    place: Place | None = None,
    text: str = "",
    sos_id: str = "",
) -> Sos:
    """Opens the call and tells managers and team mates near; the response centre has it from the feed."""
    where, where_at = (place, since) if place else (person.position, person.position_at)
    order = order_in_hand(board, person.technician_id)
    told = managers_of(board, person) | set(mates_near(board, where, person.technician_id) if where else ())
    sos = Sos(
        sos_id=sos_id or named("sos", person.technician_id, since.isoformat()),
        person_id=person.technician_id,
        since=since,
        raised_by=raised_by,
        region=person.region,
        domain=domain_of(person.region),
        latitude=where.latitude if where else None,
        longitude=where.longitude if where else None,
        position_at=where_at,
        work_order_id=order.work_order_id if order else "",
        text=text,
        told=tuple(sorted(told)),
    )
    for one in sos.told:
        _tell(board, sos, one, "raised", _words(board, sos), urgent=True)
    return board.visits.put_sos(sos)


def answer_sos(board: Board, command: AnswerSos, actor: str) -> Said:
    """The response centre has it in hand: the person in need is told, and the first who says so stands on it."""
    sos = _standing(board, command.sos)
    check_text("text", command.text)
    zh, en = "监控中心已收到您的求救", "The response centre has your call for help"
    words = {"zh": f"{zh}：{command.text}", "en": f"{en}: {command.text}"} if command.text else {"zh": zh, "en": en}
    _tell(board, sos, sos.person_id, f"answered/{actor}/{board.now.isoformat()}", words, urgent=True)
    board.visits.put_sos(replace(sos, answered_at=sos.answered_at or board.now, answered_by=sos.answered_by or actor))
    return Said("sos", sos.sos_id)


def end_sos(board: Board, command: EndSos, actor: str) -> Said:
    """Ends the call, with a reason that all who were told read."""
    sos = _standing(board, command.sos) if command.sos else board.visits.open_sos(command.person)
    if sos is None:
        raise conflict("no_sos", "No call for help of yours is open. There is nothing to end.")
    if not command.reason.strip():
        raise invalid("reason_missing", "Say how it ended: those who were called read it.")
    check_text("reason", command.reason)
    name = board.name_of(sos.person_id)
    words = {
        "zh": joined(name, f"的求救已解除：{command.reason}"),
        "en": f"The call for help of {name} is over: {command.reason}",
    }
    for one in sos.told:
        board.notices.is_over(_notice_id(sos, "raised", one))
        _tell(board, sos, one, "ended", words)
    if command.sos:
        _tell(board, sos, sos.person_id, "ended", words)
    at = min(max(command.at or board.now, sos.since), board.now)
    board.visits.put_sos(replace(sos, ended_at=at, ended_by=actor, end_reason=command.reason))
    return Said("sos", sos.sos_id)


def _place(command: RaiseSos) -> Place | None:
    if command.latitude is None or command.longitude is None:
        return None
    place = Place(command.latitude, command.longitude)
    check_place(place)
    return place


def _follow(board: Board, sos: Sos, place: Place | None, at: datetime, text: str) -> None:
    """What is said again about an open call. Phones empty their queue in any order: an older place changes nothing."""
    newer = place and (sos.position_at is None or at >= sos.position_at)
    if newer and place:
        sos = replace(sos, latitude=place.latitude, longitude=place.longitude, position_at=at)
    board.visits.put_sos(replace(sos, text=text or sos.text))


def _standing(board: Board, sos_id: str) -> Sos:
    sos = board.visits.sos.get(sos_id)
    if sos is None:
        raise not_found("sos", sos_id)
    if sos.ended_at is not None:
        raise conflict("wrong_state", f"This call for help is over: {sos.end_reason}. There is nothing left to do.")
    return sos


def _words(board: Board, sos: Sos) -> dict[str, str]:
    name, phone = board.name_of(sos.person_id), board.visits.phones.get(sos.person_id, "")
    here = sos.latitude is not None and sos.longitude is not None
    where = f"{sos.latitude:.5f}, {sos.longitude:.5f}" if here else ""
    zh = "作业超时未报平安，自动求救" if sos.raised_by == "watch" else "求救"
    en = "has not said that all is well" if sos.raised_by == "watch" else "calls for help"
    return {
        "zh": "，".join(filter(None, (f"{name} {zh}", phone and f"电话 {phone}", where and f"位置 {where}", sos.text))),
        "en": ", ".join(filter(None, (f"{name} {en}", phone and f"phone {phone}", where and f"at {where}", sos.text))),
    }


def _tell(board: Board, sos: Sos, person: str, what: str, words: Mapping[str, str], *, urgent: bool = False) -> None:
    board.notices.tell(
        Notice(
            notice_id=_notice_id(sos, what, person),
            person_id=person,
            kind="sos" if what == "raised" else "sos_news",
            at=board.now,
            words=words,
            urgent=urgent,
            work_order_id=sos.work_order_id,
            domain=sos.domain,
        )
    )


def _notice_id(sos: Sos, what: str, person: str) -> str:
    return f"{sos.sos_id}/{what}/{person}"
