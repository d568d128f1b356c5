"""The spool keeps what it took, numbers it, remembers what is held back, and says when it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.spool import REMEMBER_INFORMS_SECONDS, Spool, SpoolError
from guywire.model import AlarmEvent
from guywire.stream import EVENTS_PER_BATCH, Piece
from guywire.stream.protocol import LATE, decode_events, is_late
from tests.unit.collectors.spool_events import CLEAR, heard


def one(name: object, domain: str = "a", resource: str = "r") -> AlarmEvent:
    return heard(0, qualifier=str(name), domain=domain, resource=resource)


def some(count: int, first: int = 0, domain: str = "a") -> list[AlarmEvent]:
    return [one(number, domain) for number in range(first, first + count)]


def names(piece: Piece | None) -> list[str]:
    if piece is None:
        return []
    return [event.qualifier for event in decode_events(piece.last_seq - piece.first_seq + 1, piece.events)]


def all_pending(spool: Spool, lane: str) -> list[str]:
    return [name for piece in pieces(spool, lane) for name in names(piece)]


def pieces(spool: Spool, lane: str) -> Iterator[Piece]:
    after = spool.acked().get(lane, 0)
    while (piece := spool.pending(lane, after)) is not None:
        yield piece
        after = piece.last_seq


def lasts(spool: Spool) -> Mapping[str, int]:
    return dict(spool.last())


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "s.sqlite")
    yield spool
    spool.close()


def test_events_are_numbered_for_each_domain_from_one_and_come_in_pieces_of_at_most_fifty(spool: Spool) -> None:
    spool.append([one(1), one(2, "b"), one(3)])
    spool.append([one(4)])
    assert (lasts(spool), spool.depth, spool.spooled_total) == ({"a": 3, "b": 1}, 4, 4)
    assert names(spool.pending("a", 0)) == ["1", "3", "4"]
    spool.append(some(120, first=5))
    sizes = [piece.last_seq - piece.first_seq + 1 for piece in pieces(spool, "a")]
    assert sum(sizes) == 123
    assert max(sizes) <= EVENTS_PER_BATCH
    assert all_pending(spool, "a") == ["1", "3", "4", *map(str, range(5, 125))]


def test_what_was_appended_is_there_after_a_restart_and_what_was_acked_is_not(tmp_path: Path) -> None:
    first = Spool(tmp_path / "s.sqlite")
    first.append(some(2))
    first.append(some(1, first=2))
    first.acknowledge({"a": 2})
    name = first.spool
    first.close()
    again = Spool(tmp_path / "s.sqlite")
    assert (again.spool, again.depth, again.spooled_total) == (name, 1, 3)
    assert (again.acked(), names(again.pending("a", 2))) == ({"a": 2}, ["2"])
    again.append(some(1, first=3))
    assert again.last() == {"a": 4}
    again.close()


def test_numbers_go_on_after_a_restart_with_nothing_pending(tmp_path: Path) -> None:
    first = Spool(tmp_path / "s.sqlite")
    first.append(some(2))
    first.acknowledge({"a": 2})
    first.close()
    again = Spool(tmp_path / "s.sqlite")
    again.append(some(1))
    assert (again.last(), again.acked(), again.depth) == ({"a": 3}, {"a": 2}, 1)
    again.close()


@given(st.lists(st.one_of(st.integers(1, 120), st.just("ack")), max_size=12), st.booleans())
def test_whatever_is_acked_when_pending_is_always_what_was_appended_and_not_acked(
    steps: list[int | str], late: bool
) -> None:
    spool = Spool(Path(":memory:"))
    lane = "a" + LATE if late else "a"
    appended: list[str] = []
    acked = 0
    for step in steps:
        if isinstance(step, int):
            events = some(step, first=len(appended))
            spool.append(events, late=late)
            appended += [event.qualifier for event in events]
        elif (piece := spool.pending(lane, acked)) is not None:
            acked = piece.last_seq
            spool.acknowledge({lane: acked})
        assert all_pending(spool, lane) == appended[acked:]
        assert spool.depth == len(appended) - acked
    spool.close()


def test_an_inform_is_remembered_for_a_minute_with_its_event_and_over_a_restart(tmp_path: Path) -> None:
    first = Spool(tmp_path / "s.sqlite")
    first.append([one(1)], [b"digest"], now=1000.0)
    first.close()
    spool = Spool(tmp_path / "s.sqlite")
    assert spool.knows_inform(b"digest", 1000.0 + REMEMBER_INFORMS_SECONDS - 1)
    assert not spool.knows_inform(b"digest", 1000.0 + REMEMBER_INFORMS_SECONDS)
    assert not spool.knows_inform(b"other", 1000.0)
    spool.append([one(2)], [b"later"], now=2000.0)
    assert spool._db.execute("SELECT count(*) FROM inform").fetchone() == (1,), "what is forgotten takes no room"
    assert spool.knows_inform(b"later", 2000.0)
    spool.close()


def test_what_the_guard_holds_changes_with_the_events_and_is_there_after_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    pair = (one(7), heard(1, CLEAR, "7"))
    spool.append([one(1)], held={one(5).identity: (one(5),), one(7).identity: (one(7),)})
    spool.append([one(2)], held={one(7).identity: pair})
    spool.append([one(5)], held={one(5).identity: ()})
    spool.close()
    again = Spool(tmp_path / "s.sqlite")
    assert again.held() == [pair]
    assert again.depth == 3
    again.close()


def test_a_spool_that_cannot_be_written_to_refuses_the_whole_batch_and_numbers_stay_without_a_gap(spool: Spool) -> None:
    spool.append([one(1)])
    spool._db.execute("PRAGMA query_only = ON")  # every write fails from here on
    with pytest.raises(SpoolError, match="refuses"):
        spool.append(some(200), [b"digest"], now=1.0, held={one(5).identity: (one(5),)})
    assert spool.check() is not None
    spool.acknowledge({"a": 1})
    assert (lasts(spool), spool.spooled_total, spool.knows_inform(b"digest", 1.0)) == ({"a": 1}, 1, False)
    assert (spool.held(), spool.acked(), spool.full) == ([], {"a": 0}, False)
    spool._db.execute("PRAGMA query_only = OFF")
    spool.append([one(2)])
    assert all_pending(spool, "a") == ["1", "2"]
    assert spool.check() is None


def test_two_collectors_cannot_use_one_spool(tmp_path: Path, spool: Spool) -> None:
    code = f"from pathlib import Path; from collectors.spool import Spool; Spool(Path({str(tmp_path / 's.sqlite')!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "Is another collector using it?" in other.stderr


def test_a_spool_that_is_older_than_its_acks_is_numbered_anew_with_what_it_holds(spool: Spool) -> None:
    spool.append(some(4))
    spool.append(some(6, first=4))
    spool.append(some(3, first=10), late=True)
    spool.acknowledge({"a": 4})
    before = spool.spool
    spool.renumber()
    assert spool.spool != before
    assert (spool.last(), spool.acked(), spool.depth) == ({"a": 6, "a~late": 3}, {"a": 0, "a~late": 0}, 9)
    assert all_pending(spool, "a") == ["4", "5", "6", "7", "8", "9"]
    assert spool.pending("a~late", 0) is None, "it still waits for the live lane"
    spool.acknowledge({"a": 6})
    assert all_pending(spool, "a~late") == ["10", "11", "12"]


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match="read-only"):
        Spool(tmp_path / "file" / "s.sqlite")


def test_live_and_late_have_lanes_of_their_own_and_what_is_late_waits_for_what_stood_before_it(spool: Spool) -> None:
    spool.append([one("before", resource="r1")])
    spool.append([one("away", resource="r2")], late=True)
    spool.append([one("after", resource="r3")])
    assert (all_pending(spool, "a"), spool.pending("a~late", 0)) == (["before", "after"], None)
    spool.acknowledge({"a": 1})
    assert all_pending(spool, "a~late") == ["away"]


@pytest.mark.parametrize("restart", [False, True])
def test_a_resource_with_something_late_goes_on_there_until_that_is_acknowledged(tmp_path: Path, restart: bool) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([one(1, resource="r1"), one(2, resource="r2")], late=True)
    if restart:
        spool.close()
        spool = Spool(tmp_path / "s.sqlite")
    spool.append([one(3, resource="r1"), one(4, resource="r3")])
    assert (all_pending(spool, "a"), all_pending(spool, "a~late")) == (["4"], ["1", "2", "3"])
    spool.acknowledge({"a~late": 3})
    spool.append([one(5, resource="r1")])
    assert all_pending(spool, "a") == ["4", "5"]
    spool.close()


_ACTS = st.one_of(
    st.tuples(st.just("hear"), st.sampled_from("pqr"), st.sampled_from("ab")),
    st.tuples(st.sampled_from(["leave", "return", "live", "late", "ack", "lose", "restart"]), st.just(""), st.just("")),
)


@given(st.lists(_ACTS, min_size=10, max_size=60), st.booleans())
def test_each_resource_is_delivered_in_order_however_link_sender_and_process_come_and_go(
    acts: list[tuple[str, str, str]], late_first: bool
) -> None:
    """The correlator takes frames in order of sending; what is on the way when the link breaks may be lost or taken."""
    world = _Link()
    for number, (act, resource, domain) in enumerate(acts):
        world.do(act, one(number, domain, resource))
    world.finish(late_first)
    for resource in "pqr":
        for domain in "ab":
            said = [number for number, act in enumerate(acts) if act == ("hear", resource, domain)]
            assert world.delivered.get((resource, domain), []) == said


class _Link:
    """A spool, and a receiver that takes each number of a lane once and in order."""

    def __init__(self) -> None:
        self.spool = Spool(Path(":memory:"))
        self.late = False
        self.delivered: dict[tuple[str, str], list[int]] = {}
        self.marks: dict[str, int] = {}
        self.sent: dict[str, int] = {}

    def do(self, act: str, event: AlarmEvent) -> None:
        if act == "hear":
            self.spool.append([event], late=self.late)
        elif act in ("leave", "return"):
            self.late = act == "leave"
        elif act in ("live", "late") and not self.late:
            self._send(late=act == "late")
        elif act == "ack" and not self.late:
            self.spool.acknowledge(self.marks)
        elif act == "lose":
            self.sent = dict(self.marks)
        elif act == "restart":
            self.spool._load()

    def finish(self, late_first: bool) -> None:
        self.late = False
        for _ in range(100):
            self._send(late=late_first)
            self._send(late=not late_first)
            self.spool.acknowledge(self.marks)
        assert self.spool.depth == 0
        self.spool.close()

    def _send(self, late: bool) -> None:
        """A piece of each lane of one kind."""
        for lane in [lane for lane in self.spool.last() if is_late(lane) == late]:
            if (piece := self.spool.pending(lane, self.sent.get(lane, 0))) is not None:
                self.sent[lane] = piece.last_seq
                self._deliver(lane, piece)

    def _deliver(self, lane: str, piece: Piece) -> None:
        count = piece.last_seq - piece.first_seq + 1
        for seq, event in enumerate(decode_events(count, piece.events), piece.first_seq):
            if seq > self.marks.get(lane, 0):
                self.marks[lane] = seq
                self.delivered.setdefault((event.resource, event.domain), []).append(int(event.qualifier))


def test_a_live_event_waits_for_no_backlog(spool: Spool) -> None:
    for first in range(0, 5000, 250):
        spool.append(some(250, first), late=True)
    spool.append([one("now", resource="other")])
    assert names(spool.pending("a", 0)) == ["now"]


def test_every_piece_is_consecutive(spool: Spool) -> None:
    for count in (1, 30, 30, 50, 1):
        spool.append(some(count))
    found = list(pieces(spool, "a"))
    assert [piece.first_seq for piece in found] == [1, *(piece.last_seq + 1 for piece in found[:-1])]
    assert list(takewhile(lambda piece: piece.last_seq < 112, found)) == found[:-1]


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_makes_no_inform_a_repeat_of_one_of_another_day(tmp_path: Path, jump: float) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([one(1)], [b"before"], 100_000.0)
    assert not spool.knows_inform(b"before", 100_000.0 + jump)
    spool.append([one(2)], [b"after"], 100_000.0 + jump)
    assert spool.knows_inform(b"after", 100_030.0 + jump)
    assert spool.knows_inform(b"after", 99_999.0 + jump), "a step back of a second is not another day"
    assert spool._db.execute("SELECT count(*) FROM inform").fetchone() == (1,)
    spool.close()
