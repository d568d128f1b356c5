"""Recordings of devices in snmpsim's format, read as what a poller would have been told: `OID|TYPE|VALUE` a line.

TYPE is the BER tag of the value; with an `x` behind it the value is in hexadecimal. Tags with a variation module behind
a colon are for simulators and are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from collectors.profile.sensor import Value
from collectors.wire.oid import encode_oid
from collectors.wire.values import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NULL,
    OCTETS,
    OID,
    OPAQUE,
    TIME_TICKS,
    address_text,
)
from guywire.errors import GuywireError

MAX_LINES = 1_000_000


class RecordingError(GuywireError):
    """A recording that cannot be read; says file, line and reason."""


def read_recording(lines: Iterable[str], where: str) -> dict[str, Value]:
    """Values by dotted OID. Raises `RecordingError`; `where` names the file in it."""
    out: dict[str, Value] = {}
    for number, line in enumerate(lines, 1):
        if number > MAX_LINES:
            raise RecordingError(f"{where}: more than {MAX_LINES} lines. Cut the recording down to one device.")
        if not line.strip() or line.startswith("#"):
            continue
        try:
            oid, tag, value = _parts(line.rstrip("\r\n"))
            if ":" not in tag:
                out[oid] = _value(tag, value)
        except ValueError as error:
            raise RecordingError(
                f"{where}:{number}: {error}. A line is OID|TYPE|VALUE, as snmpsim records it."
            ) from error
    return out


def _parts(line: str) -> tuple[str, str, str]:
    parts = line.split("|", 2)
    if len(parts) != 3:
        raise ValueError("there are not three parts")
    oid, tag, value = parts
    encode_oid(oid)
    return oid.removeprefix("."), tag, value


def _value(tag: str, text: str) -> Value:
    octets = bytes.fromhex(text) if tag.endswith("x") else None
    make = _READERS.get(int(tag.removesuffix("x")))
    if make is None:
        raise ValueError(f"{tag!r} is no type of a value")
    return make(text, octets)


def _octets(text: str, octets: bytes | None) -> Value:
    return text.encode() if octets is None else octets


def _address(text: str, octets: bytes | None) -> Value:
    return text if octets is None or len(octets) != 4 else address_text(octets)


def _number(text: str, octets: bytes | None) -> Value:
    return int(text) if octets is None else int.from_bytes(octets, "big")


def _nothing(_: str, __: bytes | None) -> Value:
    return None


def _oid(text: str, _: bytes | None) -> Value:
    return text.removeprefix(".")


_READERS: dict[int, Callable[[str, bytes | None], Value]] = {
    **dict.fromkeys((INTEGER, COUNTER32, GAUGE32, TIME_TICKS, COUNTER64), _number),
    **dict.fromkeys((OCTETS, OPAQUE), _octets),
    NULL: _nothing,
    OID: _oid,
    IP_ADDRESS: _address,
}
