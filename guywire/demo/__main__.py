"""The demo's own process: runs the world's clockwork, sends its traps, and lets crews and customers act."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

import click
import httpx
import structlog

from guywire.database import connect
from guywire.demo import DESK_ACCOUNT, LEADER_ACCOUNT, WATCHED, account_of
from guywire.demo.faults import BASE_STATION, Signal
from guywire.demo.people import Crew, Faces, call_in, plan_works
from guywire.demo.province import PACE
from guywire.demo.snmp import Sender
from guywire.demo.story import plot, tell
from guywire.demo.world import World
from guywire.health import ask
from guywire.identity import issue_token
from guywire.inventory import Inventory
from guywire.inventory.store import fetch_inventory
from guywire.settings import SERVICES, Settings, load_settings
from guywire.telemetry import configure_logging

_log = structlog.get_logger(__name__)
_TICK_SECONDS = 0.2
_MANAGER_ADDRESS = "127.19.0.1"
_CALLING_CUSTOMERS_A_MINUTE = 6.0


async def run(settings: Settings, speed: float, seed: int) -> None:
    """Plays the story against the running system until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect(settings.database_url) as connection:
        inventory = await fetch_inventory(connection)
        names = [DESK_ACCOUNT, LEADER_ACCOUNT, *(account_of(key) for key in _played(inventory))]
        tokens = {name: await issue_token(connection, name, datetime.now(UTC)) for name in names}
    faces = Faces(
        f"http://{settings.host}:{settings.console_port}", f"http://{settings.host}:{settings.field_port}", tokens
    )
    await _until_everything_is_well(settings)
    async with _client(faces.console_url, faces.tokens[LEADER_ACCOUNT]) as client:
        await plan_works(client, inventory.sites[plot(inventory).works], datetime.now(UTC))
    random = Random(seed)  # noqa: S311 - a story, not a secret
    world = World(inventory, random)
    tell(world, inventory, random)
    async with asyncio.TaskGroup() as tasks:
        playing = [
            tasks.create_task(_clockwork(world, inventory, settings, speed)),
            tasks.create_task(_customers(faces, inventory, world, random, speed)),
            *(tasks.create_task(_crew(faces, inventory, key, world, random, speed)) for key in _played(inventory)),
        ]
        await stop.wait()
        for task in playing:
            task.cancel()


async def _until_everything_is_well(settings: Settings) -> None:
    """The story begins when everybody can hear it."""
    while not all([(await asyncio.to_thread(ask, settings, name))[0] for name in SERVICES]):  # noqa: ASYNC110 - theirs
        await asyncio.sleep(_TICK_SECONDS)


def _client(url: str, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)


def _played(inventory: Inventory) -> Iterable[str]:
    return [key for key, person in inventory.technicians.items() if person.role == "technician" and key != WATCHED]


async def _clockwork(world: World, inventory: Inventory, settings: Settings, speed: float) -> None:
    sender = Sender(("127.0.0.1", settings.trap_port))
    loop = asyncio.get_running_loop()
    started = loop.time()
    while True:
        second = (loop.time() - started) * speed
        for one in world.advance(second):
            _send(sender, inventory, one, int(second * 100))
        await asyncio.sleep(_TICK_SECONDS)


def _send(sender: Sender, inventory: Inventory, one: Signal, uptime: int) -> None:
    address = inventory.resources[one.site, one.resource].address
    if one.fault is BASE_STATION:
        sender.send(_MANAGER_ADDRESS, one.trap_oid, one.varbinds, uptime, on_behalf_of=address)
    else:
        sender.send(address, one.trap_oid, one.varbinds, uptime)


async def _crew(faces: Faces, inventory: Inventory, key: str, world: World, random: Random, speed: float) -> None:
    def arrived(site: str, generator: bool) -> None:
        if generator:
            world.generator_runs(site)

    def mended(site: str, generator: bool) -> None:
        if not generator:
            world.repaired(site)

    async with _client(faces.field_url, faces.tokens[account_of(key)]) as client:
        await Crew(inventory.technicians[key], client, random, PACE * speed).work(arrived, mended)


async def _customers(faces: Faces, inventory: Inventory, world: World, random: Random, speed: float) -> None:
    """Where base stations are off the air, now and then somebody calls."""
    async with _client(faces.console_url, faces.tokens[DESK_ACCOUNT]) as client:
        while True:
            await asyncio.sleep(random.expovariate(_CALLING_CUSTOMERS_A_MINUTE / 60 * speed))
            if off_air := world.sites_off_air():
                try:
                    await call_in(client, inventory, random.choice(off_air), random)
                except httpx.HTTPError as error:
                    _log.info("caller.try_again", error=str(error))


@click.command()
@click.option("--speed", type=float, required=True)
@click.option("--seed", type=int, required=True)
def main(speed: float, seed: int) -> None:
    """Reads the settings that the supervisor handed down, and plays."""
    settings = load_settings()
    configure_logging("demo", settings.log_level)
    asyncio.run(run(settings, speed, seed))


if __name__ == "__main__":
    main()
