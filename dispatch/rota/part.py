"""The rota as a part of dispatch: which commands it answers, its rows onto the board, and back."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.board import Board
from dispatch.put_rows import put_rows
from dispatch.rota.certificates import end_certificate, put_certificate
from dispatch.rota.entries import end_entry, put_entry
from dispatch.rota.importing import import_rota
from dispatch.rota.model import Certificate, Entry, Source, Swap
from dispatch.rota.read import read
from dispatch.rota.swaps import answer_swap, decide_swap, propose_swap, withdraw_swap
from dispatch.said import Handler
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
from guywire.database import Connection
from guywire.put_rows import columns

__all__ = ["HANDLERS", "read", "write"]

HANDLERS: Mapping[type[Command], Handler] = {
    PutRotaEntry: put_entry,
    EndRotaEntry: end_entry,
    ImportRota: import_rota,
    ProposeSwap: propose_swap,
    AnswerSwap: answer_swap,
    WithdrawSwap: withdraw_swap,
    DecideSwap: decide_swap,
    PutCertificate: put_certificate,
    EndCertificate: end_certificate,
}


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """Writes what the batch changed of it."""
    rota = board.rota
    held = (
        ("rota_entry", "entry_id", Entry, [rota.entries[one] for one in sorted(rota.changed_entries)]),
        ("swap", "swap_id", Swap, [rota.swaps[one] for one in sorted(rota.changed_swaps)]),
        (
            "certificate",
            "certificate_id",
            Certificate,
            [rota.certificates[one] for one in sorted(rota.changed_certificates)],
        ),
        ("rota_source", "source_id", Source, [rota.sources[one] for one in sorted(rota.changed_sources)]),
    )
    for table, key, shape, rows in held:
        await put_rows(connection, table, key, columns(shape), rows)
    return {
        "rota_entry": rota.changed_entries,
        "swap": rota.changed_swaps,
        "certificate": rota.changed_certificates,
        "rota_source": rota.changed_sources,
    }
