"""The complaints service: one loop of batches, woken by its inbox and by the feeds that it follows."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import structlog

from complaints import metrics
from complaints.batch import COMPLAINTS, PUBLISHERS, Outcome, run_batch
from complaints.policy import policy_file
from guywire import feed, inbox
from guywire.database import Connection
from guywire.service import Service

CHANNELS = (*(feed.channel_of(publisher) for publisher in PUBLISHERS), inbox.channel_of(COMPLAINTS))
_LONGEST_PAUSE = 1.0  # a lost wake-up costs this much
_AFTER_TROUBLE = 0.5
_STANDING = "SELECT state, count(*) AS count FROM complaints.complaint WHERE state IN ('open', 'linked') GROUP BY state"

_log = structlog.get_logger(__name__)


async def run(service: Service) -> None:
    """Works until told to stop. All it must remember is in the database, so it may be killed at any moment."""
    desk = Desk(service)
    service.health.add("complaints", desk.check)
    await service.take_turns(CHANNELS, desk.turn)


class Desk:
    """Runs batches and tells of them."""

    def __init__(self, service: Service) -> None:
        self._pool = service.pool
        self._policy = policy_file(service.settings.data_dir)
        self._trouble: str | None = None

    async def check(self) -> str | None:
        """What went wrong with the last batch, if anything."""
        return self._trouble

    async def turn(self) -> float:
        """One batch; returns for how many seconds there is nothing to do."""
        try:
            async with self._pool.connection() as connection:
                outcome = await run_batch(connection, datetime.now(UTC), self._policy.current())
                if outcome.registered or outcome.became:
                    await _count_standing(connection)
        except psycopg.OperationalError as error:
            self._trouble = f"the database is away: {str(error).strip()}"
            _log.warning("complaints.waiting_for_database", reason=str(error).strip())
            return _AFTER_TROUBLE
        self._trouble = None
        _tell(outcome)
        return 0.0 if outcome.more else _LONGEST_PAUSE


def _tell(outcome: Outcome) -> None:
    for complaint in outcome.registered:
        incident = complaint["incident"]
        metrics.REGISTERED.labels("outage" if incident else "none").inc()
        _log.info("complaint.registered", complaint=complaint["id"], incident=incident)
    for seconds in outcome.register_seconds:
        metrics.REGISTER_SECONDS.observe(seconds)
    for refused in outcome.refused:
        metrics.REFUSED.labels(refused.reason).inc()
    for change, count in outcome.became.items():
        metrics.BECAME.labels(change).inc(count)
        _log.info("complaints.followed", change=change, count=count)


async def _count_standing(connection: Connection) -> None:
    counts = {row["state"]: row["count"] for row in await (await connection.execute(_STANDING)).fetchall()}
    for state in ("open", "linked"):
        metrics.WAITING.labels(state).set(counts.get(state, 0))
