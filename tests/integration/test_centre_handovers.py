"""A shift is handed over: what is open is drawn by itself, frozen at the moment, and signed for by somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, post, running_console
from tests.integration.small_province import (
    NOW,
    add_account,
    add_clocks,
    add_dispatching,
    add_incident,
    add_outage,
    add_province,
    add_silence,
    add_visits,
)


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    await add_province(connection)
    await add_outage(connection, "I9", "S2", NOW - timedelta(minutes=5), started=True)
    await add_clocks(connection, "T1")
    await add_dispatching(connection)
    await add_visits(connection)
    await add_silence(connection, "W1")
    await connection.execute("UPDATE correlation.silence SET changes_at = ends_at")
    await connection.execute("UPDATE complaints.complaint SET promised_at = %s", (NOW + timedelta(hours=1),))
    async with running_console(database_url) as console:
        yield console


async def test_the_picture_shows_what_is_open_and_what_falls_due(ann: httpx.AsyncClient) -> None:
    await post(ann, "incidents/I1/claim", {"note": "waits for the utility"})
    status, draft = await post(ann, "handovers")
    assert (status, draft["state"], draft["region"]) == (201, "draft", "")
    picture = draft["picture"]
    [down, runs_out] = picture["incidents"]
    assert (down["id"], down["sites_down"], down["claim"]) == ("I9", 1, None)
    assert (runs_out["claim"]["note"], runs_out["ticket"]["id"]) == ("waits for the utility", "T1")
    assert (runs_out["next_due"]["clock"], runs_out["site_down_at"] is None) == ("N1-arrive", False)
    assert sorted(one["id"] for one in picture["promises"]) == ["C1", "C9", "N1-arrive"]
    found = {name: [one["id"] for one in picture[name]] for name in ("extensions", "emergencies", "sos", "silences")}
    assert found == {"extensions": ["T1-X1"], "emergencies": ["E1"], "sos": ["H1"], "silences": ["W1"]}
    assert picture["sentence"]["zh"] == (
        "未闭环故障 2 起，断站 1 个，1 起无人跟进，下一班到期 3 项，待批延时 1 项，应急状态 1 个，人员求助 1 起未了。"
    )
    assert picture["sentence"]["en"].startswith("2 open incidents, 1 site down, 1 incident nobody works on, 3 things")


async def test_a_shift_is_handed_over_as_it_stands_and_signed_for_by_the_next(
    connection: Connection, ann: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    draft = (await post(ann, "handovers"))[1]
    path = f"handovers/{draft['id']}"
    assert (await post(ben, "handovers"))[1]["id"] == draft["id"]  # one draft for all of the shift
    status, noted = await post(ben, f"{path}/notes", {"text": "landlord of S2 wants a call at 07:00"})
    assert (status, [note["by"] for note in noted["notes"]]) == (200, ["ben"])
    status, old = await post(ann, f"{path}/hand-over", {"version": draft["version"]})
    assert (status, old["reason"], "by ben" in old["message"]) == (409, "version_is_old", True)
    assert (await post(ben, f"{path}/sign", {"version": 2}))[1]["reason"] == "not_handed_over"
    status, handed = await post(ann, f"{path}/hand-over", {"version": noted["version"]})
    assert (status, handed["state"], handed["handed_over_by"]) == (200, "handed_over", "ann")

    await add_incident(connection, "I5", "S1")  # what comes later is the next shift's
    frozen = (await ben.get(f"/api/v1/{path}")).json()
    assert sorted(one["id"] for one in frozen["picture"]["incidents"]) == ["I1", "I9"]
    assert frozen["sentence"] == draft["sentence"]
    version = {"version": handed["version"]}
    assert (await post(ann, f"{path}/sign", version))[1]["reason"] == "handed_over_by_you"
    status, signed = await post(ben, f"{path}/sign", {**version, "remarks": "seen"})
    assert (status, signed["state"], signed["signed_by"], signed["remarks"]) == (200, "signed", "ben", "seen")
    assert (await post(ben, f"{path}/notes", {"text": "late"}))[1]["reason"] == "signed"
    following = (await post(ben, "handovers"))[1]
    assert len(following["picture"]["incidents"]) == 3
    listed = (await ben.get("/api/v1/handovers", params={"state": "all"})).json()["items"]
    assert [one["id"] for one in listed] == [following["id"], draft["id"]]
    assert "picture" not in listed[0]


async def test_a_part_of_the_centre_hands_over_its_own_region(console: Console, connection: Connection) -> None:
    token = await add_account(connection, Role.NOC_OPERATOR, "quay", region="south/harbour/quay")
    centre = await add_account(connection, Role.SHIFT_LEADER)
    async with console.client(token) as quay, console.client(centre) as leader:
        whole = (await post(leader, "handovers"))[1]
        own = (await post(quay, "handovers"))[1]
        assert (own["region"], [one["id"] for one in own["picture"]["incidents"]]) == ("south/harbour/quay", ["I1"])
        assert own["picture"]["incidents_count"] == 1
        assert (await quay.get(f"/api/v1/handovers/{whole['id']}")).status_code == 404
        assert len((await leader.get("/api/v1/handovers")).json()["items"]) == 2


async def test_the_leader_sees_load_and_what_is_overdue(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    async with console.client(await add_account(connection, Role.SHIFT_LEADER)) as leader:
        await post(ann, "incidents/I1/claim")
        await connection.execute(  # the others just now, however long ago the run of the tests began
            "UPDATE correlation.alarm SET raised_at = now() - CASE alarm_id WHEN 'A9' THEN interval '2h' ELSE '0' END"
        )
        await connection.execute("UPDATE dispatch.clock SET due_at = %s", (NOW - timedelta(minutes=1),))
        shift = (await leader.get("/api/v1/shift")).json()
        [operator] = [one for one in shift["operators"] if one["name"] == "ann"]
        assert (operator["claims"], operator["tickets"], operator["acted_last_hour"], operator["idle"]) == (
            1,
            1,
            1,
            False,
        )
        overdue = shift["overdue"]
        assert [one["id"] for one in overdue["unacknowledged"]] == ["A9"]
        assert [one["id"] for one in overdue["clocks"]] == ["N1-arrive"]
        assert ([one["id"] for one in overdue["extensions"]], [one["id"] for one in overdue["climbs"]]) == (
            ["T1-X1"],
            ["T1-C1"],
        )
        assert (overdue["complaints"], overdue["handover"]) == ([], None)
        await connection.execute("UPDATE core.audit SET at = at - interval '31 minutes'")
        await connection.execute("UPDATE complaints.complaint SET promised_at = %s", (NOW - timedelta(hours=1),))
        draft = (await post(ann, "handovers"))[1]
        await post(ann, f"handovers/{draft['id']}/hand-over", {"version": draft["version"]})
        await connection.execute("UPDATE centre.handover SET handed_over_at = %s", (NOW - timedelta(minutes=16),))
        await connection.execute("UPDATE core.audit SET at = at - interval '31 minutes'")
        later = (await leader.get("/api/v1/shift")).json()
        assert [one["idle"] for one in later["operators"] if one["name"] == "ann"] == [True]
        assert later["overdue"]["handover"]["id"] == draft["id"]
        assert [one["id"] for one in later["overdue"]["complaints"]] == ["C1", "C9"]
        assert later["alarm_load"]["limits"] == {"right": 6, "most": 12, "flood": 10}
