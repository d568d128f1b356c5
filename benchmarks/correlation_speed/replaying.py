"""`guywire replay` of a long recording as anybody runs it: a process of its own, its CPU time and its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.correlation_speed import recording


class Replayed(NamedTuple):
    """CPU-seconds, user and system, and the most memory in bytes, reading and writing included."""

    written: recording.Written
    incidents: int
    cpu: float
    memory: int


def measure(events: int) -> Replayed:
    """Writes a recording and replays it on one core."""
    with tempfile.TemporaryDirectory(prefix="guywire-bench-") as name:
        folder = Path(name)
        written = recording.write(folder, events)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "guywire", "replay", "--inventory", str(folder / "inventory")),
                *("--events", str(folder / "events.jsonl"), "--out", str(folder / "out")),
            ],
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0, "the replay failed"
        incidents = sum(1 for _ in (folder / "out" / "incidents.jsonl").open("rb"))
        return Replayed(written, incidents, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
