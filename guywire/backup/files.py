"""The data folder's part of a backup: policies, profiles, secrets, maps, what collectors keep; no database, no logs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_SPOOL = "spool"
_PATIENCE_SECONDS = 0.5
_NOT_SAVED = frozenset({_SPOOL, "postgres", "logs", "taps", "owner.lock", "running.json"})
"""What is saved otherwise, or means something only to the processes that run now."""
_NOT_OURS = "lost+found"
"""A disk of its own brings it along; and a home directory its hidden files."""


def ours(data_dir: Path) -> list[Path]:
    """What of Guywire is in a data folder."""
    there = sorted(data_dir.iterdir()) if data_dir.exists() else []
    return [path for path in there if path.name != _NOT_OURS and not path.name.startswith(".")]


def copy_out(data_dir: Path, to: Path) -> list[str]:
    """Copies what of the data folder belongs into a backup; returns which spool files a running collector holds.

    What such a file has is on its way to the database within a second, and belongs to a numbering that goes on: a copy
    of it would be told twice or be missing what followed.
    """
    to.mkdir(mode=0o700)
    for path in ours(data_dir):
        if path.name not in _NOT_SAVED:
            _copy(path, to / path.name)
    return list(_copy_spool(data_dir / _SPOOL, to / _SPOOL))


def copy_in(files: Path, data_dir: Path) -> None:
    """Copies a backup's files into a data folder that has none of them."""
    for path in sorted(files.iterdir()):
        _copy(path, data_dir / path.name)


def _copy(path: Path, to: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, to)
    else:
        shutil.copy2(path, to)


def _copy_spool(spool: Path, to: Path) -> Iterator[str]:
    """Databases by SQLite itself, so that each is whole; the names of those that are in use."""
    if not spool.is_dir():
        return
    to.mkdir(mode=0o700)
    for path in sorted(spool.glob("*.json")):
        _copy(path, to / path.name)
    for path in sorted(spool.glob("*.sqlite")):
        if not _copied(path, to / path.name):
            yield f"{_SPOOL}/{path.name}"


def _copied(path: Path, to: Path) -> bool:
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS)) as database:
            database.execute("VACUUM INTO ?", (str(to),))  # not backup(): that waits for a lock for ever
    except sqlite3.DatabaseError:  # locked by its process, or damaged: the collector sets that aside itself
        to.unlink()
        return False
    return True
