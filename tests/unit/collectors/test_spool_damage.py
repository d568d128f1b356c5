"""A spool that the disk spoilt: set aside or discarded in part, told, and never in the way of what comes now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.spool import Spool, SpoolError
from guywire.stream.protocol import LATE
from tests.unit.collectors.test_spool import all_pending, some


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 10_000)


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _spoil_pages(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for at in range(4096 * 5, len(raw), 4096):
        raw[at : at + 200] = b"\xff" * 200
    path.write_bytes(raw)


def _spoil_what_is_held(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO held VALUES (x'00', x'c1')")
    db.close()


@pytest.mark.parametrize("spoil", [_garbage, _cut_in_half, _spoil_pages, _spoil_what_is_held])
def test_a_damaged_spool_is_set_aside_and_a_new_one_begun(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "s.sqlite"
    spool = Spool(path)
    for start in range(0, 2000, 200):
        spool.append(some(200, start))
    assert spool.set_aside is None
    spool.close()
    spoil(path)
    spool = Spool(path)
    assert spool.set_aside is not None
    assert spool.set_aside.exists()
    assert (spool.depth, spool.held()) == (0, [])
    spool.append(some(3))
    assert all_pending(spool, "a") == ["0", "1", "2"]
    spool.close()


def test_events_that_the_disk_spoilt_are_discarded_so_that_those_behind_them_go_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    for start in range(0, 150, 50):
        spool.append(some(50, start))
        spool.append(some(50, start, "b"), late=True)
    spool._db.execute("UPDATE chunk SET body = x'c1c1' WHERE first = 51")
    assert all_pending(spool, "a") == [str(number) for number in (*range(50), *range(100, 150))]
    assert (spool.depth, spool.discarded) == (250, 50)
    spool.close()
    spool = Spool(tmp_path / "s.sqlite")
    spool.acknowledge({"a": 150})
    assert len(all_pending(spool, "b" + LATE)) == 100
    spool.close()


def _meet_damage(spool: Spool) -> None:
    with spool._files.transaction():
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def test_a_spool_that_turns_out_damaged_while_it_is_used_says_so_that_a_new_start_may_set_it_aside(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    spool.tend()
    with pytest.raises(SpoolError):
        _meet_damage(spool)
    with pytest.raises(SpoolError, match="malformed"):
        spool.tend()
    spool.close()


def test_a_spool_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE event (domain TEXT, seq INTEGER, body BLOB NOT NULL, PRIMARY KEY (domain, seq))")
    db.close()
    before = path.read_bytes()
    with pytest.raises(SpoolError, match="another version of Guywire"):
        Spool(path)
    assert path.read_bytes()[100:] == before[100:]
