"""First stage: a datagram becomes a trap. SNMPv1 and v2c by index arithmetic over the bytes, bounded everywhere.

Sources: RFC 1157 (v1 Trap-PDU), RFC 3416 (v2 Trap and Inform), RFC 3584 section 3.1 (v1 traps as notifications),
X.690 (BER). The depth of nesting is the format's own; nothing here recurses, and each byte is looked at a fixed number
of times. What is written out below, where a call would be shorter, is what every datagram passes (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from collectors.wire.oid import WELL_FORMED, encode_arc, encode_oid
from collectors.wire.shape import SNMP_TRAP_OID, Shape, Shapes
from collectors.wire.values import IP_ADDRESS, LENGTHS, OID, SHORT_HEADS, TIME_TICKS, signed
from guywire.errors import GuywireError

MAX_DATAGRAM = 16_384
MAX_VARBINDS = 128
MAX_COMMUNITY = 255

_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_V1_TRAP, _INFORM, _V2_TRAP, _RESPONSE = 0xA4, 0xA6, 0xA7, 0xA2
_GENERIC_TRAPS = encode_oid("1.3.6.1.6.3.1.1.5")
_ENTERPRISE_SPECIFIC = 6
_WIDEST_INTEGER = 9

_shapes = Shapes()
_well_formed = WELL_FORMED.__getitem__

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

    Its varbinds are in three parts of equal length: what they are about comes first; v2's sysUpTime and snmpTrapOID,
    which begin the message, end them. `pdu_at` is the place of the PDU's tag: an inform is answered by sending the
    datagram back with another one there.
    """

    version: int
    inform: bool
    oid: bytes
    agent: bytes
    names: tuple[bytes, ...]
    tags: tuple[int, ...]
    values: tuple[bytes, ...]
    pdu_at: int

    @property
    def varbinds(self) -> list[Varbind]:
        return list(zip(self.names, self.tags, self.values, strict=True))


def decode(data: bytes) -> Trap:
    """Raises `DecodeError`, and nothing else, for whatever is not an SNMPv1 or v2c notification."""
    shape = _shapes.find(data)
    if shape is not None:
        try:
            trap = _cut(data, shape)
        except ValueError:  # from WELL_FORMED
            raise DecodeError("bad_oid") from None
        if trap is not None:
            return trap
    trap = read(data)
    _shapes.learn(data)
    return trap


def read(data: bytes) -> Trap:
    """`decode`, step by step, whatever was learnt before."""
    if len(data) > MAX_DATAGRAM:
        raise DecodeError("too_long")
    try:
        return _message(data)
    except IndexError:
        raise DecodeError("truncated") from None
    except ValueError:
        raise DecodeError("bad_oid") from None


def decode_pdu(data: bytes, at: int, end: int) -> Trap:
    """The v2 trap or inform PDU whose tag stands at `at`, as SNMPv3 carries it. Raises `DecodeError`."""
    try:
        if data[at] in (_V2_TRAP, _INFORM):
            return _v2(data, at, end)
    except IndexError:
        raise DecodeError("truncated") from None
    except ValueError:
        raise DecodeError("bad_oid") from None
    raise DecodeError("not_a_notification")


def answer_to(data: bytes, trap: Trap) -> bytes:
    """The Response-PDU that acknowledges an inform: the same message with another tag (RFC 3416, section 4.2.7)."""
    return data[: trap.pdu_at] + bytes((_RESPONSE,)) + data[trap.pdu_at + 1 :]


def _cut(data: bytes, shape: Shape) -> Trap | None:
    """A message whose tags and lengths are known to be sound; None when it has its snmpTrapOID elsewhere."""
    oid = agent = b""
    if not shape.version:
        enterprise, agent, generic, specific, _ = shape.fixed(data)
        oid = _v1_trap_oid(_well_formed(enterprise), signed(generic), signed(specific))
    names, values = tuple(map(_well_formed, shape.names(data))), shape.values(data)
    for place in shape.oids:
        _well_formed(values[place])
    if shape.version:
        if names[-1] != SNMP_TRAP_OID:
            return None
        oid = _well_formed(values[-1])
    inform = data[shape.pdu_at] == _INFORM
    return Trap(shape.version, inform, oid, agent, names, shape.tags, values, shape.pdu_at)


def _message(data: bytes) -> Trap:
    at, end = enter(data, 0, len(data), _SEQUENCE)  # what follows the message is padding
    at, version = integer(data, at, end)
    if version not in (0, 1):
        raise DecodeError("snmpv3" if version == 3 else "unknown_version")
    start, at = enter(data, at, end, _OCTETS)
    if at - start > MAX_COMMUNITY:
        raise DecodeError("bad_length")
    if at >= end:
        raise DecodeError("truncated")
    tag = data[at]
    if version == 1 and tag in (_V2_TRAP, _INFORM):
        return _v2(data, at, end)
    if version == 0 and tag == _V1_TRAP:
        return _v1(data, at, end)
    raise DecodeError("not_a_notification")


