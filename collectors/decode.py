"""First stage: a datagram becomes a trap. SNMPv1 and v2c by index arithmetic over the bytes, bounded everywhere.

Sources: RFC 1157 (v1 Trap-PDU), RFC 3416 (v2 Trap and Inform), RFC 3584 section 3.1 (v1 traps as notifications),
X.690 (BER). The depth of nesting is the format's own; nothing here recurses.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from collectors.oid import MAX_BYTES, encode_arc, encode_oid, oid_text
from collectors.values import IP_ADDRESS, LENGTHS, OID, TIME_TICKS, signed
from guywire.errors import GuywireError

MAX_DATAGRAM = 16_384
MAX_VARBINDS = 128
MAX_COMMUNITY = 255

_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_V1_TRAP, _INFORM, _V2_TRAP, _RESPONSE = 0xA4, 0xA6, 0xA7, 0xA2
_SNMP_TRAP_OID = encode_oid("1.3.6.1.6.3.1.1.4.1.0")
_GENERIC_TRAPS = encode_oid("1.3.6.1.6.3.1.1.5")
_ENTERPRISE_SPECIFIC = 6

Reason = Literal[
    "too_long",
    "truncated",
    "bad_tag",
    "bad_length",
    "bad_number",
    "bad_oid",
    "bad_value",
    "snmpv3",
    "unknown_version",
    "not_a_notification",
    "too_many_varbinds",
    "no_trap_oid",
]

Varbind = tuple[bytes, int, bytes]
"""OID, tag and content, as they stood on the wire."""


class DecodeError(GuywireError):
    """A datagram that is not a trap or inform that can be read; `reason` says why, for counting."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Trap(msgspec.Struct, frozen=True, gc=False):
    """A notification of either version. `oid` is snmpTrapOID, for v1 by RFC 3584; `agent` the v1 agent-addr.

    `pdu_at` is the place of the PDU's tag: an inform is answered by sending the datagram back with another one there.
    """

    version: int
    inform: bool
    oid: bytes
    agent: bytes
    varbinds: list[Varbind]
    pdu_at: int

    @property
    def body(self) -> list[Varbind]:
        """The varbinds without snmpTrapOID."""
        return [varbind for varbind in self.varbinds if varbind[0] != _SNMP_TRAP_OID]


def decode(data: bytes) -> Trap:
    """Raises `DecodeError`, and nothing else, for whatever is not an SNMPv1 or v2c notification."""
    if len(data) > MAX_DATAGRAM:
        raise DecodeError("too_long")
    at, end = _enter(data, 0, len(data), _SEQUENCE)  # what follows the message is padding
    at, version = _integer(data, at, end)
    if version not in (0, 1):
        raise DecodeError("snmpv3" if version == 3 else "unknown_version")
    start, at = _enter(data, at, end, _OCTETS)
    if at - start > MAX_COMMUNITY:
        raise DecodeError("bad_length")
    if at >= end:
        raise DecodeError("truncated")
    tag = data[at]
    if version == 0 and tag == _V1_TRAP:
        return _v1(data, at, end)
    if version == 1 and tag in (_V2_TRAP, _INFORM):
        return _v2(data, at, end, tag)
    raise DecodeError("not_a_notification")


def answer_to(data: bytes, trap: Trap) -> bytes:
    """The Response-PDU that acknowledges an inform: the same message with another tag (RFC 3416, section 4.2.7)."""
    return data[: trap.pdu_at] + bytes((_RESPONSE,)) + data[trap.pdu_at + 1 :]


def _v2(data: bytes, pdu_at: int, end: int, tag: int) -> Trap:
    at, end = _enter(data, pdu_at, end, tag)
    for _ in ("request-id", "error-status", "error-index"):
        at, _ignored = _integer(data, at, end)
    varbinds = _varbinds(data, at, end)
    for name, value_tag, raw in varbinds:
        if name == _SNMP_TRAP_OID and value_tag == OID and raw:
            return Trap(1, tag == _INFORM, raw, b"", varbinds, pdu_at)
    raise DecodeError("no_trap_oid")


def _v1(data: bytes, pdu_at: int, end: int) -> Trap:
    at, end = _enter(data, pdu_at, end, _V1_TRAP)
    start, at = _enter(data, at, end, OID)
    enterprise = _checked_oid(data[start:at])
    start, at = _enter(data, at, end, IP_ADDRESS)
    agent = data[start:at]
    if len(agent) != 4:
        raise DecodeError("bad_value")
    at, generic = _integer(data, at, end)
    at, specific = _integer(data, at, end)
    start, at = _enter(data, at, end, TIME_TICKS)
    return Trap(0, False, _v1_trap_oid(enterprise, generic, specific), agent, _varbinds(data, at, end), pdu_at)


def _v1_trap_oid(enterprise: bytes, generic: int, specific: int) -> bytes:
    if 0 <= generic < _ENTERPRISE_SPECIFIC:
        return _GENERIC_TRAPS + bytes((generic + 1,))
    if generic != _ENTERPRISE_SPECIFIC or not 0 <= specific <= 0xFFFF_FFFF:
        raise DecodeError("bad_number")
    return _checked_oid(enterprise + b"\0" + encode_arc(specific))


def _varbinds(data: bytes, at: int, end: int) -> list[Varbind]:
    at, end = _enter(data, at, end, _SEQUENCE)
    out: list[Varbind] = []
    while at < end:
        if len(out) == MAX_VARBINDS:
            raise DecodeError("too_many_varbinds")
        at, stop = _enter(data, at, end, _SEQUENCE)
        start, at = _enter(data, at, stop, OID)
        name = _checked_oid(data[start:at])
        if at >= stop:
            raise DecodeError("truncated")
        tag = data[at]
        start, at = _enter(data, at, stop, tag)
        if at != stop:
            raise DecodeError("bad_length")
        out.append((name, tag, _checked_value(tag, data[start:at])))
    return out


def _checked_value(tag: int, raw: bytes) -> bytes:
    limits = LENGTHS.get(tag)
    if limits is None or not limits[0] <= len(raw) <= limits[1]:
        raise DecodeError("bad_value")
    return _checked_oid(raw) if tag == OID and raw else raw


def _checked_oid(raw: bytes) -> bytes:
    if len(raw) > MAX_BYTES:  # before the cache: what is too long is not worth a place in it
        raise DecodeError("bad_oid")
    try:
        oid_text(raw)
    except ValueError:
        raise DecodeError("bad_oid") from None
    return raw


def _integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the next element starts, and the number."""
    start, stop = _enter(data, at, end, _INTEGER)
    if not 1 <= stop - start <= 9:
        raise DecodeError("bad_number")
    return stop, signed(data[start:stop])


def _enter(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and stops; it must bear `tag` and lie before `end`."""
    if at + 2 > end:
        raise DecodeError("truncated")
    if data[at] != tag:
        raise DecodeError("bad_tag")
    length = data[at + 1]
    at += 2
    if length & 0x80:
        width = length & 0x7F
        if not 1 <= width <= 4:  # no length at all ("indefinite"), or one that no datagram has
            raise DecodeError("bad_length")
        length = int.from_bytes(data[at : at + width], "big")
        at += width
    if at + length > end:
        raise DecodeError("truncated")
    return at, at + length
