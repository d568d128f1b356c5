"""The keeper: what a catch brings goes through the storm guard into the spool, in one transaction, or not at all."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from collectors import metrics
from collectors.catch import Catch
from collectors.keeping.guard import Guard, Step
from collectors.keeping.strangers import Strangers
from collectors.keeping.troubles import Troubles
from collectors.policy import Policy
from collectors.spool import Spool, SpoolError, SpoolFull
from guywire.model import AlarmEvent
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_ONLY_WHEN_KEPT = ("unknown_source", "unidentified")


class Keeper:
    """One a collector. `wake` tells the sender of news, `connected` whether the correlator is there.

    Every event gets one outcome: received + found = spooled + merged + ignored + repeated + refused. One that the
    guard holds back is spooled, too: it is on disk, and goes on from there.
    """

    def __init__(
        self,
        spool: Spool,
        policy: Callable[[], Policy],
        wake: Callable[[], None],
        *,
        connected: Callable[[], bool],
        collector: str,
    ) -> None:
        self._spool = spool
        self._policy = policy
        self._wake = wake
        self._connected = connected
        self._guard = Guard(spool.held())
        self._strangers = Strangers()
        self._troubles = Troubles(collector, spool)
        self._failed = Seldom()
        self._connected_at: datetime | None = None
        self._bound()

    def keep(self, catch: Catch, now: datetime) -> bool:
        """True once all of the catch is on disk; false when nothing of it is. Counts it, its tally included."""
        events, digests = self._fresh(catch, now.timestamp())
        tally = Tally(catch.tally)
        if "received" in tally:
            events = self._strangers.admit(events, now.timestamp(), self._policy().traps.strangers)
        else:
            tally["found"] += len(catch.events)
        tally["repeated"] += len(catch.events) - len(events)
        kept = not events or self._admit(events, digests, now, tally)
        if not kept:
            tally["refused:" + metrics.SPOOL_FAILED] += len(events)
            for name in _ONLY_WHEN_KEPT:
                tally.pop(name, None)
        metrics.count(tally)
        return kept

    def tick(self, now: datetime) -> None:
        """Once a second: releases what the guard held for long enough, and looks after the spool and its troubles."""
        self._bound()
        self._spool.tend()
        if not self._spool.full:
            self._release(now)
        if told := self._troubles.tell(now, self._is_late(now)):
            metrics.count(Tally({"found": told, "spooled": told}))
            self._wake()
        metrics.HELD.set(len(self._guard))
        metrics.SPOOL_FULL.set(self._spool.full)

    def _release(self, now: datetime) -> None:
        step = self._guard.release(now.timestamp(), self._policy().guard)
        if step.held:
            self._write(step, [], now)

    def _admit(self, events: list[AlarmEvent], digests: list[bytes], now: datetime, tally: Tally[str]) -> bool:
        step = self._guard.admit(events, now.timestamp(), self._policy().guard)
        if not self._write(step, digests, now):
            return False
        tally["merged"] += step.merged
        tally["spooled"] += len(events) - step.merged
        return True

    def _write(self, step: Step, digests: list[bytes], now: datetime) -> bool:
        try:
            self._spool.append(step.through, digests, now.timestamp(), held=step.held, late=self._is_late(now))
        except SpoolFull:  # the spool has said so, once
            self._guard.undo(step)
            return False
        except SpoolError as error:
            self._guard.undo(step)
            if (left_out := self._failed.now()) is not None:
                _log.error("collector.spool_failed", events=len(step.through), error=str(error), left_out=left_out)
            return False
        if step.through:
            self._wake()
        return True

    def _is_late(self, now: datetime) -> bool:
        """Whether the correlator has been away for so long that what comes now must not wait for it all in one row."""
        if self._connected_at is None or self._connected():
            self._connected_at = now
        return (now - self._connected_at).total_seconds() >= self._policy().spool.late_after_seconds

    def _bound(self) -> None:
        limits = self._policy().spool
        self._spool.bound(limits.megabytes << 20, limits.reserve_kilobytes << 10)

    def _fresh(self, catch: Catch, now: float) -> tuple[list[AlarmEvent], list[bytes]]:
        """The events without those whose inform came before, and the digests of the informs that are new."""
        if not catch.informs:
            return catch.events, []
        return _without_repeats(catch.events, catch.informs, lambda digest: self._spool.knows_inform(digest, now))


def _without_repeats(
    events: list[AlarmEvent], informs: Mapping[int, bytes], known: Callable[[bytes], bool]
) -> tuple[list[AlarmEvent], list[bytes]]:
    new: dict[bytes, None] = {}
    fresh = []
    for place, event in enumerate(events):
        digest = informs.get(place)
        if digest is not None:
            if digest in new or known(digest):
                continue
            new[digest] = None
        fresh.append(event)
    return fresh, list(new)
