"""A full disk: the spool refuses, keeps what it has, says so, and goes on by itself once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from collectors.catch import Catch
from collectors.policy import default_policy
from guywire.model import AlarmEvent, Severity
from tests.unit.collectors.spool_events import START, heard
from tests.unit.collectors.test_keeper import Bench, Grown, after

_SHIPPED = default_policy()
POLICY = msgspec.structs.replace(
    _SHIPPED,
    guard=msgspec.structs.replace(_SHIPPED.guard, burst=1_000_000),
    spool=msgspec.structs.replace(_SHIPPED.spool, reserve_kilobytes=256),
)
TOLD = [("spool-full", Severity.CRITICAL), ("spool-full", Severity.CLEARED)]
LANE = "sh/pudong"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def until_refused(bench: Bench) -> list[AlarmEvent]:
    """What was kept until the spool refused."""
    kept: list[AlarmEvent] = []
    for number in range(10_000):
        events = [heard(number, qualifier=f"{number}-{one}", text="x" * 200) for one in range(50)]
        if not bench.keeper.keep(Catch(events, {0: str(number).encode()}), START + timedelta(seconds=number / 1000)):
            return kept
        kept += events
    raise AssertionError("the disk never got full")


def ack_all(bench: Bench) -> None:
    bench.spool.acknowledge({LANE: bench.spool.last()[LANE]})


def test_a_disk_that_the_spool_itself_filled(small_disk: Path) -> None:
    bench = Bench(small_disk / "s.sqlite", POLICY)
    kept = until_refused(bench)
    grown = Grown()
    assert not bench.keeper.keep(Catch([heard(0)]), after(60))
    assert grown.outcomes() == {"refused": 1}
    bench.keeper.tick(after(60))
    assert bench.told() == TOLD[:1]
    assert bench.spool.check() is not None
    assert bench.pending() == kept
    bench.reopen()
    bench.keeper.tick(after(61))
    assert (bench.pending(), bench.told(), bench.spool.full) == (kept, TOLD[:1], True)
    ack_all(bench)
    for second in range(100, 200):
        bench.keeper.tick(after(second))
    assert bench.told() == TOLD
    assert (small_disk / "s.reserve").stat().st_size == POLICY.spool.reserve_kilobytes << 10
    assert bench.keeper.keep(Catch([heard(300)]), after(300))
    assert [one.at for one in bench.pending()] == [after(300)]
    bench.spool.close()


def test_a_disk_that_something_else_filled(small_disk: Path) -> None:
    bench = Bench(small_disk / "s.sqlite", POLICY)
    assert bench.keeper.keep(Catch([heard(0)]), START)
    other = small_disk / "other"
    with suppress(OSError), other.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    kept = [heard(0), *until_refused(bench)]
    for second in range(60, 70):
        bench.keeper.tick(after(second))
        assert not bench.keeper.keep(Catch([heard(second)]), after(second))
    assert bench.told() == TOLD[:1]
    ack_all(bench)
    assert bench.spool.acked()[LANE] == len(kept), "what is acknowledged is freed although the disk is full"
    other.unlink()
    bench.keeper.tick(after(80))
    assert bench.told() == TOLD
    assert bench.keeper.keep(Catch([heard(81)]), after(81))
    bench.spool.close()


@pytest.mark.parametrize("restart", [False, True])
def test_a_database_that_may_grow_no_more(tmp_path: Path, restart: bool) -> None:
    """SQLite's own limit instead of a disk: for those who may mount nothing."""
    bench = Bench(tmp_path / "s.sqlite", POLICY)
    bench.spool._db.execute("PRAGMA max_page_count = 400")
    kept = until_refused(bench)
    assert 0 < len(kept) == bench.spool.depth
    bench.keeper.tick(after(60))
    assert bench.pending() == kept
    if restart:
        bench.reopen()
        bench.spool._db.execute("PRAGMA max_page_count = 400")
        assert not (until := until_refused(bench)), until
        bench.keeper.tick(after(61))
    ack_all(bench)
    bench.keeper.tick(after(62))
    bench.keeper.tick(after(63))
    assert bench.told() == TOLD, "both are owed while there is no room even for these"
    assert bench.keeper.keep(Catch([heard(70)]), after(70))
    assert [one.at for one in bench.pending()] == [after(70)]
    bench.spool.close()


def test_a_full_spool_counts_nothing_twice_when_the_informs_come_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "s.sqlite", POLICY)
    bench.spool._db.execute("PRAGMA max_page_count = 200")
    until_refused(bench)
    inform = Catch([heard(0, qualifier="inform")], {0: b"digest"})
    assert not bench.keeper.keep(inform, after(60))
    ack_all(bench)
    bench.keeper.tick(after(61))
    assert bench.keeper.keep(inform, after(62))
    assert bench.keeper.keep(inform, after(63))
    assert [one.qualifier for one in bench.pending()] == ["inform"]
    bench.spool.close()
