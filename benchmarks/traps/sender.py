"""The one sender of the benchmark: a process that gives each receiver the same datagrams, no more than it can take.

It looks at the receiver's queue in the kernel, so that it works alike for every receiver and none has to say how far it
is. Each datagram leaves from its device's address, all through one socket (IP_PKTINFO, ip(7)).
"""

from __future__ import annotations

import multiprocessing
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.traps.kernel import largest_buffer, queue_of
from benchmarks.traps.traffic import Datagram

BURST = 64
_LISTEN_SECONDS = 2.0
_IP_PKTINFO = 8


@dataclass(frozen=True)
class Sent:
    """What one run came to: datagrams and seconds; `answers` are those of the informs."""

    datagrams: int
    informs: int
    answers: int
    seconds: float


def send(datagrams: Sequence[Datagram], port: int, rate: float = 0.0) -> Sent:
    """Sends from a process of its own: `rate` datagrams a second, or as fast as the receiver empties its queue."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_send, (datagrams, port, rate))


def _send(datagrams: Sequence[Datagram], port: int, rate: float) -> Sent:
    with _socket() as udp:
        started, answers = time.monotonic(), 0
        for at in range(0, len(datagrams), BURST):
            if rate:
                time.sleep(max(0.0, started + at / rate - time.monotonic()))
            else:
                _wait_for_room(port)
            for datagram in datagrams[at : at + BURST]:
                udp.sendmsg([datagram.data], [_from(datagram.source)], 0, ("127.0.0.1", port))
            answers += _answers(udp)
        seconds = time.monotonic() - started
        informs = sum(datagram.inform for datagram in datagrams)
        answers += _last_answers(udp, informs - answers)
    return Sent(len(datagrams), informs, answers, seconds)


@contextmanager
def _socket() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, largest_buffer())
        udp.bind(("", 0))
        udp.setblocking(False)
        yield udp


def _from(address: str) -> tuple[int, int, bytes]:
    """The control message that names the source address."""
    return socket.IPPROTO_IP, _IP_PKTINFO, struct.pack("i4s4s", 0, socket.inet_aton(address), b"\0\0\0\0")


def _wait_for_room(port: int) -> None:
    """Until the receiver's queue is under a quarter of what it can be: nothing of ours is dropped."""
    while (queue := queue_of(port)) is not None and queue.waiting > largest_buffer() // 4:
        time.sleep(0.0005)


def _answers(udp: socket.socket) -> int:
    number = 0
    while True:
        try:
            udp.recv(65_535)
        except BlockingIOError:
            return number
        number += 1


def _last_answers(udp: socket.socket, missing: int) -> int:
    """Those that come within two seconds of the last one."""
    number, deadline = 0, time.monotonic() + _LISTEN_SECONDS
    while number < missing and time.monotonic() < deadline:
        if new := _answers(udp):
            number, deadline = number + new, time.monotonic() + _LISTEN_SECONDS
        time.sleep(0.005)
    return number
