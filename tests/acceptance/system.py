"""A whole running Guywire for the acceptance tests: `guywire up` as anyone starts it, used through its outside only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.ports import free_metrics_port, free_port

Found = TypeVar("Found")
START_SECONDS = 90.0
WAIT_SECONDS = 30.0
_STEP = 0.05


@dataclass
class System:
    """One `guywire up`: its ports, its data folder, and clients with a token for each role."""

    data_dir: Path
    console_port: int
    field_port: int
    trap_port: int
    metrics_port: int
    process: subprocess.Popen[str]
    tokens: dict[str, str] = field(default_factory=dict)

    def guywire(self, *arguments: str, stdin: str | None = None) -> str:
        """Runs one command against this system; its output, or the test fails with what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "guywire", *arguments, "--data-dir", str(self.data_dir)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"guywire {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def add_user(self, name: str, role: str, *more: str) -> None:
        self.guywire("user", "add", name, "--role", role, *more)
        self.tokens[name] = self.guywire("token", name).strip()

    def console(self, name: str) -> httpx.Client:
        return self._client(self.console_port, name)

    def field_app(self, name: str) -> httpx.Client:
        return self._client(self.field_port, name)

    def _client(self, port: int, name: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20)

    def snmp(self, program: str, version: str, *arguments: str, source: str) -> None:
        """net-snmp's own `snmptrap` or `snmpinform`, from a chosen loopback address."""
        subprocess.run(
            [
                program,
                "-v",
                version,
                "-c",
                "public",
                f"--clientaddr={source}",
                f"127.0.0.1:{self.trap_port}",
                *arguments,
            ],
            check=True,
            capture_output=True,
            timeout=30,
        )

    def pid_of(self, service: str) -> int:
        """The process of one service, or of `postgres`, found among this system's own descendants."""
        for pid, command in _descendants(self.process.pid):
            if service != "postgres" and command[-3:-1] == ["-m", service]:
                return pid
            if service == "postgres" and command and command[0].endswith("/postgres") and "-D" in command:
                return pid
        raise AssertionError(f"no process of {service} below {self.process.pid}")


@contextmanager
def running(data_dir: Path, *options: str) -> Iterator[System]:
    """`guywire up` until the block ends; then Ctrl-C, and nothing may be left running."""
    console, field_port, metrics = free_port(), free_port(), free_metrics_port()
    trap = free_port()
    log = data_dir.with_suffix(".log").open("w")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "guywire", "up", "--data-dir", str(data_dir)),
            *("--console-port", str(console), "--field-port", str(field_port)),
            *("--trap-port", str(trap), "--metrics-port", str(metrics), *options),
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    system = System(data_dir, console, field_port, trap, metrics, process)
    try:
        until(lambda: _healthy(system), START_SECONDS, lambda: f"guywire up is not healthy:\n{_said(data_dir)}")
        yield system
    finally:
        children = [pid for pid, _ in _descendants(process.pid)]
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()
        left = [pid for pid in children if _alive(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, "processes were left running"


def until(
    look: Callable[[], Found | None],
    seconds: float = WAIT_SECONDS,
    problem: Callable[[], str] = lambda: "it did not happen",
) -> Found:
    """Looks until it finds something true; fails with `problem` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < deadline, problem()
        time.sleep(_STEP)


def items(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """The items of a list; the test fails on a refusal."""
    answer = client.get(path, params=params)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _healthy(system: System) -> bool:
    if system.process.poll() is not None:
        raise AssertionError(f"guywire up ended:\n{_said(system.data_dir)}")
    ports = [system.console_port, system.field_port, *range(system.metrics_port, system.metrics_port + 6)]
    try:
        return all(httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).is_success for port in ports)
    except httpx.TransportError:
        return False


def _said(data_dir: Path) -> str:
    logs = sorted((data_dir / "logs").glob("*.log")) if (data_dir / "logs").is_dir() else []
    return "\n".join(
        f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-1500:]}" for log in (data_dir.with_suffix(".log"), *logs)
    )


def _descendants(pid: int) -> list[tuple[int, list[str]]]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(int(entry.name))
    found, todo = [], list(parents.get(pid, ()))
    while todo:
        child = todo.pop()
        todo += parents.get(child, ())
        try:
            command = (Path("/proc") / str(child) / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        found.append((child, command))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
