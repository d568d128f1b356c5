"""`python -m benchmarks.storm.system`: what `guywire up` runs, but of its services only collector and correlator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.storm.devices import province
from benchmarks.traps.kernel import cpu_seconds, queue_of
from benchmarks.traps.waiting import until
from guywire.database import connect
from guywire.health import ask
from guywire.inventory.store import load_inventory
from guywire.owner import running_url
from guywire.settings import SERVICES, Settings, load_settings
from guywire.supervisor import Program, run
from guywire.supervisor.program import services
from tests.ports import free_metrics_port, free_port

_OURS = ("collectors", "alarm_correlation")
_START_SECONDS = 90.0


class Costs(NamedTuple):
    """CPU-seconds, user and system, since the start of each of the three."""

    collector: float
    correlator: float
    database: float

    def since(self, before: Costs) -> Costs:
        return Costs(*(now - then for now, then in zip(self, before, strict=True)))


class Running(NamedTuple):
    """The system from outside: its folder, ports and processes."""

    settings: Settings
    pid: int

    @property
    def url(self) -> str:
        url = running_url(self.settings.data_dir)
        assert url is not None
        return url

    def costs(self) -> Costs:
        found = {name: cpu_seconds(self.pid_of(name)) for name in (*_OURS, "postgres")}
        return Costs(found["collectors"], found["alarm_correlation"], found["postgres"])

    def pid_of(self, name: str) -> int:
        """The process of a service, or the postmaster."""
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_bytes().split(b"\0")
                environ = (path / "environ").read_bytes()
            except OSError:
                continue
            if name == "postgres" and command[0].endswith(b"/postgres") and self._is_above(int(path.name)):
                return int(path.name)
            if name.encode() in command and f"GUYWIRE_TRAP_PORT={self.settings.trap_port}\0".encode() in environ:
                return int(path.name)
        raise LookupError(f"no process of {name}")

    def metric(self, service: str, name: str) -> float:
        """A metric of a service, summed over its labels."""
        url = f"http://127.0.0.1:{self.settings.metrics_port_of(service)}/metrics"
        with urllib.request.urlopen(url, timeout=30) as reply:
            lines = reply.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith((name + " ", name + "{")))

    def dropped(self) -> int:
        """Datagrams that the kernel threw away at the trap socket."""
        queue = queue_of(self.settings.trap_port)
        return queue.dropped if queue else 0

    def _is_above(self, pid: int) -> bool:
        """Whether the process was started by this system's supervisor: the postmaster, not one of its children."""
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return int(stat[1]) == self.pid


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """The system on a fresh folder, loaded with the storm's province, until the block ends."""
    settings = Settings(
        data_dir=folder / "data", trap_host="127.0.0.1", trap_port=free_port(), metrics_port=free_metrics_port()
    )
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "system.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.storm.system"],
            env=os.environ | settings.environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    system = Running(settings, process.pid)
    try:
        until(lambda: all(ask(settings, name)[0] for name in _OURS), _START_SECONDS)
        until(lambda: queue_of(settings.trap_port) is not None, _START_SECONDS)
        yield system
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


async def _load(url: str) -> None:
    async with await connect(url) as connection:
        await load_inventory(connection, province(), prune=False, now=datetime.now(UTC))


def _ours(settings: Settings) -> list[Program]:
    return [one for one in services(settings) if one.name in _OURS]


if __name__ == "__main__":
    assert set(_OURS) <= set(SERVICES)
    run(load_settings(), prepare=_load, of=_ours)
