"""Log files that children append to: opened for them, kept from growing, and read for the last words of one that died.

A child keeps its descriptor for life, so a file is turned over by copying it away and emptying it in place; O_APPEND
makes the next line start at the new end.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGEST_BYTES = 20_000_000
KEPT = 3
_LOOK_SECONDS = 60.0


@contextmanager
def appending(path: Path) -> Iterator[int]:
    """A descriptor to append to a log file that only its owner may read; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def turn_over(path: Path, largest: int = LARGEST_BYTES) -> None:
    """Moves a log that has grown past `largest` bytes to `.1`, `.1` to `.2` and so on; the oldest is forgotten."""
    if not path.exists() or path.stat().st_size <= largest:
        return
    for number in range(KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    shutil.copy2(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)


async def keep_small(folder: Path) -> None:
    """Turns the folder's logs over for as long as it runs."""
    while True:
        await asyncio.to_thread(_turn_over_all, folder)
        await asyncio.sleep(_LOOK_SECONDS)


def _turn_over_all(folder: Path) -> None:
    for path in folder.glob("*.log"):
        turn_over(path)


def size(path: Path) -> int:
    """Where the next line will start; 0 for a log that is not there yet."""
    return path.stat().st_size if path.exists() else 0


def since(path: Path, start: int, longest: int = 16_000) -> list[str]:
    """The lines written since `start` (a `size` taken earlier), the last `longest` bytes of them at most."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(start, size(path) - longest))
        return [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
