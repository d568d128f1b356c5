"""The live feed over a real socket: in order, once, only what one may see, and never silently incomplete."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from dashboards.live import route
from guywire import feed, identity
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import PASSWORD, Console, close_code, running_console
from tests.integration.small_province import NOW, add_account, add_alarm, add_outage, add_province, add_site

EVERYTHING = list(feed.TOPICS)


@asynccontextmanager
async def _listening(
    console: Console, token: str, topics: list[str] = EVERYTHING, **more: Any
) -> AsyncIterator[tuple[ClientConnection, dict[str, Any]]]:
    """A subscribed socket and its hello."""
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(console.live_url, additional_headers=headers, max_size=None, **more) as socket:
        await socket.send(json.dumps({"type": "subscribe", "topics": topics}))
        yield socket, await _next(socket, "hello")


async def _next(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of a kind; others are passed over."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def _changes(socket: ClientConnection, until: tuple[str, int]) -> list[dict[str, Any]]:
    """All changes up to (publisher, seq)."""
    taken: list[dict[str, Any]] = []
    while not taken or until not in [(change["publisher"], change["seq"]) for change in taken]:
        taken += (await _next(socket, "changes"))["changes"]
    return taken


async def test_changes_arrive_in_order_and_once(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})  # before the hello: stands in the lists
    async with running_console(database_url) as console, _listening(console, token) as (socket, hello):
        assert hello["seq"] == dict.fromkeys(hello["seq"], 0) | {"alarm_correlation": 1}
        assert hello["topics"] == sorted(EVERYTHING)
        for _ in range(100):
            await feed.publish(connection, "alarm_correlation", {"alarm": ["A1", "A2"], "incident": ["I1"]})
            await feed.publish(connection, "dispatch", {"work_order": ["W1"]})
        changes = await _changes(socket, ("dispatch", 100))
        if ("alarm_correlation", 301) not in [(change["publisher"], change["seq"]) for change in changes]:
            changes += await _changes(socket, ("alarm_correlation", 301))
    by_publisher = {name: [c["seq"] for c in changes if c["publisher"] == name] for name in hello["seq"]}
    assert by_publisher["alarm_correlation"] == list(range(2, 302))
    assert by_publisher["dispatch"] == list(range(1, 101))
    assert changes[0]["body"]["site_name"] == "Tower S1"


async def test_a_change_of_topics_begins_with_a_new_hello(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, _listening(console, token, ["alarm"]) as (socket, hello):
        assert hello["topics"] == ["alarm"]
        await socket.send(json.dumps({"type": "subscribe", "topics": ["ticket"]}))
        again = await _next(socket, "hello")
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"], "ticket": ["T1"]})
        changes = (await _next(socket, "changes"))["changes"]
    assert again["topics"] == ["ticket"]
    assert [change["topic"] for change in changes] == ["ticket"]


async def test_each_sees_what_the_role_and_the_region_allow(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    agent = await add_account(connection, Role.COMPLAINT_AGENT)
    manager = await add_account(connection, Role.AREA_MANAGER)
    published = {"alarm": ["A1", "A9"], "incident": ["I1", "I9"], "ticket": ["T1", "T9"], "technician": ["K1", "K2"]}
    published |= {"waiting_need": ["N9"], "complaint": ["C1", "C9"], "outage": ["I1/S1"], "inventory": ["0"]}
    async with (
        running_console(database_url) as console,
        _listening(console, agent) as (desk, greeted),
        _listening(console, manager) as (area, _),
    ):
        await feed.publish(connection, "complaints", published)
        at_desk = (await _next(desk, "changes"))["changes"]
        in_area = (await _next(area, "changes"))["changes"]
    assert greeted["topics"] == ["complaint"]
    assert {change["id"] for change in at_desk} == {"C1", "C9"}
    assert {change["id"] for change in in_area} == {"A1", "I1", "T1", "K1", "C1", "I1/S1", "0"}


async def test_of_an_incident_that_crosses_regions_each_region_hears_its_own_part(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await add_outage(connection, "I1", "S2", NOW)
    manager = await add_account(connection, Role.AREA_MANAGER)
    leader = await add_account(connection, Role.SHIFT_LEADER)
    async with (
        running_console(database_url) as console,
        _listening(console, manager) as (area, greeted),
        _listening(console, leader) as (whole, _),
    ):
        await feed.publish(connection, "alarm_correlation", {"incident": ["I1"]})
        [part] = (await _next(area, "changes"))["changes"]
        [all_] = (await _next(whole, "changes"))["changes"]
        await area.send(
            json.dumps(
                {"type": "subscribe", "topics": ["incident"], "after": greeted["seq"], "epoch": greeted["epoch"]}
            )
        )
        await _next(area, "hello")
        [missed] = (await _next(area, "changes"))["changes"]
    assert ([one["site"] for one in part["body"]["outages"]], part["body"]["elsewhere"]) == (["S1"], 1)
    assert [one["site"] for one in all_["body"]["outages"]] == ["S1", "S2"]
    assert all_ | {"body": part["body"]} == part == missed


@pytest.mark.parametrize("published_since", [0, 9], ids=["at_rest", "counting_past_the_page"])
async def test_when_a_backup_was_restored_pages_begin_anew(
    connection: Connection, database_url: str, published_since: int
) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    for _ in range(5):
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
    async with running_console(database_url) as console, _listening(console, token, ["alarm"]) as (socket, hello):
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        await _next(socket, "changes")
        async with connection.transaction():
            await connection.execute("DELETE FROM core.feed WHERE publisher = 'alarm_correlation' AND seq > 2")
            await connection.execute("UPDATE core.feed_head SET seq = 2 WHERE publisher = 'alarm_correlation'")
            for _ in range(published_since):
                await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        resync = await _next(socket, "resync")
        after = {"after": hello["seq"], "epoch": hello["epoch"]}
        await socket.send(json.dumps({"type": "subscribe", "topics": ["alarm"]} | after))
        again = await _next(socket, "hello")
    assert resync["seq"]["alarm_correlation"] == 2 + published_since
    assert resync["epoch"] != hello["epoch"]
    assert "resumed" not in again


async def test_a_slow_page_is_told_to_fetch_its_lists_again(connection: Connection, database_url: str) -> None:
    await add_site(connection, "S1")
    await add_alarm(connection, "A1", "S1", said="x" * 50_000)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with (
        running_console(database_url, most_waiting=20) as console,
        _listening(console, token, ["alarm"], max_queue=1, close_timeout=0.1) as (slow, _),
    ):
        last = 300
        for _ in range(last):
            await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        async with asyncio.timeout(30):
            while console.hub.seqs["alarm_correlation"] < last:  # noqa: ASYNC110 - the hub rings nobody when done
                await asyncio.sleep(0.01)
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        expected, resyncs = 1, 0
        async with asyncio.timeout(30):
            while expected <= last + 1:
                message = json.loads(await slow.recv())
                if message["type"] == "resync":
                    assert message["seq"]["alarm_correlation"] >= expected, "it is told to fetch what it has"
                    expected, resyncs = message["seq"]["alarm_correlation"] + 1, resyncs + 1
                for change in message.get("changes", []):
                    assert change["seq"] == expected, "between two resyncs nothing is left out and nothing comes twice"
                    expected += 1
    assert resyncs > 0


async def test_a_pruned_feed_means_fetching_the_lists_again(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        async with connection.transaction():  # the numbers jump as if the console had slept for a week
            await feed.publish(connection, "alarm_correlation", {"alarm": ["A1", "A2"]})
            await connection.execute("DELETE FROM core.feed WHERE seq = 1")
        resync = await _next(socket, "resync")
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A9"]})
        changes = (await _next(socket, "changes"))["changes"]
    assert resync["seq"]["alarm_correlation"] == 2
    assert [(change["seq"], change["id"]) for change in changes] == [(3, "A9")]


async def test_the_feed_goes_on_when_the_database_drops_every_connection(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await feed.publish(connection, "alarm_correlation", {"alarm": ["A1"]})
        changes = (await _next(socket, "changes"))["changes"]
    assert [change["seq"] for change in changes] == [1]


async def test_a_page_says_that_it_is_used_and_only_then_is_somebody_there(
    connection: Connection, database_url: str
) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR, "ann")
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        assert (console.hub.last_uses(), [user.name for user in console.hub.users()]) == ({}, ["ann"])
        began = datetime.now(UTC)
        await socket.send(json.dumps({"type": "used"}))
        await socket.send(json.dumps({"type": "subscribe", "topics": []}))
        await _next(socket, "hello")
        [(user, at)] = console.hub.last_uses().items()
    assert (user.name, at >= began) == ("ann", True)


async def test_a_ping_tells_how_fresh_the_page_is(connection: Connection, database_url: str) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR)
    before = datetime.now(UTC)
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        ping = await _next(socket, "ping")
    assert before <= datetime.fromisoformat(ping["at"]) <= datetime.fromisoformat(ping["now"])


async def test_a_page_connects_by_cookie_from_its_own_origin_alone(connection: Connection, database_url: str) -> None:
    await identity.add_user(connection, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    async with running_console(database_url) as console:
        async with console.client() as client:
            await client.post("/api/v1/session", json={"name": "ann", "password": PASSWORD})
            cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        async with connect(console.live_url, additional_headers=cookie, origin=console.url) as own:  # type: ignore[arg-type]
            await own.send('{"type": "subscribe", "topics": ["alarm"]}')
            assert (await _next(own, "hello"))["topics"] == ["alarm"]
        for origin in ("http://evil.example", None):
            async with connect(console.live_url, additional_headers=cookie, origin=origin) as foreign:  # type: ignore[arg-type]
                assert await close_code(foreign) == route.FORBIDDEN


async def test_a_program_may_name_itself_in_its_first_message(connection: Connection, database_url: str) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console:
        async with connect(console.live_url) as socket:
            await socket.send(json.dumps({"type": "authenticate", "token": token}))
            await socket.send('{"type": "subscribe", "topics": ["alarm"]}')
            await _next(socket, "hello")
        async with connect(console.live_url) as socket:
            await socket.send('{"type": "authenticate", "token": "guess"}')
            assert await close_code(socket) == route.NOT_SIGNED_IN
        async with connect(f"{console.live_url}?token={token}") as socket:
            await socket.send('{"type": "subscribe", "topics": ["alarm"]}')
            assert await close_code(socket) == route.NOT_UNDERSTOOD


async def test_who_may_see_none_of_it_is_turned_away(connection: Connection, database_url: str) -> None:
    tokens = [await add_account(connection, role) for role in (Role.TENANT, Role.TECHNICIAN)]
    async with running_console(database_url) as console:
        for token in tokens:
            async with connect(console.live_url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
                assert await close_code(socket) == route.FORBIDDEN


@pytest.mark.parametrize(
    "message", ["{", "[]", '{"type": "x"}', '{"type": "subscribe", "topics": ["secrets"]}', b"\x00"]
)
async def test_what_is_not_understood_ends_the_conversation(
    connection: Connection, database_url: str, message: str | bytes
) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        running_console(database_url) as console,
        connect(console.live_url, additional_headers=headers) as socket,
    ):
        await socket.send(message)
        assert await close_code(socket) == route.NOT_UNDERSTOOD


async def test_signing_out_ends_the_socket_too(
    connection: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "PING_SECONDS", 0.05)
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        await identity.sign_out(console.service.pool, token)
        assert await close_code(socket) == route.NOT_SIGNED_IN


async def test_stopping_closes_every_socket_and_leaves_nobody_behind(connection: Connection, database_url: str) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, _listening(console, token) as (socket, _):
        console.service.stop.set()
        assert await close_code(socket) == route.STOPPING
