"""The health of the system itself: what answers is asked, what does not is said to be unreachable, and it is cheap."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dashboards.centre.policy import default_policy
from dashboards.centre.presence import keep_presence
from dashboards.centre.probes import figures
from dashboards.centre.system import Held
from dashboards.live.client import Client
from guywire import feed
from guywire.database import Connection
from guywire.identity import User
from guywire.identity.sign_in import SESSION
from guywire.model import Role
from guywire.settings import SERVICES
from guywire.telemetry import Health, serve_metrics
from tests.integration.running_console import running_console
from tests.integration.small_province import NOW, add_account, add_alarm, add_site
from tests.ports import free_metrics_port


@pytest.fixture
def metrics_port() -> int:
    return free_metrics_port()


async def test_services_are_asked_and_the_silent_are_named(
    connection: Connection, database_url: str, metrics_port: int
) -> None:
    async def no_disk() -> str | None:
        return "the disk is full"

    well, ill = Health(), Health()
    ill.add("spool", no_disk)
    loop = asyncio.get_running_loop()
    servers = [serve_metrics(metrics_port, ill, loop), serve_metrics(metrics_port + 1, well, loop)]
    await add_site(connection, "S1")
    await add_alarm(connection, "A1", "S1", NOW - timedelta(minutes=1))
    await feed.advance(connection, "complaints", "dispatch", 0)
    await connection.execute("INSERT INTO core.feed_head (publisher, seq) VALUES ('dispatch', 7)")
    token = await add_account(connection, Role.NOC_OPERATOR)
    try:
        async with running_console(database_url, metrics_port=metrics_port) as console, console.client(token) as client:
            system = (await client.get("/api/v1/system")).json()
            again = (await client.get("/api/v1/system")).json()
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
    services = {one["id"]: one for one in system["services"]}
    assert [services[name]["state"] for name in SERVICES] == ["unhealthy", "well", *["unreachable"] * 4]
    assert services["collectors"]["checks"] == {"spool": "the disk is full"}
    assert services["alarm_correlation"]["figures"]["process_resident_memory_bytes"] > 1e6
    assert services["complaints"]["checks"]["answer"]
    assert [one["id"] for one in system["collectors"]] == ["local"]
    assert system["database"]["size_bytes"] > 1e6
    assert system["database"]["connections"] >= 1
    assert {"publisher": "dispatch", "consumer": "complaints", "behind": 7} in system["feeds"]
    assert {"publisher": "dispatch", "consumer": "pages", "behind": 0} in system["feeds"]
    assert sum(system["alarm_load"]["per_10_minutes"]) == 1
    assert again["at"] == system["at"]  # within a few seconds everybody gets the same


async def test_fifty_who_look_at_once_cost_one_look() -> None:
    made = 0

    async def make() -> int:
        nonlocal made
        made += 1
        await asyncio.sleep(0)
        return made

    held = Held(make, math.inf)
    assert await asyncio.gather(*(held.get() for _ in range(50))) == [1] * 50


async def test_an_operator_is_seen_by_session_and_by_what_they_do(connection: Connection) -> None:
    await add_account(connection, Role.NOC_OPERATOR, "ann")
    await connection.execute(
        "INSERT INTO core.token (token_hash, account, kind, expires_at) VALUES ('x', 'ann', 'session', %s)",
        (NOW + SESSION,),
    )
    row = await (await connection.execute("SELECT session_used_at, acted_at FROM views.account")).fetchone()
    assert row == {"session_used_at": NOW, "acted_at": None}


async def test_who_only_has_a_page_open_is_not_there(connection: Connection, database_url: str) -> None:
    names = ("uses", "used", "only-open")
    tokens = [await add_account(connection, Role.NOC_OPERATOR, name) for name in names]
    now = datetime.now(UTC)
    uses = dict(zip(names, (now, now - timedelta(hours=2), None), strict=True))
    async with running_console(database_url) as console, console.client(tokens[0]) as client:
        for name, at in uses.items():
            page = Client(User(name, Role.NOC_OPERATOR, "", "", ""))
            page.used_at = at
            console.hub.join(page)
        policy = default_policy().alarm_load
        noting = asyncio.create_task(keep_presence(console.service.pool, console.hub, lambda: policy))
        async with asyncio.timeout(10):
            while not (noted := await _present(connection)):
                await asyncio.wait([noting], timeout=0.02)
        noting.cancel()
        load = (await client.get("/api/v1/system")).json()["alarm_load"]
    assert noted == ["uses"]
    assert (load["operators"], load["operators_there"][-1]) == (1, 1)


async def _present(connection: Connection) -> list[str]:
    rows = await (await connection.execute("SELECT account FROM views.presence ORDER BY account")).fetchall()
    return [row["account"] for row in rows]


def test_figures_are_added_up_over_labels_and_histograms_left_out() -> None:
    registry = CollectorRegistry()
    refused = Counter("guywire_x_refused", "x", ["reason"], registry=registry)
    refused.labels("a").inc(2)
    refused.labels("b").inc(3)
    Gauge("guywire_x_depth", "x", registry=registry).set(4)
    Histogram("guywire_x_seconds", "x", registry=registry).observe(1)
    Gauge("somebody_elses", "x", registry=registry).set(9)
    assert figures(registry.collect()) == {"x_refused": 5.0, "x_depth": 4.0}
