"""What a backup says of itself, and whether it fits the program and the database that it is to come back to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from guywire.errors import GuywireError

FORMAT = 1
DATABASE = "database.dump"
FILES = "files"
_NAME = "backup.json"


class Server(msgspec.Struct, frozen=True):
    """A database server, as far as a backup depends on it: PostgreSQL's major version, TimescaleDB's ("": has none)."""

    postgres: int
    timescale: str


class Manifest(msgspec.Struct, frozen=True):
    """`dumped_by` is the major version of the pg_dump that wrote it; `migrations` how many the database had."""

    format: int
    made_at: datetime
    guywire: str
    migrations: int
    server: Server
    dumped_by: int
    left_out: list[str]


def write(folder: Path, manifest: Manifest) -> None:
    (folder / _NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def read(folder: Path) -> Manifest:
    """Raises `GuywireError` for what is no backup, or none that this program can read."""
    try:
        manifest = msgspec.json.decode((folder / _NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise GuywireError(
            f"{folder} is no backup of Guywire: {_NAME}: {error}. Name a folder that guywire backup made."
        ) from error
    if manifest.format != FORMAT:
        raise GuywireError(f"{folder} was made by Guywire {manifest.guywire}: restore it with that version.")
    return manifest


def refusal(manifest: Manifest, known_migrations: int, server: Server) -> str | None:
    """Why this backup cannot come back here, and what to do; None: it can. `server` is the one that it goes to."""
    if manifest.migrations > known_migrations:
        return f"The backup was made by a newer Guywire ({manifest.guywire}). Install that version, or a later one."
    if server.postgres < manifest.server.postgres:
        return (
            f"The backup comes from PostgreSQL {manifest.server.postgres}, and this is {server.postgres}."
            f" Use {manifest.server.postgres} or later."
        )
    if server.timescale != manifest.server.timescale:
        return (
            f"The backup comes from a database {_with(manifest.server)}, and this one is {_with(server)}."
            " Series are kept otherwise there. Restore to a database like the one that it comes from."
        )
    return None


def _with(server: Server) -> str:
    return f"with TimescaleDB {server.timescale}" if server.timescale else "without TimescaleDB"
