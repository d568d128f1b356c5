"""What the sender sends next: live lanes as far as their windows go, late ones a little at a time beside them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from guywire.stream.protocol import EncodedBatch, as_array, is_late
from guywire.stream.window import Window

LATE_UNDER_WAY = 800
"""Of all late lanes together: a live event waits for these at the most, however large the backlog is."""


class Piece(NamedTuple):
    """Up to 50 consecutive events of a lane, encoded one behind the other (`protocol.encode_events`)."""

    first_seq: int
    last_seq: int
    events: bytes


class Outbox(Protocol):
    """The spool as the sender sees it: numbered, already encoded events of each lane, kept until acknowledged."""

    @property
    def spool(self) -> str:
        """The id of this numbering."""

    def acked(self) -> Mapping[str, int]:
        """The last acknowledged seq of each lane that ever had an event."""

    def last(self) -> Mapping[str, int]:
        """The newest seq of each lane."""

    def pending(self, lane: str, after: int) -> Piece | None:
        """The next events of a lane behind a seq; None when there is none that may be sent now."""

    def acknowledge(self, seqs: Mapping[str, int]) -> None:
        """Frees events up to each lane's seq. A seq that is not news is no error."""

    def renumber(self) -> None:
        """Starts a new numbering (a new spool id) with what is pending."""


class Outflow:
    """Chooses, and tells the window. `window` is replaced when the numbering is."""

    def __init__(self, collector: str, outbox: Outbox) -> None:
        self._collector = collector
        self._outbox = outbox
        self._turns: dict[str, int] = {}
        self.window = Window(outbox.acked())

    def due(self, now: float) -> Iterator[EncodedBatch]:
        """The batches to send now, in order. Asking for the next one says that the one before it is sent.

        Live lanes come first. Then late ones in turn, for as long as less than `LATE_UNDER_WAY` of them is under way.
        """
        lanes = list(self._outbox.last())
        for lane in lanes:
            if not is_late(lane):
                while (piece := self._next(lane)) is not None:
                    yield self._batch(lane, *piece)
                    self.window.sent(lane, piece[1].last_seq, now)
        waiting = late = [lane for lane in lanes if is_late(lane)]
        while waiting and self.window.under_way(late) < LATE_UNDER_WAY:
            lane = min(waiting, key=self._last_turn)
            if (piece := self._next(lane)) is None:
                waiting = [other for other in waiting if other != lane]
                continue
            yield self._batch(lane, *piece)
            self.window.sent(lane, piece[1].last_seq, now)
            self._turns[lane] = max(self._turns.values(), default=0) + 1

    def _last_turn(self, lane: str) -> int:
        return self._turns.get(lane, 0)

    def _next(self, lane: str) -> tuple[int, Piece] | None:
        """What stands behind the last event sent, and that one's number."""
        after = self.window.next_after(lane, self._outbox.last()[lane])
        piece = None if after is None else self._outbox.pending(lane, after)
        return None if after is None or piece is None else (after, piece)

    def _batch(self, lane: str, after: int, piece: Piece) -> EncodedBatch:
        events = as_array(piece.last_seq - piece.first_seq + 1, piece.events)
        skipped = max(0, piece.first_seq - after - 1)
        return EncodedBatch(self._collector, lane, self._outbox.spool, piece.first_seq, events, skipped)
