"""A service whose body dies ends at once, whatever threads are left, and says why in its last line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from structlog.testing import capture_logs

from guywire.service import tell_end
from guywire.stream import StreamError

_DIES = """
import asyncio, sys, threading
from guywire.service import run_service

async def body(service):
    threading.Thread(target=threading.Event().wait).start()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fail())

async def fail():
    raise LookupError("nobody is there")

run_service("dispatch", body, [], needs_database=False)
"""


def test_a_dead_service_ends_though_a_thread_waits_for_ever(tmp_path: Path) -> None:
    environment = {
        "GUYWIRE_DATABASE_URL": f"postgresql:///x?host={tmp_path}",
        "GUYWIRE_METRICS_PORT": "-2",  # dispatch's is then 0: any free one
    }
    ended = subprocess.run(
        [sys.executable, "-c", _DIES], env=environment, capture_output=True, text=True, timeout=30, cwd=tmp_path
    )
    assert ended.returncode == 1
    last = json.loads(ended.stderr.splitlines()[-1])
    assert last["event"] == "service.died"
    assert last["exception"].endswith("LookupError: nobody is there")


def test_what_is_refused_on_purpose_is_one_sentence_and_no_trace() -> None:
    with capture_logs() as lines:
        tell_end("service.died", ExceptionGroup("tasks", [StreamError("no such key. Make one.")]))
        tell_end("service.died", LookupError("nobody"))
    assert lines[0] == {"event": "service.died", "log_level": "error", "reason": "no such key. Make one."}
    assert isinstance(lines[1]["exc_info"], LookupError)
