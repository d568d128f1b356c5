"""A batch of SNMPv3 datagrams becomes a catch like any other; nothing of it counts before it is remembered on disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from collectors.catch import Contact
from collectors.credentials import Credentials
from collectors.pipeline import Knowledge, rehear
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.usm.intake import REPORTS_A_SECOND, Allowance, SteadyClock, Usm, boots_at
from collectors.usm.store import Store
from collectors.wire.intake import Haul
from tests.unit.collectors.usm_messages import EVERY_USER, NOBODY_ASKS, Header, message, pdu

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
RECTIFIER, STRANGER = Source("10.0.0.1", 162), Source("10.9.9.9", 162)
KNOWLEDGE = Knowledge(
    Places(Snapshot(1, {"S1": "sh/pudong"}, [Equipment("S1", "rectifier-1", address="10.0.0.1")])), Classifier(())
)
SAFE, OTHER = EVERY_USER[1], EVERY_USER[2]


class Bench:
    """The process without its sockets."""

    def __init__(self, folder: Path) -> None:
        self.credentials = Credentials({SAFE.name: SAFE, NOBODY_ASKS.name: NOBODY_ASKS})
        self.store = Store(folder / "usm.sqlite")
        self.sent: list[tuple[bytes, Source]] = []
        self.usm = Usm(
            self.store, lambda: self.credentials, lambda data, to: self.sent.append((data, to)), SteadyClock()
        )

    @property
    def engine(self) -> bytes:
        return self.usm._engine._clock.engine

    @property
    def boots(self) -> int:
        return self.usm._engine._clock.boots

    def sift(self, *datagrams: bytes, source: Source = RECTIFIER) -> Haul:
        return self.usm.sift([(data, source) for data in datagrams], AT, KNOWLEDGE)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


def inform(bench: Bench) -> bytes:
    return message(Header(SAFE, bench.engine, bench.boots, 0, reportable=True), pdu(inform=True))


def test_a_batch_becomes_one_catch_with_one_outcome_a_datagram(bench: Bench) -> None:
    trap = message(Header(SAFE), pdu())
    asks = inform(bench)
    haul = bench.sift(trap, trap, asks, message(Header(OTHER), pdu()), b"\x30\x03\x02\x01\x03")
    assert [(event.resource, event.source) for event in haul.catch.events] == [("rectifier-1", "10.0.0.1")] * 2
    assert list(haul.catch.informs) == [1]
    assert [to for _, to in haul.answers] == [RECTIFIER]
    assert haul.catch.contacts == [Contact("10.0.0.1", AT)]
    assert haul.catch.tally == {
        "received": 5, "decoded": 2, "unidentified": 2,
        "refused:usm_replayed": 1, "refused:usm_unknown_user": 1, "refused:truncated": 1,
    }  # fmt: skip


def test_a_repeated_inform_has_one_digest_wherever_it_comes_from(bench: Bench) -> None:
    asks = inform(bench)
    first, second = bench.sift(asks), bench.sift(asks, source=STRANGER)
    assert first.catch.informs == second.catch.informs
    assert [to for _, to in second.answers] == [STRANGER]


def test_an_unauthenticated_inform_is_another_one_from_another_port(bench: Bench) -> None:
    asks = message(Header(NOBODY_ASKS, bench.engine, reportable=True), pdu(inform=True))
    assert bench.sift(asks).catch.informs != bench.sift(asks, source=STRANGER).catch.informs


def test_what_no_profile_knows_can_be_heard_again_without_any_key(bench: Bench) -> None:
    (event,) = bench.sift(message(Header(SAFE), pdu())).catch.events
    again = rehear(event.raw, RECTIFIER, AT, KNOWLEDGE)
    assert again is not None
    assert (again.details, again.alarm_type) == (event.details, event.alarm_type)


def test_nothing_is_believed_that_cannot_be_remembered(bench: Bench) -> None:
    bench.store._db.execute("PRAGMA query_only=ON")
    with capture_logs() as logs:
        haul = bench.sift(message(Header(SAFE), pdu()), inform(bench))
    assert not haul.catch.events
    assert not haul.answers
    assert haul.catch.tally == {"received": 2, "refused:usm_not_stored": 2}
    assert [line["event"] for line in logs] == ["usm.not_stored"]
    bench.store._db.execute("PRAGMA query_only=OFF")
    assert len(bench.sift(message(Header(SAFE, time=1_001), pdu())).catch.events) == 1


def test_reports_leave_at_once_and_a_refusal_is_logged_once(bench: Bench) -> None:
    stranger = message(Header(SAFE, bench.engine, 1, 0, name="stranger", reportable=True), pdu(inform=True))
    with capture_logs() as logs:
        bench.sift(stranger, stranger)
    assert [to for _, to in bench.sent] == [RECTIFIER, RECTIFIER]
    assert [(line["reason"], line["user"], line["source"]) for line in logs] == [
        ("usm_unknown_user", "stranger", "10.0.0.1")
    ]


def test_new_credentials_hold_from_the_next_batch_on(bench: Bench) -> None:
    assert not bench.sift(message(Header(OTHER), pdu())).catch.events
    bench.credentials = Credentials({OTHER.name: OTHER})
    assert len(bench.sift(message(Header(OTHER, time=1_001), pdu())).catch.events) == 1


def test_after_a_crash_the_same_packet_is_refused(bench: Bench, tmp_path: Path) -> None:
    trap = message(Header(SAFE), pdu())
    assert bench.sift(trap).catch.events
    bench.store.close()
    reborn = Bench(tmp_path)
    assert reborn.sift(trap).catch.tally == {"received": 1, "refused:usm_replayed": 1}
    reborn.store.close()


def test_a_storm_of_spoofed_questions_is_neither_reflected_nor_written_down(bench: Bench) -> None:
    stranger = message(Header(SAFE, bench.engine, 1, 0, name="stranger", reportable=True), pdu(inform=True))
    spoofed = [(stranger, Source(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 161)) for n in range(5000)]
    with capture_logs() as lines:
        haul = bench.usm.sift(spoofed, AT, KNOWLEDGE)
    assert haul.catch.tally["refused:usm_unknown_user"] == 5000
    assert REPORTS_A_SECOND <= len(bench.sent) < 3 * REPORTS_A_SECOND
    assert 0 < len(lines) <= 40


def test_whoever_is_slower_than_the_allowance_is_always_answered() -> None:
    allowance = Allowance(2, 0.0)
    assert [allowance.take(at) for at in (0.0, 0.0, 0.0, 0.5, 0.5, 10.0, 10.0, 10.0)] == [
        True, True, False, True, False, True, True, False
    ]  # fmt: skip


def test_a_memory_that_comes_from_a_back_up_makes_us_no_earlier_life_of_ours(tmp_path: Path) -> None:
    path, saved = tmp_path / "usm.sqlite", tmp_path / "saved"
    lives = []
    for minute in range(3):
        store = Store(path)
        lives.append(store.start(boots_at(1_800_000_000.0 + 60 * minute)))
        store.close()
        if minute == 0:
            saved.write_bytes(path.read_bytes())
    path.write_bytes(saved.read_bytes())
    store = Store(path)
    engine, boots = store.start(boots_at(1_800_000_000.0 + 180))
    store.close()
    assert {engine} == {one for one, _ in lives}
    assert boots > max(before for _, before in lives)
    assert boots_at(0.0) == boots_at(-5.0) == 1
