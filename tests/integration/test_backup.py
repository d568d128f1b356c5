"""A backup brings back the whole system: every row, every file that belongs to it, and nothing half."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from collectors.poll.memory import Memory
from collectors.spool import Spool
from guywire.backup import restore, save
from guywire.database import Connection
from guywire.errors import GuywireError
from guywire.hook_secret import hook_secret
from guywire.owner import own, running
from guywire.postgres import embedded
from guywire.push_key import public_push_key
from guywire.settings import Settings
from tests.conftest import empty_database
from tests.integration.small_province import add_province
from tests.integration.stream_events import event

TABLES = (
    "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|_?timescaledb|information_schema)'"
    " AND tablename <> 'audit' AND tablename !~ 'counter$' ORDER BY 1, 2"
)
ROWS = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM {} t"
AUDITED = "SELECT action FROM core.audit WHERE actor = 'command line' ORDER BY at"


def contents(url: str) -> dict[str, object]:
    """Of each table how many rows it has, and their digest."""
    with psycopg.connect(url) as connection:
        names = [sql.Identifier(*name) for name in connection.execute(TABLES).fetchall()]
        return {name.as_string(): connection.execute(sql.SQL(ROWS).format(name)).fetchone() for name in names}


def spool_with(data_dir: Path, *numbers: int) -> Spool:
    spool = Spool(data_dir / "spool" / "local.sqlite")
    spool.append([event(number) for number in numbers])
    return spool


@pytest.fixture
async def system(connection: Connection, database_url: str, tmp_path: Path) -> Settings:
    """A province in a database of its own, and a data folder with everything that people and programs put there."""
    await add_province(connection)
    await connection.execute(
        "INSERT INTO collectors.sample (at, site_id, resource, metric, qualifier, value, state)"
        " VALUES (now(), 'S1', 'ups-1', 'battery-voltage', '1', 53.5, '')"
    )
    data_dir = tmp_path / "data"
    (data_dir / "policy").mkdir(parents=True, mode=0o700)
    (data_dir / "policy" / "sla.toml").write_text("# ours\n")
    (data_dir / "logs").mkdir()
    (data_dir / "logs" / "dispatch.log").write_text("long ago\n")
    public_push_key(data_dir), hook_secret(data_dir)
    memory = Memory(data_dir / "spool" / "local-poll.sqlite")
    memory.remember([("10.0.0.1", "sensors")])
    memory.close()
    return Settings(data_dir=data_dir, database_url=database_url)


@pytest.fixture
def target(postgres_url: str, tmp_path: Path) -> Iterator[Settings]:
    """An empty database and a folder that is not there yet."""
    with empty_database(postgres_url) as url:
        yield Settings(data_dir=tmp_path / "elsewhere", database_url=url)


async def test_every_row_and_every_file_comes_back(system: Settings, target: Settings, tmp_path: Path) -> None:
    spool = spool_with(system.data_dir, 1, 2, 3)
    numbering = spool.spool
    spool.close()
    (target.data_dir / "lost+found").mkdir(parents=True)
    (target.data_dir / ".profile").write_text("a home directory's\n")
    made = await save(system, tmp_path / "b")
    assert made.left_out == []
    assert (await restore(target, tmp_path / "b")).made_at == made.made_at
    assert contents(target.database_url) == contents(system.database_url)
    with psycopg.connect(target.database_url) as connection:
        assert [action for (action,) in connection.execute(AUDITED)] == ["backup", "restore"]
    assert (target.data_dir / "policy" / "sla.toml").read_text() == "# ours\n"
    assert public_push_key(target.data_dir) == public_push_key(system.data_dir)
    assert hook_secret(target.data_dir) == hook_secret(system.data_dir)
    again = Spool(target.data_dir / "spool" / "local.sqlite")
    assert (again.spool, again.depth, again.spooled_total) == (numbering, 3, 3)
    again.close()
    assert not (target.data_dir / "logs").exists()
    assert not (target.data_dir / "restoring").exists()


async def test_no_id_is_given_twice_after_a_restore(
    system: Settings, target: Settings, connection: Connection, tmp_path: Path
) -> None:
    await connection.execute("INSERT INTO correlation.counter VALUES ('I', 41), ('T', 250123), ('own', 7)")
    await connection.execute("UPDATE dispatch.work_order_counter SET last = 57")
    await connection.execute("SELECT nextval('centre.handover_number')")
    feed = "SELECT publisher, max(seq) FROM core.feed GROUP BY 1 ORDER BY 1"
    await save(system, tmp_path / "b")
    await restore(target, tmp_path / "b")
    with psycopg.connect(target.database_url) as there, psycopg.connect(system.database_url) as here:
        assert there.execute("SELECT kind, last FROM correlation.counter ORDER BY kind").fetchall() == [
            ("I", 100_000),
            ("T", 300_000),
            ("own", 7),
        ]
        assert there.execute("SELECT last FROM dispatch.work_order_counter").fetchone() == (100_000,)
        assert there.execute("SELECT last FROM complaints.complaint_counter").fetchone() == (100_000,)
        assert there.execute("SELECT nextval('centre.handover_number')").fetchone() == (100_001,)
        assert there.execute(feed).fetchall() == here.execute(feed).fetchall()


async def test_of_a_running_collector_all_but_what_is_on_its_way_is_saved(
    system: Settings, target: Settings, tmp_path: Path
) -> None:
    with closing(spool_with(system.data_dir, 1)):
        made = await save(system, tmp_path / "b")
    assert made.left_out == ["spool/local.sqlite"]
    await restore(target, tmp_path / "b")
    assert sorted(path.name for path in (target.data_dir / "spool").iterdir()) == ["local-poll.sqlite"]
    memory = Memory(target.data_dir / "spool" / "local-poll.sqlite")
    assert memory.knows(("10.0.0.1", "sensors")), "else what began since would pass for what always stood"
    memory.close()


async def test_a_backup_is_for_its_user_alone_and_tells_nobody_the_password(system: Settings, tmp_path: Path) -> None:
    await save(system, tmp_path / "b")
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "b" / "files" / "hook-secret").stat().st_mode) == 0o600
    if password := conninfo_to_dict(system.database_url).get("password"):
        assert str(password) not in (tmp_path / "b" / "backup.json").read_text()


async def test_nothing_is_written_over(system: Settings, target: Settings, tmp_path: Path) -> None:
    await save(system, tmp_path / "b")
    with pytest.raises(GuywireError, match="there already"):
        await save(system, tmp_path / "b")
    with pytest.raises(GuywireError, match="lies in the data folder"):
        await save(system, system.data_dir / "b")
    with pytest.raises(GuywireError, match=r"data is not empty \(hook-secret"):
        await restore(replace(target, data_dir=system.data_dir), tmp_path / "b")
    before = contents(system.database_url)
    with pytest.raises(GuywireError, match="database is not empty"):
        await restore(replace(target, database_url=system.database_url), tmp_path / "b")
    assert contents(system.database_url) == before
    with own(target.data_dir), pytest.raises(GuywireError, match="already runs on"):
        await restore(target, tmp_path / "b")
    await restore(target, tmp_path / "b")


async def test_a_damaged_backup_leaves_nothing_behind(system: Settings, target: Settings, tmp_path: Path) -> None:
    await save(system, tmp_path / "b")
    dump = tmp_path / "b" / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 3 // 4])
    with pytest.raises(GuywireError, match="pg_restore failed"):
        await restore(target, tmp_path / "b")
    assert contents(target.database_url) == {}
    assert [path.name for path in target.data_dir.iterdir()] == ["owner.lock"]


async def test_a_database_that_holds_no_guywire_is_no_system(target: Settings, tmp_path: Path) -> None:
    with pytest.raises(GuywireError, match="holds no Guywire"):
        await save(target, tmp_path / "b")
    with pytest.raises(GuywireError, match="There is no database in"):
        await save(replace(target, database_url=""), tmp_path / "b")
    assert not (tmp_path / "b").exists()


@pytest.mark.skipif("GUYWIRE_TEST_TIMESCALE_URL" in os.environ, reason="the embedded database is plain PostgreSQL")
async def test_a_stopped_system_moves_with_its_embedded_database(system: Settings, tmp_path: Path) -> None:
    here, there = (Settings(data_dir=tmp_path / name) for name in ("here", "there"))
    await save(system, tmp_path / "b")
    await restore(here, tmp_path / "b")
    assert running(here.data_dir) is None
    with sqlite3.connect(here.data_dir / "spool" / "local-poll.sqlite") as memory:
        memory.execute("INSERT INTO look VALUES ('10.0.0.2', 'tables')")
    await save(here, tmp_path / "c")
    await restore(there, tmp_path / "c")
    async with embedded(there.data_dir, durable=False) as url:
        assert contents(url) == contents(system.database_url)
    moved = Memory(there.data_dir / "spool" / "local-poll.sqlite")
    assert moved.knows(("10.0.0.2", "tables"))
    moved.close()
