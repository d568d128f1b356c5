"""`python -m collectors.wire.trap_worker`: one of several that share the trap port; the keeper starts them."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

from collectors.catch import Keep
from collectors.feeding.feeder import Feeder, run_feeder
from collectors.feeding.together import run_until
from collectors.learning import Learning, keep_looking
from collectors.wire.intake import Intake
from collectors.wire.listen import answer_through, listen
from collectors.wire.tap import Taps
from guywire.errors import GuywireError
from guywire.settings import Settings

_TEND_SECONDS = 1.0


async def hear_traps(
    udp: socket.socket, settings: Settings, learning: Learning, keep: Keep, forward: socket.socket | None
) -> None:
    """Takes traps from a socket until it is cancelled; then hands over what it took. The same in keeper and worker."""
    intake = Intake(
        lambda: learning.knowledge,
        keep,
        partial(answer_through, udp),
        lambda: forward if learning.credentials.users else None,
    )
    taps = Taps(settings.data_dir)
    try:
        await run_until(asyncio.Event(), listen(udp, intake, taps), _tend(intake, taps))
    finally:
        await intake.settle()
        taps.close()


async def _tend(intake: Intake, taps: Taps) -> None:
    while True:
        taps.look()
        await intake.tell()
        await asyncio.sleep(_TEND_SECONDS)


async def work(feeder: Feeder) -> None:
    if feeder.traps is None:
        raise GuywireError("A trap worker needs a trap socket: it is started by python -m collectors.")
    learning = Learning(feeder.settings)
    await run_until(
        feeder.stop,
        hear_traps(feeder.traps, feeder.settings, learning, feeder.keep, feeder.forward),
        keep_looking(learning),
    )


if __name__ == "__main__":
    run_feeder("traps", work)
