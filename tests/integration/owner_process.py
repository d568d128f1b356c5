"""A process that owns an embedded PostgreSQL, for tests that kill it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from guywire.postgres.hold import holders
from guywire.postgres.home import Home

DEADLINE_SECONDS = 30.0

_OWNER = """
import asyncio, concurrent.futures.thread, os, sys
from pathlib import Path
from guywire.errors import GuywireError
from guywire.postgres import embedded

async def main():
    async with embedded(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

if len(sys.argv) > 2:  # after the imports: another user may not be able to read this Python
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    asyncio.run(main())
except GuywireError as error:
    sys.exit(str(error))
"""


def until(true: Callable[[], object], what: str) -> None:
    """Waits for a condition; fails the test when it does not come true in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.002)


@contextmanager
def owner_process(data_dir: Path, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """The process, of an ordinary user where `uid` is given; its stdin closed ends it, its first line is the URL."""
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(data_dir), *([] if uid is None else [str(uid)])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.communicate(timeout=DEADLINE_SECONDS)


def url_of(process: subprocess.Popen[str]) -> str:
    """The URL that the process serves, once it does."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, process.stderr.read() if process.stderr else ""
    return line


def server_processes(data_dir: Path) -> list[int]:
    """Every process of the data folder's server: the postmaster, its children, an initdb."""
    lock = Home(data_dir).lock
    return holders(lock) if lock.exists() else []


def postmaster(data_dir: Path) -> int:
    return int((Home(data_dir).cluster / "postmaster.pid").read_text().splitlines()[0])


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def program_of(pid: int) -> Path:
    return Path(f"/proc/{pid}/exe").readlink()


def command_line_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def note(url: str, word: str) -> None:
    """Commits a word."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (word text)")
        connection.execute("INSERT INTO note VALUES (%s)", (word,))


def notes(url: str) -> list[str]:
    """The words that were committed."""
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM note ORDER BY word").fetchall()]


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
