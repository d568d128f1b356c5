"""Every command in compose.yaml as a process with its container's environment: it starts, is well, and stops."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from guywire.settings import SERVICES, Settings
from tests.integration.compose_file import as_process, container
from tests.ports import free_ports

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """A database as the `database` container makes it: empty, not migrated."""
    name = sql.Identifier(f"compose_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield psycopg.conninfo.make_conninfo(postgres_url, dbname=name.as_string().strip('"'))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def environment_of(name: str, database_url: str, folder: Path, first_port: int) -> dict[str, str]:
    """The container's own variables, with the places that differ on this machine put over them."""
    here = Settings(
        data_dir=folder,
        database_url=database_url,
        host="127.0.0.1",
        trap_host="127.0.0.1",
        metrics_port=first_port,
        console_port=first_port + 6,
        field_port=first_port + 7,
        trap_port=first_port + 8,
        stream_url=f"tcp://127.0.0.1:{first_port + 9}",
    )
    return {**os.environ, **container(name)["environment"], **here.environment(), "PYTHONUNBUFFERED": "1"}


def migrate(database_url: str, folder: Path) -> str:
    environment = environment_of("migrate", database_url, folder, 1)
    done = subprocess.run(
        as_process(container("migrate")["command"]),
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def running(name: str, environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The container's command as a process; killed at the end if it did not stop by itself."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            as_process(container(name)["command"]), env=environment, cwd=folder, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until_well(name: str, process: subprocess.Popen[bytes], environment: dict[str, str], folder: Path) -> None:
    """Asks as the container's own health check asks, until it says yes."""
    deadline = time.monotonic() + START_SECONDS
    check = as_process(container(name)["healthcheck"]["test"][1:])
    while True:
        asked = subprocess.run(check, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return
        log = (folder / f"{name}.log").read_text("utf-8")
        assert process.poll() is None, f"{name} ended with {process.returncode}:\n{log}"
        assert time.monotonic() < deadline, f"{name} is not well: {asked.stderr}\n{log}"


def test_migrate_makes_the_schema_and_finds_it_made(empty_database: str, tmp_path: Path) -> None:
    assert migrate(empty_database, tmp_path).startswith("applied: kernel")
    assert migrate(empty_database, tmp_path) == "up to date"


def test_every_service_starts_is_well_serves_metrics_and_stops(empty_database: str, tmp_path: Path) -> None:
    migrate(empty_database, tmp_path)
    first_port = free_ports(10)
    with ExitStack() as started:
        processes = {}
        for name in SERVICES:
            environment = environment_of(name, empty_database, tmp_path, first_port)
            processes[name] = (started.enter_context(running(name, environment, tmp_path)), environment)
        for name, (process, environment) in processes.items():
            wait_until_well(name, process, environment, tmp_path)
            url = f"http://127.0.0.1:{first_port + SERVICES.index(name)}/metrics"
            with urllib.request.urlopen(url, timeout=5) as reply:
                assert b"process_cpu_seconds_total" in reply.read()
        for process, _ in processes.values():
            process.terminate()
        codes = {name: process.wait(STOP_SECONDS) for name, (process, _) in processes.items()}
    assert codes == dict.fromkeys(SERVICES, 0), (tmp_path / "dispatch.log").read_text("utf-8")
