"""Captures on disk: UDP datagrams to and from classic pcap files, which tcpdump and Wireshark read and write. Pure.

Format: draft-ietf-opsawg-pcap. Written with link type RAW (101), headers made up from source and destination; read from
Ethernet (802.1Q tags included), RAW, IPv4, loopback and both Linux cooked kinds. IPv4 only, as the trap socket is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import NamedTuple

from collectors.places import Source
from guywire.errors import GuywireError

MAX_PACKET = 262_144
_MAGIC_MICRO, _MAGIC_NANO, _PCAPNG = 0xA1B2C3D4, 0xA1B23C4D, 0x0A0D0D0A
_RAW = 101
_LINK_HEADER = {0: 4, 12: 0, _RAW: 0, 113: 16, 228: 0, 276: 20}
"""Bytes before the IP header, by link type: loopback, raw (BSD), raw, Linux cooked, IPv4, Linux cooked 2."""
_ETHERNET, _IPV4_FRAME, _VLAN_FRAMES = 1, 0x0800, (0x8100, 0x88A8)
_UDP = 17
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PcapError(GuywireError):
    """A capture that cannot be read; says why and what to do."""


class Packet(NamedTuple):
    """One UDP datagram: when it passed, from where, to where."""

    at: datetime
    source: Source
    to: Source
    data: bytes


def file_header() -> bytes:
    """What a capture begins with: little-endian, microseconds, packets of up to 256 KB, link type RAW."""
    return struct.pack("<IHHiIII", _MAGIC_MICRO, 2, 4, 0, 0, MAX_PACKET, _RAW)


def record(packet: Packet) -> bytes:
    """One packet as it stands in the file."""
    udp = struct.pack(">HHHH", packet.source.port, packet.to.port, 8 + len(packet.data), 0)
    ip = _ip_header(packet.source.ip, packet.to.ip, len(udp) + len(packet.data))
    body = ip + udp + packet.data
    seconds, rest = divmod(packet.at - _EPOCH, timedelta(seconds=1))
    return struct.pack("<IIII", seconds, rest.microseconds, len(body), len(body)) + body


def packets(capture: bytes) -> Iterator[Packet]:
    """The UDP datagrams of a capture, in its order; what is neither whole nor UDP over IPv4 is passed over.

    Raises `PcapError` for what is no classic pcap file. A last packet that was cut off ends it.
    """
    order, fraction, link = _read_header(capture)
    at = 24
    while at + 16 <= len(capture):
        seconds, parts, kept, length = struct.unpack_from(order + "IIII", capture, at)
        at += 16
        if kept > MAX_PACKET:
            raise PcapError(f"byte {at - 16}: a packet of {kept} bytes. The file is damaged; capture it again.")
        frame, at = capture[at : at + kept], at + kept
        if kept == length == len(frame):
            when = _EPOCH + timedelta(seconds=seconds, microseconds=parts // fraction)
            if (found := _datagram(when, frame, link)) is not None:
                yield found


def _read_header(capture: bytes) -> tuple[str, int, int]:
    """Byte order, fractions in a microsecond, link type."""
    if len(capture) >= 24:
        for order in "<>":
            magic, link = struct.unpack_from(order + "I", capture)[0], struct.unpack_from(order + "I", capture, 20)[0]
            if magic in (_MAGIC_MICRO, _MAGIC_NANO):
                return order, 1 if magic == _MAGIC_MICRO else 1000, _known_link(link & 0xFFFF)
    if capture[:4] == struct.pack("<I", _PCAPNG):
        raise PcapError("This is a pcapng file. Convert it: editcap -F pcap IN OUT.")
    raise PcapError("This is not a pcap file. Make one with guywire record, or with tcpdump -w.")


def _known_link(link: int) -> int:
    if link != _ETHERNET and link not in _LINK_HEADER:
        raise PcapError(f"Link type {link} is not read here. Capture with tcpdump -i any, or with guywire record.")
    return link


def _datagram(at: datetime, frame: bytes, link: int) -> Packet | None:
    start = _ethernet(frame) if link == _ETHERNET else _LINK_HEADER[link]
    if start is None or len(frame) < start + 20 or frame[start] >> 4 != 4:
        return None
    header = 4 * (frame[start] & 0x0F)
    (fragment,) = struct.unpack_from(">H", frame, start + 6)
    udp = start + header
    if frame[start + 9] != _UDP or fragment & 0x3FFF or header < 20 or len(frame) < udp + 8:
        return None
    source, to, length = struct.unpack_from(">HHH", frame, udp)
    data = frame[udp + 8 : udp + length]
    if len(data) != length - 8:
        return None
    return Packet(at, Source(_address(frame, start + 12), source), Source(_address(frame, start + 16), to), data)


def _ethernet(frame: bytes) -> int | None:
    at = 12
    while len(frame) >= at + 2:
        (kind,) = struct.unpack_from(">H", frame, at)
        if kind not in _VLAN_FRAMES:
            return at + 2 if kind == _IPV4_FRAME else None
        at += 4
    return None


def _address(frame: bytes, at: int) -> str:
    return str(IPv4Address(frame[at : at + 4]))


def _ip_header(source: str, to: str, length: int) -> bytes:
    ends = IPv4Address(source).packed + IPv4Address(to).packed
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, _UDP, 0) + ends
    total = sum(struct.unpack(">10H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return header[:10] + struct.pack(">H", ~total & 0xFFFF) + header[12:]
