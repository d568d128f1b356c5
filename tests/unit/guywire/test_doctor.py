"""The doctor names what is wrong and how to mend it, and lets what is right pass."""

from __future__ import annotations

import json
import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from guywire import doctor, ports
from guywire.cli import main
from guywire.doctor import Finding
from guywire.owner import Running
from guywire.settings import Settings
from tests.integration.fake_system import free_settings
from tests.ports import free_port


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("here", "level"), [((3, 10), "fail"), ((3, 11), "ok"), ((3, 14), "ok")])
def test_python_must_be_new_enough(here: tuple[int, int], level: str) -> None:
    assert doctor.python(here).level == level


@pytest.mark.parametrize(("free", "level"), [(10**8, "fail"), (2 * 10**9, "warn"), (10**11, "ok")])
def test_disk_space_is_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, level: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free))
    assert doctor.disk(tmp_path / "to" / "be" / "made").level == level


def test_a_folder_that_is_still_to_be_made_is_judged_by_the_one_above(tmp_path: Path) -> None:
    assert doctor.data_folder(tmp_path / "new" / "data") == Finding(
        "ok", "data folder", f"{tmp_path}/new/data (to be made)"
    )


def test_a_folder_that_cannot_hold_files_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = doctor.data_folder(tmp_path / "file" / "data")
    assert found.level == "fail"
    assert "--data-dir" in found.text


@pytest.mark.parametrize(("got", "level"), [(212_992, "warn"), (doctor.RECEIVE_BUFFER, "ok")])
def test_a_small_receive_buffer_is_told_with_the_command_that_raises_it(
    monkeypatch: pytest.MonkeyPatch, got: int, level: str
) -> None:
    monkeypatch.setattr(doctor, "_largest_receive_buffer", lambda: got)
    found = doctor.receive_buffer()
    assert found.level == level
    assert ("sysctl" in found.text) == (level == "warn")


def test_the_receive_buffer_is_the_one_the_kernel_gives() -> None:
    assert 0 < doctor._largest_receive_buffer() <= doctor.RECEIVE_BUFFER


def test_the_programs_of_postgres_are_run_to_see() -> None:
    found = doctor.programs()
    assert found.level == "ok"
    assert "PostgreSQL" in found.text


def test_programs_that_do_not_run_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "installed_binaries", lambda: tmp_path)
    found = doctor.programs()
    assert found.level == "fail"
    assert f"{tmp_path}/bin/postgres" in found.text


def a_port(number: int) -> ports.Port:
    return ports.Port("tcp", "127.0.0.1", number, "console", "--console-port")


def test_a_port_is_free_or_taken_by_somebody_or_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = a_port(server.getsockname()[1])
        taken = doctor.port_finding(port, None)
        ours = doctor.port_finding(port, Running(os.getpid(), "", 0))
        a_childs = doctor.port_finding(port, Running(os.getppid(), "", 0))
    assert taken.level == "fail"
    assert f"taken by process {os.getpid()}" in taken.text
    assert "--console-port" in taken.text
    assert (ours.level, a_childs.level) == ("ok", "ok")
    assert doctor.port_finding(port, None) == Finding("ok", f"tcp {port.number}", "free for console")


def test_a_port_that_one_system_wants_twice_is_told_with_both_uses_and_both_options() -> None:
    settings = replace(Settings(), console_port=9465, field_port=8081, metrics_port=9460)
    assert ports.wanted_twice(ports.needed(settings)) == [
        "tcp port 9465 is wanted twice, for console and metrics of dashboards."
        " Choose another with --console-port or --metrics-port."
    ]
    assert ports.wanted_twice(ports.needed(replace(settings, console_port=8080, trap_port=8080))) == []


def test_a_udp_port_is_seen_taken_as_well() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as traps:
        traps.bind(("127.0.0.1", 0))
        problem = ports.problem(ports.Port("udp", "127.0.0.1", traps.getsockname()[1], "traps", "--trap-port"))
    assert problem is not None
    assert f"taken by process {os.getpid()}" in problem


@pytest.mark.parametrize(
    ("server", "applied", "level", "words"),
    [
        (16, 5, "fail", "too old"),
        (17, 6, "fail", "newer Guywire"),
        (17, 4, "warn", "1 migrations behind"),
        (18, 5, "ok", "PostgreSQL 18, up to date"),
    ],
)
def test_a_database_must_fit(server: int, applied: int, level: str, words: str) -> None:
    found = doctor._schema(server, applied, 5)
    assert found.level == level
    assert words in found.text


async def test_a_database_that_is_away_fails(tmp_path: Path) -> None:
    found = await doctor.database(Settings(database_url=f"postgresql:///x?host={tmp_path}"), None)
    assert found.level == "fail"
    assert "--database-url" in found.text


def test_a_service_that_is_well_enough_to_run_still_tells_what_ails_it() -> None:
    said = json.dumps({"status": "ok", "checks": {"stream": "The correlator is away.", "spool": "ok"}})
    assert doctor._service("collectors", True, said) == Finding("warn", "collectors", "stream: The correlator is away.")
    well = json.dumps({"status": "ok", "checks": {"stream": "ok"}})
    assert doctor._service("collectors", True, well) == Finding("ok", "collectors", "well")


def test_a_service_that_is_ill_is_told_by_what_ails_it() -> None:
    said = json.dumps({"status": "unhealthy", "checks": {"database": "no answer within 2 s", "spool": "ok"}})
    found = doctor._service("collectors", False, said)
    assert found == Finding(
        "fail", "collectors", "database: no answer within 2 s. Look into logs/collectors.log in the data folder."
    )


def run_doctor(tmp_path: Path, console_port: int) -> tuple[int, str]:
    environment = replace(free_settings(tmp_path), console_port=console_port).environment()
    result = CliRunner().invoke(main, ["doctor"], env=environment)
    return result.exit_code, result.stdout


def test_the_command_ends_with_0_when_all_is_well_and_with_1_when_something_fails(tmp_path: Path) -> None:
    code, said = run_doctor(tmp_path, free_port())
    assert code == 0, said
    assert {line.split()[0] for line in said.splitlines()} <= {"ok", "warn"}
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        code, said = run_doctor(tmp_path, taken)
    assert code == 1
    assert [line.split()[:3] for line in said.splitlines() if line.startswith("fail")] == [["fail", "tcp", str(taken)]]