def _v2(data: bytes, pdu_at: int, end: int) -> Trap:
    at, end = enter(data, pdu_at, end, data[pdu_at])
    for _ in ("request-id", "error-status", "error-index"):
        if data[at] != _INTEGER or not 1 <= data[at + 1] <= _WIDEST_INTEGER:
            at, _ignored = integer(data, at, end)
        else:
            at += 2 + data[at + 1]
    varbinds = _varbinds(data, at, end)
    for place, (name, tag, raw) in enumerate(varbinds, 1):
        if name == SNMP_TRAP_OID and tag == OID and raw:
            parts = in_parts(varbinds[place:] + varbinds[:place])
            return Trap(1, data[pdu_at] == _INFORM, raw, b"", *parts, pdu_at)
    raise DecodeError("no_trap_oid")


def _v1(data: bytes, pdu_at: int, end: int) -> Trap:
    at, end = enter(data, pdu_at, end, _V1_TRAP)
    start, at = enter(data, at, end, OID)
    enterprise = WELL_FORMED[data[start:at]]
    start, at = enter(data, at, end, IP_ADDRESS)
    agent = data[start:at]
    if len(agent) != 4:
        raise DecodeError("bad_value")
    at, generic = integer(data, at, end)
    at, specific = integer(data, at, end)
    _, at = enter(data, at, end, TIME_TICKS)
    oid = _v1_trap_oid(enterprise, generic, specific)
    return Trap(0, False, oid, agent, *in_parts(_varbinds(data, at, end)), pdu_at)


def _v1_trap_oid(enterprise: bytes, generic: int, specific: int) -> bytes:
    if 0 <= generic < _ENTERPRISE_SPECIFIC:
        return _GENERIC_TRAPS + bytes((generic + 1,))
    if generic != _ENTERPRISE_SPECIFIC or not 0 <= specific <= 0xFFFF_FFFF:
        raise DecodeError("bad_number")
    return WELL_FORMED[enterprise + b"\0" + encode_arc(specific)]


def in_parts(varbinds: Sequence[Varbind]) -> tuple[tuple[bytes, ...], tuple[int, ...], tuple[bytes, ...]]:
    """Names, tags and values, as a `Trap` has them."""
    return (
        tuple([name for name, _, _ in varbinds]),
        tuple([tag for _, tag, _ in varbinds]),
        tuple([raw for _, _, raw in varbinds]),
    )


def _varbinds(data: bytes, at: int, end: int) -> list[Varbind]:
    """Most varbinds are under 128 bytes, so that all their lengths take one byte: these are read without a call."""
    at, end = enter(data, at, end, _SEQUENCE)
    out: list[Varbind] = []
    for _ in range(MAX_VARBINDS + 1):
        if at >= end:
            return out
        length, value_at = data[at + 1], at + 4 + data[at + 3]
        stop = at + 2 + length
        if (
            data[at] == _SEQUENCE
            and length < 0x80
            and data[at + 2] == OID
            and value_at + 2 <= stop <= end
            and data[value_at + 1] == stop - value_at - 2
            and data[value_at : value_at + 2] in SHORT_HEADS
        ):
            name, tag, raw = data[at + 4 : value_at], data[value_at], data[value_at + 2 : stop]
        else:
            name, tag, raw, stop = _varbind(data, at, end)
        out.append((WELL_FORMED[name], tag, WELL_FORMED[raw] if tag == OID and raw else raw))
        at = stop
    raise DecodeError("too_many_varbinds")


def _varbind(data: bytes, at: int, end: int) -> tuple[bytes, int, bytes, int]:
    """A varbind in any form: its OID, tag and content, and where the next one starts."""
    at, stop = enter(data, at, end, _SEQUENCE)
    start, at = enter(data, at, stop, OID)
    name = data[start:at]
    if at >= stop:
        raise DecodeError("truncated")
    tag = data[at]
    start, at = enter(data, at, stop, tag)
    if at != stop:
        raise DecodeError("bad_length")
    least, most = LENGTHS.get(tag, (1, 0))
    if not least <= stop - start <= most:
        raise DecodeError("bad_value")
    return name, tag, data[start:stop], stop


def integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the next element starts, and the number."""
    if data[at] == _INTEGER and data[at + 1] == 1 and data[at + 2] < 0x80 and at + 3 <= end:
        return at + 3, data[at + 2]
    start, stop = enter(data, at, end, _INTEGER)
    if not 1 <= stop - start <= _WIDEST_INTEGER:
        raise DecodeError("bad_number")
    return stop, signed(data[start:stop])


def enter(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and stops; it must bear `tag` and lie before `end`."""
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
