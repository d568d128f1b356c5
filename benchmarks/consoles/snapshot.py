"""The snapshot: how large, how soon its first piece, and what fifty consoles that begin at once cost."""

from __future__ import annotations

import asyncio
import time

import httpx

from benchmarks.consoles.system import System

_NAMES = "alarm,incident,link,need,silence,site,technician,ticket,waiting_need,work_order"


async def measure(system: System, consoles: int) -> None:
    """Prints one alone, then all at once."""
    headers = {"Authorization": f"Bearer {system.token}", "Accept-Encoding": "gzip"}
    limits = httpx.Limits(max_connections=consoles)
    async with httpx.AsyncClient(base_url=system.url, headers=headers, timeout=60, limits=limits) as client:
        await _measure(client, system, consoles)


async def _measure(client: httpx.AsyncClient, system: System, consoles: int) -> None:
    for _ in range(3):  # the first ones find the database's caches cold
        first, whole, size = await _read(client)
        await asyncio.sleep(1.5)  # and a read of its own each
    print(f"snapshot: first piece {first * 1000:.0f} ms, whole {whole * 1000:.0f} ms, {size / 1e6:.2f} MB gzip")
    cpu, began = system.cpu(), time.perf_counter()
    many = await asyncio.gather(*(_read(client) for _ in range(consoles)))
    print(
        f"{consoles} at once: slowest first piece {max(one[0] for one in many) * 1000:.0f} ms,"
        f" slowest whole {max(one[1] for one in many) * 1000:.0f} ms; console process"
        f" {system.cpu() - cpu:.2f} CPU-s in {time.perf_counter() - began:.2f} s"
    )


async def _read(client: httpx.AsyncClient) -> tuple[float, float, int]:
    """Seconds to the first piece of rows, seconds to the end, bytes on the wire."""
    began, first, size = time.perf_counter(), 0.0, 0
    async with client.stream("GET", "/api/v1/live/snapshot", params={"collections": _NAMES}) as answer:
        answer.raise_for_status()
        async for piece in answer.aiter_raw():
            size += len(piece)
            if not first and size > 2000:  # the line with the feeds' numbers is shorter than that
                first = time.perf_counter() - began
    return first, time.perf_counter() - began, size
