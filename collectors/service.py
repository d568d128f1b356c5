"""The collector as a service: socket, spool and sender put together, and kept informed of inventory and profiles."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import structlog

from collectors import inventory, metrics
from collectors.classify import Classifier
from collectors.collector import Collector
from collectors.listen import TrapSocket
from collectors.pipeline import Knowledge
from collectors.places import Places
from collectors.shelf import Shelf
from collectors.spool import Spool
from guywire.database.wake import ring_or_timeout
from guywire.feed import channel_of
from guywire.service import Service
from guywire.stream import Sender

_log = structlog.get_logger(__name__)

CHANNEL = channel_of("guywire")
_LOOK_SECONDS = 2.0
_DATABASE_SECONDS = 5.0


async def collect(service: Service) -> None:
    """Runs until the service is told to stop. A database or a correlator that is away stops nothing."""
    settings = service.settings
    spool = Spool(settings.spool_dir / f"{settings.collector}.sqlite")
    sender = Sender(settings.stream_url, settings.collector, spool, settings.stream_keys_dir)
    udp = TrapSocket(settings.trap_host, settings.trap_port)
    shelf = Shelf(settings.data_dir / "profiles")
    shelf.reload()
    places = Places(inventory.load_cache(_cache(service)), settings.realm)
    knowledge = Knowledge(places, Classifier(shelf.profiles().values()))
    collector = Collector(knowledge, spool, udp.answer, sender.wake)
    _tell(service, spool, sender, udp)
    udp.listen(lambda batch: collector.take(batch, datetime.now(UTC)))
    _log.info("collector.listening", host=settings.trap_host, port=udp.port, waiting=spool.depth)
    learning = [asyncio.create_task(learn) for learn in (_learn_places(service, collector), _reload(shelf, collector))]
    try:
        await sender.run(service.stop)
    finally:
        for task in learning:
            task.cancel()
        udp.close()
        sender.close()
        spool.close()


async def _learn_places(service: Service, collector: Collector) -> None:
    """Takes a new inventory over: when the feed wakes, and every two seconds."""
    with service.wakeups.expect(CHANNEL) as rung:
        while True:
            try:
                await _learn_places_once(service, collector)
            except psycopg.Error as error:
                _log.debug("inventory.database_away", error=str(error).strip())
            await ring_or_timeout(rung, _LOOK_SECONDS)


async def _learn_places_once(service: Service, collector: Collector) -> None:
    async with service.pool.connection(timeout=_DATABASE_SECONDS) as connection:
        if await inventory.read_version(connection) == collector.knowledge.places.version:
            return
        snapshot = await inventory.read_snapshot(connection)
    collector.knowledge = replace(collector.knowledge, places=Places(snapshot, service.settings.realm))
    inventory.save_cache(_cache(service), snapshot)
    _log.info("inventory.read", version=snapshot.version, equipment=len(snapshot.equipment))


async def _reload(shelf: Shelf, collector: Collector) -> None:
    """Takes changed profiles over, every two seconds."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if shelf.reload():
            collector.knowledge = replace(collector.knowledge, classifier=Classifier(shelf.profiles().values()))


def _cache(service: Service) -> Path:
    return service.settings.spool_dir / f"{service.settings.collector}-inventory.json"


def _tell(service: Service, spool: Spool, sender: Sender, udp: TrapSocket) -> None:
    """Health and gauges. The socket is bound once this runs: a collector without it ends at once."""

    async def spool_is_writable() -> str | None:
        return spool.check()

    async def correlator_listens() -> str | None:
        return None if sender.connected() else f"The correlator is away; {spool.depth} events wait in the spool."

    service.health.add("spool", spool_is_writable)
    service.health.add("stream", correlator_listens, vital=False)
    metrics.SPOOL_DEPTH.set_function(lambda: spool.depth)
    metrics.SPOOLED_EVER.set_function(lambda: spool.spooled_total)
    metrics.SOCKET_DROPS.set_function(udp.drops)
