"""The supervisor starts everything, starts again what dies, says so calmly, and leaves nothing running."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from guywire.errors import GuywireError
from guywire.owner import own, running
from guywire.settings import Settings
from guywire.supervisor import Program, program, supervise
from guywire.supervisor.run import stream_url_of
from tests.integration.fake_system import NAMES, eventually, fakes, free_settings, supervised
from tests.integration.owner_process import server_processes, until

LAST_LINE = "Ctrl-C stops everything"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return free_settings(tmp_path, database_url)


def process_of(name: str, settings: Settings) -> int | None:
    """The id of the fake's process, by the port that only it has in its arguments."""
    port = str(settings.metrics_port_of(name)).encode()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[-3:] == [name.encode(), port, b""]:
            return int(entry.parent.name)
    return None


def left_running(settings: Settings) -> list[str]:
    return [name for name in NAMES if process_of(name, settings)]


async def test_everything_is_started_told_and_stopped_in_the_reverse_order(settings: Settings) -> None:
    extra = Program("simulator", (sys.executable, "-c", "import signal; signal.pause()"))
    async with supervised(settings, [extra]) as told:
        await told.until("guywire", LAST_LINE)
        assert {name for name, what in told.lines if what.startswith("ready in")} == {*NAMES, "simulator"}
        assert ("NOC console", f"http://127.0.0.1:{settings.console_port}/") in told.lines
        assert ("complaint desk", f"http://127.0.0.1:{settings.console_port}/desk") in told.lines
        assert ("field app", f"http://127.0.0.1:{settings.field_port}/") in told.lines
        assert told.count("first user", f"--data-dir {settings.data_dir}") == 1
        found = running(settings.data_dir)
        assert found is not None
        assert (found.pid, found.metrics_port) == (os.getpid(), settings.metrics_port)
    assert [name for name, what in told.lines if what == "stopped"] == ["simulator", *reversed(NAMES)]
    assert left_running(settings) == []
    assert running(settings.data_dir) is None


async def test_the_hint_for_the_first_user_goes_once_there_is_one(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("INSERT INTO core.account (name, role, password_hash) VALUES ('ann', 'admin', 'x')")
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
    assert told.count("first user", "") == 0


async def test_what_is_killed_is_started_again_and_the_rest_is_left_alone(settings: Settings) -> None:
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
        before = {name: process_of(name, settings) for name in NAMES}
        killed = before["dispatch"]
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await told.until("dispatch", "ready in", times=2)
        assert told.count("dispatch", "killed by SIGKILL; starting it again in 0.5 s") == 1
        after = {name: process_of(name, settings) for name in NAMES}
        assert {name for name in NAMES if before[name] != after[name]} == {"dispatch"}


async def test_what_cannot_start_says_why_and_is_tried_ever_later(settings: Settings) -> None:
    broken = Program("simulator", (sys.executable, "-c", "raise SystemExit('no such province')"))
    missing = Program("ghost", ("/no/such/program",))
    async with supervised(settings, [broken, missing]) as told:
        await told.until("simulator", "ended with 1: no such province")
        await told.until("simulator", "starting it again in 1 s")
        await told.until("ghost", "cannot be started: [Errno 2] No such file or directory")
        assert told.count("guywire", LAST_LINE) == 0


async def test_what_falls_ill_is_told_once_and_again_when_it_is_well(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_LOOK_SECONDS", 0.02)
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
        ill = settings.data_dir / "dispatch.ill"
        ill.touch()
        await told.until("dispatch", "unwell: has a cold")
        ill.unlink()
        await told.until("dispatch", "well again")
    assert told.count("dispatch", "unwell") == 1


async def test_what_does_not_get_well_at_all_is_told_and_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_SLOW_SECONDS", 0.1)
    ill = settings.data_dir / "dispatch.ill"
    ill.touch()
    async with supervised(settings) as told:
        await told.until("dispatch", "not ready yet: ")
        ill.unlink()
        await told.until("guywire", LAST_LINE)
    assert told.count("dispatch", "not ready yet: ") == 1


async def test_what_is_deaf_to_sigterm_is_killed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_PATIENCE_SECONDS", 0.1)
    (settings.data_dir / "dispatch.deaf").touch()
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
    assert left_running(settings) == []


async def test_preparation_finds_the_schema_and_no_service_yet(settings: Settings) -> None:
    seen: list[object] = []

    async def prepare(url: str) -> None:
        with psycopg.connect(url) as connection:
            seen.append(connection.execute("SELECT count(*) FROM views.alarm").fetchone())
        seen.append(left_running(settings))

    async with supervised(settings, prepare=prepare) as told:
        await told.until("guywire", LAST_LINE)
    assert seen == [(0,), []]


async def test_programs_are_given_the_settings_and_their_words_go_to_a_log_of_their_name(settings: Settings) -> None:
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
    log = settings.data_dir / "logs" / "dispatch.log"
    assert log.read_text().startswith(f"serving {settings.database_url}\n")
    assert log.stat().st_mode & 0o777 == 0o600


async def test_a_proxy_named_in_the_environment_is_not_asked_for_our_own_health(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)


async def test_a_taken_port_is_told_with_who_has_it_and_what_to_do(settings: Settings) -> None:
    refused = pytest.raises(GuywireError, match=rf"taken by process {os.getpid()} .*--console-port")
    with socket.create_server(("127.0.0.1", settings.console_port)), refused:
        await supervise(settings, of=fakes)
    assert running(settings.data_dir) is None


async def test_a_port_that_is_wanted_twice_is_told_before_anything_starts(settings: Settings) -> None:
    twice = replace(settings, field_port=settings.console_port)
    with pytest.raises(GuywireError, match=r"wanted twice, for console and field app\. .*--field-port"):
        await supervise(twice, of=fakes)
    assert running(settings.data_dir) is None


@contextmanager
def fake_system(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], Settings]]:
    """The fake system as a process, once it is ready."""
    data_dir.mkdir(exist_ok=True)
    settings = free_settings(data_dir)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.integration.fake_system", str(data_dir), str(settings.metrics_port)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            assert any(LAST_LINE in line for line in process.stdout)
            yield process, settings
        finally:
            process.kill()


