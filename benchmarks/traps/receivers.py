"""The receivers that are compared: each a process of its own on a free port, until its context ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.traps.kernel import largest_buffer, queue_of
from benchmarks.traps.traffic import snapshot
from benchmarks.traps.waiting import until
from tests.integration.wire_collector_process import NO_DATABASE
from tests.ports import free_port

SNMPTRAPD = shutil.which("snmptrapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
"""Where it is; None where it is not installed."""

_SNMPTRAPD_CONF = """\
disableAuthorization yes
format1 %.4y-%.2m-%.2l %.2h:%.2j:%.2k %b TRAP, SNMP v1\\n\\t%N %W Trap (%q) Uptime: %#T\\n%v\\n
"""
"""Its own format of a v1 trap asks the name server for the agent's name in spite of -n."""

_Environment = Mapping[str, str]


@dataclass(frozen=True)
class Running:
    """A receiver at work. `received` tells how many datagrams it has taken; `finished` whether so many are through."""

    pid: int
    port: int
    received: Callable[[], int]
    finished: Callable[[int], bool]
    metrics_port: int = 0


def emptied(port: int) -> Callable[[int], bool]:
    """Finished as soon as nothing waits at the socket."""
    return lambda _: (queue := queue_of(port)) is not None and queue.waiting == 0


@contextmanager
def decoding(folder: Path) -> Iterator[Running]:
    """Ours: decode and classify, in one process, informs answered at once."""
    with _program("benchmarks.traps.decode_receiver", folder) as running:
        yield running


@contextmanager
def hearing(folder: Path) -> Iterator[Running]:
    """Ours: the same and on to alarm events."""
    with _program("benchmarks.traps.decode_receiver", folder, "events") as running:
        yield running


@contextmanager
def pysnmp(folder: Path) -> Iterator[Running]:
    """pysnmp 7's notification receiver on asyncio."""
    with _program("benchmarks.traps.pysnmp_receiver", folder) as running:
        yield running


@contextmanager
def snmptrapd(folder: Path) -> Iterator[Running]:
    """net-snmp's snmptrapd, writing each trap into a file, without names for OIDs or addresses."""
    log, settings, port = folder / "snmptrapd.log", folder / "snmptrapd.conf", free_port()
    settings.write_text(_SNMPTRAPD_CONF + f"[snmp] serverRecvBuf {largest_buffer()}\n")
    command = [
        SNMPTRAPD or "snmptrapd",
        "-f",
        "-Lf",
        str(log),
        "-n",
        "-On",
        "-C",
        "-c",
        str(settings),
        f"udp:127.0.0.1:{port}",
    ]
    with _process(command, os.environ) as process:
        until(lambda: queue_of(port) is not None)
        yield Running(process.pid, port, lambda: _logged(log), emptied(port))


@contextmanager
def collecting(folder: Path) -> Iterator[Running]:
    """Ours: the service itself, into the durable spool and over the stream to a correlator that only acknowledges."""
    port, metrics, stream = free_port(), free_port(), f"tcp://127.0.0.1:{free_port()}"
    (folder / "spool").mkdir()
    (folder / "spool" / "local-inventory.json").write_bytes(msgspec.json.encode(snapshot()))
    settings = {
        "DATA_DIR": folder, "DATABASE_URL": NO_DATABASE, "TRAP_HOST": "127.0.0.1", "TRAP_PORT": port,
        "METRICS_PORT": metrics, "STREAM_URL": stream,
    }  # fmt: skip
    environment = os.environ | {f"GUYWIRE_{name}": str(value) for name, value in settings.items()}
    with (
        _process([sys.executable, "-m", "benchmarks.traps.correlator", stream], os.environ),
        _process([sys.executable, "-m", "collectors"], environment, folder / "log") as process,
    ):
        until(lambda: "collector.listening" in (folder / "log").read_text())
        yield Running(
            process.pid,
            port,
            lambda: int(metric(metrics, "received_total")),
            lambda sent: metric(metrics, "received_total") >= sent and metric(metrics, "spool_depth") == 0,
            metrics,
        )


def metric(port: int, name: str) -> float:
    """A metric of a collector, summed over its labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    name = f"guywire_collectors_{name}"
    return sum(float(line.split()[-1]) for line in lines if line.startswith((name + " ", name + "{")))


@contextmanager
def _program(module: str, folder: Path, *options: str) -> Iterator[Running]:
    """A module that listens on the port it is given, and writes its count into a file when it is told to."""
    port, count = free_port(), folder / f"{module}.count"
    with _process([sys.executable, "-m", module, str(port), str(count), *options], os.environ) as process:
        until(lambda: queue_of(port) is not None)

        def received() -> int:
            count.unlink(missing_ok=True)
            process.send_signal(signal.SIGUSR1)
            until(lambda: count.is_file() and count.read_text().endswith("\n"))
            return int(count.read_text())

        yield Running(process.pid, port, received, emptied(port))


@contextmanager
def _process(
    command: Sequence[str], environment: _Environment, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with (log or Path(os.devnull)).open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stderr=errors, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _logged(path: Path) -> int:
    """Traps in snmptrapd's log: each has one line that says where it came from."""
    with path.open("rb") as file:
        return sum(b"UDP: [127.20." in line for line in file)
