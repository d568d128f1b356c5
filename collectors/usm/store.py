"""What the SNMPv3 process must know after a restart: who it is, how often it started, and what it has heard.

SQLite in WAL mode with synchronous=FULL: what `save` returned from survives a killed process and a power cut.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

import msgspec

from collectors.usm.memory import Changes, Memory, Remote, Seen
from guywire.errors import GuywireError

_TABLES = (
    "own (engine BLOB NOT NULL, boots INTEGER NOT NULL)",
    "remote (engine BLOB PRIMARY KEY, boots INTEGER NOT NULL, newest INTEGER NOT NULL, at REAL NOT NULL,"
    " floor INTEGER NOT NULL) WITHOUT ROWID",
    "seen (last REAL NOT NULL, body BLOB NOT NULL)",  # a row for each `save`; `last` is its newest message's time
)
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[Seen])


class StoreError(GuywireError):
    """The file cannot be used: nothing of what was to be saved is kept."""


class Store:
    """One process at a time; another waits `patience` seconds for it. Raises `StoreError`."""

    def __init__(self, path: Path, patience: float = 2.0) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=patience)
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
                self._db.execute(f"PRAGMA {pragma}")
            for table in _TABLES:
                self._db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{path}: {error}. Is another collector using it? Is the disk full or read-only? Damaged? Move it away:"
                " senders of informs then learn our engine anew."
            ) from error
        self._path = path

    def start(self, least: int = 1) -> tuple[bytes, int]:
        """Our engine id and, counting this start, how often it booted; both are on disk before they are told.

        `least` are the boots to have at any rate: a file that comes from a back-up counts from what it was then, and
        nobody who has heard of later boots would ever believe it.
        """
        try:
            row = self._db.execute(
                "UPDATE own SET boots = min(max(boots + 1, ?), 2147483647) RETURNING engine, boots", (least,)
            ).fetchone()
            if row is None:
                row = new_engine_id(), least
                self._db.execute("INSERT INTO own VALUES (?, ?)", row)
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error
        return bytes(row[0]), int(row[1])

    def memory(self) -> Memory:
        """What was heard before."""
        try:
            remotes = [Remote(*row) for row in self._db.execute("SELECT engine, boots, newest, at, floor FROM remote")]
            rows = self._db.execute("SELECT body FROM seen ORDER BY rowid").fetchall()
            return Memory(remotes, [seen for (body,) in rows for seen in _decoder.decode(body)])
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise StoreError(f"{self._path}: {error}. Stop the collector and move the file away.") from error

    def save(self, changes: Changes) -> None:
        """In one transaction."""
        try:
            self._db.execute("BEGIN")
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO remote VALUES (?, ?, ?, ?, ?)",
                    map(msgspec.structs.astuple, changes.remotes),
                )
                self._db.execute("DELETE FROM seen WHERE last < ?", (changes.from_,))
                if changes.seen:
                    body = _encoder.encode(changes.seen)
                    self._db.execute("INSERT INTO seen VALUES (?, ?)", (changes.seen[-1].at, body))
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    def close(self) -> None:
        self._db.close()


def new_engine_id() -> bytes:
    """An engine id of RFC 3411's form: no enterprise's own (0 is reserved), format 5 (octets), and chance."""
    return b"\x80\x00\x00\x00\x05" + secrets.token_bytes(12)