def nothing_runs(settings: Settings) -> bool:
    return not left_running(settings) and not server_processes(settings.data_dir)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order_with_success(tmp_path: Path, number: signal.Signals) -> None:
    with fake_system(tmp_path) as (process, settings):
        assert not nothing_runs(settings)
        process.send_signal(number)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        assert [line.split()[0] for line in said.splitlines()] == [*reversed(NAMES), "postgres"]
        assert nothing_runs(settings)


def test_a_second_signal_ends_it_at_once_and_still_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "dashboards.deaf").touch()
    with fake_system(tmp_path) as (process, settings):
        process.send_signal(signal.SIGINT)
        until(lambda: _refuses_signals(process, signal.SIGINT), "the end")
        assert process.returncode == 1
        until(lambda: nothing_runs(settings), "the end of all")
    shutil.rmtree((tmp_path / "postgres" / "runtime").read_text())  # the next start would have done it


def _refuses_signals(process: subprocess.Popen[str], number: signal.Signals) -> bool:
    process.send_signal(number)
    return process.poll() is not None


def test_a_killed_supervisor_leaves_nothing_running_and_the_next_one_starts(tmp_path: Path) -> None:
    with fake_system(tmp_path) as (process, settings):
        process.kill()
        until(lambda: nothing_runs(settings), "the end of all")
    with fake_system(tmp_path) as (process, settings):
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


async def test_a_killed_postgres_is_started_again_and_the_services_stay(tmp_path: Path) -> None:
    settings = free_settings(tmp_path)
    async with supervised(settings) as told:
        await told.until("guywire", LAST_LINE)
        before = {name: process_of(name, settings) for name in NAMES}
        postmaster = int((tmp_path / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        await told.until("postgres", "ready in", times=2)
        found = running(tmp_path)
        assert found is not None
        psycopg.connect(found.database_url).close()
        assert {name: process_of(name, settings) for name in NAMES} == before
    await eventually(lambda: nothing_runs(settings), "the end of all")


async def test_up_on_an_owned_folder_fails_in_one_line_that_names_the_owner(tmp_path: Path) -> None:
    with own(tmp_path):
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "guywire", "up", "--data-dir", str(tmp_path)), stderr=subprocess.PIPE
        )
        _, said = await second.communicate()
    assert second.returncode == 1
    assert said.decode().startswith(f"guywire: Process {os.getpid()} already runs on {tmp_path}.")
    assert said.count(b"\n") == 1


async def test_a_database_that_is_not_there_fails_in_one_line(tmp_path: Path) -> None:
    settings = replace(free_settings(tmp_path), database_url="postgresql:///nowhere?host=/nonexistent")
    with pytest.raises(psycopg.OperationalError):
        await supervise(settings, of=fakes)
    assert left_running(settings) == []


def test_two_systems_that_start_at_once_choose_two_ports_for_their_streams(tmp_path: Path) -> None:
    chosen = {stream_url_of(Settings(data_dir=tmp_path, metrics_port=port)) for port in (29_460, 29_560)}
    assert len(chosen) == 2
