"""The migrations make the schema that is written down, once, whole, and whoever else is at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from guywire.database import Connection, connect
from guywire.database import migrate as migrate_module
from guywire.database.migrate import Migration, MigrationError, ensure_days, migrate, migrations
from tests.conftest import empty_database
from tests.integration.schema_snapshot import SNAPSHOT, describe

TODAY = date(2026, 11, 21)


@pytest.fixture
async def empty_url(postgres_url: str) -> AsyncIterator[str]:
    """A database that was never migrated."""
    with empty_database(postgres_url) as url:
        yield url


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Connection]:
    async with await connect(empty_url) as connection:
        yield connection


async def test_from_nothing_they_make_the_schema_that_is_written_down(empty: Connection) -> None:
    applied = await migrate(empty, TODAY)
    assert applied == [migration.name for migration in migrations()]
    assert await describe(empty) == SNAPSHOT.read_text("utf-8"), (
        "The schema has changed. If that is meant, write it down:"
        " python -m tests.integration.schema_snapshot > tests/integration/schema.txt"
    )


async def test_a_second_run_applies_nothing(empty: Connection) -> None:
    await migrate(empty, TODAY)
    before = await describe(empty)
    assert await migrate(empty, TODAY) == []
    assert await describe(empty) == before


async def test_an_older_database_gets_what_it_lacks(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = migrations()
    monkeypatch.setattr(migrate_module, "migrations", lambda: everything[:2])
    assert await migrate(empty, TODAY) == [migration.name for migration in everything[:2]]
    monkeypatch.setattr(migrate_module, "migrations", lambda: everything)
    assert await migrate(empty, TODAY) == [migration.name for migration in everything[2:]]
    assert await describe(empty) == SNAPSHOT.read_text("utf-8")


async def migrate_before(number: int, empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the database was before the migration of that number."""
    older = [one for one in migrations() if one.number < number]
    with monkeypatch.context() as then:
        then.setattr(migrate_module, "migrations", lambda: older)
        await migrate(empty, TODAY)


async def test_a_problem_that_was_closed_with_its_cause_is_resolved_and_keeps_its_site(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate_before(27, empty, monkeypatch)
    await empty.execute(
        "INSERT INTO dispatch.problem (problem_id, site_id, domain, shared, raised_at, last_at, ticket_ids, closed_at,"
        " closed_by, cause) VALUES ('R1', 'S1', 'p/c', 'type:smoke', now(), now(), '{T1}', now(), 'ann', 'a leak'),"
        " ('R2', 'S1', 'p/c', 'cause:a leak', now(), now(), '{T1}', NULL, '', '')"
    )
    await migrate(empty, TODAY)
    rows = await (
        await empty.execute("SELECT id, state, sites, ended_by, cause FROM views.problem ORDER BY 1")
    ).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("R1", "resolved", ["S1"], "ann", "a leak"),
        ("R2", "open", ["S1"], None, ""),
    ]


async def test_sites_that_were_there_before_are_known_since_the_first_load_or_their_first_alarm(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate_before(30, empty, monkeypatch)
    loaded, heard = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    for site in ("S1", "S2"):
        await empty.execute(
            "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
            " VALUES (%s, %s, 31, 121, 'a/b/c', 'a/b', 'B', 'UTC')", (site, site)
        )  # fmt: skip
    await empty.execute(
        "INSERT INTO core.audit (at, actor, action, object_kind, object_id)"
        " VALUES (%s, 'x', 'load_inventory', 'inventory', '1')",
        (loaded,),
    )
    await empty.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at)"
        " VALUES ('A1', 'S2', 'r', 'smoke', '', 'a/b', 'major', '1970-01-01', %s, now())",
        (heard,),
    )
    await empty.execute(
        "INSERT INTO centre.voltage_day SELECT 'S1', day, 43, 60, 86400, 0, 0, NULL, NULL, true"
        " FROM unnest(ARRAY[%s, %s]::timestamptz[]) day", (loaded - timedelta(days=3), loaded + timedelta(days=3)),
    )  # fmt: skip
    await migrate(empty, TODAY)
    rows = await (await empty.execute("SELECT id, known_since FROM views.site_life ORDER BY id")).fetchall()
    assert [(row["id"], row["known_since"]) for row in rows] == [("S1", loaded), ("S2", heard)]
    days = await (await empty.execute("SELECT starts_at FROM views.voltage_day")).fetchall()
    assert [row["starts_at"] for row in days] == [loaded + timedelta(days=3)]


