"""Our engine as a receiver: who is believed, who is told why not, and that nothing else comes of any datagram."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.credentials import User
from collectors.usm import engine as engine_module
from collectors.usm import memory as memory_module
from collectors.usm.encode import Clock, as_v2c
from collectors.usm.engine import INFORM_REPEATS_SECONDS, Accepted, Engine, Refused
from collectors.usm.memory import Memory
from collectors.wire.decode import decode
from collectors.wire.oid import oid_text
from tests.unit.collectors.usm_messages import AN_ENGINE, EVERY_USER, NOBODY_ASKS, TRAP, Header, message, opened, pdu

OWN, BOOTS, NOW = b"\x80\0\0\0\5 receiver", 4, 10_000.0
SAFE = next(user for user in EVERY_USER if user.name == "sha256-aes128")
SIGNED = next(user for user in EVERY_USER if user.name == "sha512")
STATISTICS = bytes.fromhex("2b060106030f0101")  # usmStats, 1.3.6.1.6.3.15.1.1


def engine(*users: User, memory: Memory | None = None) -> Engine:
    return Engine(Clock(OWN, BOOTS, NOW - 500), memory or Memory(), users or (SAFE,))


def inform(user: User = SAFE, **changed: object) -> bytes:
    header = replace(Header(user, OWN, BOOTS, 500, reportable=True), **changed)  # type: ignore[arg-type]
    return message(header, pdu(inform=True))


def refused(own: Engine, data: bytes, now: float = NOW) -> Refused:
    verdict = own.receive(data, now)
    assert isinstance(verdict, Refused)
    return verdict


def accepted(own: Engine, data: bytes, now: float = NOW) -> Accepted:
    verdict = own.receive(data, now)
    assert isinstance(verdict, Accepted), verdict
    return verdict


def test_a_trap_is_what_its_v2_pdu_says() -> None:
    found = accepted(engine(), message(Header(SAFE), pdu()))
    assert found.trap == replace_place(found, as_v2c(found.pdu))
    assert (found.trap.inform, found.answer, found.digest) == (False, b"", b"")


def replace_place(found: Accepted, v2c: bytes) -> object:
    """The same trap by the v2c decoder, but for where its PDU stands."""
    trap = decode(v2c)
    return msgspec.structs.replace(trap, pdu_at=found.trap.pdu_at)


def test_who_does_not_know_us_is_told_who_we_are() -> None:
    discovery = message(Header(SAFE, b"", 0, 0, level=0, reportable=True), b"\xa0" + pdu()[1:])
    answer = refused(engine(), discovery)
    assert answer.reason == "usm_discovery"
    (who, boots, time), scoped = opened(answer.report, SAFE)
    assert (who, boots, time) == (OWN, BOOTS, 500)
    assert STATISTICS + b"\4\0" in scoped


def test_a_clock_that_is_off_is_set_by_a_report_that_is_authenticated() -> None:
    own = engine()
    answer = refused(own, inform(boots=0, time=0))
    assert answer.reason == "usm_time_window"
    (_, boots, time), scoped = opened(answer.report, SAFE)
    assert (boots, time) == (BOOTS, 500)
    assert STATISTICS + b"\2\0" in scoped
    changed = bytearray(answer.report)
    changed[-1] ^= 1
    with pytest.raises(Exception, match=r"uthent|digest|StatusInformation"):
        opened(bytes(changed), SAFE)


@pytest.mark.parametrize("off", [-151, 151])
def test_informs_are_believed_within_the_window_only(off: int) -> None:
    assert refused(engine(), inform(time=500 + off)).reason == "usm_time_window"
    accepted(engine(), inform(time=500 + off - off // abs(off)))


@pytest.mark.parametrize(
    ("header", "reason", "statistic"),
    [
        (Header(SAFE, OWN, BOOTS, 500, name="stranger", reportable=True), "usm_unknown_user", 3),
        (Header(SAFE, OWN, BOOTS, 500, level=0, reportable=True), "usm_level", 1),
        (Header(SAFE, OWN, BOOTS, 500, level=1, reportable=True), "usm_level", 1),
        (Header(SAFE, AN_ENGINE, BOOTS, 500, reportable=True), "usm_unknown_engine", 4),
        (Header(replace(SAFE, auth_password=b"not that"), OWN, BOOTS, 500, reportable=True), "usm_wrong_digest", 5),
        (Header(replace(SAFE, priv_password=b"not that"), OWN, BOOTS, 500, reportable=True), "usm_decryption", 6),
    ],
)
def test_a_sender_that_asks_is_told_what_was_wrong(header: Header, reason: str, statistic: int) -> None:
    data = message(header, pdu(inform=True))
    answer = refused(engine(), data)
    assert answer.reason == reason
    assert STATISTICS + bytes((statistic, 0)) in opened(answer.report, SAFE)[1]
    assert refused(engine(), message(replace(header, reportable=False), pdu(inform=True))).report == b""


def test_a_repeated_inform_is_answered_again_for_a_while_and_its_digest_is_the_same() -> None:
    own = engine()
    first, second = accepted(own, inform()), accepted(own, inform_again := inform(), NOW + 1)
    assert first.digest != second.digest  # another salt, another message
    assert accepted(own, inform_again, NOW + INFORM_REPEATS_SECONDS).digest == second.digest
    assert refused(own, inform_again, NOW + INFORM_REPEATS_SECONDS + 2).reason == "usm_replayed"


def test_an_inform_of_the_life_before_is_refused() -> None:
    data = inform()
    memory = Memory()
    accepted(engine(memory=memory), data)
    reborn = Engine(Clock(OWN, BOOTS + 1, NOW + 10), memory, (SAFE,))
    assert refused(reborn, data, NOW + 10).reason == "usm_time_window"


def test_a_trap_is_believed_once() -> None:
    own, data = engine(), message(Header(SAFE), pdu())
    accepted(own, data)
    assert refused(own, data).reason == "usm_replayed"


def test_who_has_no_key_leaves_nothing_behind() -> None:
    memory = Memory()
    own = engine(SAFE, SIGNED, NOBODY_ASKS, memory=memory)
    before = len(memory)
    liar = replace(SAFE, auth_password=b"guessing on")
    for number in range(50):
        assert refused(own, message(Header(liar, AN_ENGINE + bytes((number,))), pdu())).reason == "usm_wrong_digest"
        accepted(own, message(Header(NOBODY_ASKS, AN_ENGINE + bytes((number,))), pdu()))
    assert len(memory) == before
    assert memory.changes() is None
    assert not own._keys


def test_keys_at_hand_are_bounded_and_those_that_went_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_KEYS_AT_MOST", 2)
    own = engine()
    for time in (1_000, 1_001):
        for number in range(5):
            accepted(own, message(Header(SAFE, AN_ENGINE + bytes((number,)), time=time), pdu()))
            assert len(own._keys) <= 2


def test_engines_are_bounded_and_those_that_are_known_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    own = engine()
    accepted(own, message(Header(SAFE), pdu()))
    monkeypatch.setattr(memory_module, "ENGINES_AT_MOST", 2)  # ours, and that one
    newcomer = message(Header(SAFE, AN_ENGINE + b"!"), pdu())
    assert refused(own, newcomer).reason == "usm_too_many_engines"
    accepted(own, message(Header(SAFE, time=1_001), pdu()))


def test_nobody_is_believed_without_a_digest_unless_the_user_has_none() -> None:
    own = engine(SAFE, NOBODY_ASKS)
    assert refused(own, message(Header(SAFE, level=0), pdu())).reason == "usm_level"
    assert refused(own, message(Header(SAFE, level=1), pdu())).reason == "usm_level"
    accepted(own, message(Header(NOBODY_ASKS), pdu()))
    assert refused(own, message(Header(SAFE, name="open"), pdu())).reason == "usm_level"


def test_users_of_one_name_are_told_apart_by_their_passwords() -> None:
    north = replace(SAFE, name="north")
    south = replace(SAFE, name="south", auth_password=b"the other province", priv_password=b"the other key")
    own = engine(north, south)
    for user in (north, south):
        accepted(own, message(Header(user, AN_ENGINE + user.name.encode()), pdu()))


def test_credentials_that_were_taken_away_are_worth_nothing() -> None:
    own = engine(SAFE, SIGNED)
    accepted(own, message(Header(SAFE), pdu()))
    own.learn([SIGNED, replace(SAFE, auth_password=b"changed on Monday")])
    assert refused(own, message(Header(SAFE, time=1_001), pdu())).reason == "usm_wrong_digest"
    own.learn([SIGNED])
    assert refused(own, message(Header(SAFE, time=1_002), pdu())).reason == "usm_unknown_user"
    accepted(own, message(Header(SIGNED, time=1_003), pdu()))


def test_an_unauthenticated_inform_has_no_digest_of_its_own_and_a_plain_answer() -> None:
    found = accepted(engine(NOBODY_ASKS), inform(NOBODY_ASKS))
    assert found.digest == b""
    assert opened(found.answer, NOBODY_ASKS)[1].endswith(b"\xa2" + pdu(inform=True)[1:])


def test_the_trap_inside_has_its_own_oid_and_values() -> None:
    trap = accepted(engine(), message(Header(SAFE), pdu())).trap
    assert oid_text(trap.oid) == TRAP
    assert [raw for _, _, raw in trap.varbinds][:2] == [b"Mains failure", b"\x07"]


FUZZED = engine(SAFE, SIGNED, NOBODY_ASKS)
SEEDS = [message(Header(user, engine, BOOTS, 500), pdu(inform=engine == OWN)) for user in (SAFE, SIGNED, NOBODY_ASKS)
         for engine in (AN_ENGINE, OWN)]  # fmt: skip


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_nothing_else_comes_of_it(data: bytes) -> None:
    assert isinstance(FUZZED.receive(data, NOW), Refused)


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 500), st.binary(max_size=3)), min_size=1, max_size=6))
def test_no_change_to_a_message_gets_an_exception_out(seed: bytes, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(seed)
    for at, new in changes:
        data[at % len(data) : at % len(data) + len(new)] = new
    FUZZED.receive(bytes(data), NOW)


@given(st.binary(max_size=200), st.sampled_from([SAFE, SIGNED, NOBODY_ASKS]), st.booleans())
def test_whatever_somebody_with_a_key_says_is_a_notification_or_refused(inner: bytes, user: User, ours: bool) -> None:
    header = Header(user, OWN, BOOTS, 500, reportable=True) if ours else Header(user, AN_ENGINE)
    assert isinstance(FUZZED.receive(message(header, inner), NOW), Refused)
