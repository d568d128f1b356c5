"""The keeper's door: every feeder's catch comes in here, contacts to supervision, the rest to the keeper."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from datetime import UTC, datetime
from typing import Protocol

import structlog

from collectors import metrics
from collectors.catch import Catch
from collectors.lately import Lately
from collectors.supervision.rules import Supervision
from collectors.wire.intake import UNFORESEEN
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)


class _Keeper(Protocol):
    def keep(self, catch: Catch, now: datetime) -> bool: ...


class Door:
    """`keep` is what feeders call (`collectors.catch.Keep`); `check` is for /health."""

    def __init__(self, keeper: _Keeper, supervision: Supervision) -> None:
        self._keeper, self._supervision = keeper, supervision
        self._failures, self._lately, self._unforeseen = 0, Lately(), Seldom()

    async def keep(self, catch: Catch) -> bool:
        """A catch that breaks the keeper is refused and counted, and costs no other."""
        self._supervision.heard(catch.contacts)
        try:
            return self._keeper.keep(catch, datetime.now(UTC))
        except Exception:  # noqa: BLE001 - whatever it is, the next catch is to be kept
            if (left_out := self._unforeseen.now()) is not None:
                _log.exception("collector.unforeseen", events=len(catch.events), left_out=left_out)
        self._failures += 1
        number = catch.tally.get("received", 0)
        metrics.count(Tally({"received": number, f"refused:{UNFORESEEN}": number}))
        return False

    async def check(self) -> str | None:
        self._lately.look(self._failures, asyncio.get_running_loop().time())
        number = self._lately.number
        return f"{number} batches of the last minute could not be kept: see the collector's log." if number else None
