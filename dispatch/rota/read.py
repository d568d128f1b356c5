"""What a batch has to know of the rota: these days' entries, open swaps, and all that its commands speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dispatch.board import Board
from dispatch.rota.importing import source_of
from dispatch.rota.model import OPEN_SWAPS, Certificate, Entry, EntryKind, Source, Swap, SwapState
from guywire.commands import Command
from guywire.commands.rota import (
    AnswerSwap,
    DecideSwap,
    EndCertificate,
    EndRotaEntry,
    ImportRota,
    ProposeSwap,
    PutCertificate,
    PutRotaEntry,
    WithdrawSwap,
)
from guywire.database import Connection, rows_of

_BACK, _AHEAD = timedelta(days=3), timedelta(days=10)  # farther than a person's hours look
_ENTRY = """
SELECT e.entry_id, e.technician_id, e.kind, e.since, e.until, e.note, e.source, e.deputy_id, e.made_at, e.made_by,
       e.taken_back_at, e.taken_back_by, e.version FROM dispatch.rota_entry e
"""
_THESE_DAYS = f"{_ENTRY} WHERE e.taken_back_at IS NULL AND e.until > %s AND e.since < %s"
_OF_PEOPLE = f"{_ENTRY} WHERE e.taken_back_at IS NULL AND e.technician_id = ANY(%s) AND e.until > %s"
_NAMED = f"{_ENTRY} WHERE e.entry_id = ANY(%s)"
_OF_SWAPS = f"{_ENTRY} WHERE e.source = ANY(%s)"
_OF_SOURCE = f"{_ENTRY} WHERE e.source = %s AND e.until > %s"
_SWAPS = """
SELECT swap_id, technician_id, since, until, other_id, other_since, other_until, asked_at, note, state, answered_at,
       decided_at, decided_by, reason, version
FROM dispatch.swap WHERE state = ANY(%s) OR swap_id = ANY(%s)
"""
_CERTIFICATES = """
SELECT certificate_id, technician_id, skill, number, valid_until, made_at, made_by, warned_at, ended_at, ended_by,
       end_reason, version
FROM dispatch.certificate
WHERE valid_until < %s OR ended_at IS NOT NULL OR technician_id = ANY(%s) OR certificate_id = ANY(%s)
"""
_RECORDED = "SELECT technician_id, skill FROM dispatch.certificate"
_SOURCES = """
SELECT source_id, region, imported_at, imported_by, since, until, entries, added, changed, taken_back, version
FROM dispatch.rota_source WHERE source_id = ANY(%s)
"""
_ZONES = "SELECT region, core.zone_of(region) AS zone FROM unnest(%s::text[]) AS region"


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Puts it on the board, whose people are read already."""
    rota = board.rota
    await _read_swaps(connection, board, commands)
    people = _people(board, commands)
    queries: list[tuple[str, tuple[object, ...]]] = [(_THESE_DAYS, (board.now - _BACK, board.now + _AHEAD))]
    if people:
        queries.append((_OF_PEOPLE, (sorted(people), board.now - _BACK)))
    if named := [one.entry for one in commands if isinstance(one, (PutRotaEntry, EndRotaEntry)) and one.entry]:
        queries.append((_NAMED, (named,)))
        queries.append((_OF_SWAPS, ([one.source for one in rota.swaps.values()],)))
    imports = [one for one in commands if isinstance(one, ImportRota)]
    queries += [(_OF_SOURCE, (source_of(one), one.since)) for one in imports]
    for query, values in queries:
        for row in await rows_of(connection, query, values):
            rota.entries[row["entry_id"]] = Entry(**{**row, "kind": EntryKind(row["kind"])})
    if imports:
        for row in await rows_of(connection, _SOURCES, ([source_of(one) for one in imports],)):
            rota.sources[row["source_id"]] = Source(**row)
    await _read_certificates(connection, board, commands)


async def _read_swaps(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """The open ones and those of which commands speak, also by an entry that one of them wrote."""
    named = [one.swap for one in commands if isinstance(one, (AnswerSwap, DecideSwap, WithdrawSwap))]
    if ended := [one.entry for one in commands if isinstance(one, EndRotaEntry)]:
        rows = await rows_of(connection, "SELECT source FROM dispatch.rota_entry WHERE entry_id = ANY(%s)", (ended,))
        named += [row["source"].removeprefix("swap:") for row in rows]
    for row in await rows_of(connection, _SWAPS, (sorted(OPEN_SWAPS), named)):
        board.rota.swaps[row["swap_id"]] = Swap(**{**row, "state": SwapState(row["state"])})
    if regions := _regions(board, commands):
        rows = await rows_of(connection, _ZONES, (sorted(regions),))
        board.rota.zones = {row["region"]: row["zone"] or "" for row in rows}


async def _read_certificates(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Those that run out before long, have done so, or are spoken of."""
    rota = board.rota
    soon = (board.now + timedelta(days=rota.policy.warn_days + 2)).date()
    of = [one.technician for one in commands if isinstance(one, PutCertificate)]
    named = [one.certificate for one in commands if isinstance(one, EndCertificate)]
    for row in await rows_of(connection, _CERTIFICATES, (soon, of, named)):
        rota.certificates[row["certificate_id"]] = Certificate(**row)
    if not rota.policy.believe_unrecorded:
        rows = await rows_of(connection, _RECORDED)
        rota.recorded = {(row["technician_id"], row["skill"]) for row in rows}


def _people(board: Board, commands: Sequence[Command]) -> set[str]:
    """Whose later duty matters: both sides of a swap."""
    people = {person for one in commands if isinstance(one, ProposeSwap) for person in (one.technician, one.other)}
    if any(isinstance(one, (AnswerSwap, DecideSwap, EndRotaEntry)) for one in commands):
        people |= {person for one in board.rota.swaps.values() for person in (one.technician_id, one.other_id)}
    return people


def _regions(board: Board, commands: Sequence[Command]) -> set[str]:
    technicians: Iterable[str] = (
        *(one.technician for one in commands if isinstance(one, ProposeSwap)),
        *(one.technician_id for one in board.rota.swaps.values()),
    )
    return {board.people[one].region for one in technicians if one in board.people}
