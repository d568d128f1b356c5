"""Corrections over HTTP: what an operator knows better reaches the correlator, shows on the incident, and goes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.correlation_world import World, event, new_world
from tests.integration.running_console import running_console
from tests.integration.small_province import (
    NOW,
    REGION,
    add_account,
    add_alarm,
    add_correction,
    add_incident,
    add_province,
)


@dataclass
class Centre:
    """A console over a correlator: what is asked of the one, the other decides."""

    world: World
    client: httpx.AsyncClient

    async def ask(self, path: str, **body: Any) -> httpx.Response:
        asking = asyncio.ensure_future(self.client.post(f"/api/v1/{path}", json=body))
        while not asking.done():
            await self.world.tick(600)
            await asyncio.wait([asking], timeout=0.02)
        return asking.result()

    async def get(self, path: str) -> Any:
        answer = await self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def alarm(self, site: str, alarm_type: str) -> dict[str, Any]:
        (found,) = [one for one in (await self.get(f"alarms?site={site}"))["items"] if one["alarm_type"] == alarm_type]
        return dict(found)


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    """G has lost mains, and its battery discharges because of that; the door at N is open by itself."""
    world = await new_world(database_url)
    await world.hear(event(0, "G", "mains-failure"), event(30, "G", "battery-discharging"), event(60, "N", "door-open"))
    token = await add_account(world.connection, Role.NOC_OPERATOR, "ann")
    async with running_console(database_url) as console, console.client(token) as client:
        yield Centre(world, client)
    await world.connection.close()


async def test_another_root_stands_on_top_and_is_taken_back(centre: Centre) -> None:
    mains, battery = await centre.alarm("G", "mains-failure"), await centre.alarm("G", "battery-discharging")
    incident = mains["incident"]
    said = await centre.ask(f"incidents/{incident}/root", alarm=battery["id"], comment="mains is measured behind it")
    assert said.status_code == 200, said.text
    assert (said.json()["root"]["alarm"], said.json()["root"]["confirmed_by"]) == (battery["id"], "ann")
    told = await centre.get(f"incidents/{incident}")
    assert told["tree"] == [{"alarm": battery["id"], "children": [{"alarm": mains["id"], "children": []}]}]
    assert {(one["alarm"], one["kind"], one["made_by"]) for one in told["corrections"]} == {
        (battery["id"], "root", "ann"),
        (mains["id"], "under", "ann"),
    }
    assert ("correction", "root") in {(entry["object"], entry["kind"]) for entry in told["timeline"]}
    for correction in told["corrections"]:
        withdrawn = await centre.ask(f"corrections/{correction['id']}/withdraw")
        assert withdrawn.json()["withdrawn_by"] == "ann"
    assert (await centre.get(f"incidents/{incident}"))["root"]["alarm"] == mains["id"]


async def test_the_present_root_is_confirmed(centre: Centre) -> None:
    mains = await centre.alarm("G", "mains-failure")
    said = (await centre.ask(f"incidents/{mains['incident']}/root", alarm=mains["id"])).json()
    assert (said["id"], said["root"]["alarm"]) == (mains["incident"], mains["id"])
    assert said["root"]["confirmed_by"] == "ann"


async def test_a_moved_alarm_stands_in_the_other_incident_which_says_so(centre: Centre) -> None:
    mains, door = await centre.alarm("G", "mains-failure"), await centre.alarm("N", "door-open")
    moved = await centre.ask(f"alarms/{door['id']}/move", incident=mains["incident"])
    assert moved.json()["incident"] == mains["incident"]
    (correction,) = (await centre.get(f"incidents/{mains['incident']}"))["corrections"]
    about = {one["id"]: (one["alarm_type"], one["site_name"], one["incident"]) for one in correction["about"]}
    assert about == {
        door["id"]: ("door-open", "Site N", mains["incident"]),
        mains["id"]: ("mains-failure", "Site G", mains["incident"]),
    }
    left = await centre.get(f"incidents/{door['incident']}")
    assert (left["state"], left["merged_into"]) == ("merged", mains["incident"])


async def test_an_alarm_moves_into_an_incident_of_its_own(centre: Centre) -> None:
    battery = await centre.alarm("G", "battery-discharging")
    moved = (await centre.ask(f"alarms/{battery['id']}/move")).json()
    assert moved["incident"] not in (battery["incident"], None)
    # where it came from says what became of it, so that it can be taken back there
    (correction,) = (await centre.get(f"incidents/{battery['incident']}"))["corrections"]
    assert (correction["kind"], correction["alarm"]) == ("root", battery["id"])


async def test_what_cannot_be_is_refused_with_a_reason(centre: Centre) -> None:
    mains, door = await centre.alarm("G", "mains-failure"), await centre.alarm("N", "door-open")
    refusals = [
        await centre.ask(f"incidents/{mains['incident']}/root", alarm=door["id"]),
        await centre.ask(f"alarms/{door['id']}/move", incident=door["incident"]),
        await centre.ask(f"alarms/{door['id']}/move", incident="I999"),
        await centre.ask("alarms/A999/move"),
        await centre.ask("corrections/C999/withdraw"),
        await centre.ask(f"alarms/{door['id']}/move", incidnet="I1"),
    ]
    assert [(one.status_code, one.json()["reason"]) for one in refusals] == [
        (409, "not_a_member"),
        (409, "already_there"),
        (404, "incident_not_found"),
        (404, "alarm_not_found"),
        (404, "correction_not_found"),
        (422, refusals[-1].json()["reason"]),
    ]
    assert (await centre.get(f"incidents/{mains['incident']}"))["corrections"] == []


async def test_a_correction_is_withdrawn_once(centre: Centre) -> None:
    battery = await centre.alarm("G", "battery-discharging")
    await centre.ask(f"alarms/{battery['id']}/move")
    (correction,) = (await centre.get(f"incidents/{battery['incident']}"))["corrections"]
    again = [await centre.ask(f"corrections/{correction['id']}/withdraw") for _ in range(2)]
    assert [one.status_code for one in again] == [200, 409]
    assert again[1].json()["reason"] == "already_withdrawn"


async def test_the_same_key_again_corrects_once(centre: Centre) -> None:
    battery = await centre.alarm("G", "battery-discharging")
    centre.client.headers["Idempotency-Key"] = "k1"
    first, second = [(await centre.ask(f"alarms/{battery['id']}/move")).json() for _ in range(2)]
    assert first["incident"] == second["incident"]
    assert len((await centre.get(f"incidents/{first['incident']}"))["corrections"]) == 1


async def test_nobody_corrects_outside_their_region(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_correction(connection, "C9", "A9", "I9")
    token = await add_account(connection, Role.NOC_OPERATOR, "of-the-quay", region=REGION)
    async with running_console(database_url) as console, console.client(token) as client:
        for path, body in {
            "incidents/I9/root": {"alarm": "A1"},
            "incidents/I1/root": {"alarm": "A9"},
            "alarms/A9/move": {"incident": "I1"},
            "alarms/A1/move": {"incident": "I9"},
            "corrections/C9/withdraw": {},
        }.items():
            assert (await client.post(f"/api/v1/{path}", json=body)).status_code == 404, path
    commands = await (await connection.execute("SELECT count(*) AS n FROM core.command")).fetchone()
    assert commands == {"n": 0}


async def test_an_incident_of_thousands_keeps_its_root(connection: Connection, database_url: str) -> None:
    await add_province(connection)
    await add_incident(connection, "I2", "S1")
    await add_alarm(connection, "B0", "S1", NOW - timedelta(hours=1), incident="I2")
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, incident_id, cause_alarm_id)"
        " SELECT 'B' || n, 'S1', 'r' || n, 'fsu-offline', '', 'south/harbour', 'major', now(), now(), now(), 'I2', 'B0'"
        " FROM generate_series(1, 2000) n"
    )
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, console.client(token) as client:
        told = (await client.get("/api/v1/incidents/I2")).json()
    (top,) = told["tree"]
    assert (top["alarm"], len(top["children"]), len(told["alarms"])) == ("B0", 2000, 2001)
