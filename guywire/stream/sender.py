"""The collector's end of the stream: sends what the spool holds, a small window at a time, and frees what is acked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog
import zmq
import zmq.asyncio

from guywire.stream import security
from guywire.stream.outflow import Outbox, Outflow
from guywire.stream.protocol import (
    FRAMES_IN_QUEUE,
    MAX_FRAME_BYTES,
    Ack,
    Again,
    EncodedBatch,
    Hello,
    Welcome,
    decode_from_correlator,
    encode,
)
from guywire.stream.window import Window
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_TICK_SECONDS = 0.1


class Sender:
    """Run it as a task; `wake()` it when the spool has news. `close()` after the task has ended."""

    def __init__(self, url: str, collector: str, outbox: Outbox, keys: Path | None = None) -> None:
        self._collector = collector
        self._outbox = outbox
        self._outflow = Outflow(collector, outbox)
        self._news = asyncio.Event()
        self._not_understood = Seldom()
        self._context = zmq.asyncio.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IMMEDIATE, 1)  # nothing is queued for a correlator that is away
        self._socket.setsockopt(zmq.RECONNECT_IVL, 100)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, 2000)
        self._socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
        self._socket.set_hwm(FRAMES_IN_QUEUE)
        try:
            security.guard_client(self._socket, url, keys)
            security.connect(self._socket, url)
        except security.StreamError:
            self._context.destroy(linger=0)
            raise

    def connected(self) -> bool:
        """Whether the correlator spoke a moment ago."""
        return self._outflow.window.connected(asyncio.get_running_loop().time())

    def wake(self) -> None:
        self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop` is set."""
        now = asyncio.get_running_loop().time
        waiting = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._pump(now())
                await self._wait(waiting)
                await self._listen(now())
        finally:
            waiting.cancel()

    def close(self) -> None:
        self._context.destroy(linger=0)

    async def _wait(self, stopped: asyncio.Task[bool]) -> None:
        news = asyncio.create_task(self._news.wait())
        heard = asyncio.ensure_future(self._socket.poll(int(_TICK_SECONDS * 1000)))
        await asyncio.wait((news, heard, stopped), timeout=_TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._news.clear()
        for task in (news, heard):
            task.cancel()

    async def _pump(self, now: float) -> None:
        """Says HELLO when it is time, and sends what is due."""
        window = self._outflow.window
        if window.hello_is_due(now):
            hello = Hello(self._collector, self._outbox.spool, dict(self._outbox.acked()), dict(self._outbox.last()))
            if not await self._say(hello):
                return
            window.hello_said(now)
        for batch in self._outflow.due(now):
            if not await self._say(batch):
                return

    async def _listen(self, now: float) -> None:
        acked: dict[str, int] = {}
        while (frame := await self._next()) is not None:
            try:
                message = decode_from_correlator(frame)
            except msgspec.MsgspecError as error:
                if (left_out := self._not_understood.now()) is not None:
                    _log.error("stream.not_understood", error=str(error), bytes=len(frame), left_out=left_out)
                continue
            acked |= self._hear(message, now)
        if acked:
            self._outbox.acknowledge(acked)

    def _hear(self, message: Welcome | Ack | Again, now: float) -> dict[str, int]:
        """Takes one message in; returns what it acknowledges."""
        if isinstance(message, Again):
            self._outflow.window.again()
            return {}
        if message.spool != self._outbox.spool:  # meant for an earlier numbering
            return {}
        if isinstance(message, Ack):
            if message.seq > self._outbox.last().get(message.domain, 0):  # nobody can have that; the next HELLO tells
                return {}
            self._outflow.window.acked(message.domain, message.seq, now)
            return {message.domain: message.seq}
        return self._welcomed(message, now)

    def _welcomed(self, welcome: Welcome, now: float) -> dict[str, int]:
        last = self._outbox.last()
        if any(seq > last.get(domain, 0) for domain, seq in welcome.committed.items()):
            _log.error("stream.spool_is_older_than_its_acks", spool=self._outbox.spool)
            self._outbox.renumber()
            self._outflow.window = Window(self._outbox.acked())
            return {}
        self._outflow.window.welcomed(welcome.committed, now)
        return welcome.committed

    async def _next(self) -> bytes | None:
        try:
            return await self._socket.recv(zmq.NOBLOCK)
        except zmq.Again:
            return None

    async def _say(self, message: Hello | EncodedBatch) -> bool:
        try:
            await self._socket.send(encode(message), zmq.NOBLOCK)
        except zmq.Again:  # nobody is connected, or the queue is full
            return False
        return True
