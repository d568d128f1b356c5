"""What the poller keeps through a restart: which devices it looked at before, so that only a first look is baseline."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

Look = tuple[str, str]
"""A device's key, and what of it was looked at: `sensors` or `tables`."""


_IN_MEMORY = ":memory:"


class Memory:
    """A small SQLite file. A disk that refuses costs baselines told twice, never an alarm."""

    def __init__(self, path: Path) -> None:
        self._db = _opened_somehow(path)
        self._looks: set[Look] = set(self._db.execute("SELECT device, part FROM look"))

    def knows(self, look: Look) -> bool:
        return look in self._looks

    def remember(self, looks: Iterable[Look]) -> None:
        """These were looked at, and what they said is kept."""
        fresh = set(looks) - self._looks
        if not fresh:
            return
        self._looks |= fresh
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR IGNORE INTO look VALUES (?, ?)", fresh)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            _log.warning("poll.memory_not_written", error=str(error))

    def close(self) -> None:
        self._db.close()


def _opened_somehow(path: Path) -> sqlite3.Connection:
    """The file; a new one where it is damaged; a memory of this run alone where there can be none."""
    try:
        try:
            return _opened(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # read-only, locked: not the file's fault
                raise
            _log.error("poll.memory_set_aside", path=str(path), error=str(error))
            path.replace(path.with_name(path.name + ".damaged"))
            return _opened(path)
    except (sqlite3.Error, OSError) as error:
        _log.error("poll.memory_is_lost_at_the_end", path=str(path), error=str(error))
        return _opened(Path(_IN_MEMORY))


def _opened(path: Path) -> sqlite3.Connection:
    """A file that is damaged raises here and not later: all of it is read."""
    if str(path) != _IN_MEMORY:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    db = sqlite3.connect(path, isolation_level=None, timeout=2.0)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE IF NOT EXISTS look (device TEXT, part TEXT, PRIMARY KEY (device, part))")
        db.execute("SELECT count(device || part) FROM look").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db
