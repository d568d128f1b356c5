"""The stages of a batch: one outcome a datagram, an answer only for what is on disk, a repeated inform spooled once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import prometheus_client
import pytest

from collectors.classify import Classifier
from collectors.collector import Collector
from collectors.pipeline import Knowledge
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile import SHIPPED, load
from collectors.shelf import profile_files
from collectors.spool import Spool
from tests.unit.collectors.snmp_messages import v2_message

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KNOWN, UNKNOWN = Source("10.0.0.1", 161), Source("10.9.9.9", 161)
LINK_DOWN, UPS_TEST = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.33.2.2"
PROFILES = [load(path) for path in profile_files(SHIPPED)]
OUTCOMES = ("spooled", "ignored", "repeated")


@dataclass
class Bench:
    """A collector between a real spool and a list of answers."""

    spool: Spool
    answers: list[tuple[bytes, Source]] = field(default_factory=list)
    woken: int = 0

    def __post_init__(self) -> None:
        places = Places(Snapshot(1, {"S1": "sh/pudong"}, [Equipment("S1", "radio-1", address="10.0.0.1")]))
        knowledge = Knowledge(places, Classifier(PROFILES))
        self.collector = Collector(knowledge, self.spool, lambda data, to: self.answers.append((data, to)), self._wake)

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    spool = Spool(tmp_path / "s.sqlite")
    yield Bench(spool)
    spool.close()


class Metrics:
    """How much each counter grew since this was made."""

    def __init__(self) -> None:
        self._before = self._read()

    def grown(self) -> dict[str, float]:
        now = self._read()
        return {name: now[name] - self._before.get(name, 0) for name in now if now[name] != self._before.get(name, 0)}

    @staticmethod
    def _read() -> dict[str, float]:
        return {
            sample.name.removeprefix("guywire_collectors_").removesuffix("_total")
            + sample.labels.get("reason", ""): sample.value
            for family in prometheus_client.REGISTRY.collect()
            if family.name.startswith("guywire_collectors_") and family.type == "counter"
            for sample in family.samples
            if sample.name.endswith("_total")
        }


def test_every_datagram_of_a_batch_is_counted_with_one_outcome(bench: Bench) -> None:
    metrics = Metrics()
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    batch = [
        (v2_message(LINK_DOWN), KNOWN),
        (v2_message("1.3.6.1.4.1.99999.0.1"), UNKNOWN),
        (v2_message(UPS_TEST), KNOWN),
        (inform, KNOWN),
        (inform, KNOWN),
        (b"rubbish", KNOWN),
        (b"", KNOWN),
    ]
    bench.collector.take(batch, AT)
    grown = metrics.grown()
    refused = {name: value for name, value in grown.items() if name.startswith("refused")}
    assert refused == {"refusedbad_tag": 1, "refusedtruncated": 1}
    assert {name: grown[name] for name in OUTCOMES} == {"spooled": 3, "ignored": 1, "repeated": 1}
    assert grown["received"] == len(batch) == sum(refused.values()) + sum(grown[name] for name in OUTCOMES)
    assert (grown["decoded"], grown["unknown_source"], grown["unidentified"]) == (5, 1, 1)
    assert bench.spool.last() == {"sh/pudong": 2, "unassigned": 1}
    assert bench.woken == 1


def test_an_inform_is_answered_to_its_sender_with_its_request_id(bench: Bench) -> None:
    bench.collector.take([(v2_message(LINK_DOWN, inform=True, request_id=77), UNKNOWN)], AT)
    ((answer, to),) = bench.answers
    assert to == UNKNOWN
    assert answer == v2_message(LINK_DOWN, inform=True, request_id=77).replace(b"\xa6", b"\xa2", 1)


def test_an_inform_that_is_no_alarm_is_answered_too(bench: Bench) -> None:
    bench.collector.take([(v2_message(UPS_TEST, inform=True), KNOWN)], AT)
    assert len(bench.answers) == 1
    assert bench.spool.depth == 0


def test_a_repeated_inform_is_answered_again_and_spooled_once_even_over_a_restart(bench: Bench) -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    bench.collector.take([(inform, KNOWN)], AT)
    again = Bench(bench.spool)  # nothing but the spool is left of the first collector
    again.collector.take([(inform, KNOWN)], AT + timedelta(seconds=1))
    assert (len(bench.answers), len(again.answers), bench.spool.depth) == (1, 1, 1)


def test_the_same_words_from_another_port_or_long_after_are_another_inform(bench: Bench) -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    bench.collector.take([(inform, KNOWN)], AT)
    bench.collector.take([(inform, Source(KNOWN.ip, 162))], AT)
    bench.collector.take([(inform, KNOWN)], AT + timedelta(minutes=5))
    assert bench.spool.depth == 3


def test_a_trap_that_comes_twice_is_spooled_twice(bench: Bench) -> None:
    bench.collector.take([(v2_message(LINK_DOWN), KNOWN), (v2_message(LINK_DOWN), KNOWN)], AT)
    assert bench.spool.depth == 2


def test_no_inform_is_answered_when_the_spool_refuses_and_all_of_the_batch_is_counted_as_that(bench: Bench) -> None:
    metrics = Metrics()
    bench.spool._db.execute("PRAGMA query_only = ON")  # every write fails from here on
    batch = [(v2_message(LINK_DOWN, inform=True, request_id=number), KNOWN) for number in range(3)]
    bench.collector.take(batch, AT)
    assert bench.answers == []
    grown = metrics.grown()
    assert grown == {"received": 3, "decoded": 3, "refusedspool_failed": 3}
    bench.spool._db.execute("PRAGMA query_only = OFF")
    bench.collector.take(batch, AT + timedelta(seconds=1))
    assert len(bench.answers) == bench.spool.depth == 3
