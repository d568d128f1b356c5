"""Tells people what the batches decided, beside them: its own connection, its own errors, many sendings at once.

At least once (`guywire.outbox`); what is sent again a phone shows once, by its tag.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import structlog

from dispatch import metrics
from dispatch.telling import contacts as contacts_module
from dispatch.telling import policy as policy_module
from dispatch.telling.model import TAKE_DOWN, Message, Outcome
from dispatch.telling.plan import Sending, delivered, plan, with_deliveries
from dispatch.telling.push_message import Header, body_of, take_down_of, topic_of
from dispatch.telling.store import Record, due_messages, record
from dispatch.telling.web_push import WebPush
from dispatch.visits import policy as visits_policy
from guywire.database import Connection
from guywire.messages import Messenger
from guywire.outbox import OutboxLoop
from guywire.service import Service

_ONE_AT_A_TIME = 0x74656C6C  # "tell"
_TITLE = "Guywire"

_log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


class Teller:
    """The outbox of notices, and its health."""

    name = "telling"

    def __init__(self, service: Service, clock: Clock = lambda: datetime.now(UTC)) -> None:
        data_dir = service.settings.data_dir
        self._clock = clock
        self._policy = policy_module.policy_file(data_dir)
        self._contacts_file = contacts_module.contacts_file(data_dir)
        self._contacts = contacts_module.NOBODY
        visits = visits_policy.policy_file(data_dir)
        self._push = WebPush(data_dir, self._policy.current, lambda host: visits.current().push.serves(host))
        self._messenger = Messenger()
        self._loop = OutboxLoop(service.settings.database_url, _ONE_AT_A_TIME, service.stop)
        self.stir = self._loop.stir
        """There are new notices: they need not wait for the next look."""

    @property
    def at_once(self) -> int:
        return self._policy.current().at_once

    async def check(self) -> str | None:
        """The health of telling: what went wrong last, or a file of the operator's that is not in force."""
        return self._loop.trouble or self._contacts_file.refused or self._policy.refused or None

    async def run(self) -> None:
        """Until the stop; then what is under way is waited for."""
        try:
            await self._loop.run(self)
        finally:
            self._messenger.close()
            await self._push.close()

    def key(self, one: Message) -> str:
        return one.notice_id

    async def due(self, connection: Connection, but: Collection[str], at_most: int) -> list[Message]:
        self._contacts = await asyncio.to_thread(self._contacts_file.current)  # it may load all of Apprise
        return await due_messages(connection, self._clock(), but, at_most)

    async def leave(self, connection: Connection, one: Message) -> None:
        await record(connection, one, Record(), self._clock())

    async def send(self, connection: Connection, turn: asyncio.Lock, one: Message) -> None:
        """Sends what is due of one notice, all of it at once, and records what came of it."""
        message, policy, contacts = one, self._policy.current(), self._contacts
        sendings = plan(message, contacts, policy, self._clock()).sendings
        outcomes = await asyncio.gather(*(self._send(message, sending) for sending in sendings))
        now = self._clock()
        rows = []
        for sending, outcome in zip(sendings, outcomes, strict=True):
            before = message.deliveries.get((sending.channel, sending.target))
            rows.append(delivered(before, sending, outcome, policy.retry, now))
            _note(message, sending, outcome)
        gone = [one.subscription for one, row in zip(sendings, rows, strict=True) if row.state == "gone"]
        rest = plan(with_deliveries(message, rows), contacts, policy, now)
        look_at = now if rest.sendings else rest.look_at
        async with turn:
            await record(connection, message, Record(rows, [one for one in gone if one], look_at), now)

    async def _send(self, message: Message, sending: Sending) -> Outcome:
        policy = self._policy.current()
        if sending.subscription:
            over = sending.channel == TAKE_DOWN
            body = take_down_of(message) if over else body_of(message)
            urgency = "high" if message.urgent and not over else "normal"
            header = Header(policy.ttl_minutes.of(urgent=message.urgent), urgency, topic_of(message))
            return await self._push.send(sending.subscription, body, header, self._clock())
        (taken,) = await self._messenger.send([sending.address], _TITLE, message.text(policy.language))
        return Outcome("delivered") if taken else Outcome("waiting", "the service did not take it")


def _note(message: Message, sending: Sending, outcome: Outcome) -> None:
    metrics.TOLD.labels(sending.channel, outcome.state).inc()
    _log.info(
        "notice.sending",
        notice=message.notice_id,
        channel=sending.channel,
        target=sending.target,
        state=outcome.state,
        detail=outcome.detail,
    )
