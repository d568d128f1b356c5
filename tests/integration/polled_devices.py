"""Devices to poll: one socket that answers SNMPv1 and v2c for every address of 127/8, well, badly or not at all.

It shares no code with the collectors. `python -m tests.integration.polled_devices PORT DEVICES DEAD` serves a fleet
in a process of its own: the first DEAD addresses from 127.1.0.1 on stay silent.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Oid = tuple[int, ...]
Value = tuple[int, bytes]  # tag and content of BER

GET, GET_NEXT, RESPONSE, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA5
NO_SUCH_INSTANCE, END_OF_MIB_VIEW = (0x81, b""), (0x82, b"")
TOO_BIG, NO_SUCH_NAME = 1, 2
_IP_PKTINFO = 8  # Linux, ip(7)
UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)


def oid(text: str) -> Oid:
    return tuple(int(arc) for arc in text.split("."))


def integer(value: int) -> Value:
    return 0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def gauge(value: int, tag: int = 0x42) -> Value:
    return tag, value.to_bytes(value.bit_length() // 8 + 1, "big")


def ticks(value: int) -> Value:
    return gauge(value, 0x43)


def octets(text: str) -> Value:
    return 0x04, text.encode()


@dataclass(slots=True)
class Request:
    """What was asked: the PDU's tag, its id, what stands in its two numbers, and the names."""

    version: int
    community: bytes
    kind: int
    number: int
    non_repeaters: int
    repetitions: int
    names: list[Oid]


@dataclass
class Device:
    """A table of values, and an agent over it. `most` is the number of varbinds that fit into its answer."""

    values: dict[Oid, Value]
    community: bytes = b"public"
    most: int = 1000
    asked: int = 0
    answered_at: list[float] = field(default_factory=list)
    _sorted: list[Oid] = field(default_factory=list)

    def set(self, values: Mapping[Oid, Value | None]) -> None:
        """Puts values in place; None takes one away."""
        for name, value in values.items():
            if value is None:
                self.values.pop(name, None)
            else:
                self.values[name] = value
        self._sorted = []

    def answer(self, request: Request) -> list[bytes]:
        """The datagrams that answer: one, or none for a foreign community."""
        self.asked += 1
        if request.community != self.community:
            return []
        found = list(self._look(request))
        if len(found) > self.most:
            return [response(request, [(name, (5, b"")) for name in request.names], TOO_BIG, 0)]
        if request.version == 0:
            missing = [n for n, (_, value) in enumerate(found, 1) if value in (NO_SUCH_INSTANCE, END_OF_MIB_VIEW)]
            if missing:
                asked = [(name, (5, b"")) for name in request.names]
                return [response(request, asked, NO_SUCH_NAME, missing[0])]
        return [response(request, found)]

    def _look(self, request: Request) -> Iterator[tuple[Oid, Value]]:
        if request.kind == GET:
            yield from ((name, self.values.get(name, NO_SUCH_INSTANCE)) for name in request.names)
            return
        repetitions = request.repetitions if request.kind == GET_BULK else 1
        for name in request.names:
            yield from self._after(name, min(repetitions, self.most))

    def _after(self, name: Oid, number: int) -> Iterator[tuple[Oid, Value]]:
        if not self._sorted:
            self._sorted = sorted(self.values)
        start = bisect_right(self._sorted, name)
        following = self._sorted[start : start + number]
        yield from ((name, self.values[name]) for name in following)
        if len(following) < number:
            yield (following[-1] if following else name), END_OF_MIB_VIEW


Behaviour = Callable[[Request], list[bytes]]


class Devices:
    """Serves devices on one port of all of 127/8 from a thread; who has no device there stays silent."""

    def __init__(self, devices: Mapping[str, Behaviour], port: int = 0) -> None:
        self.devices = dict(devices)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("0.0.0.0", port))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self.serve, name="devices", daemon=True)

    def __enter__(self) -> Devices:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def serve(self) -> None:
        """Answers until an empty datagram comes."""
        while True:
            data, ancillary, _, sender = self._socket.recvmsg(65_535, 64)
            if not data:
                return
            _, to, _ = struct.unpack("I4s4s", ancillary[0][2][:12])
            behaviour = self.devices.get(socket.inet_ntoa(to))
            if behaviour is None:
                continue
            back = [(socket.IPPROTO_IP, _IP_PKTINFO, struct.pack("I4s4s", 0, to, b"\0\0\0\0"))]
            for reply in behaviour(decode(data)):
                self._socket.sendmsg([reply], back, 0, sender)


