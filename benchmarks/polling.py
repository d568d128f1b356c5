"""How many devices a poller keeps up with: `python -m benchmarks.polling [DEVICES [DEAD [INTERVAL]]]`.

Simulated UPSes on loopback in a process of their own, some of them dead, one real net-snmp snmpd among the living, a
real poller process, a PostgreSQL for its samples. After everybody had a first turn it measures one full interval.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from collectors.places import Equipment
from guywire.database import connect
from guywire.database.migrate import migrate
from guywire.postgres import embedded
from tests.integration.polled_devices import address
from tests.integration.polling_world import Listener, data_folder, polling_process, real_agent, ups
from tests.ports import free_port


async def main(devices: int, dead: int, interval: int) -> None:
    """Prints the figures of one interval."""
    with _folder() as folder:
        port, keeper = free_port(), Listener()
        async with AsyncExitStack() as stack:
            equipment = [ups(f"S{number}", f"{address(number)}:{port}") for number in range(devices - 1)]
            equipment.append(await _agent(folder, stack))
            url = await stack.enter_async_context(_database(folder))
            fleet = subprocess.Popen(  # noqa: ASYNC220 - forking takes no time
                [sys.executable, "-m", "tests.integration.polled_devices", str(port), str(devices - 1), str(dead)]
            )
            stack.callback(fleet.kill)
            data_folder(folder, equipment, {"interval_seconds": interval})
            process = await stack.enter_async_context(polling_process(folder, url, keeper))
            await asyncio.sleep(interval + 10)  # everybody's first turn, and the dead are known to be
            measured = await _measure(process.pid, interval)
            await asyncio.sleep(5)  # what was under way is handed over and written
            print(
                f"{devices} devices, {dead} of them dead, every {interval} s; an interval of {measured.seconds:.1f} s:"
            )
            _tell_polls(keeper, equipment, dead, measured, interval)
            await _tell_samples(url, measured)
            _tell_rounds(folder)


class _Measured(NamedTuple):
    begun: datetime
    ended: datetime
    cpu: float

    @property
    def seconds(self) -> float:
        return (self.ended - self.begun).total_seconds()


async def _measure(pid: int, interval: int) -> _Measured:
    begun, used = datetime.now(UTC), _cpu_seconds(pid)
    await asyncio.sleep(interval)
    return _Measured(begun, datetime.now(UTC), _cpu_seconds(pid) - used)


def _tell_polls(keeper: Listener, equipment: list[Equipment], dead: int, measured: _Measured, interval: int) -> None:
    contacts = [
        contact
        for catch in keeper.catches
        for contact in catch.contacts
        if measured.begun <= contact.at < measured.ended
    ]
    living = {row.address for row in equipment[dead:]}
    answered = {contact.address for contact in contacts if contact.answered}
    off = sorted(abs(gap - interval) for one in living for gap in _gaps(keeper, one))
    print(f"  {len(contacts)} polls, {len(contacts) / measured.seconds:.1f} a second")
    print(f"  {len(living & answered)} of {len(living)} living devices answered, {len(answered - living)} of the dead")
    print(f"  CPU of the poller: {measured.cpu:.2f} s, {measured.cpu / measured.seconds:.1%} of a core")
    print(f"  from one answer of a living device to its next: {interval} s, off by {median(off):.3f} s (median),")
    print(f"  {off[len(off) * 99 // 100]:.3f} s (99 of 100), {off[-1]:.3f} s (most)")


async def _tell_samples(url: str, measured: _Measured) -> None:
    query = "SELECT count(*) AS samples, count(DISTINCT site) AS sites FROM views.sample WHERE at BETWEEN %s AND %s"
    async with await connect(url) as connection:
        row = await (await connection.execute(query, measured[:2])).fetchone()
    assert row is not None
    print(f"  {row['samples']} samples of {row['sites']} sites in the database")


def _gaps(keeper: Listener, one: str) -> list[float]:
    moments = keeper.contacts(one, answered=True)
    return [(after - before) / timedelta(seconds=1) for before, after in pairwise(moments)]


def _tell_rounds(folder: Path) -> None:
    for line in (folder / "log").read_text().splitlines():
        if '"poll.round"' in line:
            told = json.loads(line)
            print("  the poller's own words:", {name: told[name] for name in list(told)[:9]})


async def _agent(folder: Path, stack: AsyncExitStack) -> Equipment:
    """The real one; where net-snmp is not installed, it is one more of the living, and that is said."""
    if shutil.which("snmpd") is None:
        sys.exit("net-snmp's snmpd is not installed (Debian package snmpd).")
    port = free_port()
    stack.enter_context(real_agent(folder, port))
    return Equipment("S-real", "router-1", "router", f"127.0.0.1:{port}", "if-mib", credential="public")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that PostgreSQL, which runs as somebody else, can pass through."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[str]:
    (folder / "postgres").mkdir()
    async with embedded(folder / "postgres", durable=False) as url:
        async with await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
        yield url


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process so far (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*given, *(1000, 100, 60)[len(given) :]))
