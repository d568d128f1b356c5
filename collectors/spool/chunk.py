"""How events stand in the spool: fifty at a time, encoded as the stream sends them, so that an event costs little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guywire.model import AlarmEvent
from guywire.stream.protocol import EVENTS_PER_BATCH, decode_events, encode_events

CHUNK_TABLE = """
CREATE TABLE IF NOT EXISTS chunk (
    lane TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, behind INTEGER NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS chunk_place ON chunk (lane, last, first)
"""

INSERT_CHUNK = "INSERT INTO chunk (lane, first, last, behind, body) VALUES (?, ?, ?, ?, ?)"
SELECT_CHUNKS = "SELECT lane, first, last, behind, body FROM chunk WHERE lane = ? AND last > ? ORDER BY last"


class Chunk(NamedTuple):
    """A row: up to 50 consecutive events of a lane, to be sent once its live lane is acknowledged up to `behind`."""

    lane: str
    first: int
    last: int
    behind: int
    body: bytes

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def events(self) -> list[AlarmEvent]:
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
            yield Chunk(self.lane, first, first + len(part) - 1, self.behind, encode_events(part))
