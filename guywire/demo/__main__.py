"""The demo's own process: runs the world's clockwork, sends its traps, and lets crews and customers act."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from random import Random
from typing import Any

import click
import httpx
import structlog

from guywire.database import connect
from guywire.demo import DESK_COLLEAGUE, LEADER_COLLEAGUE, OPERATOR_COLLEAGUE, WATCHED, account_of
from guywire.demo.callers import Call, call_in, chance_call, planned_calls
from guywire.demo.centre import ANSWERING_TENANT, call_back, prepare_shift, work_on_feeder
from guywire.demo.faults import BASE_STATION, Signal
from guywire.demo.meters import answering_meters
from guywire.demo.people import Crew
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
_AGAIN_SECONDS = 3.0
_CENTRE = (LEADER_COLLEAGUE, OPERATOR_COLLEAGUE, DESK_COLLEAGUE, account_of(ANSWERING_TENANT))
"""Those who work at the console's port; the others have a phone."""

People = Mapping[str, httpx.AsyncClient]


async def run(settings: Settings, speed: float, seed: int) -> None:
    """Plays the story against the running system until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect(settings.database_url) as connection:
        inventory = await fetch_inventory(connection)
        names = [*_CENTRE, *(account_of(key) for key in _played(inventory))]
        tokens = {name: await issue_token(connection, name, datetime.now(UTC)) for name in names}
    await _until_everything_is_well(settings)
    random = Random(seed)  # noqa: S311 - a story, not a secret
    world = World(inventory, random)
    tell(world, inventory, random)
    async with AsyncExitStack() as clients:
        people = {name: await clients.enter_async_context(_client(settings, name, tokens[name])) for name in names}
        await prepare_shift(people[LEADER_COLLEAGUE], inventory, plot(inventory), datetime.now(UTC), speed)
        async with answering_meters(inventory, world), asyncio.TaskGroup() as tasks:
            playing = [tasks.create_task(part) for part in _parts(settings, inventory, world, people, random, speed)]
            await stop.wait()
            for task in playing:
                task.cancel()


def _parts(
    settings: Settings, inventory: Inventory, world: World, people: People, random: Random, speed: float
) -> Iterator[Coroutine[Any, Any, None]]:
    """All that goes on side by side."""
    where = plot(inventory)
    operator, agent = people[OPERATOR_COLLEAGUE], people[DESK_COLLEAGUE]
    calls = planned_calls(inventory, where, random)
    yield _clockwork(world, inventory, settings, speed)
    yield _goes_on("customers", lambda: _customers(agent, inventory, world, random, speed))
    yield _goes_on("callers", lambda: _planned_callers(agent, calls, world))
    yield _goes_on("call_backs", lambda: call_back(agent, random, speed))
    tenant = account_of(ANSWERING_TENANT)
    yield _goes_on("feeder", lambda: work_on_feeder(operator, {tenant: people[tenant]}, where))
    for key in _played(inventory):
        yield _crew(people[account_of(key)], inventory, key, world, random, speed)


async def _goes_on(name: str, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A part of the story that is begun again when the system was away for a moment."""
    while True:
        try:
            return await part()
        except httpx.HTTPError as error:
            _log.info("story.try_again", part=name, error=str(error))
            await asyncio.sleep(_AGAIN_SECONDS)


async def _until_everything_is_well(settings: Settings) -> None:
    """The story begins when everybody can hear it."""
    while not all([(await asyncio.to_thread(ask, settings, name))[0] for name in SERVICES]):  # noqa: ASYNC110 - theirs
        await asyncio.sleep(_TICK_SECONDS)


def _client(settings: Settings, name: str, token: str) -> httpx.AsyncClient:
    """Somebody's way to the face that they use."""
    port = settings.console_port if name in _CENTRE else settings.field_port
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"http://{settings.host}:{port}", headers=headers, timeout=15)


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


async def _crew(
    client: httpx.AsyncClient, inventory: Inventory, key: str, world: World, random: Random, speed: float
) -> None:
    def arrived(site: str, generator: bool) -> None:
        if generator:
            world.generator_runs(site)

    def mended(site: str, generator: bool) -> None:
        if not generator:
            world.repaired(site)

    await Crew(inventory.technicians[key], client, random, PACE * speed).work(arrived, mended)


async def _customers(
    agent: httpx.AsyncClient, inventory: Inventory, world: World, random: Random, speed: float
) -> None:
    """Where base stations are off the air, now and then somebody calls."""
    while True:
        await asyncio.sleep(random.expovariate(_CALLING_CUSTOMERS_A_MINUTE / 60 * speed))
        off_air = world.sites_off_air()
        if off_air and (call := chance_call(inventory, random.choice(off_air), random)):
            await call_in(agent, call)


async def _planned_callers(agent: httpx.AsyncClient, calls: list[Call], world: World) -> None:
    """Those who call because the story wants it."""
    while calls:
        if calls[0].second <= world.now:
            await call_in(agent, calls[0])
            calls.pop(0)
        else:
            await asyncio.sleep(_TICK_SECONDS)


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
