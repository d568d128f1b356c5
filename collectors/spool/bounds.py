"""How large the spool may grow, and when something is done about it: a little now and then, so that none waits long."""

from __future__ import annotations

import structlog

from collectors.spool.compaction import Compaction
from collectors.spool.files import Files, SpoolError
from collectors.spool.lanes import Lanes
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

CROWDED = 0.75
"""The share of its bounds from which on it merges; at the bounds it discards."""

_AT_A_TIME = 64  # looks at its size, and discards, in so many parts of its bounds


class Bounds:
    """`limit` is in bytes. `discarded` are the events thrown away since the start, because the limit was reached."""

    def __init__(self, files: Files, lanes: Lanes, limit: int, discarded: int) -> None:
        self.limit = limit
        self.discarded = discarded
        self._files = files
        self._lanes = lanes
        self._compaction = Compaction(files.db, lanes)
        self._grown = 0
        self._no_room = Seldom()

    def grew(self, size: int) -> None:
        self._grown += size

    def look_is_due(self) -> bool:
        """Whether it grew by so much since it was last looked at that it should be again."""
        return self._grown >= min(1 << 20, self.limit // _AT_A_TIME)

    def crowded(self) -> bool:
        return self._files.used() >= self.limit * CROWDED

    def make_room(self, steps: int) -> None:
        """When crowded, merges in so many steps at the most; at the limit the oldest goes."""
        self._grown = 0
        try:
            for _ in range(steps):
                if not self.crowded() or not self._compact():
                    break
            while self._files.used() >= self.limit and self._discard():
                pass
        except SpoolError as error:  # what is to be kept may yet fit
            if (left_out := self._no_room.now()) is not None:
                _log.warning("spool.cannot_make_room", error=str(error), left_out=left_out)

    def _compact(self) -> bool:
        """One step; false when there is nothing to merge."""
        lanes = self._compaction.crowded_lanes()
        if not lanes:
            return False
        with self._files.transaction():
            run, fewer = self._compaction.step(lanes[0])
        self._lanes.squeezed(run, fewer)
        return True

    def _discard(self) -> bool:
        """A part of the fullest lane that has something to spare; false when there is none."""
        for lane in sorted(self._lanes.waiting, key=self._lanes.waiting.__getitem__, reverse=True):
            with self._files.carelessly(), self._files.transaction():
                gone = self._compaction.discard(lane, self.limit // _AT_A_TIME)
            self._lanes.waiting[lane] -= gone
            self.discarded += gone
            if gone:
                return True
        return False
