"""The link between the keeper and a feeder process: catches one way, one byte for each the other way, in order.

A feeder is a process that listens or asks, and hands what it caught to the keeper: the trap workers
(`collectors.wire.trap_worker`), the SNMPv3 process (`collectors.usm`), the poller (`collectors.poll`). How one is
written:

    async def body(feeder: Feeder) -> None:       # collectors/feeding/feeder.py
        while not feeder.stop.is_set():
            ...
            if await feeder.keep(catch):          # on disk; only now may its informs be answered
                ...

    run_feeder("usm", body)                       # in the package's __main__.py

The keeper starts it as `python -m collectors.usm` with its own settings in the environment (`Feeder.settings`), and
with descriptors that these variables name; whoever starts one by hand, as a test does, sets them alike:

    GUYWIRE_KEEPER_FD    all        stream socketpair: this link
    GUYWIRE_DATAGRAM_FD  usm        seqpacket socketpair to read batches of SNMPv3 datagrams from, each message being
                                    what `collectors.wire.datagrams.decode_batch` takes: `Feeder.datagrams`
    GUYWIRE_FORWARD_FD   workers    its other end, to write to, nonblocking: what it cannot take is counted, not queued
    GUYWIRE_TRAP_FD      usm,       a trap socket (UDP), which the keeper owns: what waits in it outlives a worker. The
                         workers    SNMPv3 process only answers through it: `Feeder.traps.sendto(answer, source)`

What holds: stderr is the keeper's log; `run_feeder` logs JSON as all services do. The kernel kills a feeder when its
keeper dies; SIGTERM sets `stop`, and 5 s later it is killed. A feeder that ends is started again, ever later, is
counted, and /health says so until it is back. `run_feeder` hands over an empty catch at the start, which says that it
runs, and every other second, which says that it still does: whoever says nothing for 30 s is killed and started again.
Inventory, profiles, policy and credentials are read from files: `collectors.learning.Learning`, looked at every 2 s.
What one counts goes into `Catch.tally`. Who takes a datagram of GUYWIRE_DATAGRAM_FD counts it as `received` and with
one outcome: the listener did not.

On the wire: four bytes of length, big-endian, then the `Catch` as MessagePack; the answer is 1 for kept, 0 for refused.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from collectors.catch import Catch, Keep
from guywire.errors import GuywireError

KEEPER_FD = "GUYWIRE_KEEPER_FD"
MAX_FRAME_BYTES = 32 << 20
UNDER_WAY = 8
"""Catches that a feeder has handed over and not yet been answered; the next one waits."""

_LENGTH = struct.Struct(">I")
_READ_BYTES = 1 << 18
_KEPT, _REFUSED = b"\1", b"\0"
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Catch)


class LinkError(GuywireError):
    """What came over a link, or should go over it, is no catch; or there is no link."""


async def serve(end: socket.socket, keep: Keep, heard: Callable[[], None]) -> None:
    """The keeper's end, which it closes: keeps what comes, answers, and tells `heard`, until the feeder is gone.

    What a feeder handed over before it died is kept like the rest. Raises `LinkError` for what is no catch.
    """
    with end:
        end.setblocking(False)
        frames = _Frames(end)
        while (body := await frames.next()) is not None:
            heard()
            _say(end, _KEPT if await keep(_catch(body)) else _REFUSED)


class _Frames:
    """What comes over a socket, frame by frame. Not an asyncio stream: one drops what it holds when a write fails."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._held = bytearray()

    async def next(self) -> bytes | None:
        """None at the end, be it in the middle of a frame."""
        if not await self._hold(_LENGTH.size):
            return None
        (length,) = _LENGTH.unpack_from(self._held)
        if length > MAX_FRAME_BYTES:
            raise LinkError(f"a frame of {length} bytes")
        end = _LENGTH.size + length
        if not await self._hold(end):
            return None
        body = bytes(self._held[_LENGTH.size : end])
        del self._held[:end]
        return body

    async def _hold(self, size: int) -> bool:
        while len(self._held) < size:
            try:
                more = await asyncio.get_running_loop().sock_recv(self._end, _READ_BYTES)
            except ConnectionError:
                return False
            if not more:
                return False
            self._held += more
        return True


def _say(end: socket.socket, answer: bytes) -> None:
    """One byte always finds room: a feeder waits for its answers. Who is gone needs none."""
    with suppress(ConnectionError):
        end.send(answer)


class KeeperLink:
    """The feeder's end. `run` must be running for `keep` to be answered."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._places = asyncio.Semaphore(UNDER_WAY)
        self._answers: deque[asyncio.Future[bool]] = deque()
        self._gone = False

    async def keep(self, catch: Catch) -> bool:
        """True once the keeper has all of it on disk; false when it refuses or is gone. See `collectors.catch.Keep`."""
        frame = _frame(catch)
        async with self._places:
            if self._gone:
                return False
            answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._answers.append(answer)
            self._writer.write(frame)
            return await answer

    async def run(self) -> None:
        """Takes answers until the keeper is gone."""
        try:
            while said := await self._reader.read(UNDER_WAY):
                for number in said:
                    self._answer(number == _KEPT[0])
        except ConnectionError:
            pass
        finally:
            self._gone = True
            while self._answers:
                self._answer(False)
            self._writer.close()

    def _answer(self, kept: bool) -> None:
        answer = self._answers.popleft()
        if not answer.done():  # whoever asked was cancelled
            answer.set_result(kept)


async def connect_keeper() -> KeeperLink:
    """The link that this process was started with. Raises `LinkError` when there is none."""
    try:
        end = socket.socket(fileno=int(os.environ[KEEPER_FD]))
    except (KeyError, ValueError, OSError):
        raise LinkError(f"{KEEPER_FD} names no socket: this program is started by python -m collectors.") from None
    return KeeperLink(*await asyncio.open_connection(sock=end))


def _frame(catch: Catch) -> bytes:
    body = _encoder.encode(catch)
    if len(body) > MAX_FRAME_BYTES:
        raise LinkError(f"A catch of {len(body)} bytes is more than the {MAX_FRAME_BYTES} of a frame: hand over less.")
    return _LENGTH.pack(len(body)) + body


def _catch(body: bytes) -> Catch:
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise LinkError(f"a frame that is no catch: {error}") from None
