"""Corrections of places on the spot: taken over at once when they are near, else once the response centre agrees."""

from __future__ import annotations

from dataclasses import replace

from dispatch.board import Board
from dispatch.model import Place
from dispatch.moves import check_place, check_text, check_zone
from dispatch.notices import Notice
from dispatch.said import Said
from dispatch.travel import crow_km
from dispatch.visits.model import CorrectedPlace, SiteHere, named
from guywire.chinese import joined
from guywire.commands.visits import CorrectPlace, DecidePlace
from guywire.errors import Refused, conflict, invalid, not_found

_POINTS = {"site": (1, 1), "parking": (1, 1), "track": (2, 500)}


def correct_place(board: Board, command: CorrectPlace, _: str) -> Said:
    """Takes a correction over, or has it wait; one that is older than what stands is only kept. Raises `Refused`."""
    site = _own_site(board, command)
    points = _points(command)
    place_id = place_id_of(command)
    if place_id not in board.visits.places:
        away = max(crow_km(site.place, point) for point in points)
        correction = CorrectedPlace(
            place_id=place_id,
            site_id=command.site,
            kind=command.kind,
            points=points,
            note=command.note,
            technician_id=command.technician,
            at=min(command.at, board.now),
            state="waiting",
            away_km=round(away, 3),
            domain=site.domain,
        )
        if away <= board.visits.policy.trusted_km(command.kind):
            _take_over(board, correction)
        else:
            board.visits.put_place(correction)
    return Said("place", place_id)


def decide_place(board: Board, command: DecidePlace, actor: str) -> Said:
    """The response centre agrees with a correction that waits, or refuses it with a reason, which its author reads."""
    waiting = board.visits.places.get(command.place)
    if waiting is None:
        raise not_found("place", command.place)
    if waiting.state != "waiting":
        raise conflict("wrong_state", f"This correction is {waiting.state} already. Look at the list again.")
    check_text("reason", command.reason)
    decided = replace(
        waiting, decided_at=board.now, decided_by=actor, reason=command.reason, version=waiting.version + 1
    )
    if command.agreed:
        _take_over(board, decided)
    elif not command.reason.strip():
        raise invalid("reason_missing", "Say why the correction is not right: its author reads it.")
    else:
        board.visits.put_place(replace(decided, state="refused"))
        _tell_refused(board, decided)
    return Said("place", waiting.place_id)


def place_id_of(command: CorrectPlace) -> str:
    """What makes two corrections one."""
    return named("place", command.site, command.kind, command.technician, command.at.isoformat(), *command.points)


def _own_site(board: Board, command: CorrectPlace) -> SiteHere:
    site = board.visits.sites.get(command.site)
    if site is None:
        raise not_found("site", command.site)
    if (command.site, command.technician) not in board.visits.visited:
        raise Refused(
            "forbidden", "not_your_site", f"You have no order at {site.name}. Tell the response centre instead."
        )
    return site


def _points(command: CorrectPlace) -> tuple[Place, ...]:
    if command.kind not in _POINTS:
        raise invalid("no_such_kind", f"{command.kind[:40]!r} is no kind of place: site, parking or track.")
    check_zone(command.at)
    check_text("note", command.note)
    least, most = _POINTS[command.kind]
    if not least <= len(command.points) <= most:
        raise invalid("points", f"{command.kind} takes {least} to {most} points, and these are {len(command.points)}.")
    points = tuple(Place(*point) for point in command.points)
    for point in points:
        check_place(point)
    return points


def _take_over(board: Board, place: CorrectedPlace) -> None:
    current = board.visits.current_place(place.site_id, place.kind)
    if current and current.at > place.at and not place.decided_by:
        board.visits.put_place(replace(place, state="replaced"))
        return
    if current:
        board.visits.put_place(replace(current, state="replaced", version=current.version + 1))
    board.visits.put_place(replace(place, state="current"))


def _tell_refused(board: Board, place: CorrectedPlace) -> None:
    site = board.visits.sites.get(place.site_id)
    name = site.name if site else place.site_id
    board.notices.tell(
        Notice(
            notice_id=f"{place.place_id}/refused/{place.technician_id}",
            person_id=place.technician_id,
            kind="place_refused",
            at=board.now,
            words={
                "zh": joined("您对", name, f"的位置更正未被采纳：{place.reason}"),
                "en": f"Your correction of {name} was not taken over: {place.reason}",
            },
            site_id=place.site_id,
            domain=place.domain,
        )
    )
