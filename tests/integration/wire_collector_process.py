"""A collector process for tests, and a device that repeats each inform until it is answered."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tests.unit.collectors.snmp_messages import v2_message

SECONDS = 30.0
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
DOMAIN = "sh/pudong"
LINK_DOWN, ON_BATTERY = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.33.2.1"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
INVENTORY = {
    "version": 1,
    "domains": {"S1": DOMAIN},
    "equipment": [
        {"site": "S1", "resource": "ups-1", "kind": "ups", "address": "127.0.10.1", "profile": "ups-mib"},
        {"site": "S1", "resource": "radio-1", "kind": "microwave", "address": "127.0.10.2", "profile": "if-mib"},
    ],
}


@dataclass
class CollectorProcess:
    """`python -m collectors` on ports of its own; may be killed and started again on the same spool."""

    folder: Path
    stream_url: str
    database_url: str = NO_DATABASE
    trap_port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=free_port)
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None
    started: int = 0

    async def start(self) -> None:
        settings = {
            "DATA_DIR": self.folder, "DATABASE_URL": self.database_url, "TRAP_HOST": "127.0.0.1",
            "TRAP_PORT": self.trap_port, "METRICS_PORT": self.metrics_port, "STREAM_URL": self.stream_url,
            "WORKERS": self.workers,
        }  # fmt: skip
        self.started += 1
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - forking takes no time
                [sys.executable, "-m", "collectors"],
                env=os.environ | {f"GUYWIRE_{name}": str(value) for name, value in settings.items()},
                stderr=log,
                cwd=self.folder,
            )
        await eventually(lambda: self.log().count("collector.listening") == self.started, self.log)

    def health(self) -> tuple[int, dict[str, Any]] | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/health", timeout=5) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return None

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as reply:
            return str(reply.read().decode())

    def metric(self, name: str, labels: str = "") -> float:
        lines = self.metrics().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(f"guywire_collectors_{name}{labels} "))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)


@asynccontextmanager
async def collecting(
    folder: Path, url: str, database_url: str = NO_DATABASE, workers: int = 1
) -> AsyncIterator[CollectorProcess]:
    (folder / "spool").mkdir()
    if database_url == NO_DATABASE:
        (folder / "spool" / "local-inventory.json").write_text(json.dumps(INVENTORY))
    collector = CollectorProcess(folder, url, database_url, workers=workers)
    try:
        await collector.start()
        yield collector
    finally:
        if collector.process is not None and collector.process.poll() is None:
            collector.end(signal.SIGKILL)


async def eventually(condition: Callable[[], bool], told: Callable[[], str] = str) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            while not condition():  # noqa: ASYNC110 - another process rings no event
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"did not happen within {SECONDS} s\n{told()}")


class InformingDevice:
    """Sends informs, each again until it is answered, as RFC 3416 wants it: the truth of what was answered."""

    def __init__(self, port: int, numbers: range, source: str = "127.0.10.2") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((source, 0))
        self._socket.setblocking(False)
        self._to = ("127.0.0.1", port)
        self._waiting = {
            number: v2_message(LINK_DOWN, [(f"{IF_INDEX}.{number}", "integer", number)], inform=True, request_id=number)
            for number in numbers
        }
        self.answered: set[int] = set()

    async def run(self) -> None:
        """Until all are answered: bursts of 50, and what has no answer is sent again."""
        while self._waiting:
            for inform in list(self._waiting.values())[:50]:
                self._socket.sendto(inform, self._to)
            await self._listen()

    def close(self) -> None:
        self._socket.close()

    async def _listen(self) -> None:
        """Takes answers in until there has been none for a tenth of a second."""
        answers = {inform.replace(b"\xa6", b"\xa2", 1): number for number, inform in self._waiting.items()}
        while True:
            try:
                async with asyncio.timeout(0.1):
                    data = await asyncio.get_running_loop().sock_recv(self._socket, 65_535)
            except ConnectionRefusedError:  # the collector is dead just now
                continue
            except TimeoutError:
                return
            if (number := answers.get(data)) is not None:
                self._waiting.pop(number, None)
                self.answered.add(number)
