"""What goes wrong with the spool itself, told as alarms of the collector: through that very spool, by its reserve."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import structlog

from collectors.spool import Spool, SpoolError
from guywire.model import AlarmEvent, Severity
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

FULL, DISCARDS, DAMAGED = "spool-full", "spool-discards", "spool-damaged"
"""Qualifiers of `collector-silent` at the resource `collector:<name>`."""

_CALM_SECONDS = 60.0


class _Told(NamedTuple):
    """What is to be said of a trouble: there is one, how bad, in which words."""

    there: bool
    severity: Severity
    text: str


class Troubles:
    """Each trouble is raised once and cleared once, over restarts, too. What cannot be written is owed.

    That a damaged spool was set aside is only raised: it is over when a person has seen to it.
    """

    def __init__(self, collector: str, spool: Spool) -> None:
        self._collector = collector
        self._spool = spool
        self._raised = {name: spool.flag(name) for name in (FULL, DISCARDS)}
        self._owed: list[AlarmEvent] = []
        self._discarded = 0
        self._discarded_at: datetime | None = None
        self._not_told = Seldom()
        self._is_set_aside_told = spool.set_aside is None

    def tell(self, now: datetime, late: bool) -> int:
        """Writes what is new or owed into the spool; how many events that were."""
        for qualifier, told in self._now(now).items():
            if told.there != self._raised[qualifier]:
                self._raised[qualifier] = told.there
                self._owed.append(self._event(qualifier, told, now))
        if not self._is_set_aside_told:
            self._is_set_aside_told = True
            self._owed.append(self._event(DAMAGED, self._damaged(), now))
        if not self._owed:
            return 0
        flags = {event.qualifier: not event.clears for event in self._owed}
        try:
            self._spool.append(self._owed, now=now.timestamp(), late=late, flags=flags)
        except SpoolError as error:
            if (left_out := self._not_told.now()) is not None:
                _log.warning("collector.trouble_not_told", owed=len(self._owed), error=str(error), left_out=left_out)
            return 0
        count = len(self._owed)
        self._owed = []
        return count

    def _now(self, now: datetime) -> dict[str, _Told]:
        if self._spool.discarded > self._discarded:
            self._discarded, self._discarded_at = self._spool.discarded, now
        calm = self._discarded_at is None or (now - self._discarded_at).total_seconds() >= _CALM_SECONDS
        return {
            FULL: _Told(
                self._spool.full,
                Severity.CRITICAL,
                "The disk of the collector's spool is full: new alarm events are refused. Make room on it.",
            ),
            DISCARDS: _Told(
                not calm or (self._raised[DISCARDS] and self._spool.crowded()),
                Severity.MAJOR,
                f"The collector's spool is at its bounds: {self._discarded} of the oldest alarm events were discarded"
                " since it started. Reconnect the correlator, or raise megabytes in its policy.",
            ),
        }

    def _damaged(self) -> _Told:
        return _Told(
            True,
            Severity.MAJOR,
            f"The collector's spool was damaged and set aside as {self._spool.set_aside}: what waited in it for the"
            " correlator did not arrive. Check the disk, then clear this by hand.",
        )

    def _event(self, qualifier: str, told: _Told, now: datetime) -> AlarmEvent:
        return AlarmEvent(
            at=now,
            received_at=now,
            site="",
            resource=f"collector:{self._collector}",
            alarm_type="collector-silent",
            severity=told.severity if told.there else Severity.CLEARED,
            qualifier=qualifier,
            text=told.text if told.there else "",
        )
