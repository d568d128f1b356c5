"""Entries over the shifts by hand: leave, sickness, training, extra duty, stand-by; made, changed and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from dispatch.board import Board
from dispatch.moves import check_text, check_zone
from dispatch.records import DISPATCH, Person
from dispatch.rota.model import ABSENCES, OF_SWAPS, Entry, EntryKind
from dispatch.rota.swaps import take_back_swap
from dispatch.said import Said
from dispatch.states import RECALLED
from dispatch.visits.model import named
from dispatch.visits.people import known_person
from guywire.commands.rota import EndRotaEntry, PutRotaEntry
from guywire.errors import conflict, invalid, not_found
from guywire.model import Role, WorkOrderState

_LONGEST = timedelta(days=400)
_AWAY = "whoever had it is away"


def put_entry(board: Board, command: PutRotaEntry, actor: str) -> Said:
    """Makes or changes an entry. Who is away from now on gives back what is not under way yet. Raises `Refused`."""
    person = known_person(board, command.technician)
    before = _standing(board, command.entry, command.version) if command.entry else None
    if before and before.technician_id != command.technician:
        raise invalid("not_theirs", f"{command.entry} is of {before.technician_id}: make a new one instead.")
    if before and before.kind in OF_SWAPS:
        raise conflict("of_a_swap", "A swap wrote this entry: take it back, and all of the swap goes with it.")
    kind = _checked_kind(command.kind)
    _check_span(command)
    check_text("note", command.note)
    _check_deputy(board, person, command, kind)
    made = before.made_at if before else board.now
    entry = Entry(
        entry_id=before.entry_id if before else named("rota", command, board.now.isoformat(), actor),
        technician_id=person.technician_id,
        kind=kind,
        since=command.since.astimezone(UTC),
        until=command.until.astimezone(UTC),
        note=command.note.strip(),
        source=before.source if before else "",
        deputy_id=command.deputy,
        made_at=made,
        made_by=actor,
        version=before.version if before else 1,
    )
    board.rota.put_entry(entry)
    rota_changed(board)
    give_back(board, person.technician_id)
    return Said("rota_entry", entry.entry_id)


def end_entry(board: Board, command: EndRotaEntry, actor: str) -> Said:
    """Takes an entry back. Raises `Refused`."""
    entry = _standing(board, command.entry, command.version)
    if entry.kind in OF_SWAPS:
        take_back_swap(board, entry.source, actor)
    else:
        board.rota.put_entry(replace(entry, taken_back_at=board.now, taken_back_by=actor))
    rota_changed(board)
    return Said("rota_entry", entry.entry_id)


def rota_changed(board: Board) -> None:
    """Somebody may have become free, or be so no more: all are looked at anew."""
    board.candidates.clear()
    board.try_all = True


def give_back(board: Board, technician: str) -> None:
    """Takes dispatch's own orders off somebody who is away, as far as nobody is under way."""
    if not board.rota.is_away(technician, board.now):
        return
    for order in board.open_orders():
        if order.technician_id == technician and order.state in RECALLED and order.given_by == DISPATCH:
            board.end(replace(order, reason=_AWAY), WorkOrderState.WITHDRAWN, DISPATCH, note=_AWAY)


def _standing(board: Board, entry_id: str, version: int | None) -> Entry:
    entry = board.rota.entries.get(entry_id)
    if entry is None:
        raise not_found("rota_entry", entry_id)
    if entry.taken_back_at:
        raise conflict("taken_back", f"{entry.taken_back_by} took this entry back already: make a new one.")
    if version is not None and version != entry.version:
        raise conflict("version_is_old", f"The entry has changed since: it is version {entry.version}. Look again.")
    return entry


def _checked_kind(kind: str) -> EntryKind:
    allowed = [one.value for one in EntryKind if one not in OF_SWAPS]
    if kind not in allowed:
        raise invalid("no_such_kind", f"{kind!r} is no kind of entry. Choose one of {', '.join(allowed)}.")
    return EntryKind(kind)


def _check_span(command: PutRotaEntry) -> None:
    check_zone(command.since)
    check_zone(command.until)
    if command.until <= command.since:
        raise invalid("ends_before_it_begins", "The entry ends before it begins. Say until when it lasts.")
    if command.until - command.since > _LONGEST:
        raise invalid("too_long", f"An entry lasts {_LONGEST.days} days at the most. Make several.")


def _check_deputy(board: Board, person: Person, command: PutRotaEntry, kind: EntryKind) -> None:
    if not command.deputy:
        return
    deputy = known_person(board, command.deputy)
    if kind not in ABSENCES or person.role != Role.AREA_MANAGER:
        raise invalid("no_deputy_here", "A deputy stands in for an area manager who is away, and for nobody else.")
    if deputy.role != Role.AREA_MANAGER or deputy == person:
        raise invalid("cannot_deputise", f"{command.deputy} cannot stand in: name another area manager.")
