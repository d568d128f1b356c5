"""The poller and its database: samples land, what stands is read back, and devices come with their credentials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from collectors.inventory import read_snapshot
from collectors.poll.ledger import Seen
from collectors.poll.samples import Sample, Waiting, write
from collectors.poll.standing import read_standing
from guywire.database import Connection, connect
from guywire.model import Identity, Severity
from tests.integration.polled_devices import Device, Devices, a_ups, address
from tests.integration.polling_world import data_folder, polling, ups
from tests.integration.test_polling import FAST, MAINS_BACK
from tests.integration.wire_collector_process import eventually

NOON = datetime.now(UTC).replace(microsecond=0)


def sample(minutes: float, value: float, qualifier: str = "1") -> Sample:
    at = NOON + timedelta(minutes=minutes)
    return Sample(at, "S1", "ups-1", "battery-voltage", qualifier, value, "", "ok", f"battery {qualifier}", "V")


async def rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    return await (await connection.execute(query)).fetchall()


async def alarm(connection: Connection, resource: str, alarm_type: str, details: str = "{}", **given: object) -> None:
    """An alarm as the correlator would have it; `given` are further columns."""
    columns = {"cleared_at": None, "changed_at": NOON} | given
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, details, cleared_at, changed_at)"
        " VALUES (%s, 'S1', %s, %s, '', 'sh/pudong', 'major', %s, %s, %s::jsonb, %s, %s)",
        (f"A-{resource}-{alarm_type}", resource, alarm_type, NOON, NOON, details, *columns.values()),
    )


async def test_samples_are_kept_and_the_latest_of_each_series_stands_by_itself(connection: Connection) -> None:
    await write(connection, [sample(0, 53.5), sample(1, 53.4), sample(1, 48.0, "2")])
    await write(connection, [sample(2, 53.3), sample(-5, 60.0, "2")])
    kept = await rows(connection, "SELECT value FROM views.sample WHERE site = 'S1' ORDER BY at, value")
    assert [row["value"] for row in kept] == [60.0, 53.5, 48.0, 53.4, 53.3]
    latest = await rows(connection, "SELECT id, label, value, unit, health, at FROM views.latest_reading ORDER BY id")
    assert [tuple(row.values()) for row in latest] == [
        ("S1/ups-1/battery-voltage/1", "battery 1", 53.3, "V", "ok", NOON + timedelta(minutes=2)),
        ("S1/ups-1/battery-voltage/2", "battery 2", 48.0, "V", "ok", NOON + timedelta(minutes=1)),
    ]


async def test_a_batch_that_cannot_be_written_leaves_nothing_behind(connection: Connection) -> None:
    with pytest.raises(psycopg.DataError):
        await write(connection, [sample(0, 53.5), sample(1, 1.0, "nul\0")])
    assert await rows(connection, "SELECT 1 FROM views.sample") == []


def test_what_waits_for_the_database_is_bounded_and_what_goes_is_the_oldest_and_counted() -> None:
    waiting = Waiting(3)
    assert waiting.add([sample(0, 1), sample(1, 2)]) == 0
    assert waiting.add([sample(2, 3), sample(3, 4)]) == 1
    taken = waiting.take(2)
    assert [one.value for one in taken] == [2, 3]
    assert waiting.add([sample(4, 5)]) == 0
    assert waiting.give_back(taken) == 1
    assert [one.value for one in waiting.take(9)] == [3, 4, 5]


async def test_what_stands_is_read_for_the_polled_sites_only(connection: Connection) -> None:
    await alarm(connection, "ups-1", "mains-failure")
    await alarm(connection, "ups-1", "battery-failure", cleared_at=NOON, changed_at=NOON)
    await alarm(connection, "ups-1", "high-temperature", cleared_at=NOON - timedelta(minutes=2), changed_at=NOON)
    await alarm(connection, "ups-1", "device-restart", '{"trap": "1.3.6.1.6.3.1.1.5.1"}')
    await alarm(connection, "ups-2", "device-restart", '{"sysUpTime": "300"}')
    found = await read_standing(connection, ["S1", "S2"], NOON - timedelta(minutes=1))
    assert sorted(found) == [
        Seen(Identity("S1", "ups-1", "battery-failure", ""), Severity.CLEARED, NOON),
        Seen(Identity("S1", "ups-1", "mains-failure", ""), Severity.MAJOR, NOON),
        Seen(Identity("S1", "ups-2", "device-restart", ""), Severity.MAJOR, NOON),
    ]
    assert await read_standing(connection, ["S2"], NOON) == []


async def test_polled_equipment_comes_with_the_name_of_its_credential(connection: Connection) -> None:
    await inventory(connection, [("ups-1", "10.0.0.1", "public"), ("ups-2", "10.0.0.2", "")])
    snapshot = await read_snapshot(connection)
    assert [(row.resource, row.credential) for row in snapshot.equipment] == [("ups-1", "public"), ("ups-2", "")]
    columns = await rows(connection, "SELECT * FROM views.resource WHERE resource = 'ups-1'")
    assert "credential" not in columns[0], "which screens show"


async def inventory(connection: Connection, equipment: Sequence[tuple[str, str, str]]) -> None:
    await connection.execute(
        "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
        " VALUES ('S1', 'One', 31, 121, 'sh/pudong/north', 'sh/pudong', 'A', 'UTC')"
    )
    for resource, where, credential in equipment:
        await connection.execute(
            "INSERT INTO core.resource (site_id, resource, kind, address, credential) VALUES ('S1', %s, 'ups', %s, %s)",
            (resource, where, credential),
        )


async def test_a_poller_clears_what_stood_before_it_started_and_writes_its_samples(
    tmp_path: Path, database_url: str, connection: Connection
) -> None:
    await alarm(connection, "ups-1", "mains-failure")
    await alarm(connection, "ups-1", "door-open")
    with Devices({address(0): Device(a_ups()).answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST)
        async with polling(tmp_path, database_url) as keeper:
            await eventually(lambda: keeper.count("samples") >= 20, keeper.words)
    assert keeper.told == [MAINS_BACK]
    found = await rows(connection, "SELECT count(*) AS n, count(DISTINCT metric) AS metrics FROM views.sample")
    assert found[0]["n"] >= keeper.count("samples")
    assert found[0]["metrics"] >= 5
    battery = await rows(connection, "SELECT value, unit FROM views.latest_reading WHERE metric = 'battery-voltage'")
    assert [tuple(row.values()) for row in battery] == [(54.0, "V")]


async def test_a_database_that_is_away_stops_no_poll_and_what_waited_for_it_is_done_when_it_is_back(
    tmp_path: Path, postgres_url: str, database_url: str, connection: Connection
) -> None:
    await alarm(connection, "ups-1", "mains-failure")
    open_to_all = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(str(conninfo_to_dict(database_url)["dbname"]))
    row = ups("S1", "")
    async with await connect(postgres_url) as admin:
        await admin.execute(open_to_all.format(name, sql.Literal(False)))
        with Devices({address(0): Device(a_ups()).answer}) as served:
            row = ups("S1", f"{address(0)}:{served.port}")
            data_folder(tmp_path, [row], FAST)
            async with polling(tmp_path, database_url) as keeper:
                await eventually(lambda: keeper.count("polls") >= 3)
                assert keeper.told == [], "all is well, and nobody can tell what stands"
                await admin.execute(open_to_all.format(name, sql.Literal(True)))
                await eventually(lambda: keeper.told == [MAINS_BACK], keeper.words)
                await eventually(lambda: keeper.count("samples") > 0)
    (first,) = await rows(connection, "SELECT min(at) AS at FROM views.sample")
    assert first["at"] == keeper.contacts(row.address, answered=True)[0]
    assert keeper.count("samples_lost") == 0
