"""A storm to fifty consoles: how far the slowest is behind, and what one that does not read costs the others."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime

from benchmarks.consoles import world
from benchmarks.consoles.system import System
from guywire import feed

_BATCH_SECONDS = 0.1


async def measure(system: System, consoles: int, storm: int, rate: int) -> None:
    """Prints what the consoles, in a process of their own, saw of a storm of so many alarms."""
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.consoles.listeners",
        system.url, str(consoles), str(storm), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert listeners.stdin
    assert listeners.stdout
    listeners.stdin.write(f"{system.token}\n".encode())  # a secret does not belong into a command line
    await listeners.stdin.drain()
    ready = await listeners.stdout.readline()
    assert ready == b"ready\n", ready
    cpu, began = system.cpu(), time.perf_counter()
    await _storm(system, storm, rate)
    published = time.perf_counter() - began
    told = json.loads(await listeners.stdout.readline())
    spent = system.cpu() - cpu
    await listeners.wait()
    print(f"fan-out: {storm} alarms published in {published:.1f} s to {consoles} consoles and one that does not read")
    print(
        f"behind: median {told['p50']:.2f} s, p99 {told['p99']:.2f} s, worst {told['worst']:.2f} s;"
        f" complete {told['complete']} of {consoles}; resyncs of those {told['resyncs']}; of the one {told['slow']}"
    )
    print(
        f"console process {spent:.2f} CPU-s: {storm * consoles / spent:.0f} changes handed to a page per CPU-second;"
        f" listeners {told['cpu']:.2f} CPU-s, {told['bytes'] / consoles / 1e6:.1f} MB each"
    )


async def _storm(system: System, storm: int, rate: int) -> None:
    """Alarms as the correlator commits them: a transaction each tenth of a second, published by its last statement."""
    batch = max(1, int(rate * _BATCH_SECONDS))
    loop = asyncio.get_running_loop()
    due = loop.time()
    for first in range(1, storm + 1, batch):
        last = min(storm, first + batch - 1)
        async with system.connection.transaction():
            ids = await world.add_alarms(system.connection, first, last, storm, datetime.now(UTC))
            await feed.publish(system.connection, "alarm_correlation", {"alarm": ids})
        due += _BATCH_SECONDS
        await asyncio.sleep(max(0.0, due - loop.time()))
