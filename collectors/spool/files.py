"""The spool's files: its database, transactions and size, and the reserve that makes a full disk bearable.

WAL with synchronous=FULL: what a transaction wrote survives a killed process and a power cut.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guywire.errors import GuywireError

_PAGES_IN_WAL = 1000
_IN_MEMORY = ":memory:"


class SpoolError(GuywireError):
    """The spool cannot take what it was given: nothing of it was kept."""


class SpoolFull(SpoolError):
    """There is no room on the disk."""


class Files:
    """One database, of one process at a time. Raises `SpoolError` when it cannot be had."""

    def __init__(self, path: Path, tables: str) -> None:
        self._path = path
        self._reserve = path.with_suffix(".reserve")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.db = sqlite3.connect(path, isolation_level=None, timeout=2.0, cached_statements=64)
            for pragma in (
                "auto_vacuum=INCREMENTAL",
                "locking_mode=EXCLUSIVE",
                "journal_mode=WAL",
                "synchronous=FULL",
                f"wal_autocheckpoint={_PAGES_IN_WAL}",
            ):
                self.db.execute(f"PRAGMA {pragma}")
            with self.transaction():
                for statement in tables.split(";"):
                    self.db.execute(statement)
        except (sqlite3.Error, SpoolError, OSError) as error:
            raise SpoolError(
                f"{path}: {error}. Is another collector using it? Is the disk full or read-only?"
            ) from error
        self._page = self._number("page_size")

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
