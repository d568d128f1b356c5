"""The feeder processes as the keeper has them: started, listened to, watched, and started again when they end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack

import structlog

from collectors import metrics
from collectors.catch import Keep
from collectors.feeding.link import KEEPER_FD, serve
from guywire.errors import GuywireError
from guywire.process import Child, end, kept, spawn
from guywire.process.child import ending
from guywire.settings import Settings
from guywire.telemetry import Health

PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 10.0
_LOOKS = 3
"""Looks in a row without a sign of life after which a feeder is given up; a keeper that was itself busy looks once."""

_log = structlog.get_logger(__name__)


class FeederProcess:
    """A unit of `guywire.process.kept`: one feeder, `python -m module`, with its descriptors by their variables."""

    def __init__(self, name: str, module: str, settings: Settings, keep: Keep, given: Mapping[str, socket.socket]):
        self._name, self._module, self._settings, self._keep, self._given = name, module, settings, keep, given
        self._child: Child | None = None
        self._serving: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> str:
        """Returns once it has spoken."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._child = await self._spawn(theirs)
            except OSError as error:
                ours.close()
                metrics.FEEDER_ENDS.labels(self._name).inc()
                raise GuywireError(f"cannot be started: {error}") from error
        self._heard = asyncio.Event()
        self._serving = asyncio.create_task(serve(ours, self._keep, self._heard.set))
        if not await self._heard_before_its_end():
            raise GuywireError(await self._how_it_ended())
        return f"runs as process {self._child.pid}"

    async def wait(self) -> str:
        while await self._heard_before_its_end():
            pass
        return await self._how_it_ended()

    async def stop(self) -> None:
        """Lets it hand over what it has, and keeps that."""
        if self._child is not None:
            await end(self._child, (signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, 10.0))
        if self._serving is not None:
            await asyncio.gather(self._serving, return_exceptions=True)  # ends once all that was sent is kept
        self._child = self._serving = None

    async def _spawn(self, theirs: socket.socket) -> Child:
        sockets = {KEEPER_FD: theirs, **self._given}
        return await spawn(
            (sys.executable, "-P", "-m", self._module),
            output=sys.stderr.fileno(),
            environment={
                **os.environ,
                **self._settings.environment(),
                **{variable: str(one.fileno()) for variable, one in sockets.items()},
            },
            death_signal=signal.SIGKILL,
            keep_open=[one.fileno() for one in sockets.values()],
        )

    async def _heard_before_its_end(self) -> bool:
        """Whether it gave a sign of life, which may take three looks, rather than ended or fell silent."""
        assert self._serving is not None
        hearing = asyncio.create_task(self._heard.wait())
        try:
            for _ in range(_LOOKS):
                waiting = {hearing, self._serving}
                done, _ = await asyncio.wait(waiting, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if done:
                    self._heard.clear()
                    return not self._serving.done()
            return False
        finally:
            hearing.cancel()

    async def _how_it_ended(self) -> str:
        """What it said was no catch, it fell silent, or it ended."""
        metrics.FEEDER_ENDS.labels(self._name).inc()
        assert self._child is not None
        assert self._serving is not None
        if not self._serving.done():
            return f"said nothing for {_LOOKS * _LOOK_SECONDS:.0f} s"
        if (error := self._serving.exception()) is not None:
            return f"was let go: {error}"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return ending(await self._child.wait())
        except TimeoutError:
            return "let go of its keeper"


class Feeders:
    """All feeders of one keeper, each with its line in /health. `close` stops them, the youngest first."""

    def __init__(self, settings: Settings, keep: Keep, health: Health) -> None:
        self._settings, self._keep, self._health = settings, keep, health
        self._running = AsyncExitStack()
        self._names: set[str] = set()

    async def add(self, name: str, module: str, given: Mapping[str, socket.socket]) -> None:
        """Starts a feeder and keeps it running; one of that name is only started once."""
        if name in self._names:
            return
        self._names.add(name)
        metrics.FEEDER_ENDS.labels(name)  # so that it is told as 0 from the start
        unit = FeederProcess(name, module, self._settings, self._keep, given)
        runs = await self._running.enter_async_context(kept(unit, _say))

        async def check() -> str | None:
            return None if runs.is_set() else f"The process {name!r} does not run: what it would hear is not heard."

        self._health.add(name, check)

    async def close(self) -> None:
        await self._running.aclose()


def _say(name: str, what: str) -> None:
    _log.info("feeder.state", feeder=name, state=what)
