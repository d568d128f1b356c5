"""What stands behind the map and the site page, over HTTP: sites as columns, tiles, readings as points, history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboards.routes.maps import origin_of
from guywire.database import Connection
from guywire.model import Role
from guywire.settings import Datum, SettingsError, load_settings
from tests.integration.running_console import running_console
from tests.integration.small_province import add_account, add_alarm, add_site

ARCHIVE = bytes(range(256)) * 40
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
async def client(connection: Connection, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "east.pmtiles").write_bytes(ARCHIVE)
    settings: dict[str, Any] = {
        "data_dir": tmp_path,
        "map_tiles": "east.pmtiles",
        "map_attribution": "© us",
        "map_datum": Datum.GCJ02,
    }
    token = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url, **settings) as console, console.client(token) as client:
        yield client


async def measured(connection: Connection, at: datetime, value: float | None, metric: str = "battery-voltage") -> None:
    await connection.execute(
        "INSERT INTO collectors.sample (at, site_id, resource, metric, qualifier, value, state)"
        " VALUES (%s, 'S1', 'battery-1', %s, '', %s, '')",
        (at, metric, value),
    )


async def points(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    params = {"resource": "battery-1", "metric": "battery-voltage"} | asked
    answer = await client.get("/api/v1/sites/S1/readings", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def linked(connection: Connection, upstream: str, downstream: str) -> None:
    await connection.execute(
        "INSERT INTO core.link (link_id, upstream_site_id, downstream_site_id, medium, resource)"
        " VALUES (%s, %s, %s, 'fibre', 'port-1')",
        (f"{upstream}-{downstream}", upstream, downstream),
    )


async def test_all_sites_come_as_columns_with_what_repeats_said_once(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    for key, region in (("S3", "浙江/宁波/鄞州"), ("S1", "浙江/杭州/西湖"), ("S2", "浙江/杭州/西湖")):
        await add_site(connection, key, region=region)
    await linked(connection, "S3", "S1")
    body = (await client.get("/api/v1/map/sites")).json()
    assert body["ids"] == ["S1", "S2", "S3"]
    assert [body["regions"][place] for place in body["region_of"]] == [
        "浙江/杭州/西湖",
        "浙江/杭州/西湖",
        "浙江/宁波/鄞州",
    ]
    assert len(body["regions"]) == 2
    assert (body["upstreams"], body["downstreams"]) == ([2], [0])
    alone = (await client.get("/api/v1/sites/S2")).json()
    assert alone["tenants"] == body["tenant_lists"][body["tenants_of"][1]]
    assert (alone["latitude"], alone["battery_hours"]) == (body["latitudes"][1], body["battery_hours"][1])


async def test_the_columns_are_sent_again_only_when_the_inventory_changed(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await add_site(connection, "S1")
    first = await client.get("/api/v1/map/sites")
    assert first.headers["content-encoding"] == "gzip"
    kept = {"if-none-match": first.headers["etag"]}
    assert (await client.get("/api/v1/map/sites", headers=kept)).status_code == 304
    await add_site(connection, "S2")
    await connection.execute("UPDATE core.inventory_version SET version = version + 1")
    after = await client.get("/api/v1/map/sites", headers=kept)
    assert after.json()["ids"] == ["S1", "S2"]


async def test_an_area_manager_is_given_the_sites_of_the_area_and_links_within_it(
    connection: Connection, database_url: str
) -> None:
    await add_site(connection, "S1", region="浙江/杭州/西湖")
    await add_site(connection, "S2", region="浙江/宁波/鄞州")
    await linked(connection, "S1", "S2")
    async with running_console(database_url) as console:
        everything = console.client(await add_account(connection, Role.NOC_OPERATOR))
        of_one = console.client(await add_account(connection, Role.AREA_MANAGER, region="浙江/宁波"))
        async with everything, of_one:
            assert (await everything.get("/api/v1/map/sites")).json()["ids"] == ["S1", "S2"]
            body = (await of_one.get("/api/v1/map/sites")).json()
            assert (body["ids"], body["upstreams"]) == (["S2"], [])
            assert (await of_one.get("/api/v1/sites/S1/history")).status_code == 404
            refused = await of_one.get("/api/v1/sites/S1/readings", params={"resource": "r", "metric": "m"})
            assert refused.status_code == 404


async def test_an_archive_of_tiles_is_served_by_ranges_to_who_is_signed_in(client: httpx.AsyncClient) -> None:
    ground = (await client.get("/api/v1/map/ground")).json()
    assert ground == {
        "tiles": {"kind": "archive", "url": "/api/v1/map/tiles.pmtiles", "attribution": "© us"},
        "datum": "gcj02",
    }
    # as a browser does: what is asked for by a range is wanted as it is
    part = await client.get(ground["tiles"]["url"], headers={"range": "bytes=300-399", "accept-encoding": "identity"})
    assert part.status_code == 206
    assert part.content == ARCHIVE[300:400]
    assert "https://" not in part.headers["content-security-policy"]
    async with httpx.AsyncClient(base_url=client.base_url) as nobody:
        assert (await nobody.get(ground["tiles"]["url"])).status_code == 401


async def test_who_may_use_the_desk_reads_the_ground_and_nothing_else_of_the_map(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    paths = ("/api/v1/map/ground", "/api/v1/map/tiles.pmtiles", "/api/v1/map/sites")
    of_the_desk = {Role.AREA_MANAGER: (200, 200, 200), Role.COMPLAINT_AGENT: (200, 200, 403)}
    refused = {Role.TECHNICIAN: (403, 403, 403), Role.TENANT: (403, 403, 403)}
    for role, expected in (of_the_desk | refused).items():
        token = await add_account(connection, role)
        async with httpx.AsyncClient(base_url=client.base_url, headers={"Authorization": f"Bearer {token}"}) as one:
            assert tuple([(await one.get(path)).status_code for path in paths]) == expected, role


async def test_the_policy_lets_in_pictures_of_the_one_origin_that_is_set(database_url: str) -> None:
    tiles = "https://tiles.example.com/a/{z}/{x}/{y}.png"
    async with running_console(database_url, map_tiles=tiles) as console, console.client() as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://tiles.example.com;" in policy
    assert policy.count("example.com") == 1


@pytest.mark.parametrize(
    "bad", ["https://a.example; script-src *//{z}/{x}/{y}", "https://a.example/tiles.png", "tiles"]
)
def test_a_template_that_would_widen_the_policy_is_refused(bad: str) -> None:
    with pytest.raises(SettingsError, match="map_tiles cannot be"):
        origin_of(bad)


def test_a_datum_that_no_map_has_is_refused_with_those_that_there_are() -> None:
    assert load_settings({"GUYWIRE_MAP_DATUM": "gcj02"}).map_datum is Datum.GCJ02
    with pytest.raises(SettingsError, match="map_datum cannot be 'bd09'; it wants wgs84 or gcj02"):
        load_settings({"GUYWIRE_MAP_DATUM": "bd09"})


async def test_a_series_is_thinned_but_keeps_its_dips_and_its_gaps(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await add_site(connection, "S1")
    for minute in range(120):
        if not 40 <= minute < 80:
            await measured(connection, NOON + timedelta(minutes=minute), 41.5 if minute == 7 else 53.5)
    stretch = {"from": NOON.isoformat(), "to": (NOON + timedelta(hours=2)).isoformat()}
    body = await points(client, points=12, **stretch)
    assert body["step_seconds"] == 600
    assert [round((at - NOON.timestamp()) / 60) for at, *_ in body["points"]] == [0, 10, 20, 30, 80, 90, 100, 110]
    _, low, mean, high = body["points"][0]
    assert (low, high) == (41.5, 53.5)
    assert 52 < mean < 53


async def test_what_was_promised_and_where_the_battery_is_cut_off_are_limits(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await add_site(connection, "S1", region="浙江/杭州/西湖")
    await connection.execute("UPDATE core.site SET tenants = ARRAY['Unicorn', 'Huayun']")
    for tenant, region, low, high in (
        ("Unicorn", "", 43.0, 60.0),
        ("Huayun", "浙江", 44.0, 58.0),
        ("Huayun", "江苏", 50.0, 52.0),
    ):
        await connection.execute(
            "INSERT INTO core.contract (tenant, region, severity, accept_minutes, arrive_minutes, restore_minutes,"
            " calendar, voltage_low, voltage_high) VALUES (%s, %s, 'critical', 10, 60, 240, '', %s, %s)",
            (tenant, region, low, high),
        )
    await connection.execute(
        "INSERT INTO collectors.latest_reading (site_id, resource, metric, qualifier, at, value, state, health, label,"
        " unit) VALUES ('S1', 'rectifier-1', 'disconnect-voltage', '', now(), 46, '', 'ok', '', 'V')"
    )
    of_output = await points(client, metric="dc-output-voltage")
    assert {limit["kind"]: limit["value"] for limit in of_output["limits"]} == {
        "promised_low": 44.0,
        "promised_high": 58.0,
        "disconnect": 46.0,
    }
    assert (await points(client, metric="temperature"))["limits"] == []


@pytest.mark.parametrize(
    "asked",
    [{"from": "2026-11-22T00:00:00Z", "to": "2026-11-21T00:00:00Z"}, {"from": "2026-11-21T00:00:00"}, {"points": 5}],
)
async def test_a_stretch_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, connection: Connection, asked: dict[str, Any]
) -> None:
    await add_site(connection, "S1")
    params = {"resource": "r", "metric": "m"} | asked
    answer = await client.get("/api/v1/sites/S1/readings", params=params)
    assert answer.status_code == 422, answer.text


async def test_history_counts_alarms_by_the_sites_own_day(client: httpx.AsyncClient, connection: Connection) -> None:
    await add_site(connection, "S1")
    await connection.execute("UPDATE core.site SET time_zone = 'Asia/Shanghai'")
    late = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0) - timedelta(days=2)  # 01:00 next day
    await add_alarm(connection, "A1", "S1", late)
    await add_alarm(connection, "A2", "S1", late - timedelta(hours=2))
    history = (await client.get("/api/v1/sites/S1/history")).json()
    days = [one["day"] for one in history["alarm_days"]]
    assert days == [f"{late + timedelta(days=1):%Y-%m-%d}", f"{late:%Y-%m-%d}"]
    assert [history[name] for name in ("outages", "visits", "tickets")] == [[], [], []]
