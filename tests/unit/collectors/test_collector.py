"""Intake, keeper and spool together: an answer only for what is on disk, a repeated inform kept once, all counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import prometheus_client
import pytest

from collectors.catch import Catch
from collectors.keeping.keeper import Keeper
from collectors.pipeline import Knowledge
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.policy import default_policy
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.spool import Spool, SpoolError
from collectors.wire.datagrams import Datagram
from collectors.wire.intake import Intake
from tests.unit.collectors.snmp_messages import v2_message

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KNOWN, UNKNOWN = Source("10.0.0.1", 161), Source("10.9.9.9", 161)
LINK_DOWN, UPS_TEST = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.33.2.2"
CLASSIFIER = Classifier(load(path) for path in profile_files(SHIPPED))
KNOWLEDGE = Knowledge(
    Places(Snapshot(1, {"S1": "sh/pudong"}, [Equipment("S1", "radio-1", address="10.0.0.1")])), CLASSIFIER
)
OUTCOMES = ("spooled", "merged", "ignored", "repeated")


@dataclass
class Bench:
    """An intake over a real keeper and spool, and a list of answers."""

    spool: Spool
    answers: list[Datagram] = field(default_factory=list)
    woken: int = 0
    now: datetime = AT

    def __post_init__(self) -> None:
        policy = default_policy()
        self.keeper = Keeper(self.spool, lambda: policy, self._wake, connected=lambda: True, collector="local")
        self.intake = Intake(lambda: KNOWLEDGE, self._keep, lambda data, to: self.answers.append((data, to)))

    async def take(self, datagrams: list[Datagram], now: datetime = AT) -> None:
        self.now = now
        await self.intake.take(datagrams, now)
        await self.intake.settle()

    async def _keep(self, catch: Catch) -> bool:
        return self.keeper.keep(catch, self.now)

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


async def test_every_datagram_of_a_batch_is_counted_with_one_outcome(bench: Bench) -> None:
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
    await bench.take(batch)
    grown = metrics.grown()
    refused = {name: value for name, value in grown.items() if name.startswith("refused")}
    assert refused == {"refusedbad_tag": 1, "refusedtruncated": 1}
    assert {name: grown.get(name, 0) for name in OUTCOMES} == {"spooled": 3, "merged": 0, "ignored": 1, "repeated": 1}
    assert grown["received"] == len(batch)
    assert (grown["decoded"], grown["informs_answered"]) == (5, 2)
    assert bench.spool.depth == 3
    assert bench.woken == 1


async def test_a_repeated_inform_is_answered_again_and_spooled_once_even_over_a_restart(bench: Bench) -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    await bench.take([(inform, KNOWN)])
    again = Bench(bench.spool)  # nothing but the spool is left of the first collector
    await again.take([(inform, KNOWN)], AT + timedelta(seconds=1))
    assert (len(bench.answers), len(again.answers), bench.spool.depth) == (1, 1, 1)


async def test_the_same_words_from_another_port_or_long_after_are_another_inform(bench: Bench) -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    await bench.take([(inform, KNOWN)])
    await bench.take([(inform, Source(KNOWN.ip, 162))])
    await bench.take([(inform, KNOWN)], AT + timedelta(minutes=5))
    assert bench.spool.depth == 3


async def test_a_trap_that_comes_twice_is_spooled_twice(bench: Bench) -> None:
    await bench.take([(v2_message(LINK_DOWN), KNOWN), (v2_message(LINK_DOWN), KNOWN)])
    assert bench.spool.depth == 2


async def test_no_inform_is_answered_when_the_spool_refuses_and_all_of_the_batch_is_counted_as_that(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SpoolError("no room")

    metrics = Metrics()
    batch = [(v2_message(LINK_DOWN, inform=True, request_id=number), KNOWN) for number in range(3)]
    with monkeypatch.context() as full:
        full.setattr(bench.spool, "append", refuse)
        await bench.take(batch)
    assert bench.answers == []
    assert metrics.grown() == {"received": 3, "decoded": 3, "refusedspool_failed": 3}
    await bench.take(batch, AT + timedelta(seconds=1))
    assert len(bench.answers) == bench.spool.depth == 3
