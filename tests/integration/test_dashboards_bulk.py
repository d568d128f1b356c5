"""Many alarms at once: each has its own command and answer; nothing is done that was not named or may not be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guywire.commands import AcknowledgeAlarm, Command, CommentAlarm, ShelveAlarm
from guywire.database import Connection
from guywire.errors import Refused, conflict
from guywire.model import Role
from tests.integration.running_console import play_owner, running_console
from tests.integration.small_province import REGION, add_account, add_province

UNTIL = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)


class Owner:
    """Remembers what it was asked, and refuses what is about A2."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    def __call__(self, command: Command) -> dict[str, Any] | Refused:
        self.asked.append(command)
        alarm = str(getattr(command, "alarm", ""))
        return conflict("already_cleared", "A2 has just been cleared.") if alarm == "A2" else {"id": alarm}


async def test_each_is_answered_for_itself(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR)
    owner = Owner()
    body = {"action": "acknowledge", "alarms": ["A1", "A2", "A9", "A1", "nobody"]}
    async with (
        running_console(database_url) as console,
        play_owner(database_url, owner),
        console.client(token, **{"Idempotency-Key": "once"}) as client,
    ):
        answer = await client.post("/api/v1/alarms/bulk", json=body)
        again = await client.post("/api/v1/alarms/bulk", json=body)
    items = {item["id"]: item for item in answer.json()["items"]}
    assert [item["id"] for item in answer.json()["items"]] == ["A1", "A2", "A9", "nobody"]
    assert items["A1"] == {"id": "A1", "done": True}
    assert (items["A2"]["done"], items["A2"]["reason"]) == (False, "already_cleared")
    assert (items["nobody"]["done"], items["nobody"]["code"]) == (False, "not_found")
    assert again.json() == answer.json(), "the same key again does nothing twice"
    assert owner.asked == [AcknowledgeAlarm(alarm=alarm) for alarm in ("A1", "A2", "A9")]


async def test_what_lies_in_another_region_is_as_if_it_were_not_there(
    connection: Connection, database_url: str
) -> None:
    await add_province(connection)
    token = await add_account(connection, Role.NOC_OPERATOR, region=REGION)
    owner = Owner()
    body = {"action": "comment", "alarms": ["A1", "A9"], "comment": "crew called"}
    async with (
        running_console(database_url) as console,
        play_owner(database_url, owner),
        console.client(token) as client,
    ):
        items = (await client.post("/api/v1/alarms/bulk", json=body)).json()["items"]
    assert [(item["id"], item["done"]) for item in items] == [("A1", True), ("A9", False)]
    assert owner.asked == [CommentAlarm(alarm="A1", comment="crew called")]


async def test_a_thousand_are_one_request(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    names = [f"B{n}" for n in range(1000)]
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at)"
        " SELECT 'B' || n, 'S1', 'p' || n, 'port-down', '', 'd', 'minor', now(), now(), now()"
        " FROM generate_series(0, 999) n"
    )
    token = await add_account(connection, Role.NOC_OPERATOR)
    owner = Owner()
    body = {"action": "shelve", "alarms": names, "until": UNTIL.isoformat(), "comment": "works"}
    async with (
        running_console(database_url) as console,
        play_owner(database_url, owner),
        console.client(token) as client,
    ):
        items = (await client.post("/api/v1/alarms/bulk", json=body)).json()["items"]
    assert all(item["done"] for item in items)
    assert owner.asked == [ShelveAlarm(alarm=name, until=UNTIL, comment="works") for name in names]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "shelve", "alarms": ["A1"]}, 422),
        ({"action": "comment", "alarms": ["A1"]}, 422),
        ({"action": "forget", "alarms": ["A1"]}, 422),
        ({"action": "acknowledge", "alarms": []}, 422),
        ({"action": "acknowledge", "alarms": ["A1"] * 1001}, 422),
        ({"action": "acknowledge"}, 422),
    ],
)
async def test_what_cannot_be_right_is_refused_whole(
    connection: Connection, database_url: str, body: dict[str, Any], status: int
) -> None:
    await add_province(connection)
    operator = await add_account(connection, Role.NOC_OPERATOR)
    agent = await add_account(connection, Role.COMPLAINT_AGENT)
    async with running_console(database_url) as console, console.client(operator) as client:
        assert (await client.post("/api/v1/alarms/bulk", json=body)).status_code == status
        async with console.client(agent) as other:
            assert (await other.post("/api/v1/alarms/bulk", json=body)).status_code == 403
    counted = await (await connection.execute("SELECT count(*) AS n FROM core.command")).fetchone()
    assert counted == {"n": 0}
