"""`python -m alarm_correlation` as the process that it is: fast, killed at any moment, truthful, stopped cleanly."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from collectors.spool import Spool
from guywire import inbox
from guywire.commands import AcknowledgeAlarm, OpenTicket
from guywire.database import Connection, Wakeups, open_pool
from guywire.inventory.store import load_inventory
from guywire.model import AlarmEvent, Severity
from guywire.settings import SERVICES
from guywire.stream import Sender
from tests.integration.correlation_world import INVENTORY
from tests.ports import free_port

PATIENCE = 30.0
PLACE = SERVICES.index("alarm_correlation")


@dataclass
class Live:
    """A spool with its sender, as a collector has them, and the correlator's address."""

    spool: Spool
    sender: Sender
    environ: dict[str, str]
    port: int

    def say(self, *events: AlarmEvent) -> None:
        self.spool.append(events)
        self.sender.wake()

    @contextmanager
    def correlator(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "alarm_correlation"], env=self.environ, stderr=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def health(self) -> tuple[int, dict[str, str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as reply:
                return reply.status, json.load(reply)["checks"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["checks"]
        except OSError as error:
            return 0, {"process": str(error)}


@pytest.fixture
async def live(database_url: str, connection: Connection, tmp_path: Path) -> AsyncIterator[Live]:
    await load_inventory(connection, INVENTORY, prune=False, now=datetime.now(UTC))
    port, stream = free_port(), f"tcp://127.0.0.1:{free_port()}"
    environ = {
        **os.environ,
        "GUYWIRE_DATABASE_URL": database_url,
        "GUYWIRE_METRICS_PORT": str(port - PLACE),
        "GUYWIRE_STREAM_URL": stream,
        "GUYWIRE_DATA_DIR": str(tmp_path),
    }
    spool = Spool(tmp_path / "spool.db")
    sender = Sender(stream, "col", spool)
    stop = asyncio.Event()
    sending = asyncio.create_task(sender.run(stop))
    yield Live(spool, sender, environ, port)
    stop.set()
    await sending
    sender.close()
    spool.close()


def smoke(number: int, severity: Severity = Severity.MAJOR) -> AlarmEvent:
    now = datetime.now(UTC)
    return AlarmEvent(
        at=now, received_at=now, site="N", resource=f"sensor-{number}", alarm_type="smoke", severity=severity,
        domain="p/c", details={"number": str(number)},
    )  # fmt: skip


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.02)  # between two looks


async def number(connection: Connection, query: str) -> int:
    row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return int(row["n"])


async def test_a_trap_in_the_spool_becomes_a_ticket_and_a_command_is_answered(
    live: Live, connection: Connection, database_url: str
) -> None:
    with live.correlator() as process:
        live.say(smoke(1))

        async def ticket() -> bool:
            return await number(connection, "SELECT count(*) AS n FROM views.ticket") == 1

        await until(ticket)
        await until(_async(lambda: live.health()[0] == 200))
        assert live.health()[1] == dict.fromkeys(("database", "connections", "correlator", "events"), "ok")
        pool = await open_pool(database_url, max_size=2)
        wakeups = Wakeups(database_url, [inbox.ANSWERED])
        listening = asyncio.create_task(wakeups.run())
        answer = await inbox.ask(pool, wakeups, AcknowledgeAlarm(alarm="A1"), "ann", seconds=PATIENCE)
        assert answer["acknowledged_by"] == "ann"
        listening.cancel()
        await pool.close()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE) == 0
    await until(_async(lambda: live.spool.depth == 0))


async def test_killed_again_and_again_it_counts_every_event_once(live: Live, connection: Connection) -> None:
    total = 1_500
    for first in range(0, total, 500):
        with live.correlator() as process:
            live.say(*(smoke(place % 40) for place in range(first, first + 500)))
            wanted = first + 200

            async def some(wanted: int = wanted) -> bool:
                return await number(connection, "SELECT count(*) AS n FROM correlation.alarm_event") >= wanted

            await until(some)
            process.kill()
    with live.correlator():
        await until(_async(lambda: live.spool.depth == 0))
    assert await number(connection, "SELECT count(*) AS n FROM correlation.alarm_event") == total
    assert await number(connection, "SELECT sum(count) AS n FROM correlation.alarm") == total
    assert await number(connection, "SELECT count(*) AS n FROM correlation.alarm") == 40
    assert await number(connection, "SELECT count(DISTINCT seq) AS n FROM correlation.alarm_event") == total
    assert await number(connection, "SELECT count(*) - count(DISTINCT incident_id) AS n FROM correlation.ticket") == 0
    assert await number(connection, "SELECT count(*) AS n FROM correlation.ticket") == 40


async def test_it_comes_back_when_its_connection_is_cut(live: Live, connection: Connection) -> None:
    with live.correlator():
        live.say(smoke(1))

        async def one() -> bool:
            return await number(connection, "SELECT count(*) AS n FROM correlation.alarm_event") == 1

        async def two() -> bool:
            return await number(connection, "SELECT count(*) AS n FROM correlation.alarm_event") == 2

        await until(one)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        live.say(smoke(1, Severity.CLEARED))
        await until(two)
        assert await number(connection, "SELECT count(*) AS n FROM views.alarm WHERE state = 'cleared'") == 1


def long_for_an_index(number: int) -> str:
    """What no index can hold, whatever the collector let through: PostgreSQL calls that an operational error."""
    return random.Random(number).randbytes(6_000).hex()


POISON = [
    lambda number: msgspec.structs.replace(smoke(number), text="a text that PostgreSQL cannot hold: \0"),
    lambda number: msgspec.structs.replace(smoke(number), resource=long_for_an_index(number)),
    lambda number: msgspec.structs.replace(smoke(number), count=2**40),
]


@pytest.mark.parametrize("poison", POISON, ids=["text", "index", "count"])
async def test_an_event_that_breaks_every_cycle_is_set_aside_alone(
    live: Live, connection: Connection, database_url: str, poison: Callable[[int], AlarmEvent]
) -> None:
    live.say(*(poison(place) if place in (0, 77) else smoke(place % 40) for place in range(120)))
    asked = await inbox.put(connection, OpenTicket(origin="manual:1", site="N", title="Fence is down"), "ann")
    with live.correlator():
        await until(_async(lambda: live.spool.depth == 0))

        async def answered() -> bool:
            query = f"SELECT count(*) AS n FROM core.command WHERE command_id = {asked} AND state = 'done'"
            return await number(connection, query) == 1

        await until(answered)
        await until(_async(lambda: live.health()[0] == 200))
        assert "2 events of the last day could not be taken in" in live.health()[1]["events"]
    assert await number(connection, "SELECT count(*) AS n FROM correlation.poison_event") == 2
    assert await number(connection, "SELECT count(*) AS n FROM correlation.alarm_event") == 118
    assert await number(connection, "SELECT sum(count) AS n FROM correlation.alarm") == 118
    rows = await (await connection.execute("SELECT event FROM correlation.poison_event")).fetchall()
    assert {msgspec.msgpack.decode(row["event"], type=AlarmEvent).details["number"] for row in rows} == {"0", "77"}


async def test_a_collector_that_is_not_heard_is_an_alarm_until_it_is(
    live: Live, connection: Connection, tmp_path: Path
) -> None:
    shipped = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    (tmp_path / "policy").mkdir()
    hasty = re.sub(r"silent_seconds = \d+", "silent_seconds = 4", shipped)
    (tmp_path / "policy" / "alarm_correlation.toml").write_text(hasty, "utf-8")
    await connection.execute("INSERT INTO correlation.high_water VALUES ('gone', 'p/c', 's', 7)")
    standing = "SELECT count(*) AS n FROM views.alarm WHERE resource = 'collector:gone' AND state = 'active'"

    async def stands() -> bool:
        return await number(connection, standing) == 1

    async def is_over() -> bool:
        return await number(connection, standing) == 0

    with live.correlator():
        await until(stands)
        spool = Spool(tmp_path / "gone.db")
        sender = Sender(live.environ["GUYWIRE_STREAM_URL"], "gone", spool)
        stop = asyncio.Event()
        sending = asyncio.create_task(sender.run(stop))
        await until(is_over)
        stop.set()
        await sending
        sender.close()
        spool.close()
    assert await number(connection, "SELECT count(*) AS n FROM views.alarm") == 1, "nobody else was missed"


def _async(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return await asyncio.to_thread(condition)

    return ask
