"""The stages of a batch: what `hear` made of datagrams is spooled, then informs are answered, then it streams."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

import structlog

from collectors import metrics
from collectors.decode import answer_to
from collectors.pipeline import Heard, Knowledge, hear
from collectors.places import Source
from collectors.spool import Spool, SpoolError
from guywire.stream.protocol import encode_event

_log = structlog.get_logger(__name__)

Datagram = tuple[bytes, Source]


@dataclass(slots=True)
class _Batch:
    """`answers` are owed once `events` are on disk; `digests` are those of the informs among them."""

    events: list[tuple[str, bytes]] = field(default_factory=list)
    digests: dict[bytes, None] = field(default_factory=dict)
    answers: list[Datagram] = field(default_factory=list)
    tally: Tally[str] = field(default_factory=Tally)


class Collector:
    """Takes batches of datagrams in. `answer` sends a datagram back, `wake` says that the spool has news."""

    def __init__(
        self,
        knowledge: Knowledge,
        spool: Spool,
        answer: Callable[[bytes, Source], None],
        wake: Callable[[], None],
    ) -> None:
        self.knowledge = knowledge
        self._spool = spool
        self._answer = answer
        self._wake = wake

    def take(self, datagrams: Sequence[Datagram], now: datetime) -> None:
        """One batch, from datagrams to answers; every datagram is counted with exactly one outcome."""
        batch = _Batch()
        for data, source in datagrams:
            self._add(batch, hear(data, source, now, self.knowledge), (data, source), now.timestamp())
        if batch.events and not self._spooled(batch, now.timestamp()):
            batch.answers.clear()
        for data, source in batch.answers:
            self._answer(data, source)
        batch.tally["received"] = len(datagrams)
        batch.tally["informs_answered"] = len(batch.answers)
        metrics.count(batch.tally)
        if batch.events:
            self._wake()

    def _add(self, batch: _Batch, heard: Heard, datagram: Datagram, now: float) -> None:
        tally = batch.tally
        if heard.trap is None:
            tally["refused:" + heard.refused] += 1
            return
        tally["decoded"] += 1
        if heard.trap.inform:
            batch.answers.append((answer_to(datagram[0], heard.trap), datagram[1]))
        if heard.event is None:
            tally["ignored"] += 1
            return
        if heard.trap.inform:
            digest = _digest(*datagram)
            if digest in batch.digests or self._spool.knows_inform(digest, now):
                tally["repeated"] += 1
                return
            batch.digests[digest] = None
        batch.events.append((heard.event.domain, encode_event(heard.event)))
        tally["spooled"] += 1
        tally["unknown_source"] += heard.unknown_source
        tally["unidentified"] += heard.unidentified

    def _spooled(self, batch: _Batch, now: float) -> bool:
        try:
            self._spool.append(batch.events, list(batch.digests), now)
        except SpoolError as error:
            _log.error("collector.spool_failed", events=len(batch.events), error=str(error))
            batch.tally["refused:" + metrics.SPOOL_FAILED] = batch.tally.pop("spooled")
            for name in ("unknown_source", "unidentified"):
                del batch.tally[name]
            batch.events.clear()
            return False
        return True


def _digest(data: bytes, source: Source) -> bytes:
    """What tells a repeated inform: the same bytes, request-id and all, from the same port."""
    return blake2b(data, digest_size=16, key=f"{source.ip}:{source.port}".encode()).digest()
