"""Tickets from the console through the inbox to a real correlator and back: given, many at once, their story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from guywire import inbox
from guywire.database import Connection, Wakeups, connect
from guywire.database.wake import ring_or_timeout
from guywire.model import Role
from tests.beside import beside
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import ELSEWHERE, REGION, add_account, add_clocks, add_province

API = "/api/v1/tickets"


@asynccontextmanager
async def correlating(database_url: str) -> AsyncIterator[None]:
    """A correlator that answers commands as they come."""
    owner = "alarm_correlation"
    wakeups = Wakeups(database_url, [inbox.channel_of(owner)])

    async def work() -> None:
        correlator = Correlator(Policies(Path("/nonexistent")))
        async with await connect(database_url) as connection:
            await correlator.start(connection, datetime.now(UTC))
            with wakeups.expect(inbox.channel_of(owner)) as rung:
                while True:
                    await correlator.cycle(connection, [], datetime.now(UTC))
                    await ring_or_timeout(rung, 0.5)

    async with beside(wakeups.run(), work()):
        yield


@pytest.fixture
async def console(database_url: str, connection: Connection) -> AsyncIterator[Console]:
    await add_province(connection)
    async with running_console(database_url) as console, correlating(database_url):
        yield console


async def opened(client: httpx.AsyncClient, count: int) -> list[str]:
    """So many tickets by hand at S1."""
    answers = [await client.post(API, json={"site": "S1", "title": f"door {n}"}) for n in range(count)]
    assert {one.status_code for one in answers} == {201}, answers[0].text
    return [one.json()["id"] for one in answers]


def refusals(answer: httpx.Response) -> dict[str, str | None]:
    assert answer.status_code == 200, answer.text
    return {one["ticket"]: one["refused"] and one["refused"]["reason"] for one in answer.json()["items"]}


async def test_tickets_are_given_put_under_one_and_changed_many_at_once(
    connection: Connection, console: Console
) -> None:
    ann = await add_account(connection, Role.NOC_OPERATOR, "ann")
    await add_account(connection, Role.COMPLAINT_AGENT, "desk")
    async with console.client(ann) as client:
        first, second, third = await opened(client, 3)
        choices = (await client.get(f"{API}/choices")).json()
        assert [one["name"] for one in choices["people"]] == ["ann"]
        assert "power" in {one["id"] for one in choices["groups"]}
        assert {"landlord", "access"} <= {one["id"] for one in choices["reasons"]}

        given = await client.post(f"{API}/{first}/assign", json={"person": "ann", "group": "power", "note": "yours"})
        assert (given.json()["assignee"], given.json()["assigned_group"]) == ("ann", "power")
        nobody = await client.post(f"{API}/{first}/assign", json={"person": "desk"})
        assert (nobody.status_code, nobody.json()["reason"]) == (422, "unknown_person")
        mine = await client.get(API, params={"assignee": "ann"})
        assert [one["id"] for one in mine.json()["items"]] == [first]

        under = {"tickets": [{"id": second}, {"id": third, "version": 9}, {"id": first}, {"id": "T77"}]}
        said = await client.post(f"{API}/bulk", json={**under, "parent": {"parent": first}})
        assert refusals(said) == {
            second: None, third: "version_is_old", first: "parent_cycle", "T77": "ticket_not_found",
        }  # fmt: skip
        family = (await client.get(f"{API}/{first}")).json()
        assert [(one["id"], one["parent"]) for one in family["children"]] == [(second, first)]

        hold = {"to": "held", "reason": "landlord: key at noon", "until": "2100-01-01T00:00:00Z"}
        assert refusals(await client.post(f"{API}/bulk", json={"tickets": [{"id": first}], "transition": hold})) == {
            first: None
        }
        assert (await client.get(f"{API}/{second}")).json()["state"] == "held", "it follows"
    audited = await (
        await connection.execute("SELECT action, object_id FROM core.audit WHERE actor = 'ann'")
    ).fetchall()
    assert {("AssignTicket", first), ("SetParent", second), ("MoveTicket", first)} <= {
        (row["action"], row["object_id"]) for row in audited
    }


async def test_a_mass_update_says_one_thing_of_two_hundred_at_the_most(
    connection: Connection, console: Console
) -> None:
    many = [{"id": f"T{n}"} for n in range(201)]
    said = {"comment": {"text": "x"}}
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        for body in ({"tickets": many[:1]}, {"tickets": many[:1], **said, "assign": {}}, {"tickets": many, **said}):
            assert (await client.post(f"{API}/bulk", json=body)).status_code == 422


async def test_a_mass_update_asked_twice_does_it_once(connection: Connection, console: Console) -> None:
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        [ticket] = await opened(client, 1)
        body = {"tickets": [{"id": ticket}], "comment": {"text": "called the landlord"}}
        for _ in range(2):
            await client.post(f"{API}/bulk", json=body, headers={"Idempotency-Key": "once"})
        notes = (await client.get(f"{API}/{ticket}")).json()["notes"]
    assert [note["text"] for note in notes if note["kind"] == "commented"] == ["called the landlord"]


async def test_the_story_of_a_ticket_holds_all_that_happened_in_its_order(
    connection: Connection, console: Console
) -> None:
    await add_clocks(connection, "T1")
    await add_account(connection, Role.TECHNICIAN, "k1-phone")
    await connection.execute("UPDATE dispatch.work_order_step SET actor = 'k1-phone'")
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        await client.post(f"{API}/T1/comment", json={"text": "called the utility"})
        story: list[dict[str, Any]] = (await client.get(f"{API}/T1/history")).json()["items"]
    assert [one["at"] for one in story] == sorted(one["at"] for one in story)
    told = {(one["object"], one["kind"]): one["actor_name"] for one in story}
    assert (told["work_order", "offered"], told["ticket", "commented"]) == ("Tech K1", None)
    assert told.keys() >= {
        ("ticket", "commented"), ("need", "opened"), ("work_order", "offered"), ("extension", "asked"),
        ("climb", "told"), ("urge", "urged"), ("complaint", "registered"),
    }  # fmt: skip


async def test_nobody_changes_or_reads_what_lies_beyond_the_own_region_or_role(
    connection: Connection, console: Console
) -> None:
    async with console.client(await add_account(connection, Role.AREA_MANAGER, region=ELSEWHERE)) as client:
        assert (await client.get(f"{API}/T1/history")).status_code == 404
        assert (await client.post(f"{API}/T1/assign", json={})).status_code == 403
    operator = await add_account(connection, Role.NOC_OPERATOR, region=REGION)
    async with console.client(operator) as client:
        assert (await client.post(f"{API}/T9/comment", json={"text": "x"})).status_code == 404
        both = {"tickets": [{"id": "T1"}, {"id": "T9"}], "comment": {"text": "x"}}
        assert refusals(await client.post(f"{API}/bulk", json=both)) == {"T1": None, "T9": "ticket_not_found"}
        assert (await client.post(f"{API}/T1/parent", json={"parent": "T9"})).status_code == 404
    async with console.client(await add_account(connection, Role.COMPLAINT_AGENT)) as client:
        assert (await client.get(f"{API}/choices")).status_code == 403


async def test_what_an_order_would_do_is_told_before_it_is_given(connection: Connection, console: Console) -> None:
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        path = "/api/v1/work-orders/preview"
        everybody = (await client.get(path, params={"order": "W1"})).json()["items"]
        assert [(one["technician"], one["refusal"]) for one in everybody] == [("K2", None)]
        said = (await client.get(path, params={"need": "N9", "technician": "K2"})).json()
        assert (said["technician"], [one["need"] for one in said["effects"]]) == ("K2", ["N9"])
        held = await client.get(path, params={"need": "N1", "technician": "K2"})
        assert (held.status_code, held.json()["reason"]) == (409, "already_given")
        for wrong in ({}, {"need": "N1", "order": "W1"}):
            assert (await client.get(path, params=wrong)).status_code == 422
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as client:
        assert (await client.get(path, params={"need": "N9", "technician": "K2"})).status_code == 404
        seen = (await client.get(path, params={"order": "W1"})).json()["items"]
        assert seen == [], "K2 works elsewhere"
