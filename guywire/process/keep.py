"""Keeps one unit running: starts it, says when it is ready, and starts it again, ever later, when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Protocol

from guywire.errors import GuywireError

Say = Callable[[str, str], None]
"""Tells a person of a change of state: who, and what in a few words."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0  # short: while a collector is away, traps fall on deaf ears
SETTLED_SECONDS = 60.0
"""A unit that was ready for so long starts its pauses anew."""


class Unit(Protocol):
    """Something that runs. `start` returns once it is ready; `wait` returns, saying how, once it has ended."""

    @property
    def name(self) -> str: ...

    async def start(self) -> str:
        """Returns a few words for a person (`ready in 0.4 s`); raises `GuywireError` when it cannot run."""

    async def wait(self) -> str: ...

    async def stop(self) -> None:
        """Leaves nothing running, whatever state it was in. May be called twice."""


def pauses() -> Iterator[float]:
    """Seconds to wait before each new start: doubling, bounded."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


@asynccontextmanager
async def kept(unit: Unit, say: Say, *, started: bool = False) -> AsyncIterator[asyncio.Event]:
    """Keeps the unit running in the background and stops it at the end; yields an event that is set while it runs.

    `started` says that it already does.
    """
    ready = asyncio.Event()
    keeping = asyncio.create_task(_keep(unit, say, ready, started))
    try:
        yield ready
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await unit.stop()
        say(unit.name, "stopped")


async def _keep(unit: Unit, say: Say, ready: asyncio.Event, started: bool) -> None:
    clock = asyncio.get_running_loop().time
    pause = pauses()
    while True:
        since = clock()
        how = await _one_life(unit, say, ready, started)
        started = False
        if clock() - since > SETTLED_SECONDS:
            pause = pauses()
        seconds = next(pause)
        say(unit.name, f"{how}; starting it again in {seconds:g} s")
        await asyncio.sleep(seconds)


async def _one_life(unit: Unit, say: Say, ready: asyncio.Event, started: bool) -> str:
    """From start to end; returns how it ended, with nothing of it left running."""
    try:
        if not started:
            say(unit.name, await unit.start())
        ready.set()
        return await unit.wait()
    except GuywireError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever it was, nobody else would start the unit again
        return f"failed unforeseen: {error!r}"
    finally:
        ready.clear()
        await unit.stop()
