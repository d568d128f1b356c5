"""What the poller remembers outlives it, and a file that cannot be used costs no more than the memory."""

from __future__ import annotations

from pathlib import Path

from collectors.poll.memory import Memory

LOOK, OTHER = ("S1/rectifier-1", "sensors"), ("S1/rectifier-1", "tables")


def test_looks_are_known_after_a_restart(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "poll.sqlite")
    memory.remember([LOOK])
    memory.close()
    memory = Memory(tmp_path / "poll.sqlite")
    assert (memory.knows(LOOK), memory.knows(OTHER)) == (True, False)
    memory.close()


def test_a_damaged_file_is_set_aside_once_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "poll.sqlite"
    path.write_bytes(b"no database" * 1000)
    memory = Memory(path)
    memory.remember([LOOK])
    memory.close()
    assert (tmp_path / "poll.sqlite.damaged").exists()
    memory = Memory(path)
    assert memory.knows(LOOK)
    memory.close()


def test_where_there_can_be_no_file_it_remembers_while_it_runs(tmp_path: Path) -> None:
    (tmp_path / "poll.sqlite").mkdir()
    memory = Memory(tmp_path / "poll.sqlite")
    memory.remember([LOOK])
    assert memory.knows(LOOK)
    memory.close()