def decode(data: bytes) -> Request:
    """A request, trusted to be whole: those who ask are ours."""
    _, message, _ = _tlv(data, 0)
    version, at = _number(message, 0)
    _, community, at = _tlv(message, at)
    kind, pdu, _ = _tlv(message, at)
    number, at = _number(pdu, 0)
    first, at = _number(pdu, at)
    second, at = _number(pdu, at)
    _, varbinds, _ = _tlv(pdu, at)
    names, at = [], 0
    while at < len(varbinds):
        _, varbind, at = _tlv(varbinds, at)
        names.append(_oid(_tlv(varbind, 0)[1]))
    return Request(version, community, kind, number, first, second, names)


def response(
    request: Request, varbinds: Iterable[tuple[Oid, Value]], error: int = 0, error_index: int = 0, number: int = -1
) -> bytes:
    """An answer as bytes; `number` in place of the request's own id."""
    body = b"".join(_wrap(0x30, _wrap(6, _arcs(name)) + _wrap(*value)) for name, value in varbinds)
    own = request.number if number < 0 else number
    pdu = b"".join(_wrap(*integer(each)) for each in (own, error, error_index)) + _wrap(0x30, body)
    head = _wrap(*integer(request.version)) + _wrap(0x04, request.community)
    return _wrap(0x30, head + _wrap(RESPONSE, pdu))


def _wrap(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    return bytes((tag, 0x82)) + size.to_bytes(2, "big") + content


def _tlv(data: bytes, at: int) -> tuple[int, bytes, int]:
    tag, size, start = data[at], data[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[at + 2 : start], "big")
    return tag, data[start : start + size], start + size


def _number(data: bytes, at: int) -> tuple[int, int]:
    _, content, end = _tlv(data, at)
    return int.from_bytes(content, "big", signed=True), end


def _oid(content: bytes) -> Oid:
    arcs, arc = [content[0] // 40, content[0] % 40], 0
    for byte in content[1:]:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    return tuple(arcs)


def _arcs(name: Oid) -> bytes:
    out = bytearray((name[0] * 40 + name[1],))
    for arc in name[2:]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return bytes(out)


def address(number: int, first: str = "127.1.0.1") -> str:
    return str(ipaddress.IPv4Address(first) + number)


def a_fleet(devices: int, dead: int) -> dict[str, Behaviour]:
    """UPSes of RFC 1628 in good health: the first `dead` addresses are left out."""
    return {address(number): Device(a_ups()).answer for number in range(dead, devices)}


def a_ups() -> dict[Oid, Value]:
    """What a UPS of RFC 1628 answers: battery, one input line, two output lines, no alarm present."""
    ups = "1.3.6.1.2.1.33.1."
    values = {
        "2.1.0": integer(2), "2.2.0": integer(0), "2.3.0": integer(90), "2.4.0": gauge(98), "2.5.0": integer(540),
        "2.6.0": integer(12), "2.7.0": integer(25), "3.1.0": gauge(0), "3.2.0": integer(1), "3.3.1.2.1": integer(500),
        "3.3.1.3.1": integer(230), "4.1.0": integer(3), "4.2.0": integer(500), "4.3.0": integer(2),
        "4.4.1.2.1": integer(230), "4.4.1.2.2": integer(231), "4.4.1.5.1": integer(40), "4.4.1.5.2": integer(41),
        "6.1.0": gauge(0),
    }  # fmt: skip
    return {UPTIME: ticks(8_640_000), **{oid(ups + name): value for name, value in values.items()}}


if __name__ == "__main__":
    Devices(a_fleet(int(sys.argv[2]), int(sys.argv[3])), int(sys.argv[1])).serve()
