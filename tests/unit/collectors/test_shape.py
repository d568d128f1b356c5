"""Shapes: what was learnt of one message reads the next one as step by step would, and is bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.wire.decode import DecodeError, Trap, decode, read
from collectors.wire.oid import encode_oid
from collectors.wire.shape import LONGEST, MOST_OF_A_LENGTH, PATIENCE, SNMP_TRAP_OID, Shapes, shape_of
from tests.fuzz.mutate import corpus
from tests.unit.collectors.snmp_messages import v1_message, v2_message

LINK_DOWN, IF_INDEX = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7"
V2 = v2_message(LINK_DOWN, [(IF_INDEX, "integer", 7), ("1.3.6.1.2.1.2.2.1.2.7", "octets", b"radio")])


def made_of(reader: Callable[[bytes], Trap], data: bytes) -> Trap | str:
    try:
        return reader(data)
    except DecodeError as error:
        return error.reason


@given(st.sampled_from([V2, *corpus()]), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4))
def test_any_change_of_bytes_is_read_as_step_by_step(data: bytes, changes: list[tuple[int, int]]) -> None:
    made_of(decode, data)  # learnt
    changed = bytearray(data)
    for place, byte in changes:
        changed[place % len(data)] = byte
    assert made_of(decode, bytes(changed)) == made_of(read, bytes(changed))


@given(st.integers(-(2**31), 2**31 - 1), st.binary(max_size=40), st.integers(1, 2**31 - 1))
def test_messages_of_one_kind_are_read_as_step_by_step(number: int, text: bytes, request: int) -> None:
    said = [(IF_INDEX, "integer", number), ("1.3.6.1.2.1.2.2.1.2.7", "octets", text)]
    data = v2_message(LINK_DOWN, said, request_id=request)
    assert decode(data) == read(data)
    assert decode(data) == read(data)


def test_a_name_that_is_no_oid_is_refused_although_the_shape_is_known() -> None:
    decode(V2)
    at = V2.index(encode_oid(IF_INDEX)) + 3
    spoilt = V2[:at] + b"\x80" + V2[at + 1 :]
    with pytest.raises(DecodeError, match="bad_oid"):
        decode(spoilt)


def test_a_trap_oid_that_moves_to_another_varbind_is_found_there() -> None:
    other = encode_oid("1.3.6.1.6.3.1.1.4.1.9")
    data = v2_message(LINK_DOWN, [("1.3.6.1.6.3.1.1.4.1.9", "oid", "1.3.6.1.4.1.9.9.9.9.9")])
    decode(data)
    swapped = bytearray(data)
    first, second = data.index(SNMP_TRAP_OID), data.index(other)
    swapped[first : first + len(other)], swapped[second : second + len(other)] = other, SNMP_TRAP_OID
    assert decode(bytes(swapped)) == read(bytes(swapped))
    assert decode(bytes(swapped)).oid == encode_oid("1.3.6.1.4.1.9.9.9.9.9")


def test_a_snmpv1_trap_has_a_shape_too() -> None:
    data = v1_message("1.3.6.1.4.1.9.1", "10.1.2.3", 6, 300, [(IF_INDEX, "integer", 7), (IF_INDEX, "integer", 8)])
    assert shape_of(data) is not None
    assert decode(data) == read(data) == decode(data)


def test_what_is_kept_is_bounded_and_gives_way_once_it_no_longer_fits() -> None:
    shapes = Shapes()
    long = v2_message(LINK_DOWN, [(IF_INDEX, "octets", b"x" * LONGEST)])
    shapes.learn(long)
    assert shapes.find(long) is None
    kinds = [V2[:-1] + bytes((n,)) for n in range(3)]  # one shape: they differ in a value
    for data in kinds:
        if shapes.find(data) is None:
            shapes.learn(data)
    assert len(shapes) == 1
    for _ in range(MOST_OF_A_LENGTH + 3):
        shapes.learn(V2)
    assert len(shapes) == MOST_OF_A_LENGTH
    for _ in range(PATIENCE):
        shapes.learn(V2)
    assert len(shapes) < MOST_OF_A_LENGTH
    assert shapes.find(V2) is not None
