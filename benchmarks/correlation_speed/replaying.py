"""`guywire replay` of a long recording as anybody runs it: a process of its own, its CPU time and its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.correlation_speed import recording

EACH = 100_000
_LOOK_SECONDS = 0.02


class Replayed(NamedTuple):
    """CPU-seconds, user and system, and the most memory in bytes, reading and writing included.

    `curve` are the CPU-seconds when each further `EACH` lines had been read, the first with starting, the last with
    writing; none where there is no /proc.
    """

    written: recording.Written
    incidents: int
    cpu: float
    memory: int
    curve: list[float]


def measure(events: int) -> Replayed:
    """Writes a recording and replays it on one core."""
    with tempfile.TemporaryDirectory(prefix="guywire-bench-") as name:
        folder = Path(name)
        written = recording.write(folder, events)
        marks = _marks(folder / "events.jsonl")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "guywire", "replay", "--inventory", str(folder / "inventory")),
                *("--events", str(folder / "events.jsonl"), "--out", str(folder / "out")),
            ],
            stdout=subprocess.DEVNULL,
        )
        curve: list[float] = []
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        while not pid:
            if len(curve) < len(marks) and _read_so_far(process.pid, folder / "events.jsonl") >= marks[len(curve)]:
                curve.append(_cpu_so_far(process.pid))
            time.sleep(_LOOK_SECONDS)
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
        assert os.waitstatus_to_exitcode(status) == 0, "the replay failed"
        incidents = sum(1 for _ in (folder / "out" / "incidents.jsonl").open("rb"))
        cpu = used.ru_utime + used.ru_stime
        if len(curve) == len(marks) - 1:  # the file is closed with its last line
            curve.append(cpu)
        return Replayed(written, incidents, cpu, used.ru_maxrss * 1024, curve)


def _marks(path: Path) -> list[int]:
    """How many bytes each further `EACH` lines are, from the beginning."""
    marks, read = [], 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            read += len(line)
            if number % EACH == 0:
                marks.append(read)
    return marks


def _read_so_far(pid: int, path: Path) -> int:
    """How many bytes of a file a process has read."""
    try:
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            if opened.readlink() == path:
                return int(Path(f"/proc/{pid}/fdinfo/{opened.name}").read_text().split()[1])
    except OSError:  # it is ending, or there is no /proc
        pass
    return 0


def _cpu_so_far(pid: int) -> float:
    """CPU-seconds of a process that has not been waited for; user and system are the 14th and 15th word of its stat."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
