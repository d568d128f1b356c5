"""What the values of a trap's varbinds say: from BER content to numbers, and to texts that can be shown and stored."""

from __future__ import annotations

from collections.abc import Callable

from collectors.oid import MAX_BYTES, oid_text

INTEGER, OCTETS, NULL, OID = 0x02, 0x04, 0x05, 0x06
IP_ADDRESS, COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
_NSAP, _UINTEGER32 = 0x45, 0x47  # obsolete (RFC 1442), still sent
_EXCEPTIONS = (0x80, 0x81, 0x82)  # noSuchObject, noSuchInstance, endOfMibView (RFC 3416)

_ANY = (0, 1 << 16)
_NUMBER = (1, 9)  # a Counter64 with its leading zero; agents send the smaller types just as wide
LENGTHS: dict[int, tuple[int, int]] = {
    INTEGER: _NUMBER,
    OCTETS: _ANY,
    NULL: (0, 0),
    OID: (0, MAX_BYTES),
    IP_ADDRESS: (4, 4),
    COUNTER32: _NUMBER,
    GAUGE32: _NUMBER,
    TIME_TICKS: _NUMBER,
    OPAQUE: _ANY,
    _NSAP: _ANY,
    COUNTER64: _NUMBER,
    _UINTEGER32: _NUMBER,
    **dict.fromkeys(_EXCEPTIONS, (0, 0)),
}
"""The tags that a value may have, and how many bytes each may take."""


def value_text(tag: int, raw: bytes) -> str:
    """A value as printable text on one line; octets as UTF-8 or GB 18030 where that makes sense, else as hex."""
    return _TEXT[tag](raw)


def signed(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


def unsigned(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def address_text(raw: bytes) -> str:
    """Four bytes as an IPv4 address."""
    return "%d.%d.%d.%d" % tuple(raw)  # noqa: UP031 - five times as fast as ipaddress


def octets_text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = " ".join(raw.rstrip(b"\0").decode(encoding).split())
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            return text
    return raw.hex()


def _unsigned_text(raw: bytes) -> str:
    return str(unsigned(raw))


def _nothing(_: bytes) -> str:
    return ""


_TEXT: dict[int, Callable[[bytes], str]] = {
    INTEGER: lambda raw: str(signed(raw)),
    OCTETS: octets_text,
    NULL: _nothing,
    OID: lambda raw: oid_text(raw) if raw else "0.0",
    IP_ADDRESS: address_text,
    COUNTER32: _unsigned_text,
    GAUGE32: _unsigned_text,
    TIME_TICKS: _unsigned_text,
    OPAQUE: bytes.hex,
    _NSAP: bytes.hex,
    COUNTER64: _unsigned_text,
    _UINTEGER32: _unsigned_text,
    **dict.fromkeys(_EXCEPTIONS, _nothing),
}
