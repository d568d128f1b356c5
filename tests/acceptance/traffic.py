"""A bounded stream of real datagrams at a steady rate: traps, and informs that are repeated until they are answered."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from guywire.demo.snmp import COMMUNITY, VarBind, encode_trap

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
_INFORM_EVERY = 10
_PORTS = 200
_RETRY_SECONDS = 1.0
_TRIES = 30
_AT_ONCE = 5
_FIRST_REQUEST = 1 << 30
_BLANK_REQUEST = b"\x3f\xfe\xfd\xfc"
_BLANK_MARKER = b"n000000000"


class _Waiting(NamedTuple):
    """An inform that has not been answered: sent `tries` times, the last time at `at` (monotonic)."""

    datagram: bytes
    device: socket.socket
    at: float
    tries: int = 1


@dataclass
class Sent:
    """What left: how many traps, and the numbers of the informs that were answered."""

    traps: int = 0
    answered: set[int] = field(default_factory=set)


def send(to: tuple[str, int], sources: list[str], numbers: Iterable[int], per_second: int) -> Sent:
    """Sends a datagram for each number, in turn from `sources`, at that rate; an iterator of numbers sees it pass."""
    sent = Sent()
    devices = [_device(source) for source in sources]
    waiting: dict[int, _Waiting] = {}
    started = time.monotonic()
    try:
        for place, number in enumerate(numbers):
            if place % _AT_ONCE == 0:
                _pace(started + place / per_second, devices, waiting, sent, to)
            device = devices[number % len(devices)]
            datagram = _message(number)
            if number % _INFORM_EVERY == 0:
                datagram = as_inform(datagram)
                waiting[number] = _Waiting(datagram, device, time.monotonic())
            else:
                sent.traps += 1
            _leave(device, datagram, to)
        while waiting:
            _pace(time.monotonic() + 0.05, devices, waiting, sent, to)
    finally:
        for device in devices:
            device.close()
    return sent


def marker(number: int) -> str:
    """What the description in a datagram says, by which it is found again."""
    return f"n{number:09d}"


def as_inform(trap: bytes) -> bytes:
    """The same PDU as an inform (RFC 3416: tag 0xA6 in place of 0xA7)."""
    place = trap.index(COMMUNITY.encode()) + len(COMMUNITY)
    assert trap[place] == 0xA7
    return trap[:place] + b"\xa6" + trap[place + 1 :]


def _message(number: int) -> bytes:
    """A port that goes down and up by turns; its description carries the number."""
    port = number // 2 % _PORTS + 1
    down = (number // 2 // _PORTS) % 2 == 0
    request = (_FIRST_REQUEST + number).to_bytes(4, "big")
    return _template(port, down).replace(_BLANK_REQUEST, request, 1).replace(_BLANK_MARKER, marker(number).encode(), 1)


@cache
def _template(port: int, down: bool) -> bytes:
    """Encoding takes a millisecond, which is too long for each of 5,000 a second."""
    varbinds: list[VarBind] = [
        (f"1.3.6.1.2.1.2.2.1.1.{port}", port),
        (f"1.3.6.1.2.1.2.2.1.2.{port}", _BLANK_MARKER.decode()),
        (f"1.3.6.1.2.1.2.2.1.8.{port}", 2 if down else 1),
    ]
    return encode_trap(int.from_bytes(_BLANK_REQUEST, "big"), LINK_DOWN if down else LINK_UP, varbinds, 1)


def _device(source: str) -> socket.socket:
    device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    device.bind((source, 0))
    device.setblocking(False)
    return device


def _pace(
    until: float, devices: list[socket.socket], waiting: dict[int, _Waiting], sent: Sent, to: tuple[str, int]
) -> None:
    """Until that moment: takes answers in, repeats what was not answered within a second, gives up after 30 tries."""
    while True:
        ready, _, _ = select.select(devices, [], [], max(0.0, until - time.monotonic()))
        for device in ready:
            _take_answer(device, waiting, sent)
        now = time.monotonic()
        while waiting and now - (oldest := next(iter(waiting.items())))[1].at > _RETRY_SECONDS:
            number, inform = oldest  # they stand in the order of their last try
            del waiting[number]
            if inform.tries < _TRIES:
                _leave(inform.device, inform.datagram, to)
                waiting[number] = _Waiting(inform.datagram, inform.device, now, inform.tries + 1)
        if now >= until:
            return


def _leave(device: socket.socket, datagram: bytes, to: tuple[str, int]) -> None:
    """Sends; while the collector is dead the kernel says so here, which is no news."""
    with suppress(ConnectionRefusedError):
        device.sendto(datagram, to)


def _take_answer(device: socket.socket, waiting: dict[int, _Waiting], sent: Sent) -> None:
    try:
        answer = device.recv(65535)
    except OSError:  # the collector's port was closed when we sent: ICMP says so here
        return
    found = re.search(rb"n(\d{9})", answer)
    assert found is not None
    number = int(found[1])
    if number in waiting and answer == _answered(waiting[number].datagram):
        sent.answered.add(number)
        del waiting[number]


def _answered(inform: bytes) -> bytes:
    place = inform.index(COMMUNITY.encode()) + len(COMMUNITY)
    return inform[:place] + b"\xa2" + inform[place + 1 :]
