"""A restart with much standing: how long until everything that was in the database is in memory again."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from benchmarks.correlation_speed.live import AT_ONCE, as_stream, last_of
from benchmarks.correlation_speed.recording import inventory
from benchmarks.correlation_speed.storms import batched
from guywire.database import connect
from guywire.database.migrate import migrate
from guywire.inventory.model import Inventory
from guywire.inventory.store import load_inventory
from guywire.model import AlarmEvent, Severity
from guywire.postgres import embedded

_SITES = 20_000
_DARK_FEEDS = range(100)
_CUT_HUBS = range(400, 480)
_SINGLE = (
    ("shelter", "door-open"),
    ("aircon-1", "aircon-failure"),
    ("shelter", "high-temperature"),
    ("fan-2", "fan-failure"),
    ("tower", "tower-light-failure"),
    ("rectifier-1", "rectifier-failure"),
    ("sensor-3", "sensor-failure"),
    ("battery-1", "battery-failure"),
)
_DARK = (
    ("power", "mains-failure"),
    ("battery-1", "battery-discharging"),
    ("power", "load-disconnect"),
    ("bts-1", "base-station-down"),
    ("bts-2", "base-station-down"),
)
_SILENT = (("fsu", "fsu-offline"), ("bts-1", "base-station-down"), ("bts-2", "base-station-down"))


class Restarted(NamedTuple):
    """Seconds by the clock and of the correlator's own CPU, from `start` to the first cycle; `memory` in bytes."""

    alarms: int
    incidents: int
    seconds: float
    own_cpu: float
    memory: int


def measure(alarms: int) -> Restarted:
    """Fills a database with open alarms, then starts on it in a process of its own."""
    return asyncio.run(_measure(alarms))


async def _measure(alarms: int) -> Restarted:
    with tempfile.TemporaryDirectory(prefix="guywire-bench-") as folder:
        async with embedded(Path(folder) / "data") as url:
            await _fill(url, Path(folder), alarms)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                return await asyncio.get_running_loop().run_in_executor(pool, _restart, url, folder)


async def _fill(url: str, folder: Path, alarms: int) -> None:
    async with await connect(url) as connection:
        there = inventory(_SITES)
        await migrate(connection, datetime.now(UTC).date())
        await load_inventory(connection, there, prune=False, now=datetime.now(UTC))
        correlator = Correlator(Policies(folder))
        await correlator.start(connection, datetime.now(UTC))
        storm = batched(_standing(there, alarms, datetime.now(UTC) - timedelta(hours=1)))
        for batches in as_stream("before", storm, AT_ONCE):
            await correlator.cycle(connection, batches, last_of(batches))


def _restart(url: str, folder: str) -> Restarted:
    return asyncio.run(_start(url, Path(folder)))


async def _start(url: str, folder: Path) -> Restarted:
    async with await connect(url) as connection:
        gc.collect()
        correlator, before = Correlator(Policies(folder)), _resident()
        began, cpu = time.monotonic(), time.process_time()
        await correlator.start(connection, datetime.now(UTC))
        seconds, own = time.monotonic() - began, time.process_time() - cpu
        state = correlator.state
        standing = sum(alarm.stands for alarm in state.alarms.values())
        return Restarted(standing, len(state.incidents), seconds, own, _resident() - before)


def _standing(there: Inventory, count: int, start: datetime) -> Iterator[AlarmEvent]:
    """A hundred dark feeders, eighty hubs cut off, and single alarms at every site until there are so many."""
    made = list(_of_faults(there))
    sites = list(there.sites)
    for place in range(count - len(made)):
        resource, kind = _SINGLE[place // len(sites) % len(_SINGLE)]
        made.append((sites[place % len(sites)], resource, kind, str(place // len(sites) // len(_SINGLE))))
    for place, (site, resource, kind, qualifier) in enumerate(made):
        at = start + timedelta(milliseconds=10 * place)
        yield AlarmEvent(
            at=at, received_at=at, site=site, resource=resource, alarm_type=kind, qualifier=qualifier,
            severity=Severity.MAJOR, text=f"{kind} on {resource}", domain=there.sites[site].domain,
            source="127.20.0.1", details={"ifIndex": "1", "ifDescr": resource},
        )  # fmt: skip


def _of_faults(there: Inventory) -> Iterator[tuple[str, str, str, str]]:
    dark, cut = {f"F{feed}" for feed in _DARK_FEEDS}, {f"S{25 * hub}" for hub in _CUT_HUBS}
    for link in there.links.values():
        if link.downstream_site_id in cut:
            yield link.upstream_site_id, link.resource, "link-down", ""
    for site in there.sites.values():
        number = int(site.site_id[1:])
        speaks = _DARK if site.power_feed in dark else _SILENT if f"S{number - number % 25}" in cut else ()
        for resource, kind in speaks:
            yield site.site_id, resource, kind, ""


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096
