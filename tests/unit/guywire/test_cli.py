"""The command line keeps its word: options, exit codes, and errors in one line that says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result

from guywire import cli, supervisor
from guywire.cli import main
from guywire.errors import GuywireError, invalid
from guywire.settings import Settings


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Settings]:
    """The settings that `up` would run with; nothing is started."""
    monkeypatch.chdir(tmp_path)
    seen: list[Settings] = []
    monkeypatch.setattr(supervisor, "run", seen.append)
    return seen


def guywire(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="guywire")


def raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Result:
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli._LazyGroup, "get_command", lambda *_: click.Command("up", callback=fail))
    return guywire("up")


def test_up_takes_the_options_of_the_design(given: list[Settings], tmp_path: Path) -> None:
    result = guywire(
        *("up", "--data-dir", str(tmp_path / "d"), "--console-port", "1", "--field-port", "2", "--trap-port", "3"),
        *("--metrics-port", "4", "--database-url", "postgresql:///x", "--shadow", "--host", "h", "--trap-host", "t"),
        *("--workers", "5"),
    )
    assert result.exit_code == 0, result.stderr
    assert given == [
        Settings(
            data_dir=tmp_path / "d",
            console_port=1,
            field_port=2,
            trap_port=3,
            metrics_port=4,
            database_url="postgresql:///x",
            shadow=True,
            host="h",
            trap_host="t",
            workers=5,
        )
    ]


def test_without_options_up_runs_on_the_defaults(given: list[Settings]) -> None:
    assert guywire("up").exit_code == 0
    assert given == [Settings()]


def test_an_option_wins_over_the_environment_and_that_over_the_file(given: list[Settings], tmp_path: Path) -> None:
    (tmp_path / "guywire.toml").write_text("console_port = 1\nfield_port = 1\ntrap_port = 1\nshadow = true\n")
    guywire("up", "--console-port", "3", GUYWIRE_CONSOLE_PORT="2", GUYWIRE_FIELD_PORT="2")
    assert [(s.console_port, s.field_port, s.trap_port, s.shadow) for s in given] == [(3, 2, 1, True)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["up", "--console-port", "x"], "'x' is not a valid integer"),
        (["up", "--console-port", "70000"], "70000 is not in the range"),
        (["up", "--colour"], "No such option"),
        (["up", "extra"], "unexpected extra argument"),
        (["lift"], "No such command 'lift'"),
    ],
)
def test_wrong_use_is_2_and_one_line(given: list[Settings], arguments: list[str], words: str) -> None:
    result = guywire(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert "--help" in result.stderr
    assert given == []


def test_a_database_url_that_cannot_be_read_is_refused_without_repeating_its_password(given: list[Settings]) -> None:
    result = guywire("up", "--database-url", "postgres//ann:secret@host/x")
    assert result.exit_code == 1
    assert "postgresql://USER:PASSWORD@HOST/DATABASE" in result.stderr
    assert "secret" not in result.output
    assert given == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (GuywireError("The port is taken.\nChoose another."), "guywire: The port is taken. Choose another.\n"),
        (invalid("no_such_role", "There is no role x. Take admin."), "guywire: There is no role x. Take admin.\n"),
        (click.FileError("sites.csv", "not there"), "guywire: Could not open file 'sites.csv': not there\n"),
    ],
)
def test_a_failure_is_1_and_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    result = raising(monkeypatch, error)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", words)


def test_a_database_that_is_away_is_1_and_says_what_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    result = raising(monkeypatch, psycopg.OperationalError("connection refused\nIs the server running?"))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "connection refused" in result.stderr
    assert "--database-url" in result.stderr


def test_help_names_every_command_without_loading_one() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from guywire.cli import main\n"
        "print(CliRunner().invoke(main, ['--help']).output)\n"
        "print([name for name in sys.modules if name.startswith(('guywire.supervisor', 'guywire.cli_', 'dispatch'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert all(name in said for name in ("up", "demo", "load", "user", "token", "replay", "plan", "profile", "doctor"))
    assert said.endswith("[]\n")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_exists(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert isinstance(command, click.Command)
    assert command.help


def test_python_m_guywire_is_the_command_guywire() -> None:
    said = subprocess.run([sys.executable, "-m", "guywire", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("guywire, version ")
