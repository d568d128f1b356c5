"""A spool at its bounds: what is known better by now is merged, then the oldest goes; what was sent is left."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.spool import Spool
from collectors.spool.chunk import Run
from collectors.spool.compaction import squeeze
from collectors.spool.lanes import Lanes
from guywire.model import AlarmEvent, Severity
from guywire.stream.protocol import LATE, decode_events
from guywire.stream.window import EVENTS_UNDER_WAY
from tests.unit.collectors.spool_events import (
    CLEAR,
    RAISE,
    WORSE,
    by_identity,
    counts,
    ever_raised,
    final_states,
    heard,
)

SMALL = 1 << 20


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "s.sqlite")
    spool.bound(SMALL, 4096)
    yield spool
    spool.close()


def drained(spool: Spool) -> list[AlarmEvent]:
    """All that is pending, in order of each lane, late lanes after the live ones; each number once."""
    out: list[AlarmEvent] = []
    for lane in sorted(spool.last(), key=lambda lane: lane.endswith(LATE)):
        after = spool.acked().get(lane, 0)
        while (piece := spool.pending(lane, after)) is not None:
            assert piece.first_seq > after
            out += decode_events(piece.last_seq - piece.first_seq + 1, piece.events)
            after = piece.last_seq
            spool.acknowledge({lane: after})
    assert spool.depth == 0
    return out


def flapping(count: int, ports: int, chance: random.Random) -> list[AlarmEvent]:
    return [
        heard(
            number, chance.choice([RAISE, WORSE, CLEAR]), str(chance.randrange(ports)),
            resource=f"r{number % 7}", text="x" * 100,
        )
        for number in range(count)
    ]  # fmt: skip


def fill(spool: Spool, events: Sequence[AlarmEvent], late: bool = False) -> None:
    for at in range(0, len(events), 200):
        spool.append(events[at : at + 200], late=late)


@pytest.mark.parametrize("late", [False, True])
def test_repeats_are_merged_before_anything_is_discarded(spool: Spool, late: bool) -> None:
    said = flapping(12_000, 5, random.Random(3))
    fill(spool, said, late)
    assert spool._files.used() <= SMALL
    assert spool.discarded == 0
    assert spool.depth < len(said)
    told = drained(spool)
    assert (final_states(told), counts(told), ever_raised(told)) == (
        final_states(said),
        counts(said),
        ever_raised(said),
    )
    for events in by_identity(told).values():
        assert [event.at for event in events] == sorted(event.at for event in events)


def test_what_cannot_be_merged_is_discarded_from_the_oldest_on_and_counted(spool: Spool) -> None:
    said = [heard(number, qualifier=str(number), text="x" * 100) for number in range(12_000)]
    fill(spool, said)
    assert spool._files.used() <= SMALL + SMALL // 16, "it looks from time to time"
    told = drained(spool)
    assert 0 < spool.discarded == len(said) - len(told)
    kept = [int(event.qualifier) for event in told]
    protected = [number for number in kept if number < EVENTS_UNDER_WAY]
    assert protected == list(range(EVENTS_UNDER_WAY)), "these may have been sent before a restart"
    newest = [number for number in kept if number >= 6_000]
    assert newest == list(range(newest[0], 12_000)), "no holes among the newest"


@pytest.mark.parametrize(("sent", "restart"), [(EVENTS_UNDER_WAY, True), (3 * EVENTS_UNDER_WAY, False)])
def test_what_may_have_been_sent_is_neither_merged_nor_discarded(tmp_path: Path, sent: int, restart: bool) -> None:
    """Before a restart a window at the most; since then what was handed out, though acks could not be written."""
    spool = Spool(tmp_path / "s.sqlite")
    spool.bound(SMALL, 4096)
    first = [heard(number, qualifier="same") for number in range(sent)]
    fill(spool, first)
    after = 0
    while (piece := spool.pending("sh/pudong", after)) is not None:
        after = piece.last_seq  # sent; the receiver committed it, and then the link was gone
    if restart:
        spool.close()
        spool = Spool(tmp_path / "s.sqlite")
        spool.bound(SMALL, 4096)
    fill(spool, [heard(number, qualifier="same", text="x" * 100) for number in range(12_000)])
    spool.acknowledge({"sh/pudong": after})
    rest = drained(spool)
    assert sum(event.count for event in rest) == 12_000
    spool.close()


def test_numbers_go_on_over_the_holes_after_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.bound(SMALL, 4096)
    fill(spool, flapping(12_000, 5, random.Random(4)))
    last, depth = dict(spool.last()), spool.depth
    spool.close()
    again = Spool(tmp_path / "s.sqlite")
    assert (again.last(), again.depth) == (last, depth)
    assert last == {"sh/pudong": 12_000}
    drained(again)
    again.close()


def test_a_resource_whose_late_events_were_given_higher_numbers_still_goes_on_there() -> None:
    lanes, late = Lanes(), "sh/pudong" + LATE
    said = [heard(number, resource=of) for number, of in enumerate(["early", *["other"] * 9])]
    lanes.took(Run(late, 1, 0, said), 10)
    lanes.squeezed(Run(late, 9, 0, [said[0], said[-1]]), 8)
    assert lanes.waiting == {late: 2}
    lanes.acknowledged(late, 5, 0)
    (run,) = lanes.runs([heard(20, resource="early")], late=False)
    assert (run.lane, run.first) == (late, 11)


def test_it_is_crowded_near_its_bounds_and_not_after_it_was_drained(spool: Spool) -> None:
    assert not spool.crowded()
    fill(spool, [heard(number, qualifier=str(number), text="x" * 100) for number in range(12_000)])
    assert spool.crowded()
    drained(spool)
    assert not spool.crowded()


_SAID = st.tuples(st.sampled_from([RAISE, WORSE, CLEAR]), st.sampled_from("abc"), st.sampled_from("rst"))


@given(st.lists(_SAID, max_size=60))
def test_squeezing_keeps_states_counts_and_the_order_of_each_identity(said: list[tuple[Severity, str, str]]) -> None:
    events = [heard(number, severity, letter, resource=of) for number, (severity, letter, of) in enumerate(said)]
    left = squeeze(events)
    assert len(left) <= 2 * len(by_identity(events))
    assert (final_states(left), counts(left), ever_raised(left)) == (
        final_states(events),
        counts(events),
        ever_raised(events),
    )
    for some in by_identity(left).values():
        assert [event.at for event in some] == sorted(event.at for event in some)
