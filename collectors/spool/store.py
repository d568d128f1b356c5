"""The spool as its users see it: events on disk until the correlator has committed them, within its bounds.

Freeing what is acknowledged may be lost by a power cut: it is then sent again and recognised by its number.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import structlog

from collectors import metrics
from collectors.keeping.merging import Held
from collectors.spool.bounds import Bounds
from collectors.spool.chunk import CHUNK_TABLE, INSERT_CHUNK, SELECT_CHUNKS, Chunk
from collectors.spool.files import Files, SpoolError, SpoolFull
from collectors.spool.informs import INFORM_TABLE, Informs
from collectors.spool.lanes import Lanes
from guywire.model import AlarmEvent, Identity
from guywire.stream import EVENTS_PER_BATCH, Piece
from guywire.stream.protocol import LATE, is_late
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

_STEPS_AT_ONCE = 4
_NO_LIMIT = 1 << 50
_FREED_AT_ONCE = 8

_TABLES = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value);
CREATE TABLE IF NOT EXISTS lane (lane TEXT PRIMARY KEY, acked INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held (identity BLOB NOT NULL UNIQUE, events BLOB NOT NULL);
{INFORM_TABLE};
{CHUNK_TABLE}
"""

_ALL_CHUNKS = f"""
SELECT lane, first, last, behind, checksum, CASE WHEN lane LIKE '%{LATE}' THEN body ELSE x'' END FROM chunk
ORDER BY lane, last
"""  # noqa: S608 - a constant of this program

_encode = msgspec.msgpack.Encoder().encode
_decode_held = msgspec.msgpack.Decoder(Held).decode


