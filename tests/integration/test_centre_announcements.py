"""Announced power cuts: which sites they concern, whose battery is too short, and a calendar of them as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dashboards.centre.announcements import reckon_all
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, post, running_console
from tests.integration.small_province import ELSEWHERE, NOW, REGION, add_account, add_province

TOMORROW = (NOW + timedelta(days=1)).isoformat()
SIX_HOURS_ON = (NOW + timedelta(days=1, hours=6)).isoformat()
A_CUT = {"kind": "power_cut", "title": "Line 7", "starts_at": TOMORROW, "ends_at": SIX_HOURS_ON}
HEADER = "reference,source,kind,title,regions,sites,power_feeds,starts_at,ends_at\n"


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    await add_province(connection)
    await connection.execute("UPDATE core.site SET battery_hours = 4, power_feed = 'F7' WHERE site_id = 'S1'")
    await connection.execute("UPDATE core.site SET battery_hours = 8 WHERE site_id = 'S2'")
    async with running_console(database_url) as console:
        yield console


async def load(client: httpx.AsyncClient, content: str) -> tuple[int, dict[str, Any]]:
    answer = await client.post(
        "/api/v1/announcements/import", content=content.encode(), headers={"Content-Type": "text/csv"}
    )
    return answer.status_code, answer.json()


async def listed(client: httpx.AsyncClient, **asked: str) -> list[str]:
    return sorted(one["id"] for one in (await client.get("/api/v1/announcements", params=asked)).json()["items"])


async def test_a_cut_of_a_feed_says_which_sites_run_out(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    status, cut = await post(ann, "announcements", {**A_CUT, "power_feeds": ["F7"]})
    assert (status, cut["sites_concerned"], cut["runs_out"], cut["touches"]) == (201, 1, 1, [REGION])
    [short] = (await ann.get(f"/api/v1/announcements/{cut['id']}")).json()["running_out"]
    assert (short["site"], short["battery_hours"]) == ("S1", 4)
    assert [one["id"] for one in (await ann.get("/api/v1/sites/S1")).json()["announcements"]] == [cut["id"]]
    assert (await ann.get("/api/v1/sites/S2")).json()["announcements"] == []
    assert [one["id"] for one in (await ann.get("/api/v1/incidents/I1")).json()["announcements"]] == [cut["id"]]
    assert (await listed(ann, site="S1"), await listed(ann, site="S2")) == ([cut["id"]], [])
    manager = await add_account(connection, Role.AREA_MANAGER, region=ELSEWHERE)
    async with console.client(manager) as elsewhere:
        assert await listed(elsewhere) == []
        assert (await elsewhere.post("/api/v1/announcements", json=A_CUT)).status_code == 403


async def test_what_a_battery_was_learned_to_carry_counts(connection: Connection, ann: httpx.AsyncClient) -> None:
    whole = (await post(ann, "announcements", {**A_CUT, "regions": ["south"]}))[1]
    assert (whole["sites_concerned"], whole["runs_out"], whole["touches"]) == (2, 1, ["south"])
    await connection.execute(
        "INSERT INTO correlation.battery_history (site_id, began_at, ended_at, emptied, used_hours, stated_hours,"
        " charge_before, charge_left) VALUES ('S2', %s, %s, true, 5, 8, 1, 0)",
        (NOW - timedelta(days=9), NOW - timedelta(days=8)),
    )
    await reckon_all(connection, datetime.now(UTC))
    again = (await ann.get(f"/api/v1/announcements/{whole['id']}")).json()
    assert [(one["site"], one["battery_hours"]) for one in again["running_out"]] == [("S1", 4), ("S2", 5)]
    assert again["runs_out"] == 2


async def test_a_weather_warning_runs_no_battery_down(ann: httpx.AsyncClient) -> None:
    warning = {**A_CUT, "kind": "weather", "level": "red", "regions": [REGION]}
    status, entered = await post(ann, "announcements", warning)
    assert (status, entered["level"], entered["sites_concerned"], entered["runs_out"]) == (201, "red", 1, 0)


async def test_one_is_said_anew_withdrawn_and_stands_again(ann: httpx.AsyncClient) -> None:
    cut = (await post(ann, "announcements", {**A_CUT, "sites": ["S1"]}))[1]
    path = f"announcements/{cut['id']}"
    status, later = await post(ann, path, {**A_CUT, "sites": ["S2"], "version": 1})
    assert (status, later["touches"], later["runs_out"], later["version"]) == (200, [ELSEWHERE], 0, 2)
    assert (await post(ann, path, {**A_CUT, "sites": ["S1"], "version": 1}))[1]["reason"] == "version_is_old"
    status, gone = await post(ann, f"{path}/withdraw", {"reason": "called off"})
    assert (status, gone["withdrawn_by"], gone["withdrawn_reason"]) == (200, "ann", "called off")
    assert (await listed(ann), await listed(ann, state="over")) == ([], [cut["id"]])
    assert (await post(ann, f"{path}/withdraw", {"reason": "again"}))[1]["reason"] == "withdrawn"
    await post(ann, path, {**A_CUT, "sites": ["S1"], "version": 3})
    assert (await listed(ann, state="coming"), await listed(ann, state="current")) == ([cut["id"]], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sites": ["S77"]}, "no site, power feed or region 'S77'"),
        ({"regions": ["south/harbou"]}, "'south/harbou'"),
        ({}, "name at least one region, site or power feed"),
        ({"sites": ["S1"], "ends_at": TOMORROW}, "ends_at must be after starts_at"),
        ({"sites": ["S1"], "colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_right_is_refused(ann: httpx.AsyncClient, change: dict[str, Any], said: str) -> None:
    status, refused = await post(ann, "announcements", {**A_CUT, **change})
    assert status == 422
    assert said in refused["message"]
    assert await listed(ann, state="all") == []


async def test_a_calendar_of_cuts_is_taken_over_and_later_changed(ann: httpx.AsyncClient) -> None:
    row = f"2026-31,grid,power_cut,Line 7,{REGION};{ELSEWHERE},,,{TOMORROW},{SIX_HOURS_ON}\n"
    status, came = await load(ann, f"\ufeff{HEADER}{row}2026-32,grid,power_cut,Line 8,,S1,,{TOMORROW},{SIX_HOURS_ON}\n")
    assert (status, sorted(one["sites_concerned"] for one in came["items"])) == (200, [1, 2])
    status, again = await load(ann, HEADER + row.replace("Line 7", "Line 7, shorter".replace(",", " -")))
    assert (status, [one["title"] for one in again["items"]], again["items"][0]["version"]) == (
        200,
        ["Line 7 - shorter"],
        2,
    )
    assert len(await listed(ann)) == 2


async def test_a_bad_row_keeps_the_whole_file_out(ann: httpx.AsyncClient) -> None:
    good = f"1,grid,power_cut,Line 7,{REGION},,,{TOMORROW},{SIX_HOURS_ON}\n"
    for bad, said in (
        (f'2,grid,power_cut,"two\nlines",,S77,,{TOMORROW},{SIX_HOURS_ON}\n', "line 3: The inventory has no site"),
        (f"2,grid,flood,x,{REGION},,,{TOMORROW},{SIX_HOURS_ON}\n", "line 3: kind: Input should be"),
        ("2,grid\n", "line 3: 2 cells where the header has 9"),
        (f"2,grid,power_cut,x,{REGION},,,2026-11-21,{SIX_HOURS_ON}\n", "line 3: starts_at"),
    ):
        status, refused = await load(ann, HEADER + good + bad)
        assert (status, refused["code"]) == (422, "invalid")
        assert said in refused["message"]
        assert "Nothing was taken" in refused["message"]
    status, refused = await load(ann, HEADER.replace("title", "titel") + good)
    assert "line 1: unknown column 'titel'; line 1: the column title is missing" in refused["message"]
    assert await listed(ann, state="all") == []


async def test_who_is_bound_to_a_region_changes_no_announcement_that_reaches_beyond_it(
    console: Console, connection: Connection, ann: httpx.AsyncClient
) -> None:
    reference = {"source": "Grid", "reference": "7"}
    wide = (await post(ann, "announcements", {**A_CUT, **reference, "regions": ["south"]}))[1]
    bound = await add_account(connection, Role.NOC_OPERATOR, "bound", region=REGION)
    line = f"7,Grid,power_cut,Mine,{REGION},,,{TOMORROW},{SIX_HOURS_ON}\n"
    async with console.client(bound) as client:
        assert await listed(client) == [wide["id"]]
        refused = [
            await post(client, f"announcements/{wide['id']}/withdraw", {"reason": "not here"}),
            await post(client, f"announcements/{wide['id']}", {**A_CUT, "regions": [REGION], "version": 1}),
            await load(client, HEADER + line),
        ]
    assert [(status, body["reason"]) for status, body in refused] == [(403, "beyond_your_region")] * 3
    still = (await ann.get(f"/api/v1/announcements/{wide['id']}")).json()
    assert (still["regions"], still["version"], still["withdrawn_at"]) == (["south"], 1, None)
    assert (await load(ann, HEADER + line))[0] == 200
