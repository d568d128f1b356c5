"""The complaints service: one loop of batches, woken by its inbox and by the feeds that it follows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
import psycopg
import structlog

from complaints import metrics
from complaints.batch import COMMANDS_AT_ONCE, PUBLISHERS, Outcome, run_batch
from complaints.care import policy as care
from complaints.care.model import COMPLAINTS
from complaints.policy import policy_file
from complaints.telling import policy as telling
from complaints.telling.budget import withheld_lately
from complaints.telling.teller import Teller
from guywire import feed, inbox
from guywire.database import Connection
from guywire.service import Service

CHANNELS = (*(feed.channel_of(publisher) for publisher in PUBLISHERS), inbox.channel_of(COMPLAINTS))
_LONGEST_PAUSE = 1.0  # a lost wake-up costs this much
_AFTER_TROUBLE = 0.5
_LAST_WORDS_SECONDS = 3.0  # what is on its way to a customer at the stop is waited for
_STANDING = "SELECT state, count(*) AS count FROM complaints.complaint WHERE state IN ('open', 'linked') GROUP BY state"

_log = structlog.get_logger(__name__)


async def run(service: Service) -> None:
    """Works until told to stop. All it must remember is in the database, so it may be killed at any moment."""
    desk = Desk(service)
    service.health.add("complaints", desk.check)
    service.health.add("strangers", desk.check_strangers, vital=False)
    async with asyncio.TaskGroup() as tasks:
        sending = _start_telling(service, desk.teller, tasks)
        await service.take_turns(CHANNELS, desk.turn)
        if sending:
            await asyncio.wait([sending], timeout=_LAST_WORDS_SECONDS)
            sending.cancel()


def _start_telling(service: Service, teller: Teller, tasks: asyncio.TaskGroup) -> asyncio.Task[None] | None:
    """In shadow nobody is told of anything."""
    if service.settings.shadow:
        return None
    service.health.add("telling", teller.check, vital=False)
    return tasks.create_task(teller.run())


class Desk:
    """Runs batches and tells of them."""

    def __init__(self, service: Service) -> None:
        self._pool = service.pool
        self._shadow = service.settings.shadow
        self._public_url = service.settings.public_url
        self._policy = policy_file(service.settings.data_dir)
        self._care = care.policy_file(service.settings.data_dir)
        self._telling = telling.policy_file(service.settings.data_dir)
        self.teller = Teller(service, telling.policy_file(service.settings.data_dir), self._care)
        self._caution = inbox.Caution(COMPLAINTS, COMMANDS_AT_ONCE)
        self._trouble: str | None = None
        self._withheld = 0

    async def check(self) -> str | None:
        """What went wrong with the last batch, or a file of the operator's that is not in force."""
        return self._trouble or self._care.refused or self._policy.refused or None

    async def check_strangers(self) -> str | None:
        """How many messages to numbers that nobody proved were beyond what strangers are sent."""
        if not self._withheld:
            return None
        return f"{self._withheld} messages to unproven numbers were withheld within the hour"

    async def turn(self) -> float:
        """One batch; returns for how many seconds there is nothing to do."""
        try:
            outcome = await self._batch()
        except psycopg.OperationalError as error:
            self._trouble = f"the database is away: {str(error).strip()}"
            _log.warning("complaints.waiting_for_database", reason=str(error).strip())
            return _AFTER_TROUBLE
        except Exception as error:  # noqa: BLE001 - whatever it was, what is committed is whole: go on from there
            self._trouble = f"a batch broke: {type(error).__name__}"
            _log.exception("complaints.batch_broke")
            await self._caution.broke(self._pool)
            return _AFTER_TROUBLE
        self._trouble = None
        self._caution.went_well(outcome.more)
        _tell(outcome)
        self.teller.stir()
        return 0.0 if outcome.more else _LONGEST_PAUSE

    async def _batch(self) -> Outcome:
        telling_now = await asyncio.to_thread(self._telling.current)  # it may load all of Apprise
        if not telling_now.public_url:
            telling_now = msgspec.structs.replace(telling_now, public_url=self._public_url.rstrip("/"))
        async with self._pool.connection() as connection:
            outcome = await run_batch(
                connection,
                datetime.now(UTC),
                self._policy.current(),
                care=self._care.current(),
                telling=telling_now,
                shadow=self._shadow,
                at_once=self._caution.at_once,
            )
            if outcome.registered or outcome.became:
                await _count_standing(connection)
            self._withheld = await withheld_lately(connection, datetime.now(UTC))
            metrics.WITHHELD.set(self._withheld)
            return outcome


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
