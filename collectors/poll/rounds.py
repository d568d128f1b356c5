"""How polling goes, for the log: once an interval, how many polls, how late they were, and what they cost."""

from __future__ import annotations

import time

import structlog

from collectors.poll.ask import Answer
from collectors.poll.schedule import Due

_log = structlog.get_logger(__name__)


class Rounds:
    """Counts since the last time that it was told. Lateness is that of devices that answer, not of probes."""

    def __init__(self, now: float) -> None:
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._since, self._processor = now, time.process_time()
        self._polls = self._silent = self._troubled = 0
        self._late: list[float] = []

    def count(self, due: Due, answer: Answer) -> None:
        self._polls += 1
        self._silent += not answer.answered
        self._troubled += answer.answered and answer.trouble != ""
        if not due.probe:
            self._late.append(due.late)

    def tell(self, now: float, interval: float, devices: int, silent: int) -> None:
        """Logs and begins anew, once an interval."""
        if now - self._since < interval:
            return
        late = sorted(self._late) or [0.0]
        _log.info(
            "poll.round",
            seconds=round(now - self._since, 3),
            devices=devices,
            devices_silent=silent,
            polls=self._polls,
            polls_silent=self._silent,
            polls_troubled=self._troubled,
            late_median=round(late[len(late) // 2], 3),
            late_most=round(late[-1], 3),
            processor_seconds=round(time.process_time() - self._processor, 3),
        )
        self._begin(now)
