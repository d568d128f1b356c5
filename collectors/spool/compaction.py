"""A spool that grows too large: first what is known better by now is merged, then the oldest goes.

Neither touches what may have been sent: the receiver may have it, and would then count it twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from collectors.keeping.merging import Held, merged
from collectors.spool.chunk import INSERT_CHUNK, SELECT_CHUNKS, Chunk, Run
from collectors.spool.lanes import Lanes
from guywire.model import AlarmEvent, Identity
from guywire.stream.protocol import EVENTS_PER_BATCH
from guywire.stream.window import EVENTS_UNDER_WAY

READ_AT_ONCE = 12_000
"""Events looked at in one step: some 40 ms."""

CARRIED_ON = 8000
"""How many of a step's newest events the next step looks at again, with those behind them: whatever is said again
within so many identities of its lane is merged."""

_WORTH_IT = 1000
_MAY_BE_SENT = EVENTS_UNDER_WAY + EVENTS_PER_BATCH


class Compaction:
    """Works on the chunks of the spool, inside the caller's transaction; `lanes` is told by `took` once it is over.

    It goes through each lane from its oldest events to its newest, a step a call.
    """

    def __init__(self, db: sqlite3.Connection, lanes: Lanes) -> None:
        self._db = db
        self._lanes = lanes
        self._looked_at: dict[str, int] = {}
        self._look_again: dict[str, int] = {}

    def crowded_lanes(self) -> list[str]:
        """Lanes with something to merge, the one with most of it first."""
        unseen = {lane: last - self._looked_at.get(lane, 0) for lane, last in self._lanes.last.items()}
        return sorted((lane for lane, count in unseen.items() if count >= _WORTH_IT), key=unseen.__getitem__)[::-1]

    def step(self, lane: str) -> tuple[Run, int]:
        """Merges the next events of a lane. What is left of them, and how many fewer they are."""
        untouchable = self._untouchable(lane)
        chunks = self._read(lane, max(self._look_again.get(lane, 0), untouchable))
        if not chunks:
            self._looked_at[lane] = self._lanes.last[lane]
            return Run(lane, 0, 0, ()), 0
        last = self._looked_at[lane] = chunks[-1].last
        events = squeeze(event for chunk in chunks for event in chunk.events())
        # What is left takes the last of the numbers: one hole, before it.
        run = Run(lane, last - len(events) + 1, chunks[-1].behind, events)
        self._look_again[lane] = max(run.first - 1, last - CARRIED_ON)
        self._delete(lane, chunks[0].last - 1, last)
        self._db.executemany(INSERT_CHUNK, run.chunks())
        return run, sum(chunk.size for chunk in chunks) - len(events)

    def discard(self, lane: str, size: int) -> int:
        """Throws away the oldest events of a lane, about `size` bytes of them; returns how many events."""
        untouchable = last = self._untouchable(lane)
        gone, freed = 0, 0
        rows = self._db.execute(SELECT_CHUNKS, (lane, untouchable))
        for chunk in map(Chunk._make, rows):
            gone, freed, last = gone + chunk.size, freed + len(chunk.body), chunk.last
            if freed >= size:
                break
        rows.close()
        self._delete(lane, untouchable, last)
        return gone

    def _untouchable(self, lane: str) -> int:
        """The last number of a lane that may be on its way; also before a restart no more was than a window holds."""
        last, events = self._lanes.sent.get(lane, 0), 0
        rows = self._db.execute("SELECT first, last FROM chunk WHERE lane = ? ORDER BY last", (lane,))
        for chunk_first, chunk_last in rows:
            events += chunk_last - chunk_first + 1
            if events > _MAY_BE_SENT:
                break
            last = max(last, chunk_last)
        rows.close()
        return last

    def _read(self, lane: str, after: int) -> list[Chunk]:
        """Whole chunks behind a number, until they hold `READ_AT_ONCE` events."""
        chunks: list[Chunk] = []
        rows = self._db.execute(SELECT_CHUNKS, (lane, after))
        events = 0
        for chunk in map(Chunk._make, rows):
            chunks.append(chunk)
            events += chunk.size
            if events >= READ_AT_ONCE:
                break
        rows.close()
        return chunks

    def _delete(self, lane: str, after: int, until: int) -> None:
        self._db.execute("DELETE FROM chunk WHERE lane = ? AND last > ? AND last <= ?", (lane, after, until))


def squeeze(events: Iterable[AlarmEvent]) -> list[AlarmEvent]:
    """What stands for all of these: at most two events an identity, where its newest stood, counts added up."""
    held: dict[Identity, Held] = {}
    for event in events:
        identity = event.identity
        held[identity] = merged(held.pop(identity, ()), event)  # taken out first: what is newest stands last
    return [event for kept in held.values() for event in kept]
