"""The frame of every service process: settings, logs, pool, wake-ups, health and metrics, up and down in order."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from guywire.database import FREE_SECONDS, Pool, Wakeups, open_pool
from guywire.database.pulse import Pulse
from guywire.database.wake import any_ring_or_timeout
from guywire.errors import GuywireError
from guywire.settings import Settings, load_settings
from guywire.telemetry import Health, configure_logging, serve_metrics

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """What a running service is handed: everything that touches the world. `stop` is set by SIGTERM and SIGINT."""

    name: str
    settings: Settings
    pool: Pool
    wakeups: Wakeups
    health: Health
    stop: asyncio.Event

    async def take_turns(self, channels: Sequence[str], turn: Callable[[], Awaitable[float]]) -> None:
        """Takes turns until the stop; between them waits for a ring on a channel, for the turn's seconds at most."""
        with ExitStack() as stack:
            rings = [stack.enter_context(self.wakeups.expect(channel)) for channel in channels]
            while not self.stop.is_set():
                pause = await turn()
                await any_ring_or_timeout([*rings, self.stop], pause)
                for ring in rings:
                    ring.clear()


Body = Callable[[Service], Awaitable[None]]


def run_service(
    name: str, body: Body, channels: Sequence[str], *, needs_database: bool = True, patience: float = FREE_SECONDS
) -> None:
    """Runs one service until it is told to stop; exits with 1 when its body dies.

    One that does not need the database starts without it, and is well while it is away. `patience` is for how many
    seconds its requests wait for a connection.
    """
    settings = load_settings()
    configure_logging(name, settings.log_level)
    gc.freeze()  # what was imported stays: each look at all of it for garbage would halt every request, 60 ms and more
    try:
        asyncio.run(_run(name, settings, body, channels, needs_database, patience))
    except Exception as error:  # noqa: BLE001 - whatever it was, say it and end
        tell_end("service.died", error)
        sys.stderr.flush()
        os._exit(1)  # not sys.exit: it would wait for threads, and what is dead and does not end is not started again


def tell_end(event: str, error: Exception) -> None:
    """Why a process ends, as the log has it: what we refuse on purpose says it all in its sentence, without a trace."""
    cause = _first_cause(error)
    if isinstance(cause, GuywireError):
        _log.error(event, reason=str(cause))
    else:
        _log.error(event, exc_info=cause)


def _first_cause(error: Exception) -> Exception:
    """What began it, out of the groups around it: a trace that a person can read."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _run(
    name: str, settings: Settings, body: Body, channels: Sequence[str], needs_database: bool, patience: float
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    pool = await open_pool(settings.database_url, wait=needs_database, patience=patience)
    wakeups = Wakeups(settings.database_url, channels)
    health = Health()
    pulse = Pulse(settings.database_url)
    health.add("database", pulse.check, vital=needs_database)
    health.add("connections", lambda: _crowding(pool), vital=False)
    server = serve_metrics(settings.metrics_port_of(name), health, loop)
    try:
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(wakeups.run())
            _log.info("service.started")
            await body(Service(name, settings, pool, wakeups, health, stop))
            listening.cancel()
    finally:
        server.shutdown()
        server.server_close()
        await pulse.close()
        await pool.close()
        _log.info("service.stopped")


async def _crowding(pool: Pool) -> str | None:
    """Busy is not sick: what restarted a service for it would do so in the storm."""
    now = pool.get_stats()
    all_made = now["pool_size"] == now["pool_max"]  # until then one that waits has one made
    return "busy: all are taken, and requests wait" if all_made and now["requests_waiting"] else None
