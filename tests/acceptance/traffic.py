"""A bounded stream of real datagrams at a steady rate: traps, and informs that are repeated until they are answered."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from guywire.demo.snmp import COMMUNITY, VarBind, encode_trap

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
_INFORM_EVERY = 10
_PORTS = 200
_RETRY_SECONDS = 1.0
_TRIES = 30


@dataclass
class Sent:
    """What left: how many traps, and which informs were answered. `marker` of an inform is its number as text."""

    traps: int = 0
    answered: set[int] = field(default_factory=set)


def send(
    to: tuple[str, int], sources: list[str], count: int, per_second: int, first: int, half_way: Callable[[], None]
) -> Sent:
    """Sends `count` datagrams in turn from `sources`; calls `half_way` once in their middle."""
    sent = Sent()
    devices = [_device(source) for source in sources]
    waiting: dict[int, tuple[bytes, socket.socket, float, int]] = {}
    started = time.monotonic()
    try:
        for number in range(first, first + count):
            if number == first + count // 2:
                half_way()
            _pace(started + (number - first) / per_second, devices, waiting, sent, to)
            device = devices[number % len(devices)]
            datagram = _message(number)
            if number % _INFORM_EVERY == 0:
                datagram = as_inform(datagram)
                waiting[number] = (datagram, device, time.monotonic(), 1)
            else:
                sent.traps += 1
            device.sendto(datagram, to)
        while waiting:
            _pace(time.monotonic() + 0.05, devices, waiting, sent, to)
    finally:
        for device in devices:
            device.close()
    return sent


def as_inform(trap: bytes) -> bytes:
    """The same PDU as an inform (RFC 3416: tag 0xA6 in place of 0xA7)."""
    place = trap.index(COMMUNITY.encode()) + len(COMMUNITY)
    assert trap[place] == 0xA7
    return trap[:place] + b"\xa6" + trap[place + 1 :]


def _message(number: int) -> bytes:
    """A port that goes down and up by turns; its description carries the number."""
    port = number // 2 % _PORTS + 1
    down = (number // 2 // _PORTS) % 2 == 0
    varbinds: list[VarBind] = [
        (f"1.3.6.1.2.1.2.2.1.1.{port}", port),
        (f"1.3.6.1.2.1.2.2.1.2.{port}", f"n{number}"),
        (f"1.3.6.1.2.1.2.2.1.8.{port}", 2 if down else 1),
    ]
    return encode_trap(number, LINK_DOWN if down else LINK_UP, varbinds, number)


def _device(source: str) -> socket.socket:
    device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    device.bind((source, 0))
    device.setblocking(False)
    return device


def _pace(
    until: float,
    devices: list[socket.socket],
    waiting: dict[int, tuple[bytes, socket.socket, float, int]],
    sent: Sent,
    to: tuple[str, int],
) -> None:
    """Until that moment: takes answers in, repeats what was not answered within a second, gives up after 30 tries."""
    while True:
        left = max(0.0, until - time.monotonic())
        ready, _, _ = select.select(devices, [], [], left)
        for device in ready:
            _take_answer(device, waiting, sent)
        now = time.monotonic()
        for number, (datagram, device, at, tries) in list(waiting.items()):
            if now - at > _RETRY_SECONDS:
                if tries == _TRIES:
                    del waiting[number]
                    continue
                device.sendto(datagram, to)
                waiting[number] = (datagram, device, now, tries + 1)
        if now >= until:
            return


def _take_answer(
    device: socket.socket, waiting: dict[int, tuple[bytes, socket.socket, float, int]], sent: Sent
) -> None:
    try:
        answer = device.recv(65535)
    except OSError:  # the collector's port was closed when we sent: ICMP says so here
        return
    for number, (datagram, _, _, _) in waiting.items():
        if answer == _answered(datagram):
            sent.answered.add(number)
            del waiting[number]
            return


def _answered(inform: bytes) -> bytes:
    place = inform.index(COMMUNITY.encode()) + len(COMMUNITY)
    return inform[:place] + b"\xa2" + inform[place + 1 :]
