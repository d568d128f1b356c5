"""What people hear of the rota: a swap is asked, settled or off; a certificate runs out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from dispatch.board import Board
from dispatch.notices import Notice
from dispatch.rota.model import Certificate, Swap
from dispatch.shifts import zone_of
from dispatch.visits.people import managers_of
from guywire.chinese import filled, joined
from guywire.model import domain_of

_SWAPS: Mapping[str, tuple[str, str]] = {
    "asked": ("{who}想用{gives}的班换您{takes}的班", "{who} asks to swap {gives} for your {takes}"),
    "decide": ("请审批换班：{who} {gives} 与 {other} {takes}", "Swap to approve: {who} {gives} with {other} {takes}"),
    "agreed": ("{other}同意换班，待区域经理审批", "{other} agrees to swap; the area manager decides"),
    "declined": ("{other}不同意换班{reason}", "{other} does not want to swap{reason}"),
    "approved": ("换班生效：{who} {gives} 与 {other} {takes}", "The swap holds: {who} {gives} with {other} {takes}"),
    "refused": ("换班未获批准{reason}", "The swap was refused{reason}"),
    "lapsed": ("换班已过期：{who} {gives}", "Too late to swap: {who} {gives}"),
    "taken_back": (
        "换班已撤销，按原班次上班：{who} {gives}",
        "The swap is taken back, the old duty holds: {who} {gives}",
    ),
}


def tell(board: Board, swap: Swap, person: str, what: str) -> None:
    """Tells one person of a swap; `what` is a key of the words above."""
    zone = _zone(board, swap.technician_id)
    values = {
        "who": board.name_of(swap.technician_id),
        "other": board.name_of(swap.other_id),
        "gives": _clock(swap.since, swap.until, zone),
        "takes": _clock(swap.other_since, swap.other_until, zone),
    }
    zh, en = _SWAPS[what]
    words = {
        "zh": filled(zh, {"reason": f"：{swap.reason}" if swap.reason else "", **values}),
        "en": filled(en, {"reason": f": {swap.reason}" if swap.reason else "", **values}),
    }
    _put(board, f"{swap.swap_id}/{what}/{person}", person, "swap", words)


def tell_managers(board: Board, swap: Swap) -> None:
    """Asks whoever decides."""
    for manager in _managers(board, swap):
        tell(board, swap, manager, "decide")


def over(board: Board, swap: Swap, asked: Iterable[str] = ("asked", "decide")) -> None:
    """What was asked of anybody is over: of the other one, of the managers."""
    for person in {swap.other_id, *_managers(board, swap)}:
        for what in asked:
            board.notices.is_over(f"{swap.swap_id}/{what}/{person}")


def warn_of(board: Board, certificate: Certificate) -> None:
    """Tells the technician and the manager, once for each certificate."""
    person = board.people[certificate.technician_id]
    day = certificate.valid_until.isoformat()
    words = {
        "zh": joined(board.name_of(person.technician_id), "的", certificate.skill, "证书", day, "到期，请尽快复审"),
        "en": f"The {certificate.skill} certificate of {board.name_of(person.technician_id)} ends on {day}: renew it.",
    }
    for told in {person.technician_id, *managers_of(board, person)}:
        _put(board, f"{certificate.certificate_id}/{day}/{told}", told, "certificate", words)


def _managers(board: Board, swap: Swap) -> set[str]:
    """Nobody's, where who asked has left since."""
    person = board.people.get(swap.technician_id)
    return managers_of(board, person) if person else set()


def _put(board: Board, notice_id: str, person: str, kind: str, words: Mapping[str, str]) -> None:
    known = board.people.get(person)
    domain = domain_of(known.region) if known else ""
    board.notices.tell(
        Notice(notice_id=notice_id, person_id=person, kind=kind, at=board.now, words=words, domain=domain)
    )


def _zone(board: Board, person: str) -> tzinfo:
    known = board.people.get(person)
    return zone_of(board.rota.zones.get(known.region) if known else None)


def _clock(since: datetime, until: datetime, zone: tzinfo) -> str:
    return f"{since.astimezone(zone):%m-%d %H:%M}-{until.astimezone(zone):%H:%M}"
