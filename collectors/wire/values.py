"""What the values of a trap's varbinds say: from BER content to numbers, and to texts that can be shown and stored."""

from __future__ import annotations

from collections.abc import Callable

from collectors.wire.memo import Memo
from collectors.wire.oid import MAX_BYTES, oid_text

INTEGER, OCTETS, NULL, OID = 0x02, 0x04, 0x05, 0x06
IP_ADDRESS, COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
_NSAP, _UINTEGER32 = 0x45, 0x47  # obsolete (RFC 1442), still sent
_EXCEPTIONS = (0x80, 0x81, 0x82)  # noSuchObject, noSuchInstance, endOfMibView (RFC 3416)

MAX_VALUE = 256
"""Characters of a value that are shown and stored."""

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

SHORT_HEADS = frozenset(
    bytes((tag, length)) for tag, (least, most) in LENGTHS.items() for length in range(least, min(most, 0x7F) + 1)
)
"""The same as the two bytes that stand before a value of under 128 bytes."""


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


def _octets_text(raw: bytes) -> str:
    return octets_text(raw)[:MAX_VALUE]


def _hex_text(raw: bytes) -> str:
    return raw[: MAX_VALUE // 2].hex()


def _unsigned_text(raw: bytes) -> str:
    return str(int.from_bytes(raw, "big"))


def _signed_text(raw: bytes) -> str:
    return str(int.from_bytes(raw, "big", signed=True))


def _nothing(_: bytes) -> str:
    return ""


VALUE_TEXT: dict[int, Callable[[bytes], str]] = {
    INTEGER: Memo(_signed_text, 8192, longest=2).__getitem__,
    OCTETS: Memo(_octets_text, 8192).__getitem__,
    NULL: _nothing,
    OID: lambda raw: oid_text(raw)[:MAX_VALUE] if raw else "0.0",
    IP_ADDRESS: address_text,
    COUNTER32: _unsigned_text,
    GAUGE32: _unsigned_text,
    TIME_TICKS: _unsigned_text,
    OPAQUE: _hex_text,
    _NSAP: _hex_text,
    COUNTER64: _unsigned_text,
    _UINTEGER32: _unsigned_text,
    **dict.fromkeys(_EXCEPTIONS, _nothing),
}
"""By tag: a value's content as printable text on one line; octets as UTF-8 or GB 18030 where that makes sense, else as
hex, bounded. The trap that clears what another raised says the same values."""


def value_text(tag: int, raw: bytes) -> str:
    """`VALUE_TEXT` as a function, for where it is not called for every varbind."""
    return VALUE_TEXT[tag](raw)
