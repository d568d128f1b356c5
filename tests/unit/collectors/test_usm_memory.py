"""What is remembered of senders: RFC 3414's window, no message twice, and bounds that only ever narrow the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.usm.memory import WINDOW_SECONDS, Memory
from collectors.usm.message import UsmError
from collectors.usm.store import Store, StoreError

A, B = b"engine-a", b"engine-b"


def believed(memory: Memory, engine: bytes, boots: int, time: int, now: float, mac: bytes = b"") -> bool:
    """One message through the memory, as the engine takes it."""
    mac = mac or f"{boots}/{time}".encode().ljust(8)
    try:
        memory.hear(engine, boots, time, now)
    except UsmError:
        return False
    if memory.seen_at(mac) is not None:
        return False
    memory.remember(mac, engine, boots, time, now)
    return True


def again(memory: Memory, folder: Path) -> Memory:
    """The memory after a restart."""
    store = Store(folder / "usm.sqlite")
    if (changes := memory.changes()) is not None:
        store.save(changes)
        memory.saved()
    store.close()
    store = Store(folder / "usm.sqlite")
    try:
        return store.memory()
    finally:
        store.close()


def test_a_sender_is_believed_at_first_sight_and_then_only_forward_or_within_the_window() -> None:
    memory = Memory()
    assert believed(memory, A, 5, 1_000, 0.0)
    assert believed(memory, A, 5, 1_010, 10.0)
    assert believed(memory, A, 5, 1_005, 11.0)
    assert not believed(memory, A, 5, 1_010 - WINDOW_SECONDS, 20.0)
    assert not believed(memory, A, 4, 5_000, 21.0)
    assert believed(memory, A, 6, 3, 22.0)
    assert not believed(memory, A, 5, 9_000, 23.0)


def test_a_message_is_too_old_once_the_senders_clock_must_have_moved_on() -> None:
    memory = Memory()
    assert believed(memory, A, 1, 1_000, 0.0)
    assert believed(memory, A, 1, 999, WINDOW_SECONDS - 2.0)
    assert not believed(memory, A, 1, 998, WINDOW_SECONDS + 1.0)


def test_boots_at_their_end_are_never_believed() -> None:
    memory = Memory()
    assert not believed(memory, A, 0x7FFF_FFFF, 1, 0.0)
    assert not believed(memory, A, 0x7FFF_FFFF, 2, 1.0)


def test_what_is_pushed_out_of_the_memory_is_not_believed_again() -> None:
    memory = Memory(at_most=3)
    assert all(believed(memory, A, 1, time, 0.0) for time in (1_000, 1_001, 1_002, 1_003))
    assert not believed(memory, A, 1, 1_000, 0.0)
    assert believed(memory, B, 1, 1_000, 0.0, b"another.")


def test_a_slow_senders_old_message_is_not_believed_again_when_its_clock_is_set_back(tmp_path: Path) -> None:
    memory = Memory()
    assert believed(memory, A, 1, 1_000, 0.0)
    assert believed(memory, A, 1, 1_001, 160.0)  # it came late: by the RFC its clock now stands at 1001 again
    assert not believed(memory, A, 1, 1_000, 161.0)
    assert not believed(again(memory, tmp_path), A, 1, 1_000, 162.0)


Step = tuple[int, int, float]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 600), st.floats(0, 200)), max_size=40), st.integers(1, 5))
def test_no_message_is_ever_believed_twice_and_none_that_the_rfc_refuses(steps: list[Step], at_most: int) -> None:
    memory = Memory(at_most=at_most)
    known, now, heard = (-1, -1, 0.0), 0.0, set[tuple[int, int]]()
    for boots, time, pause in steps:
        now += pause
        newer = (boots, time) > known[:2]
        in_window = newer or (boots == known[0] and time >= known[1] + (now - known[2]) - WINDOW_SECONDS)
        said = believed(memory, A, boots, time, now)
        assert not said or ((boots, time) not in heard and in_window)
        assert said or not newer
        if newer:
            known = (boots, time, now)
        if said:
            heard.add((boots, time))


def test_engines_clocks_and_messages_are_known_after_a_restart(tmp_path: Path) -> None:
    memory = Memory()
    assert believed(memory, A, 5, 1_000, 100.0)
    assert believed(memory, B, 1, 50, 100.0)
    memory = again(memory, tmp_path)
    assert not believed(memory, A, 5, 1_000, 101.0)
    assert believed(memory, A, 5, 999, 102.0)
    memory = again(memory, tmp_path)
    assert not believed(memory, A, 5, 999, 103.0)
    assert not believed(memory, A, 5, 1_000, 100_000.0)
    assert believed(memory, A, 5, 1_001, 100_001.0)
    assert len(memory) == 2


def test_a_clock_that_was_set_back_lets_nothing_in_twice(tmp_path: Path) -> None:
    memory = Memory()
    assert believed(memory, A, 5, 1_000, 10_000.0)
    memory = again(memory, tmp_path)
    assert not believed(memory, A, 5, 1_000, 1.0)
    assert believed(memory, A, 5, 1_001, 2.0)


def test_old_rows_go_and_those_of_the_window_stay(tmp_path: Path) -> None:
    memory = Memory()
    store = Store(tmp_path / "usm.sqlite")
    for step in range(40):
        assert believed(memory, A, 1, 1_000 + 10 * step, 10.0 * step)
        changes = memory.changes()
        assert changes is not None
        store.save(changes)
        memory.saved()
        assert memory.changes() is None
    store.close()
    reopened = Store(tmp_path / "usm.sqlite")
    rows = reopened._db.execute("SELECT count(*) FROM seen").fetchone()[0]
    assert WINDOW_SECONDS / 10 <= rows <= WINDOW_SECONDS / 10 + 2
    assert not believed(reopened.memory(), A, 1, 1_390, 391.0)
    reopened.close()


def test_our_engine_keeps_its_id_and_counts_its_boots(tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        store = Store(tmp_path / "usm.sqlite")
        seen.append(store.start())
        store.close()
    assert len({engine for engine, _ in seen}) == 1
    assert [boots for _, boots in seen] == [1, 2, 3]
    assert seen[0][0][0] & 0x80
    assert len(seen[0][0]) in range(5, 33)


def test_what_cannot_be_saved_is_told_and_saved_later(tmp_path: Path) -> None:
    memory = Memory()
    assert believed(memory, A, 1, 1, 1.0)
    store = Store(tmp_path / "usm.sqlite")
    store._db.execute("PRAGMA query_only=ON")
    changes = memory.changes()
    assert changes is not None
    with pytest.raises(StoreError, match=r"readonly|read-only"):
        store.save(changes)
    store._db.execute("PRAGMA query_only=OFF")
    store.close()
    assert not believed(again(memory, tmp_path), A, 1, 1, 2.0)


def test_two_processes_never_share_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "usm.sqlite")
    store.start()
    with pytest.raises(StoreError, match="another collector"):
        Store(tmp_path / "usm.sqlite", patience=0.01)
    store.close()
