"""The console's way to problems: what one sees, what reaches dispatch, and where a region ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from guywire.commands import Command
from guywire.commands.problems import EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import NOW, add_account, add_incident, add_province
from tests.integration.small_province_plans import add_rounds

PROBLEMS = "/api/v1/problems"


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    """R1 is of S1 in the manager's region, R9 of S2 beyond it, R2 of both."""
    await add_province(connection)
    await add_rounds(connection)
    await add_rounds(connection, suffix="9", site="S2")
    await connection.execute(
        "INSERT INTO dispatch.problem (problem_id, site_ids, domain, shared, raised_at, last_at, ticket_ids,"
        " incident_ids, title) VALUES ('R2', '{S1,S2}', 'south/harbour', 'type:mains-failure', %s, %s, '{T1,T9}',"
        " '{I1}', 'Feeder 7 trips')",
        (NOW, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.problem_note (problem_id, at, actor, kind, version)"
        " VALUES ('R2', %s, 'ann', 'opened', 1)",
        (NOW,),
    )
    async with running_console(database_url) as console:
        yield console


class Owner:
    """Takes what is asked of dispatch."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    def __call__(self, command: Command) -> dict[str, Any]:
        self.asked.append(command)
        return {"id": "x"}


async def test_a_problem_is_shown_with_what_it_is_behind_and_all_that_happened(
    connection: Connection, console: Console
) -> None:
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        listed = (await client.get(PROBLEMS, params={"site": "S2"})).json()["items"]
        assert sorted(one["id"] for one in listed) == ["R2", "R9"]
        assert (await client.get(PROBLEMS, params={"state": "ended"})).json()["items"] == []
        found = (await client.get(f"{PROBLEMS}/R2")).json()
        assert (found["faults"], found["complaints"], found["sites"]) == (2, 1, ["S1", "S2"])
        assert sorted(ticket["id"] for ticket in found["linked"]) == ["T1", "T9"]
        assert sorted(incident["id"] for incident in found["linked_incidents"]) == ["I1", "I9"]
        assert ([note["kind"] for note in found["notes"]], found["elsewhere"]) == (["opened"], 0)
        assert (await client.get(f"{PROBLEMS}/R7")).status_code == 404


async def test_what_one_problem_may_be_behind_is_found_by_type_and_site(
    connection: Connection, console: Console
) -> None:
    await add_incident(connection, "I5", "S1", NOW - timedelta(days=20))
    await add_incident(connection, "I6", "S1", NOW - timedelta(days=120))
    async with console.client(await add_account(connection, Role.NOC_OPERATOR)) as client:
        asked = {"alarm_type": "mains-failure", "site": ["S1", "S3"]}
        found = (await client.get(f"{PROBLEMS}/faults", params=asked)).json()
        assert [(one["id"], one["ticket"]) for one in found["items"]] == [("I1", "T1"), ("I5", None)]
        assert (found["complaints"], [one["id"] for one in found["problems"]]) == (1, ["R2"])
        assert (await client.get(f"{PROBLEMS}/faults", params={"alarm_type": "smoke"})).status_code == 422


async def test_what_is_said_reaches_dispatch_as_it_was_said(
    connection: Connection, console: Console, database_url: str
) -> None:
    owner = Owner()
    async with (
        play_owner(database_url, owner),
        console.client(await add_account(connection, Role.SHIFT_LEADER, "li")) as client,
    ):
        opening = {"title": "Hot shelter", "sites": ["S1"], "tickets": ["T1"], "responsible": "li", "report": "repeats"}
        assert (await client.post(PROBLEMS, json=opening)).status_code == 201
        assert (await client.post(PROBLEMS, json=opening | {"responsible": "nobody"})).json()["reason"] == (
            "unknown_person"
        )
        assert (await client.post(PROBLEMS, json=opening | {"tickets": ["T7"]})).status_code == 404
        assert (await client.post(PROBLEMS, json=opening | {"sites": []})).status_code == 422
        assert (await client.post(f"{PROBLEMS}/R1", json={"cause": "relay sticks", "version": 1})).status_code == 200
        assert (await client.post(f"{PROBLEMS}/R1/link", json={})).status_code == 422
        assert (await client.post(f"{PROBLEMS}/R1/unlink", json={"incidents": ["I1"]})).status_code == 200
        moving = {"to": "known_error", "cause": "relay sticks", "workaround": "tap it", "version": 2}
        assert (await client.post(f"{PROBLEMS}/R1/transitions", json=moving)).status_code == 200
        assert (await client.post(f"{PROBLEMS}/R1/transitions", json={"to": "gone"})).status_code == 422
    assert owner.asked == [
        OpenProblem(title="Hot shelter", sites=("S1",), tickets=("T1",), responsible="li", report="repeats"),
        EditProblem(problem="R1", cause="relay sticks", version=1),
        LinkProblem(problem="R1", incidents=("I1",), unlink=True),
        MoveProblem(problem="R1", to="known_error", cause="relay sticks", workaround="tap it", version=2),
    ]


async def test_nobody_is_made_responsible_for_what_lies_beyond_their_region(
    connection: Connection, console: Console, database_url: str
) -> None:
    owner = Owner()
    async with (
        play_owner(database_url, owner),
        console.client(await add_account(connection, Role.SHIFT_LEADER, "li")) as client,
    ):
        await add_account(connection, Role.AREA_MANAGER, "wei")
        opening = {"title": "Hot shelter", "responsible": "wei"}
        answers = [
            await client.post(PROBLEMS, json=opening | {"sites": ["S1", "S2"]}),
            await client.post(f"{PROBLEMS}/R2", json={"responsible": "wei"}),
            await client.post(f"{PROBLEMS}/R1", json={"responsible": "wei", "sites": ["S2"]}),
        ]
        assert [answer.json()["reason"] for answer in answers] == ["beyond_their_region"] * 3
        assert owner.asked == []
        assert (await client.post(PROBLEMS, json=opening | {"sites": ["S1"]})).status_code == 201
        assert (await client.post(f"{PROBLEMS}/R1", json={"responsible": "wei"})).status_code == 200
        assert (await client.post(f"{PROBLEMS}/R2", json={"responsible": ""})).status_code == 200


async def test_an_area_manager_decides_of_what_lies_wholly_in_the_own_area_and_adds_to_what_touches_it(
    connection: Connection, console: Console, database_url: str
) -> None:
    owner = Owner()
    async with (
        play_owner(database_url, owner),
        console.client(await add_account(connection, Role.AREA_MANAGER)) as client,
    ):
        assert sorted(one["id"] for one in (await client.get(PROBLEMS)).json()["items"]) == ["R1", "R2"]
        shared = (await client.get(f"{PROBLEMS}/R2")).json()
        assert ([ticket["id"] for ticket in shared["linked"]], shared["elsewhere"]) == (["T1"], 1)
        assert [incident["id"] for incident in shared["linked_incidents"]] == ["I1"]
        found = await client.get(f"{PROBLEMS}/faults", params={"alarm_type": "mains-failure", "site": ["S1", "S2"]})
        assert [one["id"] for one in found.json()["items"]] == ["I1"]

        closing = {"to": "closed", "reason": "site given up"}
        answers = [
            await client.post(PROBLEMS, json={"title": "Hot shelter", "sites": ["S1", "S2"]}),
            await client.post(f"{PROBLEMS}/R9/comment", json={"text": "seen it too"}),
            await client.post(f"{PROBLEMS}/R2/link", json={"tickets": ["T9"]}),
            await client.post(f"{PROBLEMS}/R2", json={"why": "weekly"}),
            await client.post(f"{PROBLEMS}/R2/transitions", json=closing),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404, 403, 403]
        assert answers[-1].json()["reason"] == "beyond_your_region"
        assert owner.asked == []
        assert (await client.post(f"{PROBLEMS}/R2/link", json={"tickets": ["T1"]})).status_code == 200
        assert (await client.post(f"{PROBLEMS}/R1/transitions", json=closing)).status_code == 200
    assert [type(command).__name__ for command in owner.asked] == ["LinkProblem", "MoveProblem"]
