"""The trap sockets: bound once by the keeper, drained batch by batch by it or by its workers, their drops counted."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from collectors.places import Source
from collectors.wire.datagrams import Datagram
from collectors.wire.intake import Intake
from collectors.wire.tap import Taps
from guywire.errors import GuywireError
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

AT_ONCE = 512
"""Datagrams of a batch: bounds how long the event loop is busy with one, some 10 ms."""

GATHER_SECONDS = 0.002
"""After a batch that was not full: one transaction for what comes meanwhile costs less than one each."""

_MEGABYTE = 1 << 20
_LARGEST = 65_535
_SO_RCVBUFFORCE = 33  # Linux, needs CAP_NET_ADMIN; Python has no name for it
_UDP_TABLE = Path("/proc/net/udp")
_not_sent = Seldom()


class ListenError(GuywireError):
    """The trap port cannot be listened on."""


def bind_sockets(host: str, port: int, number: int = 1) -> list[socket.socket]:
    """UDP sockets (IPv4) on one port, which share what comes by the hash of its sender's address and port.

    Raises `ListenError` when the port cannot be had for us alone.
    """
    try:
        if number == 1:
            return [_bound(host, port, shared=False)]
        with _bound(host, port, shared=False) as probe:  # somebody else may share his port, too: not with us
            port = int(probe.getsockname()[1])
        return [_bound(host, port, shared=True) for _ in range(number)]
    except OSError as error:
        raise ListenError(
            f"UDP {host}:{port} cannot be listened on: {error.strerror}."
            " Stop whoever has it, or set trap_port; ports under 1024 need the right to bind them."
        ) from error


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setblocking(False)
        if shared:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        udp.bind((host, port))
    except OSError:
        udp.close()
        raise
    return udp


def enlarge(udp: socket.socket, megabytes: int) -> int:
    """Gives the socket a receive buffer of that size, or as much of it as can be had; returns the bytes it has."""
    for option in (_SO_RCVBUFFORCE, socket.SO_RCVBUF):
        try:
            udp.setsockopt(socket.SOL_SOCKET, option, megabytes * _MEGABYTE)
        except OSError:  # forcing is for those who have the right
            continue
        break
    return buffer_bytes(udp)


def buffer_bytes(udp: socket.socket) -> int:
    """What the receive buffer holds: Linux doubles what it is asked for, to leave room for its own records."""
    return udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def answer_through(udp: socket.socket, data: bytes, to: Source) -> None:
    """Sends an answer; one that the kernel refuses is as good as lost on the way: its sender asks again."""
    try:
        udp.sendto(data, to)
    except OSError as error:
        if (left_out := _not_sent.now()) is not None:  # whoever asks from port 0 is never answered
            _log.warning("collector.answer_not_sent", to=to.ip, error=str(error), left_out=left_out)


async def listen(udp: socket.socket, intake: Intake, taps: Taps) -> None:
    """Hands on what comes, in batches, until cancelled. While the intake is full, datagrams wait in the kernel."""
    while True:
        await _readable(udp)
        while batch := drain(udp):
            now = datetime.now(UTC)
            taps.copy(batch, now.timestamp())
            await intake.take(batch, now)
            await asyncio.sleep(0 if len(batch) == AT_ONCE else GATHER_SECONDS)


def drain(udp: socket.socket) -> list[Datagram]:
    """What has come and not been taken, up to `AT_ONCE` datagrams."""
    batch: list[Datagram] = []
    receive = udp.recvfrom
    for _ in range(AT_ONCE):
        try:
            data, address = receive(_LARGEST)
        except BlockingIOError:
            break
        except OSError as error:  # an ICMP error for an earlier answer
            _log.debug("collector.socket_error", error=str(error))
            continue
        batch.append((data, tuple.__new__(Source, address)))  # four times as fast as Source(*address)
    return batch


async def _readable(udp: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(udp, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(udp)


def drops(sockets: Sequence[socket.socket]) -> int:
    """Datagrams dropped because a receive buffer was full, as the kernel counts them; 0 where it does not tell."""
    return drops_of([os.fstat(udp.fileno()).st_ino for udp in sockets if udp.fileno() >= 0], _UDP_TABLE)


def drops_of(inodes: Iterable[int], table: Path) -> int:
    """The sum over sockets of the last column of their lines in /proc/net/udp (Linux, proc(5))."""
    wanted = set(map(str, inodes))
    try:
        lines = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return 0
    return sum(int(columns[-1]) for line in lines if (columns := line.split())[9] in wanted)
