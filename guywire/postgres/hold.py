"""The lock that every process of the server inherits: holding it alone proves that nothing of the server still runs.

It is what makes a leftover postmaster.pid safe to remove, whatever process id it names, and it tells the orphans of a
killed parent from strangers.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from guywire.errors import GuywireError

Steps = Sequence[tuple[signal.Signals | None, float]]
"""What to send to whoever holds the lock, and how many seconds to wait for it to work."""

_STEPS: Steps = (
    (None, 3.0),  # they were told to end when their parent died
    (signal.SIGINT, 10.0),
    (signal.SIGQUIT, 5.0),
    (signal.SIGKILL, 10.0),
)
_LOOK_SECONDS = 0.02


@asynccontextmanager
async def alone(lock: Path, steps: Steps = _STEPS) -> AsyncIterator[int]:
    """A descriptor that holds the lock, for the server to inherit; orphans that hold it are ended first.

    The lock stays held after the context by whoever inherited the descriptor.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for number, seconds in steps:
            if number is not None:
                _signal(lock, number)
            if await _locked_within(descriptor, seconds):
                break
        else:
            raise GuywireError(f"An old PostgreSQL on {lock.parent} does not end: processes {holders(lock)}. End them.")
        yield descriptor
    finally:
        os.close(descriptor)


def holders(lock: Path) -> list[int]:
    """The other processes that have the lock file open (Linux: /proc)."""
    wanted = lock.stat()
    return [pid for pid in _processes() if pid != os.getpid() and _has_open(pid, (wanted.st_dev, wanted.st_ino))]


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _has_open(pid: int, file: tuple[int, int]) -> bool:
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ended, or is somebody else's
        return False
    return any(_is(descriptor, file) for descriptor in descriptors)


def _is(path: Path, file: tuple[int, int]) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return (found.st_dev, found.st_ino) == file


def _signal(lock: Path, number: signal.Signals) -> None:
    for pid in holders(lock):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


async def _locked_within(descriptor: int, seconds: float) -> bool:
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if clock() > deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            return True
