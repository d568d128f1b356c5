"""Silences over the API: what is listed for whom, what is asked of the correlator, and who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import connect as connect_socket

from guywire import feed
from guywire.commands import Command, EndSilence, PlanSilence
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import play_owner, running_console
from tests.integration.small_province import ELSEWHERE, NOW, REGION, add_account, add_province, add_silence

PATH = "/api/v1/silences"
WINDOW = {
    "kind": "maintenance",
    "title": "new rectifiers",
    "starts_at": "2100-01-01T18:00:00+08:00",
    "weekly": "Sun 02:00-04:00",
    "time_zone": "Asia/Shanghai",
    "sites": ["S1"],
    "resources": ["rectifier-*"],
    "ticket": "T1",
}


def _answer(command: Command) -> dict[str, Any]:
    return {"id": "Q1"}


async def listed(client: Any, **query: str) -> list[str]:
    return sorted(one["id"] for one in (await client.get(PATH, params=query)).json()["items"])


async def test_windows_are_listed_as_they_stand_and_by_whether_they_are_over(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await add_silence(connection, "Q1")
    await add_silence(connection, "Q2", ended_at=NOW)
    await add_silence(connection, "Q3", made_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, console.client(token) as client:
        assert await listed(client) == ["Q1"]
        assert await listed(client, state="over") == ["Q2", "Q3"]
        assert await listed(client, state="all") == ["Q1", "Q2", "Q3"]
        (found,) = (await client.get(PATH)).json()["items"]
    assert found["sites"] == ["S1"]
    assert found["touches"] == [REGION]
    assert found["holds"] is True


async def test_what_is_planned_is_asked_of_the_correlator_word_for_word(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await add_silence(connection, "Q1")
    token = await add_account(connection, Role.SHIFT_LEADER)
    asked: list[Command] = []

    def answer(command: Command) -> dict[str, Any]:
        asked.append(command)
        return _answer(command)

    began = datetime.now(UTC)
    async with (
        running_console(database_url) as console,
        play_owner(database_url, answer),
        console.client(token) as client,
    ):
        planned = await client.post(PATH, json=WINDOW)
        shelf = await client.post(PATH, json={"kind": "shelf", "title": "noise", "alarm_types": ["smoke"]})
        ended = await client.post(f"{PATH}/Q1/end", json={"version": 1})
    assert [planned.status_code, shelf.status_code, ended.status_code] == [201, 201, 200]
    assert planned.json()["id"] == "Q1"
    first, second, third = asked
    assert isinstance(first, PlanSilence)
    expected = WINDOW | {
        "sites": ("S1",),
        "resources": ("rectifier-*",),
        "starts_at": datetime(2100, 1, 1, 10, tzinfo=UTC),
    }
    assert {name: getattr(first, name) for name in WINDOW} == expected
    assert isinstance(second, PlanSilence)
    assert began <= second.starts_at <= datetime.now(UTC)
    assert third == EndSilence(silence="Q1", version=1)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"kind": "quiet", "title": "x"}, "kind"),
        ({"kind": "shelf", "title": ""}, "title"),
        ({"kind": "shelf", "title": "x", "starts_at": "2026-11-22T08:00:00"}, "starts_at"),
        ({"kind": "shelf", "title": "x", "sites": [""]}, "sites"),
        ({"kind": "shelf", "title": "x", "until": "2026"}, "until"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_its_field(
    body: dict[str, Any], named: str, connection: Connection, database_url: str
) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, console.client(token) as client:
        answer = await client.post(PATH, json=body)
    assert answer.status_code == 422
    assert named in answer.json()["message"]


async def test_who_is_bound_to_a_region_sees_what_touches_it_and_silences_nothing_beyond(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await add_silence(connection, "Q1")
    await add_silence(connection, "Q2", regions=["south"])
    await add_silence(connection, "Q3", regions=[ELSEWHERE])
    await add_silence(connection, "Q4", types=["smoke"])
    token = await add_account(connection, Role.NOC_OPERATOR, "bound", region=REGION)
    async with (
        running_console(database_url) as console,
        play_owner(database_url, _answer),
        console.client(token) as client,
    ):
        assert await listed(client) == ["Q1", "Q2", "Q4"]
        shelf = {"kind": "shelf", "title": "x"}
        answers = [
            await client.post(PATH, json=shelf | {"sites": ["S1"]}),
            await client.post(PATH, json=shelf | {"regions": [f"{REGION}"]}),
            await client.post(PATH, json=shelf | {"sites": ["S2"]}),
            await client.post(PATH, json=shelf | {"regions": ["south"]}),
            await client.post(PATH, json=shelf | {"alarm_types": ["smoke"]}),
            await client.post(f"{PATH}/Q1/end"),
            await client.post(f"{PATH}/Q2/end"),
            await client.post(f"{PATH}/Q3/end"),
            await client.post(f"{PATH}/Q4/end"),
        ]
    assert [one.status_code for one in answers] == [201, 201, 404, 404, 422, 200, 403, 404, 403]


async def test_who_is_bound_to_a_region_silences_for_a_ticket_no_site_of_it_beyond(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    await add_silence(connection, "Q1")
    await connection.execute("UPDATE correlation.need SET ticket_id = 'T1' WHERE site_id = 'S2'")
    token = await add_account(connection, Role.NOC_OPERATOR, "bound", region=REGION)
    window = {"kind": "maintenance", "title": "works", "ticket": "T1"}
    async with (
        running_console(database_url) as console,
        play_owner(database_url, _answer),
        console.client(token) as client,
    ):
        refused = await client.post(PATH, json=window)
        own = await client.post(PATH, json=window | {"sites": ["S1"]})
    assert (refused.status_code, refused.json()["reason"]) == (403, "beyond_your_region")
    assert own.status_code == 201


async def test_pages_hear_of_silences_that_touch_their_region(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR, "bound", region=REGION)
    async with running_console(database_url) as console, connect_socket(console.live_url) as socket:
        await socket.send(msgspec.json.encode({"type": "authenticate", "token": token}).decode())
        await socket.send(msgspec.json.encode({"type": "subscribe", "topics": ["silence"]}).decode())
        assert msgspec.json.decode(await socket.recv())["topics"] == ["silence"]
        await add_silence(connection, "Q1", regions=[ELSEWHERE])
        await add_silence(connection, "Q2", regions=["south/harbour"])
        async with connection.transaction():
            await feed.publish(connection, "alarm_correlation", {"silence": ["Q1", "Q2"]})
        message = msgspec.json.decode(await socket.recv())
        while message["type"] != "changes":
            message = msgspec.json.decode(await socket.recv())
    assert [change["id"] for change in message["changes"]] == ["Q2"]
