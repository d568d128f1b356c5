"""The durable spool: alarm events on disk, numbered for each domain, until the correlator has committed them.

SQLite in WAL mode with synchronous=FULL: what `append` returned from survives a killed process and a power cut. Freeing
what is acked may be lost by a crash: it is then sent again and recognised by its number.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from collectors import metrics
from guywire.errors import GuywireError

_log = structlog.get_logger(__name__)

REMEMBER_INFORMS_SECONDS = 60.0
"""How long an answered inform is recognised when its sender, who missed the answer, repeats it."""

_TABLES = (
    "meta (key TEXT PRIMARY KEY, value)",
    "domain (domain TEXT PRIMARY KEY, last INTEGER NOT NULL, acked INTEGER NOT NULL)",
    "event (domain TEXT, seq INTEGER, body BLOB NOT NULL, PRIMARY KEY (domain, seq))",
    "inform (digest BLOB PRIMARY KEY, at REAL NOT NULL)",
)


class SpoolError(GuywireError):
    """The spool cannot take what it was given: nothing of it was kept."""


class Spool:
    """One collector's spool; one process at a time. It is the stream sender's outbox."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2.0)
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
                self._db.execute(f"PRAGMA {pragma}")
            with self._transaction():
                self._create()
        except (sqlite3.Error, OSError) as error:
            raise SpoolError(
                f"{path}: {error}. Is another collector using it? Is the disk full or read-only?"
            ) from error
        self._last: dict[str, int] = {}
        self._acked: dict[str, int] = {}
        self._spool, self._spooled_total, self._forgot_at = "", 0, 0.0
        self._load()

    @property
    def spool(self) -> str:
        """The id of this numbering."""
        return self._spool

    @property
    def spooled_total(self) -> int:
        """Events ever spooled, through all restarts."""
        return self._spooled_total

    @property
    def depth(self) -> int:
        """Events that wait for the correlator."""
        return sum(self._last.values()) - sum(self._acked.values())

    def last(self) -> Mapping[str, int]:
        return self._last

    def acked(self) -> Mapping[str, int]:
        return self._acked

    def append(self, events: Sequence[tuple[str, bytes]], informs: Sequence[bytes] = (), now: float = 0.0) -> None:
        """Keeps (domain, body) events and the digests of the informs they came by; raises `SpoolError`: none is kept.

        `now` is in seconds since the epoch, for forgetting old digests.
        """
        last = dict(self._last)
        rows = []
        for domain, body in events:
            last[domain] = last.get(domain, 0) + 1
            rows.append((domain, last[domain], body))
        with self._transaction():
            self._db.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
            self._db.executemany(
                "INSERT INTO domain VALUES (?, ?, 0) ON CONFLICT (domain) DO UPDATE SET last = excluded.last",
                [(domain, last[domain]) for domain in {domain for domain, _ in events}],
            )
            self._db.execute("UPDATE meta SET value = value + ? WHERE key = 'spooled_total'", (len(rows),))
            if informs:
                self._remember(informs, now)
        self._last = last
        self._spooled_total += len(rows)

    def knows_inform(self, digest: bytes, now: float) -> bool:
        """Whether this inform was spooled a short time ago."""
        row = self._db.execute("SELECT at FROM inform WHERE digest = ?", (digest,)).fetchone()
        return row is not None and now - row[0] < REMEMBER_INFORMS_SECONDS

    def pending(self, domain: str, after: int, limit: int) -> list[bytes]:
        rows = self._db.execute(
            "SELECT body FROM event WHERE domain = ? AND seq > ? ORDER BY seq LIMIT ?", (domain, after, limit)
        )
        return [body for (body,) in rows]

    def acknowledge(self, seqs: Mapping[str, int]) -> None:
        """Frees events up to each domain's seq. Where the disk refuses even that, the next acknowledgement does it."""
        news = {domain: seq for domain, seq in seqs.items() if seq > self._acked.get(domain, 0)}
        if not news:
            return
        self._db.execute("PRAGMA synchronous=NORMAL")  # losing this much in a crash costs nothing
        try:
            with self._transaction():
                self._free(news)
        except SpoolError as error:
            _log.warning("spool.cannot_free", error=str(error))
        else:
            metrics.ACKED.inc(sum(seq - self._acked.get(domain, 0) for domain, seq in news.items()))
            self._acked |= news
        finally:
            self._db.execute("PRAGMA synchronous=FULL")

    def renumber(self) -> None:
        """Starts a new numbering with what is pending: for a spool that was restored from an old copy."""
        with self._transaction():
            self._db.execute("UPDATE event SET seq = (SELECT acked FROM domain d WHERE d.domain = event.domain) - seq")
            self._db.execute("UPDATE event SET seq = -seq")  # in two steps, so that no two events ever share a number
            self._db.execute("UPDATE domain SET last = last - acked, acked = 0")
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'spool'", (uuid.uuid4().hex,))
        self._load()

    def check(self) -> str | None:
        """A health check: None when the spool can be written to."""
        try:
            with self._transaction():
                self._db.execute("INSERT OR REPLACE INTO meta VALUES ('checked', randomblob(8))")
        except SpoolError as error:
            return str(error)
        return None

    def close(self) -> None:
        self._db.close()

    def _create(self) -> None:
        for table in _TABLES:
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {table} WITHOUT ROWID")
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('spool', ?), ('spooled_total', 0)", (uuid.uuid4().hex,))

    def _remember(self, informs: Sequence[bytes], now: float) -> None:
        if not self._forgot_at <= now < self._forgot_at + REMEMBER_INFORMS_SECONDS:
            self._db.execute("DELETE FROM inform WHERE at < ?", (now - REMEMBER_INFORMS_SECONDS,))
            self._forgot_at = now
        self._db.executemany("INSERT OR REPLACE INTO inform VALUES (?, ?)", [(digest, now) for digest in informs])

    def _free(self, seqs: Mapping[str, int]) -> None:
        self._db.executemany("DELETE FROM event WHERE domain = ? AND seq <= ?", seqs.items())
        self._db.executemany(
            "UPDATE domain SET acked = :seq WHERE domain = :domain",
            [{"domain": domain, "seq": seq} for domain, seq in seqs.items()],
        )

    def _load(self) -> None:
        rows = self._db.execute("SELECT domain, last, acked FROM domain").fetchall()
        meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        self._last = {domain: last for domain, last, _ in rows}
        self._acked = {domain: acked for domain, _, acked in rows}
        self._spool, self._spooled_total = meta["spool"], meta["spooled_total"]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:  # SQLite has already rolled back after some errors
                self._db.execute("ROLLBACK")
            raise SpoolError(f"The spool refuses to be written to: {error}. Make room on its disk.") from error
