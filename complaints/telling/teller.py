"""Tells customers what the batches decided, by the ways of policy; each message that is taken is kept as a contact."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import structlog

from complaints import metrics
from complaints.care.policy import CarePolicy
from complaints.care.rules import Rules
from complaints.telling.policy import TellingPolicy
from complaints.telling.store import due_messages, put_off, record
from complaints.telling.when import Envelope, Sending, after, plan
from guywire.database import Connection
from guywire.messages import Messenger
from guywire.outbox import OutboxLoop
from guywire.policy_file import ReloadedFile
from guywire.service import Service

_ONE_AT_A_TIME = 0x6377_7465  # "cwte"

_log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


class Teller:
    """The outbox of messages to customers."""

    name = "telling"

    def __init__(
        self,
        service: Service,
        telling: ReloadedFile[TellingPolicy],
        care: ReloadedFile[CarePolicy],
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._telling, self._care, self._clock = telling, care, clock
        self._messenger = Messenger()
        self._policy = telling.current()
        self._loop = OutboxLoop(service.settings.database_url, _ONE_AT_A_TIME, service.stop)
        self.stir = self._loop.stir

    @property
    def at_once(self) -> int:
        return self._policy.at_once

    async def check(self) -> str | None:
        """What went wrong last, or a file of the operator's that is not in force."""
        return self._loop.trouble or self._telling.refused or None

    async def run(self) -> None:
        try:
            await self._loop.run(self)
        finally:
            self._messenger.close()

    def key(self, one: Envelope) -> str:
        return one.message.message_id

    async def due(self, connection: Connection, but: Collection[str], at_most: int) -> list[Envelope]:
        self._policy = await asyncio.to_thread(self._telling.current)  # it may load all of Apprise
        return await due_messages(connection, self._clock(), but, at_most)

    async def leave(self, connection: Connection, one: Envelope) -> None:
        await put_off(connection, one, "failed", None)

    async def send(self, connection: Connection, turn: asyncio.Lock, one: Envelope) -> None:
        """Sends where it is due now, all at once, and records what came of it."""
        policy = self._policy
        planned = plan(one, policy, self._clock())
        if not planned.sendings:
            async with turn:
                await put_off(connection, one, planned.state, planned.next_at)
            return
        language = one.complaint.language if one.complaint.language in one.message.words else policy.language
        addresses = [sending.address for sending in planned.sendings]
        took = await self._messenger.send(addresses, policy.title, one.message.words[language])
        good = [sending for sending, taken in zip(planned.sendings, took, strict=True) if taken]
        now = self._clock()
        came = after(one.message, planned.sendings, {sending.target for sending in good}, policy, now)
        _note(one, planned.sendings, good)
        rules = Rules(now=now, care=self._care.current(), telling=policy)
        async with turn:
            await record(connection, one, came, {sending.channel for sending in good}, language, rules)


def _note(one: Envelope, sendings: Collection[Sending], good: Collection[Sending]) -> None:
    for sending in sendings:
        state = "taken" if sending in good else "not_taken"
        metrics.TOLD.labels(one.message.kind, sending.channel, state).inc()
        _log.info(
            "customer.told",
            complaint=one.message.complaint_id,
            message=one.message.message_id,
            kind=one.message.kind,
            channel=sending.channel,
            target=sending.target,
            state=state,
        )
