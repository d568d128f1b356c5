"""The spool keeps what it took, numbers it without gaps, and says when it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.spool import REMEMBER_INFORMS_SECONDS, Spool, SpoolError


def test_events_are_numbered_for_each_domain_from_one_without_gaps(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([("a", b"1"), ("b", b"2"), ("a", b"3")])
    spool.append([("a", b"4")])
    assert spool.last() == {"a": 3, "b": 1}
    assert spool.pending("a", 0, 50) == [b"1", b"3", b"4"]
    assert spool.pending("a", 1, 1) == [b"3"]
    assert spool.depth == spool.spooled_total == 4
    spool.close()


def test_what_was_appended_is_there_after_a_restart_and_what_was_acked_is_not(tmp_path: Path) -> None:
    first = Spool(tmp_path / "s.sqlite")
    first.append([("a", b"1"), ("a", b"2"), ("a", b"3")])
    first.acknowledge({"a": 2})
    name = first.spool
    first.close()
    again = Spool(tmp_path / "s.sqlite")
    assert (again.spool, again.depth, again.spooled_total) == (name, 1, 3)
    assert (again.acked(), again.pending("a", 2, 50)) == ({"a": 2}, [b"3"])
    again.append([("a", b"4")])
    assert again.last() == {"a": 4}
    again.close()


@given(st.lists(st.one_of(st.integers(1, 5), st.tuples(st.just("ack"), st.integers(0, 30))), max_size=20))
def test_whatever_is_acked_when_pending_is_always_what_was_appended_and_not_acked(steps: list[object]) -> None:
    spool = Spool(Path(":memory:"))
    appended: list[bytes] = []
    acked = 0
    for step in steps:
        if isinstance(step, int):
            new = [str(len(appended) + number).encode() for number in range(step)]
            spool.append([("a", body) for body in new])
            appended += new
        elif isinstance(step, tuple):
            acked = max(acked, min(step[1], len(appended)))
            spool.acknowledge({"a": min(step[1], len(appended))})
        assert spool.pending("a", acked, 1000) == appended[acked:]
        assert spool.depth == len(appended) - acked
    spool.close()


def test_an_inform_is_remembered_for_a_minute_with_its_event(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([("a", b"1")], [b"digest"], now=1000.0)
    assert spool.knows_inform(b"digest", 1000.0 + REMEMBER_INFORMS_SECONDS - 1)
    assert not spool.knows_inform(b"digest", 1000.0 + REMEMBER_INFORMS_SECONDS)
    assert not spool.knows_inform(b"other", 1000.0)
    spool.close()


def test_a_full_disk_refuses_the_whole_batch_and_the_numbers_stay_without_a_gap(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([("a", b"1")])
    spool._db.execute("PRAGMA max_page_count = 20")  # SQLite's own way of a full disk
    with pytest.raises(SpoolError, match="full"):
        spool.append([("a", b"x" * 1000) for _ in range(200)], [b"digest"], now=1.0)
    assert (spool.last(), spool.spooled_total, spool.knows_inform(b"digest", 1.0)) == ({"a": 1}, 1, False)
    spool.append([("a", b"2")])
    assert spool.pending("a", 0, 50) == [b"1", b"2"]
    spool.close()


def test_two_collectors_cannot_use_one_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    code = f"from pathlib import Path; from collectors.spool import Spool; Spool(Path({str(tmp_path / 's.sqlite')!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "Is another collector using it?" in other.stderr
    spool.close()


def test_a_spool_that_is_older_than_its_acks_is_numbered_anew_with_what_it_holds(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.append([("a", str(number).encode()) for number in range(10)])
    spool.acknowledge({"a": 4})
    before = spool.spool
    spool.renumber()
    assert spool.spool != before
    assert (spool.last(), spool.acked(), spool.depth) == ({"a": 6}, {"a": 0}, 6)
    assert spool.pending("a", 0, 2) == [b"4", b"5"]
    spool.close()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match="read-only"):
        Spool(tmp_path / "file" / "s.sqlite")
