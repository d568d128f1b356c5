"""`python -m collectors.usm`: the process that speaks SNMPv3, so that it slows nobody else. The keeper starts it."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from functools import partial

import structlog

from collectors.feeding.feeder import Feeder, run_feeder
from collectors.feeding.together import run_until
from collectors.learning import Learning, keep_looking
from collectors.usm.intake import SteadyClock, Usm
from collectors.usm.store import Store
from collectors.wire.datagrams import LARGEST_MESSAGE, decode_batch
from collectors.wire.intake import Intake
from collectors.wire.listen import answer_through
from guywire.errors import GuywireError

_TELL_SECONDS = 1.0
_log = structlog.get_logger(__name__)


async def speak(feeder: Feeder) -> None:
    """Runs until it is told to stop, or nobody is left to hand it datagrams."""
    if feeder.datagrams is None or feeder.traps is None:
        raise GuywireError("SNMPv3 needs its datagrams and a trap socket: it is started by python -m collectors.")
    settings = feeder.settings
    learning = Learning(settings)
    store = Store(settings.spool_dir / f"{settings.collector}-usm.sqlite")
    answer = partial(answer_through, feeder.traps)
    usm = Usm(store, lambda: learning.credentials, answer, SteadyClock())
    intake = Intake(lambda: learning.knowledge, feeder.keep, answer, sift=usm.sift)
    _log.info("usm.speaking", users=len(learning.credentials.users))
    try:
        await run_until(feeder.stop, _hear(feeder.datagrams, intake), _tend(intake), keep_looking(learning))
    finally:
        await intake.settle()
        store.close()


async def _hear(way: socket.socket, intake: Intake) -> None:
    loop = asyncio.get_running_loop()
    while message := await loop.sock_recv(way, LARGEST_MESSAGE):
        copies = decode_batch(message)
        await intake.take([(copy.data, copy.source) for copy in copies], datetime.fromtimestamp(copies[0].at, UTC))


async def _tend(intake: Intake) -> None:
    while True:
        await intake.tell()
        await asyncio.sleep(_TELL_SECONDS)


if __name__ == "__main__":
    run_feeder("usm", speak)
