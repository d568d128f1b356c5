"""The snapshot that a page begins with: what the lists hold, only what one may see, read once for many."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from prometheus_client import REGISTRY
from websockets.asyncio.client import connect

from dashboards.live.snapshot import COLLECTIONS, _folded
from guywire import feed
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import add_account, add_alarm, add_province, add_site

LISTS = {"incident": "incidents", "ticket": "tickets", "alarm": "alarms", "site": "sites", "link": "links"}
LISTS |= {"work_order": "work-orders", "technician": "technicians"}


async def _snapshot(console: Console, token: str, *names: str, **headers: str) -> list[dict[str, Any]]:
    """The lines of a snapshot."""
    async with console.client(token, **headers) as client:
        answer = await client.get("/api/v1/live/snapshot", params={"collections": ",".join(names)})
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]


def _reads() -> float:
    return REGISTRY.get_sample_value("guywire_live_snapshots_total") or 0.0


def _rows(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """A collection's objects put together again, by id."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if line.get("collection") == name:
            found += [
                line["same"] | {column: values[place] for column, values in line["columns"].items()}
                for place in range(line["count"])
            ]
    return sorted(found, key=lambda row: str(row["id"]))


async def test_the_columns_put_together_are_the_lists(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_alarm(connection, "A5", "S1", said='a "quoted"\nline, 停电')
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console:
        lines = await _snapshot(console, token, *COLLECTIONS)
        async with console.client(token) as client:
            for name, path in LISTS.items():
                listed = (await client.get(f"/api/v1/{path}")).json()["items"]
                assert listed, f"the province has a {name}"
                assert _rows(lines, name) == sorted(listed, key=lambda row: str(row["id"])), name
    assert lines[0]["seq"] == dict.fromkeys(lines[0]["seq"], 0)
    assert lines[-1] == {"end": True}


async def test_the_most_urgent_rows_come_first_and_without_gzip_alike(
    connection: Connection, database_url: str
) -> None:
    await add_site(connection, "S1")
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at) SELECT 'B' || n, 'S1', 'port-' || n, 'port-down', '', 'd',"
        " CASE WHEN n % 100 = 0 THEN 'critical' ELSE 'minor' END, now(), now(), now() FROM generate_series(1, 5000) n"
    )
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console:
        lines = await _snapshot(console, token, "alarm")
        plain = await _snapshot(console, token, "alarm", **{"accept-encoding": "identity"})
    assert [line["count"] for line in lines[1:-1]] == [200, 4000, 800]
    assert sum(severity == "critical" for severity in lines[1]["columns"]["severity"]) == 50
    assert lines[2]["same"]["severity"] == "minor"
    assert len(_rows(lines, "alarm")) == 5000
    assert _rows(plain, "alarm") == _rows(lines, "alarm")


async def test_a_snapshot_holds_what_one_may_see(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    manager = await add_account(connection, Role.AREA_MANAGER)
    agent = await add_account(connection, Role.COMPLAINT_AGENT)
    async with running_console(database_url) as console:
        lines = await _snapshot(console, manager, *COLLECTIONS)
        async with console.client(agent) as client:
            refused = await client.get("/api/v1/live/snapshot", params={"collections": "alarm"})
            assert refused.status_code == 403
        async with console.client(manager) as client:
            unknown = await client.get("/api/v1/live/snapshot", params={"collections": "alarm,secrets"})
    assert {row["id"] for row in _rows(lines, "alarm")} == {"A1", "A2"}
    assert {row["id"] for row in _rows(lines, "technician")} == {"K1"}
    assert unknown.json()["reason"] == "no_such_collection"


async def test_many_pages_at_once_cost_one_read(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    manager = await add_account(connection, Role.AREA_MANAGER)
    before = _reads()
    async with running_console(database_url) as console:
        answers = await asyncio.gather(*(_snapshot(console, token, "alarm", "site") for _ in range(20)))
        assert all(answer == answers[0] for answer in answers)
        assert _reads() == before + 1
        await _snapshot(console, manager, "alarm", "site")
        assert _reads() == before + 2, "another region, another read"


async def test_a_page_goes_on_from_its_snapshot_though_that_is_older(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console:
        beginning = (await _snapshot(console, token, "alarm"))[0]
        seq, epoch = beginning["seq"], beginning["epoch"]
        for _ in range(3):
            await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        headers = {"Authorization": f"Bearer {token}"}
        async with asyncio.timeout(10), connect(console.live_url, additional_headers=headers) as socket:
            await socket.send(json.dumps({"type": "subscribe", "topics": ["alarm"], "after": seq, "epoch": epoch}))
            hello = json.loads(await socket.recv())
            changes: list[dict[str, Any]] = []
            while len(changes) < 3:
                changes += json.loads(await socket.recv()).get("changes", [])
    assert (hello["resumed"], hello["seq"]) == (True, seq)
    assert [change["seq"] for change in changes] == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "count", "folded"),
    [
        ("[null, null, null]", 3, "null"),
        ("[1, 1]", 2, "1"),
        ("[1, 2]", 2, None),
        ('["a, a", "a, a"]', 2, '"a, a"'),
        ('["a", "a, b"]', 2, None),
        ("[7]", 1, "7"),
        ("[[], []]", 2, "[]"),
        ("[11, 1, 111]", 3, None),
    ],
)
def test_a_column_of_one_value_is_said_once(values: str, count: int, folded: str | None) -> None:
    assert _folded(values, count) == folded
