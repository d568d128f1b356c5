"""The decoder against an independent encoder, against rubbish, and against its own bounds."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.wire.decode import MAX_DATAGRAM, MAX_VARBINDS, DecodeError, Reason, answer_to, decode
from collectors.wire.oid import encode_oid, oid_text
from collectors.wire.values import COUNTER32, INTEGER, IP_ADDRESS, OCTETS, OID, address_text, signed, unsigned
from tests.unit.collectors.snmp_messages import TYPES, VarBind, v1_message, v2_message

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1.7"

_ARC = st.integers(0, 2**32 - 1)
_OIDS = st.builds(
    lambda top, second, rest: ".".join(map(str, (top, second, *rest))),
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(_ARC, max_size=20),
)
_IPS = st.ip_addresses(v=4).map(str)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**31), 2**31 - 1),
    "octets": st.binary(max_size=60),
    "oid": _OIDS,
    "ip": _IPS,
    "counter32": st.integers(0, 2**32 - 1),
    "gauge32": st.integers(0, 2**32 - 1),
    "ticks": st.integers(0, 2**32 - 1),
    "counter64": st.integers(0, 2**64 - 1),
    "opaque": st.binary(max_size=20),
    "null": st.just(""),
}
_NO_COUNTER64 = sorted(set(_VALUES) - {"counter64", "opaque", "null"})


def _varbinds(kinds: list[str]) -> st.SearchStrategy[list[VarBind]]:
    return st.lists(
        st.sampled_from(kinds).flatmap(lambda kind: st.tuples(_OIDS, st.just(kind), _VALUES[kind])), max_size=12
    )


def _understood(tag: int, raw: bytes) -> Any:
    if tag == INTEGER:
        return signed(raw)
    if tag == OID:
        return oid_text(raw)
    if tag == IP_ADDRESS:
        return address_text(raw)
    return raw if tag in (OCTETS, 0x44, 0x05) else unsigned(raw)


def _as_sent(varbind: VarBind) -> tuple[str, Any]:
    oid, kind, value = varbind
    return oid, b"" if kind == "null" else value


@given(trap=_OIDS, varbinds=_varbinds(sorted(TYPES)), inform=st.booleans(), request=st.integers(-(2**31), 2**31 - 1))
def test_what_another_encoder_wrote_as_v2c_is_read_as_it_was_meant(
    trap: str, varbinds: list[VarBind], inform: bool, request: int
) -> None:
    found = decode(v2_message(trap, varbinds, inform=inform, request_id=request))
    assert (found.version, found.inform, oid_text(found.oid), found.agent) == (1, inform, trap, b"")
    read = [(oid_text(name), _understood(tag, raw)) for name, tag, raw in found.varbinds[:-2]]
    assert read == [_as_sent(varbind) for varbind in varbinds]


@given(enterprise=_OIDS, agent=_IPS, specific=st.integers(0, 2**31 - 1), varbinds=_varbinds(_NO_COUNTER64))
def test_what_another_encoder_wrote_as_v1_is_read_as_a_notification(
    enterprise: str, agent: str, specific: int, varbinds: list[VarBind]
) -> None:
    found = decode(v1_message(enterprise, agent, 6, specific, varbinds))
    assert (found.version, found.inform) == (0, False)
    assert (oid_text(found.oid), address_text(found.agent)) == (f"{enterprise}.0.{specific}", agent)
    read = [(oid_text(name), _understood(tag, raw)) for name, tag, raw in found.varbinds]
    assert read == [_as_sent(varbind) for varbind in varbinds]


@pytest.mark.parametrize("generic", range(6))
def test_a_generic_v1_trap_is_the_notification_of_the_same_meaning(generic: int) -> None:
    found = decode(v1_message("1.3.6.1.4.1.2011", "10.0.0.1", generic, 0))
    assert oid_text(found.oid) == f"1.3.6.1.6.3.1.1.5.{generic + 1}"


@given(st.binary(max_size=400))
@example(b"")
@example(b"\x30\x80")
@example(b"\x30\x84\xff\xff\xff\xff")
def test_any_bytes_are_a_trap_or_a_decode_error_with_a_known_reason(data: bytes) -> None:
    outcome: str = "trap"
    try:
        decode(data)
    except DecodeError as error:
        outcome = error.reason
    assert outcome in {"trap", *get_args(Reason)}


@given(st.data())
def test_a_message_cut_anywhere_is_refused(data: st.DataObject) -> None:
    whole = v2_message(LINK_DOWN, [(IF_INDEX, "integer", 7)])
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DecodeError):
        decode(whole[:cut])


def test_padding_behind_the_message_is_ignored() -> None:
    assert oid_text(decode(v2_message(LINK_DOWN) + b"\0" * 16).oid) == LINK_DOWN


def _with_version(version: int) -> bytes:
    whole = bytearray(v2_message(LINK_DOWN))
    assert whole[2:5] == b"\x02\x01\x01"
    whole[4] = version
    return bytes(whole)


def _with_pdu_tag(tag: int) -> bytes:
    whole = v2_message(LINK_DOWN)
    at = decode(whole).pdu_at
    return whole[:at] + bytes((tag,)) + whole[at + 1 :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated"),
        (b"hello, world", "bad_tag"),
        (b"\x30\x80\x02\x01\x01\0\0", "bad_length"),
        (_with_version(3), "snmpv3"),
        (_with_version(2), "unknown_version"),
        (_with_pdu_tag(0xA0), "not_a_notification"),
        (_with_pdu_tag(0xA4), "not_a_notification"),
        (b"\x30\x82\x41\0" + b"\0" * MAX_DATAGRAM, "too_long"),
        (v2_message(LINK_DOWN, [(IF_INDEX, "integer", 1)] * MAX_VARBINDS), "too_many_varbinds"),
        (
            v2_message("0.0").replace(encode_oid("1.3.6.1.6.3.1.1.4.1.0"), encode_oid("1.3.6.1.6.3.1.1.4.2.0")),
            "no_trap_oid",
        ),
        (v2_message(LINK_DOWN, [(IF_INDEX, "ip", "1.2.3.4")]).replace(b"\x40\x04", b"\x4f\x04"), "bad_value"),
        (v2_message("1.3.6.1.4.1.2011").replace(encode_oid("1.3.6.1.4.1.2011"), b"\x2b\6\1\4\1\x80\x0f"), "bad_oid"),
    ],
)
def test_what_cannot_be_used_is_refused_for_its_own_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(data)
    assert refused.value.reason == reason


def test_an_inform_is_answered_with_the_same_message_as_a_response() -> None:
    inform = v2_message(LINK_DOWN, [(IF_INDEX, "integer", 7)], inform=True, request_id=4711)
    answer = answer_to(inform, decode(inform))
    differing = [place for place, (a, b) in enumerate(zip(inform, answer, strict=True)) if a != b]
    assert [(inform[place], answer[place]) for place in differing] == [(0xA6, 0xA2)]


def test_counters_of_any_width_that_agents_send_are_read() -> None:
    wide = v2_message(LINK_DOWN, [(IF_INDEX, "counter32", 2**32 - 1)])
    assert decode(wide).varbinds[0][1:] == (COUNTER32, b"\0\xff\xff\xff\xff")
