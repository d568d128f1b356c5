"""`python -m dispatch` as the process that it is: it offers, survives kill -9, stops cleanly and tells the truth."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guywire import feed, inbox
from guywire.commands import MoveWorkOrder
from guywire.database import Connection, Wakeups, open_pool
from guywire.errors import Refused
from guywire.settings import SERVICES
from tests.ports import free_port

_PATIENCE = 20.0


@contextmanager
def running(database_url: str, metrics_port: int, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = {
        **os.environ,
        "GUYWIRE_DATABASE_URL": database_url,
        "GUYWIRE_METRICS_PORT": str(metrics_port - SERVICES.index("dispatch")),
        "GUYWIRE_DATA_DIR": str(data_dir),
    }
    process = subprocess.Popen([sys.executable, "-m", "dispatch"], env=environ, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def metrics_port() -> int:
    return free_port()


async def add_needs(connection: Connection, first: int, last: int) -> None:
    """Sites, tickets and needs `first` to `last`, each with a technician of its own at the site."""
    async with connection.transaction():
        for number in range(first, last + 1):
            await connection.execute(
                "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
                " VALUES (%s, '', %s, 121, 'p/c/a', 'p/c', 'A', 'UTC')",
                (f"S{number}", 30 + number / 100),
            )
            await connection.execute(
                "INSERT INTO core.technician (technician_id, name, region, role, home_latitude, home_longitude)"
                " VALUES (%s, '', 'p/c/a', 'technician', %s, 121)",
                (f"T{number}", 30 + number / 100),
            )
            await connection.execute(
                "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
                " opened_by) VALUES (%s, %s, %s, 'p/c', 'acknowledged', 2, '', now(), '')",
                (f"K{number}", f"o{number}", f"S{number}"),
            )
            await connection.execute(
                "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state,"
                " opened_at) VALUES (%s, %s, %s, 'p/c', 'repair', '', 2, 'open', now())",
                (f"N{number}", f"K{number}", f"S{number}"),
            )
        await feed.publish(connection, "alarm_correlation", {"need": [f"N{n}" for n in range(first, last + 1)]})


async def offered(connection: Connection, count: int) -> list[tuple[str, str]]:
    """(need, technician) of every order, once there are so many."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        rows = await (
            await connection.execute("SELECT needs[1] AS need, technician FROM views.work_order ORDER BY id")
        ).fetchall()
        if len(rows) >= count:
            return sorted((row["need"], row["technician"]) for row in rows)
        assert time.monotonic() < deadline, f"only {len(rows)} of {count} orders"
        await asyncio.sleep(0.01)


def healthy(port: int) -> tuple[int, dict[str, object]]:
    """The answer of /health, waiting until the process listens."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())
        except OSError:
            assert time.monotonic() < deadline, "the process never listened"
            time.sleep(0.02)


async def told(metrics_port: int, line: str) -> None:
    """Waits until the metrics say so: they are counted after the commit that answers."""
    deadline = time.monotonic() + _PATIENCE
    while line not in page(f"http://127.0.0.1:{metrics_port}/metrics"):
        assert time.monotonic() < deadline, f"never told: {line}"
        await asyncio.sleep(0.02)


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


async def test_killed_in_the_middle_it_goes_on_and_no_need_gets_two_orders(
    connection: Connection, database_url: str, metrics_port: int, tmp_path: Path
) -> None:
    with running(database_url, metrics_port, tmp_path) as process:
        await add_needs(connection, 1, 3)
        await offered(connection, 3)
        await add_needs(connection, 4, 40)
        process.send_signal(signal.SIGKILL)
    await add_needs(connection, 41, 50)
    with running(database_url, metrics_port, tmp_path):
        expected = sorted((f"N{number}", f"T{number}") for number in range(1, 51))
        assert await offered(connection, 50) == expected
        head = await feed.head(connection, "alarm_correlation")
        assert await feed.position(connection, "dispatch", "alarm_correlation") == head


async def test_with_its_connections_cut_again_and_again_it_goes_on(
    connection: Connection, database_url: str, metrics_port: int, tmp_path: Path
) -> None:
    with running(database_url, metrics_port, tmp_path) as process:
        for first in range(1, 50, 5):
            await add_needs(connection, first, first + 4)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        expected = sorted((f"N{number}", f"T{number}") for number in range(1, 51))
        assert await offered(connection, 50) == expected
        assert process.poll() is None


async def test_it_answers_commands_counts_them_and_stops_when_told(
    connection: Connection, database_url: str, metrics_port: int, tmp_path: Path
) -> None:
    await add_needs(connection, 1, 1)
    pool = await open_pool(database_url, max_size=2)
    wakeups = Wakeups(database_url, [inbox.ANSWERED])
    listening = asyncio.create_task(wakeups.run())
    with running(database_url, metrics_port, tmp_path) as process:
        await offered(connection, 1)
        checks = dict.fromkeys(("database", "connections", "dispatching", "telling"), "ok")
        assert healthy(metrics_port) == (200, {"status": "ok", "checks": checks})
        row = await (await connection.execute("SELECT offered_at FROM views.work_order")).fetchone()
        assert row is not None
        accept = MoveWorkOrder(work_order="W1", to="accepted", at=row["offered_at"], technician="T1")
        assert (await inbox.ask(pool, wakeups, accept, "li"))["state"] == "accepted"
        with pytest.raises(Refused, match="cannot become accepted"):
            await inbox.ask(pool, wakeups, accept, "li")
        await told(metrics_port, 'guywire_dispatch_steps_total{state="accepted"} 1.0')
        await told(metrics_port, 'guywire_dispatch_commands_refused_total{reason="wrong_state"} 1.0')
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, _PATIENCE) == 0
    listening.cancel()
    await pool.close()
