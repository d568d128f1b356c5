"""What commands share: options that also read GUYWIRE_<NAME>, and the way to the system that runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from guywire.database import Connection, connect
from guywire.errors import GuywireError
from guywire.owner import running_url
from guywire.settings import Settings, SettingsError, load_settings

T = TypeVar("T")
Command = Callable[..., Any]


def option(name: str, *parameter: str, **about: Any) -> Callable[[Command], Command]:
    """A click option that reads its environment variable as well: `--trap-port` is GUYWIRE_TRAP_PORT."""
    variable = f"GUYWIRE_{name.removeprefix('--').replace('-', '_').upper()}"
    return click.option(name, *parameter, envvar=variable, show_envvar=True, **about)


def system_options(command: Command) -> Command:
    """--data-dir and --database-url, for commands that talk to the running system (see `database_url_of`)."""
    command = option("--database-url", help="The database of the system, instead of looking in --data-dir.")(command)
    return option("--data-dir", type=click.Path(path_type=Path), help="The data folder of the running system.")(command)


def database_url_of(data_dir: Path | None, database_url: str | None) -> str:
    """Where the running system's database is: the option, else the settings, else what runs on the data folder."""
    settings = _settings(data_dir, database_url)
    found = settings.database_url or running_url(settings.data_dir)
    if not found:
        raise GuywireError(
            f"nothing is running at {settings.data_dir}: start it with `guywire up --data-dir {settings.data_dir}`,"
            " or name --database-url"
        )
    return found


def check_url(database_url: str) -> None:
    """Refuses what no database can be reached by, without repeating it: it may hold a password."""
    try:
        conninfo_to_dict(database_url)
    except psycopg.ProgrammingError:
        raise SettingsError(
            "--database-url (GUYWIRE_DATABASE_URL) cannot be read. Write it as postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from None


def with_database(database_url: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Runs the work on one connection. Raises `GuywireError` when there is no database, or none of Guywire's."""

    async def run() -> T:
        async with await connect(database_url) as connection:
            return await work(connection)

    check_url(database_url)
    try:
        return asyncio.run(run())
    except psycopg.OperationalError as error:
        raise GuywireError(f"the database does not answer: {_first_line(error)}. Is the system running?") from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise GuywireError("this database holds no Guywire yet: start `guywire up` on it once") from error


def given_password(from_stdin: bool) -> str | None:
    """The first line of stdin with --password-stdin, else None."""
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else None


def _settings(data_dir: Path | None, database_url: str | None) -> Settings:
    """A data folder named on the command line outranks a database URL from the settings."""
    settings = load_settings()
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir, database_url="")
    return replace(settings, database_url=database_url) if database_url else settings


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