async def test_tenants_that_were_there_before_have_stood_there_since_the_site_is_known(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate_before(33, empty, monkeypatch)
    known, retired = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    for site, until in (("S1", None), ("S2", retired)):
        await empty.execute(
            "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone, tenants,"
            " known_since, retired_at) VALUES (%s, %s, 31, 121, 'a/b/c', 'a/b', 'B', 'UTC', '{Red,Blue,Red}', %s, %s)",
            (site, site, known, until),
        )
    await migrate(empty, TODAY)
    rows = await (await empty.execute("SELECT site, tenant, since, until FROM views.tenancy ORDER BY id")).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        (site, tenant, known, until) for site, until in (("S1", None), ("S2", retired)) for tenant in ("Blue", "Red")
    ]


async def test_a_database_made_by_a_newer_program_is_refused(empty: Connection) -> None:
    await migrate(empty, TODAY)
    await empty.execute("INSERT INTO public.guywire_migration (number, name) VALUES (9999, 'from_the_future')")
    with pytest.raises(MigrationError, match="newer Guywire"):
        await migrate(empty, TODAY)


async def test_a_postgres_that_is_too_old_is_refused(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate_module, "OLDEST_POSTGRES", 99)
    with pytest.raises(MigrationError, match="Use version 99 or later"):
        await migrate(empty, TODAY)
    assert await describe(empty) == ""


async def test_a_migration_that_fails_leaves_no_trace(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [*migrations(), Migration(len(migrations()) + 1, "broken", "CREATE TABLE core.half (); SELECT 1 / 0")]
    monkeypatch.setattr(migrate_module, "migrations", lambda: broken)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(empty, TODAY)
    assert await describe(empty) == ""


async def test_of_two_migrators_at_once_one_does_it_all_and_the_other_nothing(empty_url: str) -> None:
    async with await connect(empty_url) as one, await connect(empty_url) as other:
        applied = await asyncio.gather(migrate(one, TODAY), migrate(other, TODAY))
        assert sorted(applied, key=len) == [[], [migration.name for migration in migrations()]]


async def test_rows_that_came_before_their_day_was_made_are_moved_into_it(empty: Connection) -> None:
    await migrate(empty, TODAY)
    day = datetime(2030, 1, 5, tzinfo=UTC)
    times = [day - timedelta(microseconds=1), day, day + timedelta(days=1, microseconds=-1), day + timedelta(days=1)]
    for seq, at in enumerate(times):
        await _insert_event(empty, seq, at)
    await empty.execute("SET timezone = 'Asia/Shanghai'")  # days are those of UTC whoever asks
    await ensure_days(empty, day.date() + timedelta(days=1))  # makes 5 January, yesterday, to 13 January
    assert await _events_in(empty, "correlation.alarm_event") == times
    if not await _has_timescale(empty):
        assert await _events_in(empty, "correlation.alarm_event_rest") == times[:1]
        assert await _events_in(empty, "correlation.alarm_event_20300105") == times[1:3]
        assert await _events_in(empty, "correlation.alarm_event_20300106") == times[3:]


async def test_days_are_made_once_by_whoever_asks_at_once(database_url: str) -> None:
    day = date(2031, 6, 1)
    async with await connect(database_url) as one, await connect(database_url) as other:
        await asyncio.gather(ensure_days(one, day), ensure_days(other, day))
        await _insert_event(one, 1, datetime(2031, 6, 1, 12, tzinfo=UTC))
        if not await _has_timescale(one):
            assert len(await _events_in(one, "correlation.alarm_event_20310601")) == 1


async def _insert_event(connection: Connection, seq: int, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO correlation.alarm_event (at, received_at, collector, domain, spool, seq, site_id, resource,"
        " alarm_type, qualifier, severity, text, source, details)"
        " VALUES (%s, %s, 'c', 'd', 's', %s, 'S1', 'r', 'mains-failure', '', 'major', '', '', '{}')",
        (at, at, seq),
    )


async def _events_in(connection: Connection, table: str) -> list[datetime]:
    rows = await (await connection.execute(f"SELECT at FROM {table} ORDER BY at".encode())).fetchall()
    return [row["at"].astimezone(UTC) for row in rows]


async def _has_timescale(connection: Connection) -> bool:
    row = await (await connection.execute("SELECT core.has_timescale() AS there")).fetchone()
    return bool(row and row["there"])
