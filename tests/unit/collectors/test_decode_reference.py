"""The decoder beside pysnmp's: thousands of sound and broken datagrams, read alike but for a short, reasoned list."""

from __future__ import annotations

import random

from collectors.wire.decode import DecodeError, Trap, decode, enter
from collectors.wire.oid import oid_text
from collectors.wire.values import INTEGER, IP_ADDRESS, NULL, OCTETS, OID, OPAQUE, signed, unsigned
from tests.fuzz.mutate import corpus, mutated
from tests.unit.collectors.reference_decoder import Notification, reference

DATAGRAMS = 1_500
EXCEPTIONS = (0x80, 0x81, 0x82)

WE_REFUSE = {
    "no_trap_oid": "without snmpTrapOID there is nothing to know it by (RFC 3416, section 4.2.6, demands it)",
    "bad_number": "a number without a byte (X.690, 8.3.1), or one of more than nine",
    "bad_length": "the indefinite form of lengths, which RFC 3417, section 8, forbids; a community over 255 bytes",
    "bad_oid": "more than 128 arcs, or an arc over 32 bits (RFC 2578, section 3.5)",
    "bad_value": "a value longer than its type can be",
}
WE_ACCEPT = {
    "not in asn1Spec": "a type of the other version, or an obsolete one (RFC 1442): old agents send them",
    "Excessive components": "something behind the varbinds inside the message, as harmless as padding behind it",
    "Empty substrate": "an object identifier without a byte, as a value: agents mean 0.0 by it",
    "ValueConstraintError": "a number out of its range: error-status says nothing in a notification, and agents leave"
    " out the zero before a counter's first bit",
}
"""By what pysnmp says. Besides, it refuses a message with padding behind it; that is cut off before it is asked."""


def test_sound_and_broken_datagrams_are_read_as_pysnmp_reads_them_but_for_a_short_list() -> None:
    chance, seeds = random.Random(20261122), corpus()
    alike = 0
    for data in [*seeds, *(mutated(chance, seeds) for _ in range(DATAGRAMS))]:
        ours, theirs = _ours(data), reference(_without_padding(data))
        if isinstance(ours, str):
            assert isinstance(theirs, str) or ours in WE_REFUSE, data.hex()
        elif isinstance(theirs, str):
            assert any(words in theirs for words in WE_ACCEPT), (theirs, data.hex())
        else:
            assert _same(ours, theirs), data.hex()
            alike += 1
    assert alike > DATAGRAMS / 20


def _ours(data: bytes) -> Trap | str:
    try:
        return decode(data)
    except DecodeError as error:
        return error.reason


def _without_padding(data: bytes) -> bytes:
    try:
        return data[: enter(data, 0, len(data), 0x30)[1]]
    except (DecodeError, IndexError):
        return data


def _same(trap: Trap, notification: Notification) -> bool:
    """Version, kind and varbinds; ours has the ones that begin a v2 message at the end."""
    found = [(oid_text(name), _value(tag, raw)) for name, tag, raw in trap.varbinds]
    turned = [found[at:] + found[:at] for at in range(len(found) + 1)]
    return (trap.version, trap.inform) == notification[:2] and notification.varbinds in turned


def _value(tag: int, raw: bytes) -> int | bytes | str | None:
    if tag == OID:
        return oid_text(raw) if raw else ""
    if tag in (OCTETS, OPAQUE, IP_ADDRESS):
        return raw
    if tag in (NULL, *EXCEPTIONS):
        return None
    return signed(raw) if tag == INTEGER else unsigned(raw)
