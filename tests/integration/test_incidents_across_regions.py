"""An incident that crosses regions, over every way on which it reaches a page: the other regions' sites are counted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import (
    ELSEWHERE,
    NOW,
    REGION,
    add_account,
    add_alarm,
    add_correction,
    add_incident,
    add_outage,
    add_site,
    add_technician,
    add_ticket,
    add_work_order,
)


@dataclass
class Readers:
    """`area` is bound to the quay, `whole` sees both regions."""

    console: Console
    area: httpx.AsyncClient
    whole: httpx.AsyncClient


@pytest.fixture
async def readers(connection: Connection, database_url: str) -> AsyncIterator[Readers]:
    """I1 has its root at S1 on the quay and takes S1, and beyond the quay S7 and S8, where a crew of its own goes."""
    for site, region in (("S1", REGION), ("S7", ELSEWHERE), ("S8", ELSEWHERE)):
        await add_site(connection, site, region)
    await add_technician(connection, "K1")
    await add_technician(connection, "K7", ELSEWHERE)
    await add_incident(connection, "I1", "S1")
    await add_alarm(connection, "A1", "S1", incident="I1")
    await add_alarm(connection, "A7", "S7", incident="I1", cause="A1")
    await add_correction(connection, "R1", "A1", "I1", comment="the hub it is")
    await add_correction(connection, "R7", "A7", "I1", cause="A1", comment="by the hills")
    for site in ("S1", "S7", "S8"):
        await add_outage(connection, "I1", site, NOW, started=True)
    await add_ticket(connection, "T1", "I1", "S1")
    await connection.execute(
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state, opened_at)"
        " VALUES ('N7', 'T1', 'S7', 'south/harbour', 'repair', 'No mains', 2, 'open', %s)",
        (NOW,),
    )
    await add_work_order(connection, "W1", "T1", "S1")
    await add_work_order(connection, "W7", "T1", "S7", technician="K7")
    await connection.execute(
        "INSERT INTO correlation.ticket_note (ticket_id, at, actor, kind, text)"
        " VALUES ('T1', %s, 'k7', 'order', 'W7 done: breaker at Tower S7')",
        (NOW,),
    )
    manager = await add_account(connection, Role.AREA_MANAGER)
    leader = await add_account(connection, Role.SHIFT_LEADER)
    async with (
        running_console(database_url) as console,
        console.client(manager) as area,
        console.client(leader) as whole,
    ):
        yield Readers(console, area, whole)


def _names_elsewhere(said: Any) -> list[str]:
    text = json.dumps(said)
    return [name for name in ("S7", "S8", "A7", "W7", "K7", "R7", "k7", "by the hills") if name in text]


async def test_one_incident_names_to_an_area_manager_only_what_lies_in_the_area(readers: Readers) -> None:
    part = (await readers.area.get("/api/v1/incidents/I1")).json()
    assert ([one["site"] for one in part["outages"]], part["elsewhere"]) == (["S1"], 2)
    assert [one["alarm"] for one in part["tree"]] == ["A1"]
    assert ([one["id"] for one in part["corrections"]], [one["id"] for one in part["work_orders"]]) == (["R1"], ["W1"])
    assert {one["object"] for one in part["timeline"]} == {
        "incident", "site", "alarm", "ticket", "work_order", "correction",
    }  # fmt: skip
    assert _names_elsewhere(part) == []
    whole = (await readers.whole.get("/api/v1/incidents/I1")).json()
    assert [one["site"] for one in whole["outages"]] == ["S1", "S7", "S8"]
    assert "elsewhere" not in whole
    assert _names_elsewhere(whole) == ["S7", "S8", "A7", "W7", "K7", "R7", "by the hills"]


@pytest.mark.parametrize(
    "path",
    [
        "incidents",
        "live/snapshot?collections=incident",
        "incidents/I1/situation-reports",
        "incidents/I1/situation-reports/draft",
        "similar?incident=I1",
        "claims",
    ],
)
async def test_no_list_and_nothing_beside_an_incident_names_what_lies_elsewhere(readers: Readers, path: str) -> None:
    answer = await readers.area.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    assert _names_elsewhere(answer.text) == []


async def test_a_ticket_tells_of_orders_elsewhere_only_to_who_sees_all_of_it(readers: Readers) -> None:
    told = [[note["kind"] for note in (await reader.get("/api/v1/tickets/T1")).json()["notes"]] for reader in
            (readers.area, readers.whole)]  # fmt: skip
    assert [sorted(kinds) for kinds in told] == [["comment"], ["comment", "order"]]


async def test_consent_is_asked_only_for_sites_of_the_own_region(readers: Readers, connection: Connection) -> None:
    bound = await add_account(connection, Role.NOC_OPERATOR, "bound", region=ELSEWHERE)
    async with readers.console.client(bound) as client:
        for body in ({"tenant": "Red"}, {"tenant": "Red", "site": "S1"}):
            refused = await client.post("/api/v1/tickets/T1/consents", json=body)
            assert (refused.status_code, refused.json()["reason"]) == (404, "site_not_found")
    asked = await (await connection.execute("SELECT count(*) AS n FROM centre.consent")).fetchone()
    assert asked == {"n": 0}


async def test_the_snapshot_is_cut_as_the_list_is(readers: Readers) -> None:
    lines = (await readers.area.get("/api/v1/live/snapshot?collections=incident")).text.splitlines()
    [piece] = [one for one in map(json.loads, lines) if one.get("collection") == "incident"]
    columns = piece["same"] | {name: values[0] for name, values in piece["columns"].items()}
    [listed] = (await readers.area.get("/api/v1/incidents")).json()["items"]
    assert (columns["outages"], columns["elsewhere"]) == (listed["outages"], listed["elsewhere"])
    assert listed["elsewhere"] == 2