class Spool:
    """One collector's spool; one process at a time. It is the stream sender's outbox."""

    def __init__(self, path: Path) -> None:
        self._files = Files(path, _TABLES)
        self._db = self._files.db
        self._reserve = 0
        self._not_freed = Seldom()
        self.full = False
        """Whether the disk is: events are refused until there is room again (`tend`)."""
        self._lanes = Lanes()
        self._bounds = Bounds(self._files, self._lanes, _NO_LIMIT, 0)
        try:
            self._load()
        except (sqlite3.DatabaseError, msgspec.MsgspecError, ValueError) as error:  # sound by its form alone
            self._files.close()
            self._files.begin_anew(error)
            self._db = self._files.db
            self._load()

    @property
    def spool(self) -> str:
        """The id of this numbering."""
        return self._spool

    @property
    def spooled_total(self) -> int:
        """Events ever given to a lane, through all restarts."""
        return self._spooled_total

    @property
    def set_aside(self) -> Path | None:
        """Where the spool went that was found damaged at the start; None: it was sound."""
        return self._files.set_aside

    @property
    def depth(self) -> int:
        """Events that wait for the correlator."""
        return sum(self._lanes.waiting.values())

    @property
    def discarded(self) -> int:
        """Events thrown away since the start, because the spool had reached its bounds."""
        return self._bounds.discarded

    def last(self) -> Mapping[str, int]:
        return self._lanes.last

    def acked(self) -> Mapping[str, int]:
        return self._lanes.acked

    def held(self) -> list[Held]:
        """What the storm guard holds back, oldest first."""
        return [_decode_held(events) for (events,) in self._db.execute("SELECT events FROM held ORDER BY rowid")]

    def flag(self, name: str) -> bool:
        """What an append said of it last."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (f"flag:{name}",)).fetchone()
        return row is not None and bool(row[0])

    def bound(self, limit: int, reserve: int) -> None:
        """How many bytes it may use, and how many it reserves beside itself on its disk."""
        self._bounds.limit = limit
        if reserve != self._reserve:
            self._reserve = reserve
            self.full = not self._files.keep_reserve(reserve)

    def append(
        self,
        events: Sequence[AlarmEvent],
        informs: Sequence[bytes] = (),
        now: float = 0.0,
        *,
        held: Mapping[Identity, Held] | None = None,
        late: bool = False,
        flags: Mapping[str, bool] | None = None,
    ) -> None:
        """Keeps events and the digests of the informs that they came by, all or nothing.

        `held` is what the guard now holds back, empty for what it let go; `late` says that the correlator is away;
        `now` is in seconds since the epoch. Raises `SpoolError`: at once while the disk is full, but for what has
        `flags`, which may use the reserve.
        """
        if self.full and not flags:
            raise SpoolFull("The disk of the spool is full. Make room on it, then events are taken again.")
        if self._bounds.look_is_due():
            self._bounds.make_room(_STEPS_AT_ONCE)
        runs = self._lanes.runs(events, late)
        chunks = [chunk for run in runs for chunk in run.chunks()]
        try:
            with self._files.transaction():
                self._db.executemany(INSERT_CHUNK, chunks)
                self._write(len(events), held or {}, flags or {})
                if informs:
                    self._informs.write(informs, now)
        except SpoolFull:
            self._fill()
            raise
        for run in runs:
            self._lanes.took(run, len(run.events))
        self._informs.written(informs, now)
        self._spooled_total += len(events)
        self._bounds.grew(sum(len(chunk.body) for chunk in chunks))

    def knows_inform(self, digest: bytes, now: float) -> bool:
        """Whether this inform was spooled a short time ago."""
        return self._informs.knows(digest, now)

    def pending(self, lane: str, after: int) -> Piece | None:
        """See `Outbox`: consecutive chunks, joined as far as one message may hold them."""
        chunks = self._next_chunks(lane, after)
        while (spoilt := next((chunk for chunk in chunks if not chunk.sound), None)) is not None:
            self._discard(spoilt)
            chunks = self._next_chunks(lane, after)
        if not chunks:
            return None
        last = chunks[-1].last
        self._lanes.sent[lane] = max(last, self._lanes.sent.get(lane, 0))
        return Piece(chunks[0].first, last, b"".join([chunk.body for chunk in chunks]))

    def acknowledge(self, seqs: Mapping[str, int]) -> None:
        """Frees events up to each lane's seq. Where the disk refuses even that, the next acknowledgement does it."""
        news = {lane: seq for lane, seq in seqs.items() if seq > self._lanes.acked.get(lane, 0)}
        if not news:
            return
        with self._files.carelessly():
            try:
                self._free(news)
            except SpoolFull:
                self._free_bit_by_bit(news)
            except SpoolError as error:
                self._cannot_free(error)

    def renumber(self) -> None:
        """Starts a new numbering with what is pending: for a spool that was restored from an old copy."""
        with self._files.transaction():
            last = {lane: self._renumber(lane) for lane in self._lanes.last}
            for lane in filter(is_late, last):
                behind = last.get(lane.removesuffix(LATE), 0)
                self._db.execute("UPDATE chunk SET behind = ? WHERE lane = ?", (behind, lane))
            self._db.execute("UPDATE lane SET acked = 0")
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'spool'", (uuid.uuid4().hex,))
        self._load()

    def tend(self) -> None:
        """Once a second: merges a little when crowded; after a full disk looks whether there is room again.

        Raises `SpoolError` once it is found damaged: a new start sets it aside.
        """
        if self._files.damage:
            raise SpoolError(f"The spool is damaged: {self._files.damage}.")
        if not self.full:
            self._bounds.make_room(steps=1)
            return
        self.full = not self._files.keep_reserve(self._reserve)
        if self.full:
            self._files.shrink(self._reserve // 2)
        else:
            _log.info("spool.has_room_again", waiting=self.depth)

    def crowded(self) -> bool:
        """Whether it is so near to its bounds that it merges, and may have to discard."""
        return self._bounds.crowded()

    def check(self) -> str | None:
        """A health check: None when the spool can be written to."""
        if self.full:
            return "The disk of the spool is full, so events are refused. Make room on it."
        try:
            with self._files.transaction():
                self._db.execute("INSERT OR REPLACE INTO meta VALUES ('checked', randomblob(8))")
        except SpoolError as error:
            return str(error)
        return None

    def close(self) -> None:
        self._files.close()

    def _next_chunks(self, lane: str, after: int) -> list[Chunk]:
        chunks: list[Chunk] = []
        with closing(self._db.execute(SELECT_CHUNKS, (lane, after))) as rows:
            for chunk in map(Chunk._make, rows):
                if not self._lanes.clear(chunk) or (chunks and not _fits(chunks, chunk)):
                    break
                chunks.append(chunk)
        return chunks

    def _discard(self, chunk: Chunk) -> None:
        """Takes a spoilt chunk out of the way of those behind it."""
        _log.error("spool.chunk_is_spoilt", lane=chunk.lane, first=chunk.first, last=chunk.last)
        with self._files.transaction():
            self._db.execute("DELETE FROM chunk WHERE lane = ? AND last = ?", (chunk.lane, chunk.last))
        self._lanes.waiting[chunk.lane] -= chunk.size
        self._bounds.discarded += chunk.size

    def _load(self) -> None:
        with self._files.transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO meta VALUES ('spool', ?), ('spooled_total', 0)", (uuid.uuid4().hex,)
            )
        meta = dict(self._db.execute("SELECT key, value FROM meta WHERE key IN ('spool', 'spooled_total')").fetchall())
        self._spool, self._spooled_total = str(meta["spool"]), int(meta["spooled_total"])
        self._lanes = Lanes()
        self._informs = Informs(self._db)
        self._bounds = Bounds(self._files, self._lanes, self._bounds.limit, self._bounds.discarded)
        self.held()  # raises what the guard could not do without, too
        for lane, acked in self._db.execute("SELECT lane, acked FROM lane"):
            self._lanes.acknowledged(lane, acked, 0)
        for chunk in map(Chunk._make, self._db.execute(_ALL_CHUNKS)):
            self._lanes.found(chunk)

    def _write(self, count: int, held: Mapping[Identity, Held], flags: Mapping[str, bool]) -> None:
        self._db.execute("UPDATE meta SET value = value + ? WHERE key = 'spooled_total'", (count,))
        for identity, events in held.items():
            self._hold(_encode(identity), events)
        for name, value in flags.items():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"flag:{name}", value))

    def _hold(self, identity: bytes, events: Held) -> None:
        if events:
            self._db.execute(
                "INSERT INTO held VALUES (?, ?) ON CONFLICT (identity) DO UPDATE SET events = excluded.events",
                (identity, _encode(events)),
            )
        else:
            self._db.execute("DELETE FROM held WHERE identity = ?", (identity,))

    def _free(self, seqs: Mapping[str, int]) -> None:
        freed = dict.fromkeys(seqs, 0)
        with self._files.transaction():
            self._db.executemany("INSERT OR REPLACE INTO lane VALUES (?, ?)", seqs.items())
            for lane, seq in seqs.items():
                rows = self._db.execute(
                    "DELETE FROM chunk WHERE lane = ? AND last <= ? RETURNING last - first + 1", (lane, seq)
                )
                freed[lane] = sum(size for (size,) in rows)
        metrics.ACKED.inc(sum(freed.values()))
        for lane, seq in seqs.items():
            self._lanes.acknowledged(lane, seq, freed[lane])

    def _free_bit_by_bit(self, seqs: Mapping[str, int]) -> None:
        """For a full disk, where even the log of a large deletion finds no room."""
        try:
            for lane, seq in seqs.items():
                rows = self._db.execute(
                    "SELECT last FROM chunk WHERE lane = ? AND last < ? ORDER BY last", (lane, seq)
                ).fetchall()
                for (last,) in [*rows[::_FREED_AT_ONCE], (seq,)]:
                    self._files.settle()
                    self._free({lane: last})
        except SpoolError as error:
            self._cannot_free(error)

    def _cannot_free(self, error: SpoolError) -> None:
        if (left_out := self._not_freed.now()) is not None:
            _log.warning("spool.cannot_free", error=str(error), left_out=left_out)

    def _renumber(self, lane: str) -> int:
        """Numbers what a lane holds from 1 on; returns the last number."""
        last = 0
        sizes = self._db.execute("SELECT rowid, last - first + 1 FROM chunk WHERE lane = ? ORDER BY last", (lane,))
        for rowid, size in sizes.fetchall():
            self._db.execute("UPDATE chunk SET first = ?, last = ? WHERE rowid = ?", (last + 1, last + size, rowid))
            last += size
        return last

    def _fill(self) -> None:
        if not self.full:
            _log.error("spool.disk_full", waiting=self.depth)
        self.full = True
        self._files.drop_reserve()


def _fits(chunks: Sequence[Chunk], chunk: Chunk) -> bool:
    return chunk.first == chunks[-1].last + 1 and chunk.last - chunks[0].first < EVENTS_PER_BATCH
