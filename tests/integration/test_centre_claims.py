"""Claims over HTTP: two never work one incident unknowingly, and a claim ends with its incident."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx

from dashboards.centre.claims import tidy
from dashboards.centre.upkeep import keep_claims
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, post
from tests.integration.small_province import add_account, add_incident


async def claims(client: httpx.AsyncClient, **asked: str) -> dict[str, str]:
    items = (await client.get("/api/v1/claims", params=asked)).json()["items"]
    return {item["id"]: item["by"] for item in items}


async def test_a_second_claimer_is_told_who_has_it_and_may_take_it_over(
    ann: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    status, mine = await post(ann, "incidents/I1/claim", {"note": "calling the utility"})
    assert (status, mine["by"], mine["note"], mine["state"], mine["regions"]) == (
        200,
        "ann",
        "calling the utility",
        "standing",
        ["south/harbour/quay"],
    )
    status, refused = await post(ben, "incidents/I1/claim")
    assert (status, refused["reason"]) == (409, "claimed")
    assert refused["message"].startswith("ann works on this incident since ")
    status, taken = await post(ben, "incidents/I1/claim", {"take_over": True})
    assert (status, taken["by"], taken["taken_from"], taken["version"]) == (200, "ben", "ann", 2)
    assert await claims(ann) == {"I1": "ben"}
    assert (await post(ann, "incidents/I1/release"))[1]["reason"] == "not_yours"


async def test_of_many_who_claim_at_once_one_has_it(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(client, "incidents/I1/claim") for client in (ann, ben) * 5))
    assert len({body["by"] for status, body in answers if status == 200}) == 1
    assert sorted({status for status, _ in answers}) == [200, 409]


async def test_of_two_who_take_it_over_at_once_the_second_is_told(
    console: Console, connection: Connection, ann: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    seen = (await post(ann, "incidents/I1/claim"))[1]["version"]
    async with (
        console.client(await add_account(connection, Role.SHIFT_LEADER, "lee")) as lee,
        console.client(await add_account(connection, Role.NOC_OPERATOR, "cai")) as cai,
    ):
        wish = {"take_over": True, "version": seen}
        answers = await asyncio.gather(*(post(client, "incidents/I1/claim", wish) for client in (ben, cai)))
        assert sorted(status for status, _ in answers) == [200, 409]
        [taken] = [body for status, body in answers if status == 200]
        [told] = [body for status, body in answers if status == 409]
        assert (told["reason"], taken["taken_from"]) == ("claimed", "ann")
        assert told["message"].startswith(f"{taken['by']} works on this incident since ")
        assert (await post(lee, "incidents/I1/release", {"version": seen}))[1]["reason"] == "claimed"
        assert await claims(ann) == {"I1": taken["by"]}
        assert (await post(lee, "incidents/I1/release", {"version": taken["version"]}))[0] == 200


async def test_a_leader_ends_the_claim_of_who_went_home(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    await post(ann, "incidents/I1/claim")
    async with console.client(await add_account(connection, Role.SHIFT_LEADER)) as leader:
        status, ended = await post(leader, "incidents/I1/release")
        assert (status, ended["state"], ended["ended_by"], ended["end_reason"]) == (
            200,
            "released",
            "shift_leader",
            "released",
        )
        assert (await post(leader, "incidents/I1/release"))[1]["reason"] == "not_claimed"
    assert await claims(ann) == {}
    assert (await post(ann, "incidents/I1/claim"))[1]["taken_from"] is None


async def test_asking_again_with_the_same_key_changes_nothing_twice(
    connection: Connection, ann: httpx.AsyncClient
) -> None:
    first = await post(ann, "incidents/I1/claim", {"note": "x"}, **{"Idempotency-Key": "k"})
    again = await post(ann, "incidents/I1/claim", {"note": "x"}, **{"Idempotency-Key": "k"})
    assert first == again
    other = await post(ann, "incidents/I9/claim", {"note": "x"}, **{"Idempotency-Key": "k"})
    assert (other[0], other[1]["reason"]) == (409, "key_reused")
    rows = await (await connection.execute("SELECT actor, action, object_id FROM core.audit")).fetchall()
    assert [tuple(row.values()) for row in rows] == [("ann", "claim_incident", "I1")]


async def test_a_refused_request_leaves_its_key_free(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    await post(ann, "incidents/I1/claim")
    refused = await post(ben, "incidents/I1/claim", **{"Idempotency-Key": "k"})
    await post(ann, "incidents/I1/release")
    taken = await post(ben, "incidents/I1/claim", **{"Idempotency-Key": "k"})
    assert (refused[0], taken[0], taken[1]["by"]) == (409, 200, "ben")


async def test_a_claim_moves_with_a_merge_where_the_survivor_is_free(
    connection: Connection, ann: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    for number in ("2", "3", "4"):
        await add_incident(connection, f"I{number}", "S1")
    await post(ann, "incidents/I1/claim", {"note": "on it"})
    await post(ann, "incidents/I2/claim")
    await post(ben, "incidents/I3/claim")
    for gone, into in (("I1", "I4"), ("I4", "I9"), ("I2", "I3")):  # I1 ends up in I9; I3 is ben's already
        await connection.execute(
            "UPDATE correlation.incident SET state = 'merged', merged_into = %s WHERE incident_id = %s", (into, gone)
        )
    assert await tidy(connection, datetime.now(UTC)) == 2
    assert await claims(ann) == {"I9": "ann", "I3": "ben"}
    assert await tidy(connection, datetime.now(UTC)) == 0


async def test_a_claim_ends_when_its_incident_is_closed(connection: Connection, ann: httpx.AsyncClient) -> None:
    await post(ann, "incidents/I1/claim")
    await connection.execute("UPDATE correlation.incident SET state = 'closed' WHERE incident_id = 'I1'")
    await tidy(connection, datetime.now(UTC))
    assert await claims(ann, state="all", by="ann") == {"I1": "ann"}
    assert await claims(ann) == {}
    status, refused = await post(ann, "incidents/I1/claim")
    assert (status, refused["reason"]) == (409, "not_open")
    published = await (
        await connection.execute("SELECT body ->> 'state' AS state FROM core.feed WHERE publisher = 'dashboards'")
    ).fetchall()
    assert [row["state"] for row in published] == ["standing", "released"]


async def test_claims_are_ended_beside_the_console_while_it_runs(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    await post(ann, "incidents/I1/claim")
    keeping = asyncio.create_task(keep_claims(console.service))
    await connection.execute("UPDATE correlation.incident SET state = 'closed' WHERE incident_id = 'I1'")
    await connection.execute("SELECT pg_notify('feed_alarm_correlation', '')")
    async with asyncio.timeout(20):
        while await claims(ann):
            continue
    console.service.stop.set()
    async with asyncio.timeout(20):
        await keeping
