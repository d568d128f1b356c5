"""The spool's lanes in memory: which one an event takes, and how far each is numbered, sent and acknowledged. Pure.

An event takes its domain's live lane, or while the correlator is away the late one; so what happens now need not wait
for what happened then. Order holds for each resource all the same: one that has something unacknowledged in a late lane
goes on there, and a late event waits for whatever stood in its domain's live lane when it came.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.spool.chunk import Chunk, Run
from guywire.model import AlarmEvent
from guywire.stream.protocol import LATE, is_late

_Resource = tuple[str, str]
"""(site, resource)."""

_Numbers = dict[_Resource, int]


class Lanes:
    """`waiting` is how many events of a lane are not acknowledged: its numbers may have holes, so it is no difference.

    `sent` is the last number of each lane that was handed to the sender since the start.
    """

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.acked: dict[str, int] = {}
        self.waiting: dict[str, int] = {}
        self.sent: dict[str, int] = {}
        self._behind: dict[str, int] = {}
        self._late: dict[str, _Numbers] = {}
        """Of each late lane, the newest number of each resource that has something there."""

    def found(self, chunk: Chunk) -> None:
        """A chunk that stands in the spool at its start, in order. The body of a live one is not looked at."""
        self.took(Run(chunk.lane, chunk.first, chunk.behind, chunk.events() if is_late(chunk.lane) else ()), chunk.size)

    def runs(self, events: Sequence[AlarmEvent], late: bool) -> list[Run]:
        """The events with the lane and the numbers that each is to take; `late` says that the correlator is away."""
        split = self._by_lane(events, late) if late or self._late else self._by_domain(events)
        return [Run(lane, self.last.get(lane, 0) + 1, self._wait_for(lane, late), some) for lane, some in split.items()]

    def took(self, run: Run, count: int) -> None:
        """A run is on disk, so many events of it more than before."""
        lane = run.lane
        self.last[lane] = max(run.first + count - 1, run.last, self.last.get(lane, 0))
        self.acked.setdefault(lane, 0)
        self.waiting[lane] = self.waiting.get(lane, 0) + count
        if is_late(lane):
            self._behind[lane] = run.behind
            self._late.setdefault(lane, {}).update(_numbers(run))

    def squeezed(self, run: Run, fewer: int) -> None:
        """A part of a lane was merged into this run of higher numbers, so many events fewer than before."""
        self.waiting[run.lane] -= fewer
        if is_late(run.lane):
            numbers = self._late.setdefault(run.lane, {})
            for resource, seq in _numbers(run).items():
                numbers[resource] = max(seq, numbers.get(resource, 0))

    def clear(self, chunk: Chunk) -> bool:
        """Whether what this chunk waits for is acknowledged."""
        return not chunk.behind or chunk.behind <= self.acked.get(chunk.lane.removesuffix(LATE), 0)

    def acknowledged(self, lane: str, seq: int, freed: int) -> None:
        self.acked[lane] = seq
        self.last[lane] = max(seq, self.last.get(lane, 0))
        self.waiting[lane] = self.waiting.get(lane, 0) - freed
        if is_late(lane) and seq == self.last[lane]:
            self._late.pop(lane, None)

    def _wait_for(self, lane: str, late: bool) -> int:
        behind = self._behind.get(lane, 0)
        return max(behind, self.last.get(lane.removesuffix(LATE), 0)) if late and is_late(lane) else behind

    def _by_lane(self, events: Sequence[AlarmEvent], late: bool) -> dict[str, list[AlarmEvent]]:
        split: dict[str, list[AlarmEvent]] = {}
        for event in events:
            lane = event.domain + LATE
            newest = self._late.get(lane, {}).get((event.site, event.resource), 0)
            if not late and newest <= self.acked.get(lane, 0):
                lane = event.domain
            split.setdefault(lane, []).append(event)
        return split

    @staticmethod
    def _by_domain(events: Sequence[AlarmEvent]) -> dict[str, list[AlarmEvent]]:
        split: dict[str, list[AlarmEvent]] = {}
        for event in events:
            try:
                split[event.domain].append(event)
            except KeyError:
                split[event.domain] = [event]
        return split


def _numbers(run: Run) -> _Numbers:
    return {(event.site, event.resource): seq for seq, event in enumerate(run.events, run.first)}
