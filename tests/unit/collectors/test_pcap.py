"""Captures: what is written is read back, by this and by every other program; what is damaged is refused or skipped."""

from __future__ import annotations

import struct
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.places import Source
from collectors.wire.pcap import Packet, PcapError, file_header, packets, record

PACKET = Packet(
    datetime(2026, 11, 22, 3, 4, 5, 678901, UTC), Source("10.1.2.3", 40_000), Source("10.9.9.9", 162), b"\x30\x03abc"
)

ends = st.builds(Source, st.integers(0, 2**32 - 1).map(lambda n: str(IPv4Address(n))), st.integers(0, 65_535))
times = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
any_packet = st.builds(Packet, times, ends, ends, st.binary(max_size=2000))


@given(st.lists(any_packet, max_size=5))
def test_what_is_written_is_read_back(sent: list[Packet]) -> None:
    assert list(packets(file_header() + b"".join(map(record, sent)))) == sent


@given(st.binary(max_size=400))
def test_a_damaged_capture_costs_no_more_than_an_error(damage: bytes) -> None:
    with suppress(PcapError):
        assert PACKET in list(packets(file_header() + record(PACKET) + damage))


@given(st.binary(max_size=100), st.sampled_from([0, 1, 12, 101, 113, 228, 276]))
def test_no_frame_of_any_kind_breaks_it(frame: bytes, link: int) -> None:
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, link)
    list(packets(header + struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame))


def test_ethernet_with_a_vlan_tag_big_endian_and_nanoseconds() -> None:
    ip = record(PACKET)[16:]
    frame = b"\1" * 12 + b"\x81\x00\x00\x07\x08\x00" + ip + b"\0\0\0\0"  # a trailer pads short frames
    header = struct.pack(">IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65_535, 1)
    seconds = int(PACKET.at.timestamp())
    capture = header + struct.pack(">IIII", seconds, 678_901_999, len(frame), len(frame)) + frame
    assert list(packets(capture)) == [PACKET]


def test_a_packet_cut_short_by_the_capture_is_passed_over() -> None:
    body = record(PACKET)
    snapped = struct.pack("<IIII", 1, 0, 10, len(body) - 16) + body[16:26]
    assert list(packets(file_header() + snapped + body)) == [PACKET]


@pytest.mark.parametrize(
    ("capture", "says"),
    [
        (b"", "not a pcap file"),
        (struct.pack("<I", 0x0A0D0D0A) + bytes(40), "editcap"),
        (struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 195), "Link type 195"),
    ],
)
def test_what_it_cannot_read_is_refused_with_a_remedy(capture: bytes, says: str) -> None:
    with pytest.raises(PcapError, match=says):
        list(packets(capture))
