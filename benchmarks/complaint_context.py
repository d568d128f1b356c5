"""How long the complaint desk waits with ten million customers and 5,000 open outages in the database.

Loads them once into `--folder` (a later run finds them there), then asks the real dashboards process over HTTP from
several connections, a mix of kinds at a steady rate, and prints the first request of each kind after the start of the
service, p50 and p99 of each, and the CPU of a request. With `--services` the complaints' and the correlator's processes
start afterwards, to show how long that takes beside so much, and their memory: they go on with what they find, so the
folder is not the same for a later run.
Machines are shared: compare the kinds with each other, and a run with another on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.complaint_province import STREETS, load_province, name_of
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.identity.accounts import add_user, list_users
from guywire.identity.sign_in import issue_token
from guywire.model import Role
from guywire.postgres import embedded
from tests.browser.conftest import Services

CONTEXT, SEARCH, LIST = "/api/v1/outage-context", "/api/v1/desk/search", "/api/v1/complaints"
_WARMING = 300
_SETTLED_SECONDS = 60.0
_OTHERS = ("complaints", "alarm_correlation")
_AGENT = "ann"
_TICKS = os.sysconf("SC_CLK_TCK")


class Size(NamedTuple):
    """How much there is."""

    customers: int
    sites: int
    outages: int


Asked = tuple[str, dict[str, str | float]]
Draw = Callable[[random.Random, Size], Asked]


def _phone(number: int) -> str:
    return f"1{number + 3_800_000_000}"


def _customer(draw: random.Random, size: Size) -> int:
    """Of ten, nine are somebody whose number is their own."""
    number = draw.randrange(20, size.customers)
    return number if number % 100_000 >= 20 else number + 20


def _customer_out(draw: random.Random, size: Size) -> int:
    """Somebody whose serving site is down."""
    site = 1 + draw.randrange(1, size.outages) * 19 % size.sites
    return site - 1 + size.sites * draw.randrange(1, max(2, size.customers // size.sites))


def _place(draw: random.Random, _: Size) -> Asked:
    return CONTEXT, {"latitude": draw.uniform(31, 40), "longitude": draw.uniform(111.5, 112.5)}


def _dense(draw: random.Random, _: Size) -> Asked:
    city = draw.randrange(10)
    return CONTEXT, {
        "latitude": 31 + city * 1.1 + draw.uniform(-0.05, 0.05),
        "longitude": 112 + draw.uniform(-0.05, 0.05),
    }


def _street(draw: random.Random) -> str:
    at = draw.randrange(len(STREETS) - 1)
    return f"{STREETS[at : at + 2]}路{draw.randrange(3000)}号"


KINDS: Mapping[str, Draw] = {
    "context: phone, out of service": lambda draw, size: (CONTEXT, {"phone": _phone(_customer_out(draw, size))}),
    "context: phone, all is well": lambda draw, size: (CONTEXT, {"phone": _phone(_customer(draw, size))}),
    "context: phone, unknown": lambda draw, _: (CONTEXT, {"phone": f"177{draw.randrange(10**8):08}"}),
    "context: switchboard of twenty": lambda draw, size: (
        CONTEXT,
        {"phone": _phone(draw.randrange(1, max(2, size.customers // 100_000)) * 100_000)},
    ),
    "context: customer": lambda draw, size: (CONTEXT, {"customer_id": f"K{_customer(draw, size)}"}),
    "context: site": lambda draw, size: (CONTEXT, {"site": f"S{draw.randrange(1, size.sites)}"}),
    "context: place": _place,
    "context: place in a dense city": _dense,
    "search: phone": lambda draw, size: (SEARCH, {"text": _phone(_customer(draw, size))}),
    "search: beginning of a phone": lambda draw, size: (SEARCH, {"text": _phone(_customer(draw, size))[:8]}),
    "search: name": lambda draw, size: (SEARCH, {"text": name_of(_customer(draw, size))}),
    "search: beginning of a name": lambda draw, size: (SEARCH, {"text": name_of(_customer(draw, size))[:2]}),
    "search: address": lambda draw, _: (SEARCH, {"text": _street(draw)}),
    "search: site id": lambda draw, size: (SEARCH, {"text": f"S{draw.randrange(1, size.sites)}"}),
    "search: site name": lambda draw, _: (SEARCH, {"text": STREETS[(at := draw.randrange(56)) : at + 2]}),
    "search: customer id": lambda draw, size: (SEARCH, {"text": f"K{_customer(draw, size)}"}),
    "search: complaint id": lambda draw, _: (SEARCH, {"text": f"C{draw.randrange(1, 200_000)}"}),
    "search: nothing like it": lambda draw, _: (SEARCH, {"text": f"不存在{draw.randrange(1000)}"}),
    "list: the newest 50": lambda _, __: (LIST, {"limit": 50}),
    "list: with a street": lambda draw, _: (LIST, {"limit": 50, "text": _street(draw)}),
    "list: with a word that a third have": lambda _, __: (LIST, {"limit": 50, "text": "没有信号"}),
    "list: of a rare category": lambda _, __: (LIST, {"limit": 50, "category": "tower_nuisance"}),
}


async def main() -> None:
    """Loads, asks and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/guywire-complaint-context"))
    parser.add_argument("--customers", type=int, default=10_000_000)
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--outages", type=int, default=5_000)
    parser.add_argument("--requests", type=int, default=6_000)
    parser.add_argument("--rate", type=float, default=40.0, help="requests a second, all connections together")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--services", action="store_true", help="start the others too, and change what is there")
    given = parser.parse_args()
    size = Size(given.customers, given.sites, given.outages)
    given.folder.mkdir(parents=True, exist_ok=True)
    async with embedded(given.folder / "postgres", durable=False) as url:
        token = await _prepare(url, size)
        with Services(url, given.folder) as services:
            client = httpx.AsyncClient(
                base_url=services.address_of("dashboards"), headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            async with client:
                first = await _ask(client, size, len(KINDS), given.rate, 1, seed=0)
                await _ask(client, size, _WARMING, given.rate, given.connections, seed=1)
                began = _cpu()
                took = await _ask(client, size, given.requests, given.rate, given.connections, seed=2)
                ended = _cpu()
                print(f"{size.customers:,} customers, {size.outages:,} open outages, {given.rate:g} requests a second")
                _print_times(first, took)
                spent = [(after - before) * 1000 / given.requests for before, after in zip(began, ended, strict=True)]
                print(f"\nCPU of a request: {spent[0]:.1f} ms in the service, {spent[1]:.1f} ms in the database")
                print("\n| service | ready after s | MB | most MB |\n|---|---|---|---|")
                for name in ("dashboards", *(_OTHERS if given.services else ())):
                    print(await _started(services, name), flush=True)


def _print_times(first: Mapping[str, list[float]], took: Mapping[str, list[float]]) -> None:
    """A table of the kinds, and of all that are alike."""
    print("| kind | first ms | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|")
    for kind, found in took.items():
        print(f"| {kind} | {first[kind][0]:.0f} | {_line(found)} |")
    for prefix in ("context", "search", "list"):
        alike = [ms for kind in took if kind.startswith(prefix) for ms in took[kind]]
        print(f"| **all of {prefix}** | | {_line(alike)} |")


async def _prepare(url: str, size: Size) -> str:
    """A loaded database, and a token of an agent's."""
    async with await connect(url) as connection:
        await migrate(connection, datetime.now(UTC).date())
        if not await _is_loaded(connection):
            started = time.perf_counter()
            await load_province(connection, size.customers, size.sites, size.outages)
            print(f"loaded in {time.perf_counter() - started:.0f} s")
        if all(account.user.name != _AGENT for account in await list_users(connection)):
            await add_user(connection, _AGENT, Role.COMPLAINT_AGENT)
        return await issue_token(connection, _AGENT, datetime.now(UTC))


async def _is_loaded(connection: Connection) -> bool:
    return await (await connection.execute("SELECT 1 FROM core.customer LIMIT 1")).fetchone() is not None


async def _ask(
    client: httpx.AsyncClient, size: Size, requests: int, rate: float, connections: int, seed: int
) -> dict[str, list[float]]:
    """Milliseconds of each request by kind. A request that is late begins at once: waiting in line is counted."""
    draw, took = random.Random(seed), defaultdict[str, list[float]](list)
    kinds = list(KINDS)
    waiting: asyncio.Queue[tuple[float, str, Asked]] = asyncio.Queue()

    async def work() -> None:
        while True:
            due, kind, (path, query) = await waiting.get()
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            started = time.perf_counter()
            answer = await client.get(path, params=query)
            took[kind].append((time.perf_counter() - started) * 1000)
            answer.raise_for_status()
            waiting.task_done()

    begin = time.perf_counter()
    for number in range(requests):
        kind = kinds[number % len(kinds)]
        waiting.put_nowait((begin + number / rate, kind, KINDS[kind](draw, size)))
    workers = [asyncio.create_task(work()) for _ in range(connections)]
    done = asyncio.create_task(waiting.join())
    await asyncio.wait([done, *workers], return_when=asyncio.FIRST_COMPLETED)
    for worker in workers:
        if worker.done():
            worker.result()
        worker.cancel()
    return dict(sorted(took.items()))


def _cpu() -> tuple[float, float]:
    """CPU seconds so far of the service and of the database, both children of this process."""
    service = database = 0.0
    for _, command, stat in _processes():
        seconds = (int(stat[11]) + int(stat[12])) / _TICKS
        if int(stat[1]) == os.getpid() and b"dashboards" in command:
            service += seconds
        elif b"postgres" in command and _is_below(int(stat[1])):
            database += seconds + (int(stat[13]) + int(stat[14])) / _TICKS
    return service, database


async def _started(services: Services, name: str) -> str:
    """A line about a service's start (none where it runs already) and its memory (Linux: VmRSS, VmHWM)."""
    began = time.perf_counter()
    services.address_of(name)
    took = time.perf_counter() - began
    await asyncio.sleep(_SETTLED_SECONDS)
    [folder] = [
        folder
        for folder, command, stat in _processes()
        if int(stat[1]) == os.getpid() and command.endswith(f"\0-m\0{name}\0".encode())
    ]
    lines = (line.split() for line in (folder / "status").read_text().splitlines())
    megabytes = {line[0]: int(line[1]) / 1024 for line in lines if line[0] in {"VmRSS:", "VmHWM:"}}
    return f"| {name} | {took:.1f} | {megabytes['VmRSS:']:.0f} | {megabytes['VmHWM:']:.0f} |"


def _processes() -> Iterator[tuple[Path, bytes, list[str]]]:
    """Every process: its folder, its command line, and its /proc/*/stat from the state on."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            stat = (folder / "stat").read_text().rpartition(") ")[2].split()
            yield folder, (folder / "cmdline").read_bytes(), stat


def _is_below(parent: int) -> bool:
    """Whether a process is this one's child, or its child's."""
    if parent == os.getpid():
        return True
    try:
        return int(Path(f"/proc/{parent}/stat").read_text().rpartition(") ")[2].split()[1]) == os.getpid()
    except FileNotFoundError:
        return False


def _line(found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=100, method="inclusive")  # what was measured, nothing beyond
    return f"{cuts[49]:.1f} | {cuts[98]:.1f} | {max(found):.1f}"


if __name__ == "__main__":
    asyncio.run(main())
