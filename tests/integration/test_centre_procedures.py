"""Procedures over HTTP: versions by people over what ships, who may read and write, and what closed faults alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, post
from tests.integration.small_province import (
    ELSEWHERE,
    NOW,
    add_account,
    add_incident,
    add_site,
    add_ticket,
)

SMOKE = {
    "title": "Smoke, our way",
    "alarm_types": ["smoke"],
    "language": "en",
    "summary": "the fire brigade has the key",
    "steps": ["Call 119", "Call the shift leader"],
    "note": "the key is with them since May",
}


@pytest.fixture
async def leader(console: Console, connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    async with console.client(await add_account(connection, Role.SHIFT_LEADER, "lea")) as client:
        yield client


async def found(client: httpx.AsyncClient, **asked: str) -> list[tuple[str, int]]:
    items = (await client.get("/api/v1/procedures", params=asked)).json()["items"]
    return [(item["id"], item["version"]) for item in items]


async def test_a_version_lies_over_what_ships_until_it_is_retired(leader: httpx.AsyncClient) -> None:
    assert await found(leader, alarm_type="smoke", language="en") == [("smoke-en", 0)]
    status, mine = await post(leader, "procedures/smoke-en", {**SMOKE, "version": 0})
    assert (status, mine["version"], mine["made_by"], mine["shipped"], mine["current"]) == (200, 1, "lea", False, True)
    assert await found(leader, text="119 key", language="en") == [("smoke-en", 1)]
    shown = (await leader.get("/api/v1/procedures/smoke-en")).json()
    assert [(one["version"], one["made_by"], one["note"]) for one in shown["versions"]] == [
        (1, "lea", SMOKE["note"]),
        (0, "", ""),
    ]
    older = (await leader.get("/api/v1/procedures/smoke-en", params={"version": 0})).json()
    assert (older["shipped"], older["current"]) == (True, False)
    status, old = await post(leader, "procedures/smoke-en", {**SMOKE, "version": 0})
    assert (status, old["reason"]) == (409, "version_is_old")
    assert "lea has written version 1" in old["message"]
    status, gone = await post(leader, "procedures/smoke-en/retire", {"version": 1, "note": "back to the book"})
    assert (status, gone["current"], gone["version"]) == (200, False, 2)
    assert await found(leader, alarm_type="smoke", language="en") == []
    assert (await leader.get("/api/v1/procedures/smoke-en")).json()["steps"] == SMOKE["steps"]


async def test_a_new_one_wants_to_be_for_something(leader: httpx.AsyncClient) -> None:
    status, new = await post(leader, "procedures", SMOKE)
    assert (status, new["id"], new["version"]) == (201, "P1", 1)
    assert (await post(leader, "procedures", {**SMOKE, "alarm_types": []}))[1]["reason"] == "of_nothing"
    status, refused = await post(leader, "procedures", {**SMOKE, "alarm_types": ["smok"]})
    assert (status, "no alarm type 'smok'" in refused["message"]) == (422, True)
    assert (await post(leader, "procedures/nothing", {**SMOKE, "version": 0}))[0] == 404


async def test_an_agent_reads_those_of_complaints_only(console: Console, connection: Connection) -> None:
    async with console.client(await add_account(connection, Role.COMPLAINT_AGENT)) as agent:
        assert await found(agent, category="no_signal", language="zh") == [("complaint-no-signal-zh", 0)]
        assert await found(agent, text="无信号", language="zh") == [("complaint-no-signal-zh", 0)]
        assert await found(agent, alarm_type="smoke") == []
        assert (await agent.get("/api/v1/procedures/smoke-en")).status_code == 404
        assert (await post(agent, "procedures", SMOKE))[0] == 403
        assert (await agent.get("/api/v1/similar", params={"alarm_type": "smoke"})).status_code == 403


async def test_what_closed_faults_alike(console: Console, connection: Connection, leader: httpx.AsyncClient) -> None:
    await add_site(connection, "S3")
    for number, (site, hours, cause) in enumerate(
        [
            ("S1", 50, "breaker tripped"),
            ("S2", 2, "Breaker tripped "),
            ("S3", 9, "line cut"),
            ("S1", 90, "unpaid bill"),
        ],
        20,
    ):
        await add_incident(connection, f"I{number}", site, NOW - timedelta(hours=hours))
        await add_ticket(connection, f"T{number}", f"I{number}", site)
        await connection.execute(
            "UPDATE correlation.incident SET state = 'closed', closed_at = %s WHERE incident_id = %s",
            (NOW - timedelta(hours=hours), f"I{number}"),
        )
        await connection.execute(
            "UPDATE correlation.ticket SET state = 'closed', opened_at = %s, closed_at = %s, cause = %s"
            " WHERE ticket_id = %s",
            (NOW - timedelta(hours=hours + 1), NOW - timedelta(hours=hours), cause, f"T{number}"),
        )
    alike = (await leader.get("/api/v1/similar", params={"incident": "I1"})).json()
    assert [(one["ticket"], one["same_site"], one["minutes"]) for one in alike["items"]] == [
        ("T20", True, 60),
        ("T23", True, 60),
        ("T22", False, 60),  # the same region
        ("T21", False, 60),
    ]
    assert alike["causes"][0] == {"cause": "Breaker tripped", "count": 2}
    assert alike["looked_at"] == 4
    by_type = (await leader.get("/api/v1/similar", params={"alarm_type": "mains-failure", "site": "S2"})).json()
    assert by_type["items"][0]["ticket"] == "T21"
    manager = await add_account(connection, Role.AREA_MANAGER, region=ELSEWHERE)
    async with console.client(manager) as elsewhere:
        own = (await elsewhere.get("/api/v1/similar", params={"alarm_type": "mains-failure"})).json()
        assert [one["ticket"] for one in own["items"]] == ["T21"]
        assert (await elsewhere.get("/api/v1/similar", params={"incident": "I1"})).status_code == 404
    assert (await leader.get("/api/v1/similar")).status_code == 422


async def test_a_view_is_saved_shared_and_deleted(console: Console, connection: Connection) -> None:
    async with (
        console.client(await add_account(connection, Role.NOC_OPERATOR, "ann")) as ann,
        console.client(await add_account(connection, Role.NOC_OPERATOR, "ben")) as ben,
    ):
        status, saved = await post(ann, "saved-views", {"name": "Quay", "search": "view=alarms&site=S1"})
        assert (status, saved["owner"], saved["shared"]) == (201, "ann", False)
        assert (await ben.get("/api/v1/saved-views")).json()["items"] == []
        shared = (await post(ann, "saved-views", {"name": "Quay", "search": "view=alarms", "shared": True}))[1]
        assert shared["id"] == saved["id"]
        assert [one["search"] for one in (await ben.get("/api/v1/saved-views")).json()["items"]] == ["view=alarms"]
        assert (await ben.delete(f"/api/v1/saved-views/{saved['id']}")).status_code == 404
        assert (await ann.delete(f"/api/v1/saved-views/{saved['id']}")).status_code == 204
        assert (await ann.get("/api/v1/saved-views")).json() == {"items": [], "next": None}
