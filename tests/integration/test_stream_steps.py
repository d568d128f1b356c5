"""The decisions of both ends of the stream, without sockets: what is taken, what is sent, when to say HELLO."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guywire.stream import EVENTS_PER_BATCH, Batch, Mark, Piece
from guywire.stream.outflow import Outflow
from guywire.stream.positions import Positions
from guywire.stream.protocol import Hello, decode_from_collector, encode, encode_events
from guywire.stream.security import stays_here
from guywire.stream.window import QUIET_SECONDS, STALLED_SECONDS, Window
from tests.integration.stream_events import event


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("tcp://127.0.0.1:9470", True),
        ("tcp://localhost:9470", True),
        ("tcp://[::1]:9470", True),
        ("ipc:///tmp/x", True),
        ("tcp://10.0.0.1:9470", False),
        ("tcp://*:9470", False),
        ("tcp://0.0.0.0:9470", False),
    ],
)
def test_an_address_stays_on_this_machine_or_leaves_it(url: str, here: bool) -> None:
    assert stays_here(url) is here


_LANES = st.lists(st.one_of(st.integers(1, 60), st.tuples(st.just("hole"), st.integers(1, 500))), max_size=20)


@given(_LANES, st.lists(st.sampled_from(["deliver", "lose", "ack", "again"]), max_size=60))
def test_whatever_is_lost_on_the_way_all_arrives_once_in_order_over_holes(
    makeup: list[int | tuple[str, int]], fate: list[str]
) -> None:
    """A lane with holes behind a window, positions before it, and between them frames and acks that get lost."""
    outbox = _Numbered(makeup)
    outflow, positions, got = Outflow("c", outbox), Positions({}), list[int]()
    now = 0.0
    for step in [*fate, *["deliver", "ack"] * 200]:
        now += 1.1
        window = outflow.window
        if window.hello_is_due(now):
            window.hello_said(now)
            positions.hello(Hello("c", "s", outbox.freed, dict(outbox.last())))
            if step != "lose":
                window.welcomed({"d": positions.committed.get(("c", "d"), Mark("s", 0)).seq}, now)
        for sent in outflow.due(now):
            batch = decode_from_collector(encode(sent))
            assert isinstance(batch, Batch)
            if step == "lose":
                continue
            try:
                new = positions.take(batch)
            except LookupError:
                window.again()
                break
            got += [int(one.qualifier) for one in new.events] if new else []
            if new:
                positions.commit(new)
            if step == "ack":
                window.acked("d", batch.last_seq, now)
        if step == "again":
            window.again()
    assert got == [number for number in range(1, outbox.top + 1) if number in outbox.there]


class _Numbered:
    """An outbox of one lane whose events are their numbers, with holes."""

    spool = "s"

    def __init__(self, makeup: list[int | tuple[str, int]]) -> None:
        self.there: set[int] = set()
        self.top = 0
        self.freed: dict[str, int] = {"d": 0}
        for part in makeup:
            count = part if isinstance(part, int) else part[1]
            if isinstance(part, int):
                self.there |= set(range(self.top + 1, self.top + count + 1))
            self.top += count

    def acked(self) -> Mapping[str, int]:
        return self.freed

    def last(self) -> Mapping[str, int]:
        return {"d": self.top}

    def pending(self, lane: str, after: int) -> Piece | None:
        first = min((number for number in self.there if number > after), default=0)
        run = list(takewhile(self.there.__contains__, range(first, first + EVENTS_PER_BATCH)))
        return Piece(first, run[-1], encode_events([event(number) for number in run])) if run else None

    def acknowledge(self, seqs: Mapping[str, int]) -> None:
        raise AssertionError("the window alone is under test")

    def renumber(self) -> None:
        raise AssertionError("the window alone is under test")


_SENT = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 6), st.integers(0, 8)), max_size=30)


@given(_SENT, st.integers(0, 20))
def test_whatever_batches_come_the_positions_take_each_number_once_and_in_order(
    sent: list[tuple[int, int, int]], committed: int
) -> None:
    positions = Positions({("c", "d"): Mark("s", committed)})
    taken: list[int] = []
    skipped: set[int] = set()
    for first, count, hole in sent:
        batch = Batch("c", "d", "s", first, tuple(event(number) for number in range(first, first + count)), hole)
        at = max([committed, *taken])
        try:
            new = positions.take(batch)
        except LookupError:
            assert first - hole > at + 1
        else:
            taken += [int(one.qualifier) for one in new.events] if new else []
            skipped |= set(range(at + 1, first))
    assert taken == [number for number in range(committed + 1, max([committed, *taken]) + 1) if number not in skipped]


def test_a_hello_of_another_spool_starts_a_numbering_of_its_own() -> None:
    positions = Positions({("c", "d"): Mark("old", 70)})
    assert positions.hello(Hello("c", "new", {}, {"d": 5})) == ({"d": 0}, [])
    new = positions.take(Batch("c", "d", "new", 1, (event(1),)))
    assert new is not None
    assert new.mark == Mark("new", 1)


def test_the_window_says_hello_first_after_silence_and_when_an_ack_is_overdue() -> None:
    window = Window({})
    assert window.hello_is_due(0.0)
    window.hello_said(0.0)
    assert window.next_after("d", 5) is None, "not in step yet"
    window.welcomed({}, 0.1)
    assert not window.hello_is_due(1.0)
    assert window.next_after("d", 5) == 0
    window.sent("d", 5, 1.0)
    assert window.next_after("d", 5) is None
    assert window.hello_is_due(0.1 + QUIET_SECONDS), "silence"
    window.acked("other", 3, 1.0 + STALLED_SECONDS - 0.1)
    assert not window.hello_is_due(1.0 + STALLED_SECONDS - 0.1)
    window.acked("other", 4, 1.0 + STALLED_SECONDS)
    assert window.hello_is_due(1.0 + STALLED_SECONDS), "others are acked, this one is not"
    window.hello_said(6.0)
    window.welcomed({"d": 2}, 6.1)
    assert window.next_after("d", 5) == 2


def test_a_second_welcome_does_not_send_everything_again() -> None:
    window = Window({})
    window.hello_said(0.0)
    window.welcomed({"d": 0}, 0.1)
    window.sent("d", 50, 0.2)
    window.welcomed({"d": 0}, 0.3)
    assert window.next_after("d", 100) == 50
    window.again()
    assert window.hello_is_due(0.4)
    window.hello_said(0.4)
    window.welcomed({"d": 10}, 0.5)
    assert window.next_after("d", 100) == 10
