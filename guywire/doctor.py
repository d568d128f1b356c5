"""What is wrong with this machine's set-up and how to mend it: one finding a check, worst things named plainly."""

from __future__ import annotations

import asyncio
import fcntl
import platform
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from guywire import health, ports
from guywire.database import connect
from guywire.database.migrate import OLDEST_POSTGRES, migrations
from guywire.errors import GuywireError
from guywire.owner import Running, running
from guywire.postgres.binaries import installed_binaries, version
from guywire.process.account import unprivileged
from guywire.settings import SERVICES, Settings

Level = Literal["ok", "warn", "fail"]

OLDEST_PYTHON = (3, 11)
RECEIVE_BUFFER = 16 * 1024 * 1024  # holds some 26,000 traps while the collector is busy elsewhere
_SO_RCVBUFFORCE = 33
_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `text` says what to do when the level is not `ok`."""

    level: Level
    name: str
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Every finding about this machine for these settings."""
    try:
        found = running(settings.data_dir)
    except GuywireError as error:
        return [Finding("fail", "data folder", str(error))]
    machine = await asyncio.to_thread(_machine, settings, found)
    return [*machine, await database(settings, found), *await asyncio.to_thread(services, settings, found)]


def _machine(settings: Settings, found: Running | None) -> list[Finding]:
    wanted = ports.needed(settings)
    return [
        python(sys.version_info[:2]),
        data_folder(settings.data_dir),
        disk(settings.data_dir),
        time_zones(),
        receive_buffer(),
        *([] if settings.database_url else [programs()]),
        *(Finding("fail", "ports", f"The {twice}") for twice in ports.wanted_twice(wanted)),
        *(port_finding(port, found) for port in wanted),
    ]


def python(here: tuple[int, int]) -> Finding:
    if here < OLDEST_PYTHON:
        return Finding("fail", "python", f"{here[0]}.{here[1]} is too old. Install Python 3.11 or later.")
    return Finding("ok", "python", platform.python_version())


def data_folder(data_dir: Path) -> Finding:
    """Whether the folder, or the nearest one above it that exists, can be written and locked."""
    here = _nearest(data_dir)
    try:
        with tempfile.TemporaryFile(dir=here) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return Finding("fail", "data folder", f"{here}: {error.strerror}. Choose a local folder of yours: --data-dir.")
    return Finding("ok", "data folder", f"{data_dir.absolute()}{'' if data_dir.exists() else ' (to be made)'}")


def disk(data_dir: Path) -> Finding:
    free = shutil.disk_usage(_nearest(data_dir)).free
    text = f"{free / _GIGABYTE:.1f} GB free at {_nearest(data_dir)}"
    if free < _GIGABYTE // 2:
        return Finding("fail", "disk", f"{text}. Make room, or choose another --data-dir.")
    if free < 5 * _GIGABYTE:
        return Finding("warn", "disk", f"{text}. That fills up in weeks on a large network: plan for 20 GB or more.")
    return Finding("ok", "disk", text)


def time_zones() -> Finding:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return Finding("fail", "time zones", "No time zone data. Install it: pip install tzdata.")
    return Finding("ok", "time zones", "known")


def receive_buffer() -> Finding:
    """Whether the collector will get a receive buffer that outlasts a burst."""
    got = _largest_receive_buffer()
    if got < RECEIVE_BUFFER:
        mend = f"echo net.core.rmem_max={RECEIVE_BUFFER} | sudo tee /etc/sysctl.d/60-guywire.conf; sudo sysctl --system"
        return Finding("warn", "receive buffer", f"{got // 1024} KB: bursts of traps will be lost. Raise it: {mend}")
    return Finding("ok", "receive buffer", f"{got // 1024} KB")


def programs() -> Finding:
    """Whether the embedded PostgreSQL's programs run here."""
    try:
        said, account = version(installed_binaries()), unprivileged()
    except GuywireError as error:
        return Finding("fail", "postgres", str(error))
    if said is None:
        return Finding(
            "fail",
            "postgres",
            f"{installed_binaries()}/bin/postgres does not run here: run it with --version to see why,"
            " or give --database-url.",
        )
    return Finding("ok", "postgres", f"{said}{f', run as {account.name}' if account else ''}")


def port_finding(port: ports.Port, found: Running | None) -> Finding:
    name = f"{port.kind} {port.number}"
    problem = ports.problem(port)
    if problem is None:
        return Finding("ok", name, f"free for {port.use}")
    holder = ports.holder(port.kind, port.number)
    if found and holder and found.pid in (holder, ports.parent_of(holder)):
        return Finding("ok", name, f"ours: {port.use}")
    return Finding("fail", name, f"The {problem}")


async def database(settings: Settings, found: Running | None) -> Finding:
    """Whether the database answers, fits, and has the schema of this program."""
    url = settings.database_url or (found.database_url if found else "")
    if not url:
        return Finding("ok", "database", "nothing runs yet. guywire up makes an embedded one")
    try:
        async with await connect(url) as connection:
            server = connection.info.server_version // 10000
            rows = await (await connection.execute(_APPLIED)).fetchall()
    except psycopg.errors.UndefinedTable:
        return Finding("warn", "database", "answers, but is empty. guywire up brings it up to date.")
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        return Finding("fail", "database", f"does not answer: {said}. Check --database-url and that it runs.")
    return _schema(server, len(rows), len(migrations()))


_APPLIED = "SELECT number FROM public.guywire_migration"


def _schema(server: int, applied: int, known: int) -> Finding:
    if server < OLDEST_POSTGRES:
        return Finding("fail", "database", f"PostgreSQL {server} is too old. Use {OLDEST_POSTGRES} or later.")
    if applied > known:
        return Finding("fail", "database", "was made by a newer Guywire. Upgrade this one, or use another database.")
    if applied < known:
        return Finding("warn", "database", f"{known - applied} migrations behind. guywire up brings it up to date.")
    return Finding("ok", "database", f"PostgreSQL {server}, up to date")


def services(settings: Settings, found: Running | None) -> list[Finding]:
    """How each service of the running system is."""
    if found is None:
        return [Finding("ok", "services", f"nothing runs on {settings.data_dir}. Start it with guywire up")]
    there = replace(settings, metrics_port=found.metrics_port or settings.metrics_port)
    return [_service(name, *health.ask(there, name)) for name in SERVICES]


def _service(name: str, well: bool, said: str) -> Finding:
    ails = health.ailments(said)
    if well:
        return Finding("warn", name, ails) if ails else Finding("ok", name, "well")
    return Finding("fail", name, f"{ails}. Look into logs/{name}.log in the data folder.")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _largest_receive_buffer() -> int:
    """Bytes (Linux reports twice what it was asked for, to leave room for its own records)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for option in (socket.SO_RCVBUF, _SO_RCVBUFFORCE):
            try:
                probe.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER)
            except OSError:  # forcing is for root
                continue
        return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
