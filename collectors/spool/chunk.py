"""How events stand in the spool: fifty at a time, encoded as the stream sends them, so that an event costs little."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import structlog

from guywire.model import AlarmEvent
from guywire.stream.protocol import EVENTS_PER_BATCH, decode_events, encode_events

_log = structlog.get_logger(__name__)

CHUNK_TABLE = """
CREATE TABLE IF NOT EXISTS chunk (
    lane TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, behind INTEGER NOT NULL,
    checksum INTEGER NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS chunk_place ON chunk (lane, last, first)
"""

INSERT_CHUNK = "INSERT INTO chunk (lane, first, last, behind, checksum, body) VALUES (?, ?, ?, ?, ?, ?)"
SELECT_CHUNKS = "SELECT lane, first, last, behind, checksum, body FROM chunk WHERE lane = ? AND last > ? ORDER BY last"


class Chunk(NamedTuple):
    """A row: up to 50 consecutive events of a lane, to be sent once its live lane is acknowledged up to `behind`.

    SQLite would not notice that a disk spoilt the body, nor would the correlator understand it, ever: hence the
    `checksum`, a CRC-32.
    """

    lane: str
    first: int
    last: int
    behind: int
    checksum: int
    body: bytes

    @property
    def sound(self) -> bool:
        return zlib.crc32(self.body) == self.checksum

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def events(self) -> list[AlarmEvent]:
        """None where they are spoilt, which is told in the log."""
        if not self.sound:
            _log.error("spool.chunk_is_spoilt", lane=self.lane, first=self.first, last=self.last)
            return []
        return decode_events(self.size, self.body)


class Run(NamedTuple):
    """Events of one lane with consecutive numbers, from `first` on."""

    lane: str
    first: int
    behind: int
    events: Sequence[AlarmEvent]

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1

    def chunks(self) -> Iterator[Chunk]:
        for at in range(0, len(self.events), EVENTS_PER_BATCH):
            part = self.events[at : at + EVENTS_PER_BATCH]
            first = self.first + at
            body = encode_events(part)
            yield Chunk(self.lane, first, first + len(part) - 1, self.behind, zlib.crc32(body), body)
