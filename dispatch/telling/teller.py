"""Tells people what the batches decided, beside them: its own connection, its own errors, many sendings at once.

At least once: what was sent and not yet recorded when the process died is sent again, and a phone shows it once, by its
tag. One teller a database: whoever holds the lock, which the server drops with the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
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
from guywire.database import Connection, connect
from guywire.database.wake import any_ring_or_timeout
from guywire.messages import Messenger
from guywire.service import Service

_ONE_AT_A_TIME = 0x74656C6C  # "tell"
_LOOK_AGAIN_SECONDS = 1.0
_AFTER_TROUBLE = 1.0
_TITLE = "Guywire"

_log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


class Teller:
    """The loop of telling and its health."""

    def __init__(self, service: Service, clock: Clock = lambda: datetime.now(UTC)) -> None:
        data_dir = service.settings.data_dir
        self._database_url, self._stop, self._clock = service.settings.database_url, service.stop, clock
        self._policy = policy_module.policy_file(data_dir)
        self._contacts_file = contacts_module.contacts_file(data_dir)
        self._contacts = contacts_module.NOBODY
        visits = visits_policy.policy_file(data_dir)
        self._push = WebPush(data_dir, self._policy.current, lambda host: visits.current().push.serves(host))
        self._messenger = Messenger()
        self._stirred = asyncio.Event()
        self._under_way: set[str] = set()
        self._more_wait = False
        self._trouble: str | None = None

    def stir(self) -> None:
        """There are new notices: they need not wait for the next look."""
        self._stirred.set()

    async def check(self) -> str | None:
        """The health of telling: what went wrong last, or a file of the operator's that is not in force."""
        return self._trouble or self._contacts_file.refused or self._policy.refused or None

    async def run(self) -> None:
        """Until the stop; then what is under way is waited for. What goes wrong is logged, and tried again."""
        try:
            while not self._stop.is_set():
                await self._session_or_trouble()
                if not self._stop.is_set():
                    await any_ring_or_timeout([self._stop], _AFTER_TROUBLE)
        finally:
            self._messenger.close()
            await self._push.close()

    async def _session_or_trouble(self) -> None:
        try:
            async with await connect(self._database_url) as connection:
                if await _is_ours(connection):
                    await self._session(connection)
        except* psycopg.Error as errors:
            self._trouble = "the database is away"
            _log.warning("telling.waiting_for_database", reason=str(errors.exceptions[0]).strip())
        except* Exception as errors:  # noqa: BLE001 - whatever it was, people are still to be told
            self._trouble = f"telling broke: {type(errors.exceptions[0]).__name__}"
            _log.exception("telling.broke")

    async def _session(self, connection: Connection) -> None:
        self._under_way.clear()
        turn = asyncio.Lock()
        async with asyncio.TaskGroup() as tasks:
            while not self._stop.is_set():
                self._stirred.clear()
                self._contacts = await asyncio.to_thread(self._contacts_file.current)  # it may load all of Apprise
                free = self._policy.current().at_once - len(self._under_way)
                async with turn:
                    due = await due_messages(connection, self._clock(), self._under_way, max(free, 0))
                self._trouble, self._more_wait = None, len(due) >= free
                for message in due:
                    self._under_way.add(message.notice_id)
                    tasks.create_task(self._tell_or_leave(connection, turn, message))
                await any_ring_or_timeout([self._stirred, self._stop], _LOOK_AGAIN_SECONDS)

    async def _tell_or_leave(self, connection: Connection, turn: asyncio.Lock, message: Message) -> None:
        """As `_tell`; a notice that breaks it is left, so that the others are told."""
        try:
            await self._tell(connection, turn, message)
        except psycopg.Error:
            raise
        except Exception:  # noqa: BLE001 - whatever is odd about this one
            _log.exception("notice.left", notice=message.notice_id)
            async with turn:
                await record(connection, message, Record(), self._clock())
        self._under_way.discard(message.notice_id)
        if self._more_wait and len(self._under_way) <= self._policy.current().at_once // 2:
            self.stir()  # there is room for them

    async def _tell(self, connection: Connection, turn: asyncio.Lock, message: Message) -> None:
        """Sends what is due of one notice, all of it at once, and records what came of it."""
        policy, contacts = self._policy.current(), self._contacts
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


async def _is_ours(connection: Connection) -> bool:
    """False while another teller, such as the one that this one replaces, is at it."""
    row = await (await connection.execute("SELECT pg_try_advisory_lock(%s) AS ours", (_ONE_AT_A_TIME,))).fetchone()
    return bool(row and row["ours"])


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
