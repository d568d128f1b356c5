"""The decisions of both ends of the stream, without sockets: what is taken, what is sent, when to say HELLO."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guywire.stream import Batch, Mark
from guywire.stream.positions import Positions
from guywire.stream.protocol import Hello
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


_SENT = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 6)), max_size=30)


@given(_SENT, st.integers(0, 20))
def test_whatever_batches_come_the_positions_take_each_number_once_and_in_order(
    sent: list[tuple[int, int]], committed: int
) -> None:
    positions = Positions({("c", "d"): Mark("s", committed)})
    taken: list[int] = []
    for first, count in sent:
        batch = Batch("c", "d", "s", first, tuple(event(number) for number in range(first, first + count)))
        try:
            new = positions.take(batch)
        except LookupError:
            assert first > committed + len(taken) + 1
        else:
            taken += [int(one.qualifier) for one in new.events] if new else []
    assert taken == list(range(committed + 1, committed + 1 + len(taken)))


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
