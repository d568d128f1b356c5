"""The keeper keeps all of a catch or nothing, gives each event one outcome, and tells of the spool's own troubles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import prometheus_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.catch import Catch
from collectors.keeping.keeper import Keeper
from collectors.policy import Policy, default_policy
from collectors.spool import Spool
from guywire.model import AlarmEvent, Severity
from guywire.stream.protocol import decode_events
from tests.unit.collectors.spool_events import (
    CLEAR,
    RAISE,
    START,
    by_identity,
    counts,
    ever_raised,
    final_states,
    heard,
)

SHIPPED = default_policy()
TIGHT = msgspec.structs.replace(
    SHIPPED, guard=msgspec.structs.replace(SHIPPED.guard, burst=2, per_second=1.0, held_at_most=100)
)
ROOMY = msgspec.structs.replace(
    SHIPPED,
    guard=msgspec.structs.replace(SHIPPED.guard, burst=1_000_000),
    spool=msgspec.structs.replace(SHIPPED.spool, megabytes=1, reserve_kilobytes=64),
)
OUTCOMES = ("spooled", "merged", "ignored", "repeated", "refused")


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass
class Bench:
    """A keeper over a real spool; `connected` and `policy` may be changed."""

    path: Path
    policy: Policy = SHIPPED
    connected: bool = True
    woken: int = 0
    spool: Spool = field(init=False)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.spool = Spool(self.path)
        self.keeper = Keeper(
            self.spool, lambda: self.policy, self._wake, connected=lambda: self.connected, collector="north"
        )

    def reopen(self) -> None:
        self.spool.close()
        self.open()

    def pending(self, lane: str = "sh/pudong") -> list[AlarmEvent]:
        out: list[AlarmEvent] = []
        seq = self.spool.acked().get(lane, 0)
        while (piece := self.spool.pending(lane, seq)) is not None:
            out += decode_events(piece.last_seq - piece.first_seq + 1, piece.events)
            seq = piece.last_seq
        return out

    def told(self) -> list[tuple[str, Severity]]:
        """What the collector says of itself, in order."""
        events = [*self.pending("unassigned"), *self.pending("unassigned~late")]
        assert {(one.site, one.resource, one.alarm_type) for one in events} <= {
            ("", "collector:north", "collector-silent")
        }
        return [(one.qualifier, one.severity) for one in events]

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "s.sqlite")
    yield bench
    bench.spool.close()


class Grown:
    """How much each counter of the collectors grew since this was made."""

    def __init__(self) -> None:
        self._before = self._read()

    def __getitem__(self, name: str) -> float:
        return self._read().get(name, 0) - self._before.get(name, 0)

    def outcomes(self) -> dict[str, float]:
        return {name: self[name] for name in OUTCOMES if self[name]}

    @staticmethod
    def _read() -> dict[str, float]:
        found: dict[str, float] = {}
        for family in prometheus_client.REGISTRY.collect():
            if family.name.startswith("guywire_collectors_") and family.type == "counter":
                name = family.name.removeprefix("guywire_collectors_")
                found[name] = sum(sample.value for sample in family.samples if sample.name.endswith("_total"))
        return found


def test_a_catch_is_kept_counted_and_its_sender_of_the_stream_woken(bench: Bench) -> None:
    grown = Grown()
    tally = {"received": 4, "decoded": 3, "ignored": 1, "refused:truncated": 1, "unidentified": 1}
    assert bench.keeper.keep(Catch([heard(0), heard(0, CLEAR)], {}, [], tally), START)
    assert grown.outcomes() == {"spooled": 2, "ignored": 1, "refused": 1}
    assert (grown["received"], grown["decoded"], grown["unidentified"], grown["found"]) == (4, 3, 1, 0)
    assert (bench.spool.depth, bench.woken) == (2, 1)


def test_a_catch_without_events_is_counted_and_wakes_nobody(bench: Bench) -> None:
    grown = Grown()
    assert bench.keeper.keep(Catch(tally={"received": 3, "ignored": 3}), START)
    assert (grown["ignored"], bench.woken) == (3, 0)


def test_what_came_by_no_datagram_is_counted_as_found(bench: Bench) -> None:
    grown = Grown()
    bench.keeper.keep(Catch([heard(0)]), START)
    assert (grown["found"], grown["received"], grown.outcomes()) == (1, 0, {"spooled": 1})


def test_an_inform_that_comes_again_is_kept_once_and_reported_kept_even_over_a_restart(bench: Bench) -> None:
    grown = Grown()
    inform = Catch([heard(0), heard(0, CLEAR), heard(0)], {0: b"one", 2: b"one"}, [], {"received": 3, "decoded": 3})
    assert bench.keeper.keep(inform, START)
    assert grown.outcomes() == {"spooled": 2, "repeated": 1}
    bench.reopen()
    again = Catch([heard(0), heard(0)], {0: b"one", 1: b"two"}, [], {"received": 2, "decoded": 2})
    assert bench.keeper.keep(again, after(5))
    assert grown.outcomes() == {"spooled": 3, "repeated": 2}
    assert bench.spool.depth == 3
    assert bench.keeper.keep(inform, after(120))
    assert bench.spool.depth == 5, "long after, it is another one"


def test_a_refused_catch_is_kept_by_no_part_and_counted_as_that(bench: Bench) -> None:
    bench.policy = TIGHT
    grown = Grown()
    catch = Catch(
        [heard(0, qualifier=letter) for letter in "abcd"], {0: b"x"}, [],
        {"received": 5, "decoded": 5, "ignored": 1, "unknown_source": 2},
    )  # fmt: skip
    bench.spool._db.execute("PRAGMA query_only = ON")
    assert not bench.keeper.keep(catch, START)
    assert grown.outcomes() == {"ignored": 1, "refused": 4}
    assert (grown["received"], grown["unknown_source"]) == (5, 0)
    bench.spool._db.execute("PRAGMA query_only = OFF")
    assert bench.keeper.keep(catch, after(100))
    assert grown.outcomes() == {"ignored": 2, "refused": 4, "spooled": 4}
    bench.keeper.tick(after(200))
    assert [event.qualifier for event in bench.pending()] == ["a", "b", "c", "d"]
    assert [event.count for event in bench.pending()] == [1, 1, 1, 1]


@pytest.mark.parametrize("restart", [False, True])
def test_a_storm_is_merged_on_disk_and_released_with_its_counts(bench: Bench, restart: bool) -> None:
    bench.policy = TIGHT
    grown = Grown()
    for second in range(50):
        storm = [heard(second, RAISE if second % 2 else CLEAR, letter) for letter in "abc"]
        assert bench.keeper.keep(Catch(storm, {}, [], {"received": 3, "decoded": 3}), START)
        if restart:
            bench.reopen()
    assert grown["spooled"] + grown["merged"] == 150
    for second in range(1, 20):
        bench.keeper.tick(after(second))
    events = bench.pending()
    assert sum(event.count for event in events) == 150
    assert {one.qualifier: one.severity for one in events} == dict.fromkeys("abc", RAISE)
    assert bench.spool.held() == []


def test_while_the_correlator_is_away_events_go_late_and_live_again_once_it_is_back(bench: Bench) -> None:
    bench.keeper.keep(Catch([heard(0, resource="r1")]), START)
    bench.connected = False
    bench.keeper.keep(Catch([heard(1, resource="r1")]), after(1))
    bench.keeper.keep(Catch([heard(60, resource="r2")]), after(60))
    bench.connected = True
    bench.keeper.keep(Catch([heard(61, resource="r1"), heard(61, resource="r2")]), after(61))
    assert [(one.resource, one.at) for one in bench.pending()] == [
        ("r1", after(0)), ("r1", after(1)), ("r1", after(61)),
    ]  # fmt: skip
    bench.spool.acknowledge({"sh/pudong": 3})
    assert [one.at for one in bench.pending("sh/pudong~late")] == [after(60), after(61)]


def test_what_must_be_discarded_is_counted_and_raised_as_an_alarm_and_cleared_when_there_was_room(bench: Bench) -> None:
    bench.policy = ROOMY
    bench.keeper.tick(START)
    for first in range(0, 20_000, 250):
        events = [heard(0, qualifier=str(first + number), text="x" * 100) for number in range(250)]
        assert bench.keeper.keep(Catch(events), START)
    discarded = bench.spool.discarded
    bench.keeper.tick(after(1))
    bench.keeper.tick(after(2))
    assert bench.told() == [("spool-discards", Severity.MAJOR)]
    (told,) = re.findall(r"(\d+) of the oldest", bench.pending("unassigned")[0].text)
    assert discarded <= int(told) <= bench.spool.discarded
    bench.reopen()
    bench.keeper.tick(after(100))
    assert len(bench.told()) == 1, "it is as full as before"
    for lane, last in list(bench.spool.last().items()):
        if lane != "unassigned":
            bench.spool.acknowledge({lane: last})
    bench.keeper.tick(after(200))
    assert bench.told() == [("spool-discards", Severity.MAJOR), ("spool-discards", Severity.CLEARED)]


_SAID = st.tuples(st.sampled_from([RAISE, CLEAR]), st.sampled_from("abcd"), st.sampled_from(["r1", "r2"]))
_STEPS = st.lists(
    st.one_of(st.lists(_SAID, max_size=6), st.sampled_from(["tick", "ack", "reopen", "leave", "return", "refuse"])),
    max_size=25,
)


@given(_STEPS)
@settings(max_examples=60, deadline=None)
def test_between_any_two_steps_it_may_be_opened_anew_and_nothing_is_lost_or_twice(
    steps: list[list[tuple[Severity, str, str]] | str],
) -> None:
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "s.sqlite", TIGHT)
        said, told = list[AlarmEvent](), list[AlarmEvent]()
        for second, step in enumerate(steps):
            if not isinstance(step, str):
                events = [heard(second + place / 10, *one[:2], resource=one[2]) for place, one in enumerate(step)]
                assert bench.keeper.keep(Catch(events), after(second))
                said += events
            else:
                told += _do(bench, step, second)
        for second in range(100):
            told += _do(bench, "tick", 100 + second) + _do(bench, "ack", 0)
        assert (bench.spool.depth, bench.spool.held()) == (0, [])
        assert (counts(told), final_states(told)) == (counts(said), final_states(said))
        assert ever_raised(told) == ever_raised(said)
        for some in by_identity(told).values():
            assert [one.at for one in some] == sorted(one.at for one in some)
        bench.spool.close()


def _do(bench: Bench, step: str, second: int) -> list[AlarmEvent]:
    """One step of the world around a keeper; what a correlator took in by it, from the live lane and then the late."""
    if step == "tick":
        bench.keeper.tick(after(second))
    elif step in ("leave", "return"):
        bench.connected = step == "return"
    elif step == "reopen":
        bench.reopen()
    elif step == "refuse":
        bench.spool._db.execute("PRAGMA query_only = ON")
        assert not bench.keeper.keep(Catch([heard(second)]), after(second))
        bench.keeper.tick(after(second))
        bench.spool._db.execute("PRAGMA query_only = OFF")
    elif step == "ack":
        return [one for lane in ("sh/pudong", "sh/pudong~late") for one in _acknowledged(bench, lane)]
    return []


def _acknowledged(bench: Bench, lane: str) -> list[AlarmEvent]:
    events = bench.pending(lane)
    bench.spool.acknowledge({lane: bench.spool.acked().get(lane, 0) + len(events)})
    return events


def test_strangers_beyond_their_places_are_one_alarm_yet_each_is_counted_and_adoption_still_ends_its_alarm(
    bench: Bench,
) -> None:
    limits = msgspec.structs.replace(SHIPPED, traps=msgspec.structs.replace(SHIPPED.traps, strangers=2))
    bench.policy = limits
    strangers = [
        heard(0, site="", resource=f"unidentified:10.9.9.{number}", domain="unassigned", source=f"10.9.9.{number}")
        for number in range(9)
    ]
    grown = Grown()
    assert bench.keeper.keep(Catch(strangers, tally={"received": 9}), START)
    assert grown.outcomes() == {"spooled": 9}
    assert len(by_identity(bench.pending("unassigned"))) == 3
    end = msgspec.structs.replace(strangers[8], severity=CLEAR)  # found by a second look, which came by no datagram
    assert bench.keeper.keep(Catch([end]), START)
    assert bench.pending("unassigned")[-1] == end


def test_a_spool_that_was_damaged_is_told_once_until_a_person_has_seen_to_it(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"no database" * 1000)
    bench = Bench(path)
    for seconds in (0, 1, 120):
        bench.keeper.tick(after(seconds))
    assert bench.told() == [("spool-damaged", Severity.MAJOR)]
    bench.reopen()
    bench.keeper.tick(after(240))
    assert bench.told() == [("spool-damaged", Severity.MAJOR)], "nothing of it is said again, nor taken back"
    bench.spool.close()
