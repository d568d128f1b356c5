"""The informs of the last minute, so that one whose answer was lost is answered again and not kept again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

REMEMBER_INFORMS_SECONDS = 60.0
"""How long an answered inform is recognised when its sender, who missed the answer, repeats it."""

INFORM_TABLE = "CREATE TABLE IF NOT EXISTS inform (at REAL NOT NULL, digests BLOB NOT NULL)"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[bytes]).decode


class Informs:
    """Their digests in memory, and on disk a row for each append that had some. Times in seconds since the epoch."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        rows = db.execute("SELECT at, digests FROM inform ORDER BY at")
        self._at = {digest: at for at, digests in rows for digest in _decode(digests)}
        self._forgot_at = 0.0

    def knows(self, digest: bytes, now: float) -> bool:
        """A clock that was set back makes no inform of today a repeat of tomorrow's."""
        at = self._at.get(digest)
        return at is not None and abs(now - at) < REMEMBER_INFORMS_SECONDS

    def write(self, digests: Sequence[bytes], now: float) -> None:
        """In the transaction of their events."""
        self._db.execute("INSERT INTO inform VALUES (?, ?)", (now, _encode(digests)))
        if self._forgetting_is_due(now):
            self._db.execute("DELETE FROM inform WHERE abs(? - at) >= ?", (now, REMEMBER_INFORMS_SECONDS))

    def written(self, digests: Sequence[bytes], now: float) -> None:
        """After it."""
        if self._forgetting_is_due(now):
            self._at = {digest: at for digest, at in self._at.items() if abs(now - at) < REMEMBER_INFORMS_SECONDS}
            self._forgot_at = now
        self._at.update(dict.fromkeys(digests, now))

    def _forgetting_is_due(self, now: float) -> bool:
        return not self._forgot_at <= now < self._forgot_at + REMEMBER_INFORMS_SECONDS
