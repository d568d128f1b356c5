"""Everything that feeds one keeper: its trap sockets, and the processes that listen and ask, opened, tended, closed."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

import structlog

from collectors import metrics
from collectors.catch import Keep
from collectors.feeding.feeder import DATAGRAM_FD, FORWARD_FD, TRAP_FD
from collectors.feeding.feeders import Feeders
from collectors.lately import Lately
from collectors.learning import Learning
from collectors.wire.listen import bind_sockets, drops, enlarge
from collectors.wire.trap_worker import hear_traps
from guywire.settings import Settings
from guywire.telemetry import Health

_log = structlog.get_logger(__name__)

_FORWARD_BYTES = 8 << 20
_SO_SNDBUFFORCE = 32  # Linux, needs CAP_NET_ADMIN; Python has no name for it
_TEND_SECONDS = 1.0
_MORE_ROOM = (
    "Give more workers (guywire up --workers) or a larger buffer ([traps] receive_buffer_megabytes in"
    " policy/collectors.toml)."
)


class Wire:
    """The sockets are this process's for all its life: what waits in one outlives a worker that is started again."""

    def __init__(self, settings: Settings, learning: Learning, keep: Keep, health: Health) -> None:
        """Binds the trap port, or raises `ListenError`."""
        self._settings, self._learning, self._keep = settings, learning, keep
        self._sockets = bind_sockets(settings.trap_host, settings.trap_port, settings.workers)
        self._forward, self._foreign = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for one in (self._forward, self._foreign):
            one.setblocking(False)
        _enlarge_way(self._forward)
        self._feeders = Feeders(settings, keep, health)
        self._lost = Lately()
        self._megabytes = 0
        self._size()  # before anybody is told of the port: the kernel's own buffer holds a hundred traps
        metrics.SOCKET_DROPS.set_function(partial(drops, self._sockets))
        health.add("trap_socket", self._check_drops, vital=False)

    @property
    def port(self) -> int:
        return int(self._sockets[0].getsockname()[1])

    async def run(self) -> None:
        """Takes traps, itself or through workers, and whatever else its feeders hear, until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tend())
            if len(self._sockets) == 1:
                hearing = hear_traps(self._sockets[0], self._settings, self._learning, self._keep, self._forward)
                tasks.create_task(hearing)
                return
            for number, udp in enumerate(self._sockets, 1):
                given = {TRAP_FD: udp, FORWARD_FD: self._forward}
                await self._feeders.add(f"traps-{number}", "collectors.wire.trap_worker", given)

    async def close(self) -> None:
        """Ends the feeders; what they still hand over is kept."""
        await self._feeders.close()
        for one in (*self._sockets, self._forward, self._foreign):
            one.close()

    async def _tend(self) -> None:
        while True:
            self._size()
            await self._ask_and_speak_v3()
            if self._lost.look(drops(self._sockets), asyncio.get_running_loop().time()):
                _log.error("collector.datagrams_lost", number=self._lost.number, mend=_MORE_ROOM)
            await asyncio.sleep(_TEND_SECONDS)

    async def _ask_and_speak_v3(self) -> None:
        """Starts the processes that only credentials give something to do."""
        if self._learning.credentials.users:
            given = {TRAP_FD: self._sockets[0], DATAGRAM_FD: self._foreign}
            await self._feeders.add("snmpv3", "collectors.usm", given)
        if self._learning.credentials.named and self._learning.knowledge.places.polled:
            await self._feeders.add("poller", "collectors.poll", {})

    def _size(self) -> None:
        """Gives the sockets the receive buffer that the policy wants; says so when it cannot be had."""
        asked = self._learning.policy.traps.receive_buffer_megabytes
        if asked == self._megabytes:
            return
        self._megabytes = asked
        got = min([enlarge(udp, asked) for udp in self._sockets])
        metrics.RECEIVE_BUFFER.set(got)
        if got < asked << 20:
            _log.warning(
                "collector.receive_buffer_is_small",
                bytes=got,
                asked=asked << 20,
                mend=f"sysctl net.core.rmem_max={asked << 20}, or fewer [traps] receive_buffer_megabytes",
            )

    async def _check_drops(self) -> str | None:
        if not self._lost.number:
            return None
        return f"{self._lost.number} datagrams were lost in the last minute: more came than were taken. {_MORE_ROOM}"


def _enlarge_way(way: socket.socket) -> None:
    for option in (_SO_SNDBUFFORCE, socket.SO_SNDBUF):
        try:
            way.setsockopt(socket.SOL_SOCKET, option, _FORWARD_BYTES)
        except OSError:  # forcing is for those who have the right
            continue
        return
