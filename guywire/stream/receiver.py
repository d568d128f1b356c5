"""The correlator's end of the stream: takes batches in, in order and once, and acknowledges what was committed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import structlog
import zmq
import zmq.asyncio

from guywire.stream import security
from guywire.stream.positions import Key, Positions
from guywire.stream.protocol import (
    EVENTS_PER_BATCH,
    FRAMES_IN_QUEUE,
    MAX_FRAME_BYTES,
    Ack,
    Again,
    Batch,
    Hello,
    Mark,
    Welcome,
    decode_from_collector,
    encode,
)
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_EVENTS_AT_ONCE = 64 * EVENTS_PER_BATCH
"""By events, not by batches: where forty domains share a storm, a batch of each holds a few."""


class Receiver:
    """Loop: `batches = await batch(timeout)`, commit their effect with each one's `mark`, `await ack(batches)`.

    `marks` are the high-water marks as the owner's database has them. When a transaction fails, `rewind` with the
    marks as they are in the database: what was handed out and not committed comes again. Raises `StreamError` when
    the address cannot be bound, or leaves this machine without keys.
    """

    def __init__(self, url: str, marks: Mapping[Key, Mark], keys: Path | None = None) -> None:
        self._positions = Positions(marks)
        self._peers: dict[str, bytes] = {}
        self._asked_again: set[str] = set()
        self._heard_at: dict[str, float] = {}
        self._rewound = False
        self._not_understood = Seldom()
        self._context = zmq.asyncio.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
        self._socket.set_hwm(FRAMES_IN_QUEUE)
        try:
            self._guard = security.guard_server(self._context, self._socket, url, keys)
            security.bind(self._socket, url)
        except security.StreamError:
            self._context.destroy(linger=0)
            raise

    @property
    def url(self) -> str:
        """Where it is bound; tells the port when the URL's port was `*`."""
        return self._socket.getsockopt_string(zmq.LAST_ENDPOINT)

    def last_heard(self) -> Mapping[str, float]:
        """When each collector last said anything, on the event loop's (monotonic) clock. One that is well does so
        every second, with or without events."""
        return self._heard_at

    async def batch(self, timeout: float) -> list[Batch]:  # noqa: ASYNC109 - a poll with a limit, not a cancellation
        """What has come, in order, after waiting for it at most `timeout` seconds; 3,200 events or so at once."""
        if self._rewound:
            await self._ask_all_again()
        out: list[Batch] = []
        events = 0
        deadline = asyncio.get_running_loop().time() + timeout
        while not out and (left := deadline - asyncio.get_running_loop().time()) > 0:
            if not await self._socket.poll(max(1, int(left * 1000))):
                break
            while events < _EVENTS_AT_ONCE and (frames := await self._next()) is not None:
                new = await self._hear(frames)
                if new is not None:
                    out.append(new)
                    events += len(new.events)
        return out

    async def ack(self, batches: Sequence[Batch]) -> None:
        """Tells the collectors that these batches are committed. An ack that cannot be delivered is asked for again."""
        last: dict[Key, Batch] = {}
        for batch in batches:
            self._positions.commit(batch)
            last[batch.collector, batch.domain] = batch
        for batch in last.values():
            await self._say(self._peers.get(batch.collector, b""), Ack(batch.spool, batch.domain, batch.last_seq))

    def rewind(self, marks: Mapping[Key, Mark]) -> None:
        """Forgets what was taken in beyond `marks`; the collectors send it again."""
        self._positions = Positions(marks)
        self._rewound = True

    def close(self) -> None:
        self._guard.close()
        self._context.destroy(linger=0)

    async def _ask_all_again(self) -> None:
        self._rewound = False
        self._asked_again = set(self._peers)
        for peer in self._peers.values():
            await self._say(peer, Again())

    async def _next(self) -> list[bytes] | None:
        try:
            return await self._socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None

    async def _hear(self, frames: list[bytes]) -> Batch | None:
        peer = frames[0]
        try:
            message = decode_from_collector(frames[-1])
        except msgspec.MsgspecError as error:
            if (left_out := self._not_understood.now()) is not None:
                _log.error("stream.not_understood", error=str(error), bytes=len(frames[-1]), left_out=left_out)
            return None
        self._peers[message.collector] = peer
        self._heard_at[message.collector] = asyncio.get_running_loop().time()
        if isinstance(message, Hello):
            await self._welcome(peer, message)
            return None
        return await self._take(peer, message)

    async def _welcome(self, peer: bytes, hello: Hello) -> None:
        committed, lost = self._positions.hello(hello)
        if lost:
            _log.warning("stream.marks_lost", collector=hello.collector, domains=lost)
        self._asked_again.discard(hello.collector)
        await self._say(peer, Welcome(hello.spool, committed))

    async def _take(self, peer: bytes, batch: Batch) -> Batch | None:
        try:
            new = self._positions.take(batch)
        except LookupError:
            if batch.collector not in self._asked_again:  # one gap, one question, however many batches follow it
                self._asked_again.add(batch.collector)
                await self._say(peer, Again())
            return None
        if new is None and self._positions.is_committed(batch):
            await self._say(peer, Ack(batch.spool, batch.domain, batch.last_seq))
        return new

    async def _say(self, peer: bytes, message: Welcome | Ack | Again) -> None:
        try:
            await self._socket.send_multipart([peer, encode(message)], zmq.NOBLOCK)
        except zmq.ZMQError as error:  # gone, or its queue is full: it will say HELLO
            _log.debug("stream.not_delivered", error=str(error))
