"""The receiver's book-keeping: what of each (collector, domain) was taken in and what is committed. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from guywire.stream.protocol import Batch, Hello, Mark

Key = tuple[str, str]
"""(collector, domain)."""


class Positions:
    """`taken` runs ahead of `committed` by what the owner has in its hands and has not committed yet."""

    def __init__(self, committed: Mapping[Key, Mark]) -> None:
        self.committed: dict[Key, Mark] = dict(committed)
        self._taken = dict(self.committed)

    def hello(self, hello: Hello) -> tuple[dict[str, int], list[str]]:
        """The committed seq of each domain, and the domains whose floor is above what is known here.

        Such a floor means that this side lost its memory (another database, one restored from a back-up). What was
        acknowledged before cannot come again, so the numbering goes on from the floor.
        """
        lost = []
        domains = {domain for collector, domain in self.committed if collector == hello.collector}
        for domain in sorted(domains | set(hello.acked) | set(hello.last)):
            floor = hello.acked.get(domain, 0)
            if self._seq(self.committed, (hello.collector, domain), hello.spool) < floor:
                lost.append(domain)
                self._set((hello.collector, domain), Mark(hello.spool, floor))
        return self._committed_of(hello.collector, hello.spool), lost

    def take(self, batch: Batch) -> Batch | None:
        """What is new of a batch, None when nothing is. Raises `LookupError` when events before it are missing."""
        key = (batch.collector, batch.domain)
        taken = self._seq(self._taken, key, batch.spool)
        if batch.first_seq - batch.skipped > taken + 1:
            raise LookupError
        if batch.last_seq <= taken:
            return None
        self._taken[key] = batch.mark
        known = taken + 1 - batch.first_seq
        if known <= 0:
            return batch
        return Batch(batch.collector, batch.domain, batch.spool, taken + 1, batch.events[known:])

    def is_committed(self, batch: Batch) -> bool:
        return batch.last_seq <= self._seq(self.committed, (batch.collector, batch.domain), batch.spool)

    def commit(self, batch: Batch) -> None:
        self.committed[batch.collector, batch.domain] = batch.mark

    def _committed_of(self, collector: str, spool: str) -> dict[str, int]:
        return {
            domain: self._seq(self.committed, (collector, domain), spool)
            for of, domain in self.committed
            if of == collector
        }

    def _set(self, key: Key, mark: Mark) -> None:
        self.committed[key] = mark
        self._taken[key] = mark

    @staticmethod
    def _seq(marks: Mapping[Key, Mark], key: Key, spool: str) -> int:
        mark = marks.get(key)
        return mark.seq if mark is not None and mark.spool == spool else 0
