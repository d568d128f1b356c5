"""The collector as a service: keeper, stream and wire put together, and kept informed of the inventory."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import psycopg
import structlog

from collectors import inventory, metrics
from collectors.catch import Keep
from collectors.feeding.reception import Wire
from collectors.feeding.together import run_until
from collectors.keeping.door import Door
from collectors.keeping.keeper import Keeper
from collectors.learning import LOOK_SECONDS, Learning, keep_looking
from collectors.poll.targets import targets
from collectors.rehear import SecondLook
from collectors.spool import Spool
from collectors.supervision.watch import Watch
from guywire.database.wake import ring_or_timeout
from guywire.feed import channel_of
from guywire.service import Service
from guywire.settings import SettingsError
from guywire.stream import Sender

_log = structlog.get_logger(__name__)

CHANNEL = channel_of("guywire")
MOST_WORKERS = 64
_TICK_SECONDS = 1.0
_TOLD = 5
_DATABASE_SECONDS = 5.0


async def collect(service: Service) -> None:
    """Runs until the service is told to stop. A database or a correlator that is away stops nothing."""
    settings = service.settings
    if not 1 <= settings.workers <= MOST_WORKERS:
        raise SettingsError(f"workers cannot be {settings.workers}; it wants 1 to {MOST_WORKERS}.")
    async with AsyncExitStack() as at_the_end:
        learning = Learning(settings)
        spool = Spool(settings.spool_dir / f"{settings.collector}.sqlite")
        at_the_end.callback(spool.close)
        sender = Sender(settings.stream_url, settings.collector, spool, settings.stream_keys_dir)
        at_the_end.callback(sender.close)
        keeper = Keeper(
            spool, lambda: learning.policy, sender.wake, connected=sender.connected, collector=settings.collector
        )
        watch = Watch(settings.spool_dir / f"{settings.collector}-silent.json", settings.collector, datetime.now(UTC))
        door = Door(keeper, watch.supervision)
        service.health.add("keeper", door.check)
        wire = Wire(settings, learning, door.keep, service.health)
        at_the_end.push_async_callback(wire.close)
        _tell(service, spool, sender, learning)  # not before the socket is bound: a collector without it ends at once
        _log.info("collector.listening", host=settings.trap_host, port=wire.port, waiting=spool.depth)
        await run_until(
            service.stop,
            sender.run(service.stop),
            wire.run(),
            _tick(keeper, watch, learning, door.keep),
            _follow_inventory(service, learning),
            _look_again(service, learning, door.keep),
            keep_looking(learning),
        )


async def _tick(keeper: Keeper, watch: Watch, learning: Learning, keep: Keep) -> None:
    while True:
        now = datetime.now(UTC)
        await watch.tick(now, learning.knowledge.places, learning.policy, keep)
        keeper.tick(now)
        await asyncio.sleep(_TICK_SECONDS)


async def _follow_inventory(service: Service, learning: Learning) -> None:
    """Takes a new inventory over: when the feed wakes, and every two seconds."""
    with service.wakeups.expect(CHANNEL) as rung:
        while True:
            try:
                await _follow_inventory_once(service, learning)
            except psycopg.Error as error:
                _log.debug("inventory.database_away", error=str(error).strip())
            await ring_or_timeout(rung, LOOK_SECONDS)


async def _follow_inventory_once(service: Service, learning: Learning) -> None:
    async with service.pool.connection(timeout=_DATABASE_SECONDS) as connection:
        if await inventory.read_version(connection) == learning.snapshot.version:
            return
        snapshot = await inventory.read_snapshot(connection)
    learning.learn(snapshot)
    _log.info("inventory.read", version=snapshot.version, equipment=len(snapshot.equipment))


async def _look_again(service: Service, learning: Learning, keep: Keep) -> None:
    """Tells anew what was unidentified and no longer is, whenever more is known."""
    second = SecondLook(service.settings.collector)
    while True:
        try:
            async with service.pool.connection(timeout=_DATABASE_SECONDS) as connection:
                await second.look(connection, learning.knowledge, keep, datetime.now(UTC))
        except psycopg.Error as error:
            _log.debug("rehear.database_away", error=str(error).strip())
        await asyncio.sleep(LOOK_SECONDS)


def _tell(service: Service, spool: Spool, sender: Sender, learning: Learning) -> None:
    """Health and gauges."""

    async def spool_is_writable() -> str | None:
        return spool.check()

    async def correlator_listens() -> str | None:
        return None if sender.connected() else f"The correlator is away; {spool.depth} events wait in the spool."

    async def files_are_used() -> str | None:
        return "; ".join(learning.refused) or None

    async def all_are_polled() -> str | None:
        realm = service.settings.realm
        problems = targets(learning.snapshot, realm, learning.profiles, learning.credentials).problems
        more = [f"{len(problems) - _TOLD} more"] if len(problems) > _TOLD else []
        return "; ".join(problems[:_TOLD] + more) or None

    service.health.add("files", files_are_used, vital=False)
    service.health.add("polled", all_are_polled, vital=False)
    service.health.add("spool", spool_is_writable)
    service.health.add("stream", correlator_listens, vital=False)
    metrics.SPOOL_DEPTH.set_function(lambda: spool.depth)
    metrics.SPOOLED_EVER.set_function(lambda: spool.spooled_total)
