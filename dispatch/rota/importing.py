"""Takes in what a calendar means: new entries, changed ones, and those that it does not name any more. All or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from posixpath import commonpath

from dispatch.board import Board
from dispatch.moves import check_text, check_zone
from dispatch.records import Person
from dispatch.rota.entries import give_back, rota_changed
from dispatch.rota.model import OF_SWAPS, Entry, EntryKind, Source
from dispatch.said import Said
from dispatch.visits.model import named
from guywire.commands.rota import ImportRota, RotaLine
from guywire.errors import Refused, invalid
from guywire.model import is_below

_KINDS = frozenset(EntryKind) - OF_SWAPS


def import_rota(board: Board, command: ImportRota, actor: str) -> Said:
    """Raises `Refused` for the first line that cannot be; then nothing has changed."""
    if not command.source.strip():
        raise invalid("source_missing", "Name the calendar: its next import takes the place of this one.")
    check_zone(command.since)
    check_zone(command.until)
    most = board.rota.policy.calendar.most_entries
    if len(command.lines) > most:
        raise invalid("too_many_entries", f"The calendar means {len(command.lines)} entries; {most} are the most.")
    source = source_of(command)
    wanted = {one.entry_id: one for one in (_entry(board, command, line, actor) for line in command.lines)}
    return Said("rota_source", _take_in(board, command, source, wanted, actor))


def source_of(command: ImportRota) -> str:
    """Calendars of the same name in two areas are two: neither touches the other's entries."""
    return f"calendar:{command.within}:{command.source.strip()}"


def _take_in(board: Board, command: ImportRota, source: str, wanted: dict[str, Entry], actor: str) -> str:
    counted: Counter[str] = Counter()
    for entry in wanted.values():
        before = board.rota.entries.get(entry.entry_id)
        if before is None or before.taken_back_at or _says(before) != _says(entry):
            counted["changed" if before and not before.taken_back_at else "added"] += 1
            made = before.made_at if before else entry.made_at
            board.rota.put_entry(replace(entry, made_at=made, version=before.version if before else 1))
    for entry in list(board.rota.entries.values()):
        gone = entry.source == source and entry.entry_id not in wanted and entry.taken_back_at is None
        if gone and entry.since < command.until and command.since < entry.until:
            counted["taken_back"] += 1
            board.rota.put_entry(replace(entry, taken_back_at=board.now, taken_back_by=actor))
    rota_changed(board)
    for technician in sorted({entry.technician_id for entry in wanted.values()}):
        give_back(board, technician)
    board.rota.put_source(
        Source(
            source_id=source,
            region=command.within or _around(board.people[one.technician_id] for one in wanted.values()),
            imported_at=board.now,
            imported_by=actor,
            since=command.since,
            until=command.until,
            entries=len(wanted),
            added=counted["added"],
            changed=counted["changed"],
            taken_back=counted["taken_back"],
        )
    )
    return source


def _entry(board: Board, command: ImportRota, line: RotaLine, actor: str) -> Entry:
    where = line.where or line.uid
    person = _person(board, command, line, where)
    if line.kind not in _KINDS:
        raise invalid("no_such_kind", f"{where}: {line.kind!r} is no kind of entry.")
    check_zone(line.since)
    check_zone(line.until)
    if line.until <= line.since:
        raise invalid("ends_before_it_begins", f"{where}: it ends before it begins.")
    check_text("note", line.note)
    return Entry(
        entry_id=named("rota", source_of(command), person.technician_id, line.uid),
        technician_id=person.technician_id,
        kind=EntryKind(line.kind),
        since=line.since.astimezone(UTC),
        until=line.until.astimezone(UTC),
        note=line.note,
        source=source_of(command),
        made_at=board.now,
        made_by=actor,
    )


def _person(board: Board, command: ImportRota, line: RotaLine, where: str) -> Person:
    person = board.people.get(line.technician)
    if person is None:
        message = f"{where}: there is no technician {line.technician!r}. The inventory's ids are meant."
        raise Refused("not_found", "technician_not_found", message)
    if not is_below(person.region, command.within):
        raise Refused("forbidden", "beyond_your_region", f"{where}: {line.technician} works outside {command.within}.")
    return person


def _says(entry: Entry) -> tuple[object, ...]:
    return (entry.technician_id, entry.kind, entry.since, entry.until, entry.note)


def _around(people: Iterable[Person]) -> str:
    """The smallest region path that all of them are in."""
    regions = {person.region for person in people}
    return commonpath(regions) if regions else ""
