"""One supervised program: a service, or what else is to run beside it, from its start over its health to its end."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from guywire.errors import GuywireError
from guywire.health import ailments, ask
from guywire.process import Child, Say, end, logs, spawn
from guywire.process.child import ending
from guywire.settings import SERVICES, Settings

_FIRST_LOOKS_SECONDS = 0.1
_LOOK_SECONDS = 2.0
_SLOW_SECONDS = 30.0
_PATIENCE_SECONDS = 10.0
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `health` says whether it is well, and why not; it may block. Without it, to run is to be well."""

    name: str
    argv: tuple[str, ...]
    health: Callable[[], tuple[bool, str]] | None = None


def services(settings: Settings) -> list[Program]:
    """The services in the order of their start. `-P`: modules of the working directory do not shadow ours."""
    return [
        Program(name, (sys.executable, "-P", "-m", name), functools.partial(ask, settings, name)) for name in SERVICES
    ]


def environment(settings: Settings) -> dict[str, str]:
    """What a program of the system finds in its environment."""
    return {**os.environ, **settings.environment(), "PYTHONUNBUFFERED": "1"}


class Running:
    """A `Unit` to be kept running; its stdout and stderr go to a log of its name."""

    def __init__(self, program: Program, environment: Mapping[str, str], log_dir: Path, say: Say) -> None:
        self._program = program
        self._environment = environment
        self._log = log_dir / f"{program.name}.log"
        self._say = say
        self._child: Child | None = None
        self._log_start = 0

    @property
    def name(self) -> str:
        return self._program.name

    async def start(self) -> str:
        clock = asyncio.get_running_loop().time
        since = clock()
        await self._spawn()
        slow = False
        while said := await self._complaint():
            if not slow and clock() - since > _SLOW_SECONDS:
                slow = True
                self._say(self.name, f"not ready yet: {_short(said)} (see {self._log})")
            await self._ended_within(_FIRST_LOOKS_SECONDS)
            self._raise_when_ended()
        self._raise_when_ended()
        return f"ready in {clock() - since:.1f} s"

    async def wait(self) -> str:
        """Says when it falls ill and when it is well again, until it ends."""
        well = True
        while not await self._ended_within(_LOOK_SECONDS):
            said = await self._complaint()
            if well and said and self._code() is None:
                self._say(self.name, f"unwell: {_short(said)} (see {self._log})")
            elif not well and not said:
                self._say(self.name, "well again")
            well = not said
        return self._how_it_ended()

    async def stop(self) -> None:
        if self._child is not None:
            await end(self._child, (signal.SIGTERM, _PATIENCE_SECONDS), (signal.SIGKILL, 10.0))
            self._child = None

    async def _spawn(self) -> None:
        logs.turn_over(self._log)
        self._log_start = logs.size(self._log)
        try:
            with logs.appending(self._log) as output:
                self._child = await spawn(
                    self._program.argv, output=output, environment=self._environment, death_signal=signal.SIGKILL
                )
        except OSError as error:
            raise GuywireError(f"cannot be started: {error}") from error

    async def _complaint(self) -> str:
        """What is wrong with it, empty when it is well."""
        if self._program.health is None:
            return ""
        well, said = await asyncio.to_thread(self._program.health)
        return "" if well else ailments(said)

    async def _ended_within(self, seconds: float) -> bool:
        assert self._child is not None
        try:
            async with asyncio.timeout(seconds):
                await self._child.wait()
        except TimeoutError:
            return False
        return True

    def _code(self) -> int | None:
        assert self._child is not None
        return self._child.returncode

    def _raise_when_ended(self) -> None:
        if self._code() is not None:
            raise GuywireError(self._how_it_ended())

    def _how_it_ended(self) -> str:
        code = self._code()
        assert code is not None
        lines = logs.since(self._log, self._log_start) if code > 0 else []
        return f"{ending(code)}: {last_words(lines)} (see {self._log})" if lines else ending(code)


def last_words(lines: list[str]) -> str:
    """The last log line for a person: of a JSON line its exception's end, else its event."""
    try:
        line = json.loads(lines[-1])
        said = str(line.get("exception") or line.get("reason") or line["event"]).splitlines()[-1]
    except (ValueError, KeyError, AttributeError, IndexError):
        said = lines[-1]
    return _short(said)


def _short(said: str) -> str:
    return said if len(said) <= _LONGEST_WORDS else f"{said[:_LONGEST_WORDS]}..."
