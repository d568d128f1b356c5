"""Traffic kept as a test: from a running collector's tap into a capture file, and from one back onto the wire, or into
events by the very stages that live datagrams pass."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from collectors.pipeline import Knowledge, hear
from collectors.places import Source
from collectors.wire.datagrams import LARGEST_MESSAGE, decode_batch
from collectors.wire.pcap import Packet, file_header, record
from collectors.wire.tap import short_way
from guywire.errors import GuywireError
from guywire.model import AlarmEvent

_LOOK_SECONDS = 0.5
_BUFFER_BYTES = 8 << 20


class CaptureError(GuywireError):
    """What cannot be recorded or replayed; says why and what to do."""


class Wanted(NamedTuple):
    """What a recording keeps: for how long, how many, and of which senders; none given: without an end, of all."""

    seconds: float | None = None
    at_most: int | None = None
    sources: tuple[IPv4Network, ...] = ()

    def holds(self, source: Source) -> bool:
        return not self.sources or any(IPv4Address(source.ip) in network for network in self.sources)


@contextmanager
def tapped(data_dir: Path) -> Iterator[socket.socket]:
    """A tap on every collector that works on this data folder (`collectors.wire.tap`). Raises `CaptureError`."""
    folder = data_dir / "taps"
    path = folder / f"record-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as tap:
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with short_way(folder) as short:
                tap.bind(f"{short}/{path.name}")
        except OSError as error:
            raise CaptureError(
                f"{folder}: {error.strerror}. Name the data folder of the running system, as its user."
            ) from error
        tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        tap.settimeout(_LOOK_SECONDS)
        try:
            yield tap
        finally:
            path.unlink(missing_ok=True)


def write_capture(tap: socket.socket, out: IO[bytes], to: Source, wanted: Wanted) -> Iterator[int]:
    """Copies what comes over a tap into a capture; yields how many packets it holds, now and then, until its end."""
    out.write(file_header())
    kept = 0
    ends = None if wanted.seconds is None else time.monotonic() + wanted.seconds
    while ends is None or time.monotonic() < ends:
        for packet in _received(tap, to):
            if wanted.holds(packet.source):
                out.write(record(packet))
                kept += 1
            if kept == wanted.at_most:
                break
        out.flush()
        yield kept
        if kept == wanted.at_most:
            return


def resend(sent: Iterable[Packet], to: Source, speed: float) -> int:
    """Sends the datagrams again with their own distances in time, `speed` times as fast (0: without any); how many.

    A packet from a loopback address is sent from that address; one from elsewhere comes from this machine.
    """
    first: datetime | None = None
    start = time.monotonic()
    count = 0
    with _Senders() as senders:
        for packet in sent:
            first = first or packet.at
            due = start + (packet.at - first).total_seconds() / speed if speed else 0.0
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                senders.of(packet.source).sendto(packet.data, to)
            except OSError as error:
                raise CaptureError(
                    f"A datagram of {len(packet.data)} bytes cannot be sent to {to.ip}:{to.port}: {error.strerror}."
                ) from error
            count += 1
    return count


def events_of(sent: Iterable[Packet], knowledge: Knowledge) -> Iterator[AlarmEvent | str]:
    """What each datagram of a capture says: its event, or the reason why it is none (`ignored`: a profile says so)."""
    for packet in sent:
        heard = hear(packet.data, packet.source, packet.at, knowledge)
        yield heard.event or heard.refused or "ignored"


def as_line(event: AlarmEvent) -> bytes:
    """An event as a line of `guywire replay`'s events.jsonl (design, section 4)."""
    kept = ("at", "received_at", "site", "resource", "alarm_type", "qualifier", "severity", "text")
    return msgspec.json.encode({name: getattr(event, name) for name in kept})


class _Senders:
    """One socket for each sender on loopback, one for all others."""

    def __init__(self) -> None:
        self._sockets: dict[str, socket.socket] = {}

    def __enter__(self) -> _Senders:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._sockets.values():
            one.close()

    def of(self, source: Source) -> socket.socket:
        address = source.ip if IPv4Address(source.ip).is_loopback else ""
        if address not in self._sockets:
            self._sockets[address] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._sockets[address].bind((address, 0))
        return self._sockets[address]


def _received(tap: socket.socket, to: Source) -> Iterator[Packet]:
    try:
        message = tap.recv(LARGEST_MESSAGE)
    except TimeoutError:
        return
    for copy in decode_batch(message):
        yield Packet(datetime.fromtimestamp(copy.at, UTC), copy.source, to, copy.data)
