"""The spool's files: its database, transactions and size, and the reserve that makes a full disk bearable.

WAL with synchronous=FULL: what a transaction wrote survives a killed process and a power cut. A disk that spoils the
file does not: at the start it is looked through, and set aside when it is damaged, because a collector that cannot
start hears nothing at all.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from guywire.errors import GuywireError

_PAGES_IN_WAL = 1000
_IN_MEMORY = ":memory:"
_VERSION = 1
"""Of the tables, as user_version; 0 in an empty file."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_COMPANIONS = ("", "-wal", "-shm")

_log = structlog.get_logger(__name__)


class SpoolError(GuywireError):
    """The spool cannot take what it was given: nothing of it was kept."""


class SpoolFull(SpoolError):
    """There is no room on the disk."""


class Files:
    """One database, of one process at a time. Raises `SpoolError` when it cannot be had.

    `set_aside` is where a damaged one went; `damage` says what was found wrong since then.
    """

    def __init__(self, path: Path, tables: str) -> None:
        self._path, self._tables = path, tables
        self._reserve = path.with_suffix(".reserve")
        self.set_aside: Path | None = None
        self.damage = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.db = self._opened()
        except (sqlite3.Error, OSError) as error:
            if not _is_damage(error):
                raise SpoolError(
                    f"{path}: {error}. Is another collector using it? Is the disk full or read-only?"
                ) from error
            self.begin_anew(error)
        self._page = self._number("page_size")

    def begin_anew(self, error: Exception) -> None:
        """Sets the damaged file aside, for whoever can still read something in it, and starts with an empty one."""
        self.set_aside = self._path.with_name(
            f"{self._path.name}.damaged-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
        )
        _log.error("spool.set_aside", path=str(self._path), to=str(self.set_aside), error=str(error))
        try:
            for companion in _COMPANIONS:
                there = self._path.with_name(self._path.name + companion)
                if there.exists():
                    there.replace(self.set_aside.with_name(self.set_aside.name + companion))
            self.db = self._opened()
        except (sqlite3.Error, OSError) as again:
            raise SpoolError(f"{self._path}: damaged, and cannot be begun anew: {again}. Move it away.") from again

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=2.0, cached_statements=64)
        try:
            for pragma in (
                "auto_vacuum=INCREMENTAL",
                "locking_mode=EXCLUSIVE",
                "journal_mode=WAL",
                "synchronous=FULL",
                f"wal_autocheckpoint={_PAGES_IN_WAL}",
            ):
                db.execute(f"PRAGMA {pragma}")
            db.execute("BEGIN IMMEDIATE")
            with db:
                self._check(db)
                for statement in self._tables.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={_VERSION}")
        except BaseException:
            db.close()
            raise
        return db

    def _check(self, db: sqlite3.Connection) -> None:
        """Raises `SpoolError` for a spool of another version, sqlite3.DatabaseError for one that is damaged."""
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != _VERSION and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise SpoolError(
                f"{self._path}: a spool of another version of Guywire (format {version}, here {_VERSION}). Let that"
                " version hand over what it holds to the correlator, or move the file away and lose it."
            )
        if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            damage = sqlite3.DatabaseError(found)
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises `SpoolError`, `SpoolFull` for want of room."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except BaseException as error:
            if self.db.in_transaction:  # SQLite has already rolled back after some errors
                self.db.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                raise
            if _is_damage(error):
                self.damage = str(error)
            kind = SpoolFull if error.sqlite_errorcode == sqlite3.SQLITE_FULL else SpoolError
            raise kind(f"The spool refuses to be written to: {error}. Make room on its disk.") from error

    @contextmanager
    def carelessly(self) -> Iterator[None]:
        """Transactions in here do not wait for the disk: losing them in a power cut costs nothing."""
        self.db.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            self.db.execute("PRAGMA synchronous=FULL")

    def used(self) -> int:
        """Bytes of the database that hold something."""
        return (self._number("page_count") - self._number("freelist_count")) * self._page

    def keep_reserve(self, size: int) -> bool:
        """Makes sure of a reserve of so many bytes beside the database.

        False when there is no room for it, and as much again to work in: a disk that is full by turns helps nobody.
        """
        if str(self._path) == _IN_MEMORY:
            return True
        self.db.execute(f"PRAGMA wal_autocheckpoint={max(8, min(_PAGES_IN_WAL, size // 2 // self._page))}")
        if self._reserve.exists() and self._reserve.stat().st_size == size:
            return True
        if self._room() < 2 * size:
            return False
        try:
            with self._reserve.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            self.drop_reserve()
            return False
        return True

    def drop_reserve(self) -> None:
        """Gives the reserve's room to what must be written although the disk is full."""
        self._reserve.unlink(missing_ok=True)
        self.settle()

    def settle(self) -> None:
        """Empties the write-ahead log into the database, which makes room for more of it."""
        try:
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:  # there is too little room even for that; what it held is in the log still
            return

    def shrink(self, size: int) -> None:
        """Gives up to so many bytes that hold nothing back to the disk."""
        try:
            for _ in self.db.execute(f"PRAGMA incremental_vacuum({max(1, size // self._page)})"):
                pass
        except sqlite3.Error:
            return
        self.settle()

    def _room(self) -> int:
        """Bytes that may still be written: what is free in the database and what the disk, or its limit, leaves."""
        pages = self._number("max_page_count") - self._number("page_count")
        free = self._number("freelist_count") * self._page
        disk = os.statvfs(self._path.parent)
        return free + min(pages * self._page, disk.f_bavail * disk.f_frsize)

    def close(self) -> None:
        self.db.close()

    def _number(self, pragma: str) -> int:
        return int(self.db.execute(f"PRAGMA {pragma}").fetchone()[0])


def _is_damage(error: Exception) -> bool:
    """Also by its extended codes, whose low byte is the kind."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
