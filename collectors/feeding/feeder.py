"""The frame of every feeder process, as guywire.service is that of services: settings, logs, link, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from collectors.catch import Catch, Keep
from collectors.feeding.link import KeeperLink, connect_keeper
from guywire.service import tell_end
from guywire.settings import Settings, load_settings
from guywire.telemetry import configure_logging

TRAP_FD, DATAGRAM_FD, FORWARD_FD = "GUYWIRE_TRAP_FD", "GUYWIRE_DATAGRAM_FD", "GUYWIRE_FORWARD_FD"
SIGN_OF_LIFE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Feeder:
    """What a feeder's body is handed. The sockets are nonblocking; None where the keeper gave none."""

    settings: Settings
    keep: Keep
    stop: asyncio.Event
    traps: socket.socket | None
    datagrams: socket.socket | None
    forward: socket.socket | None


Body = Callable[[Feeder], Awaitable[None]]


def run_feeder(name: str, body: Body) -> None:
    """Runs one feeder until it is told to stop or its keeper is gone; exits with 1 when its body dies."""
    settings = load_settings()
    configure_logging(f"collectors.{name}", settings.log_level)
    try:
        asyncio.run(_run(settings, body))
    except Exception as error:  # noqa: BLE001 - whatever it was, say it and end
        tell_end("feeder.died", error)
        sys.stderr.flush()
        os._exit(1)  # not sys.exit: it would wait for threads


async def _run(settings: Settings, body: Body) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    link = await connect_keeper()
    feeder = Feeder(settings, link.keep, stop, _inherited(TRAP_FD), _inherited(DATAGRAM_FD), _inherited(FORWARD_FD))
    linked, living = asyncio.create_task(link.run()), asyncio.create_task(_live(link))
    working = asyncio.ensure_future(body(feeder))
    try:
        await asyncio.wait((linked, working), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        else:
            _log.warning("feeder.keeper_gone")
    finally:
        for task in (working, living, linked):
            task.cancel()
        await asyncio.wait((working, living, linked))


async def _live(link: KeeperLink) -> None:
    """Says that it runs, at once and every other second."""
    while True:
        await link.keep(Catch())
        await asyncio.sleep(SIGN_OF_LIFE_SECONDS)


def _inherited(variable: str) -> socket.socket | None:
    if variable not in os.environ:
        return None
    found = socket.socket(fileno=int(os.environ[variable]))
    found.setblocking(False)
    return found
