"""The life of a system: own the data folder, database, schema, services, faces; and back in the reverse order."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import click

from guywire import ports
from guywire.database import connect
from guywire.database.migrate import migrate
from guywire.errors import GuywireError
from guywire.owner import Owner, own
from guywire.postgres import served
from guywire.process import Say, kept, logs
from guywire.settings import Settings
from guywire.supervisor.program import Program, Running, environment, services

Prepare = Callable[[str], Awaitable[None]]
"""Work on the migrated database, given its URL, before the services start."""

Programs = Callable[[Settings], Sequence[Program]]
"""What to run, of settings that know the database, the data folder and the stream."""

_BEHIND_METRICS = 10


def run(
    settings: Settings,
    extra: Sequence[Program] = (),
    prepare: Prepare | None = None,
    of: Programs = services,
) -> None:
    """Runs everything until Ctrl-C, SIGTERM or SIGHUP, then stops it in order; a second signal ends it at once.

    `of` names the services of the final settings; `extra` programs start after them and stop before them. Call from
    the main thread.
    Raises `GuywireError` when it cannot start.
    """
    asyncio.run(_until_signalled(supervise(settings, extra, prepare, of)))


async def supervise(
    settings: Settings,
    extra: Sequence[Program] = (),
    prepare: Prepare | None = None,
    of: Programs = services,
    say: Say | None = None,
) -> None:
    """Runs everything until cancelled; `say` is told every change of state. Raises `GuywireError` as `run` does."""
    say = say or print_line
    with own(settings.data_dir) as owner:
        _refuse_taken_ports(settings)
        settings = replace(settings, data_dir=owner.data_dir, stream_url=stream_url_of(settings))
        async with _database(settings, owner, say) as url:
            settings = replace(settings, database_url=url)
            await _bring_up_to_date(url, say)
            if prepare is not None:
                await prepare(url)
            owner.announce(url, settings.metrics_port)
            await _run_programs(settings, [*of(settings), *extra], say)


async def _run_programs(settings: Settings, programs: Sequence[Program], say: Say) -> None:
    log_dir = settings.data_dir / "logs"
    inherited = environment(settings)
    async with AsyncExitStack() as stack:
        ready = [
            await stack.enter_async_context(kept(Running(program, inherited, log_dir, say), say))
            for program in programs
        ]
        for event in ready:
            await event.wait()
        for name, what in await _greeting(settings):
            say(name, what)
        await logs.keep_small(log_dir)


@asynccontextmanager
async def _database(settings: Settings, owner: Owner, say: Say) -> AsyncIterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        async with served(owner, say=say) as url:
            yield url


async def _bring_up_to_date(url: str, say: Say) -> None:
    async with await connect(url) as connection:
        applied = await migrate(connection, datetime.now(UTC).date())
    say("schema", f"migrated: {', '.join(applied)}" if applied else "up to date")


async def _greeting(settings: Settings) -> list[tuple[str, str]]:
    console = _address(settings.host, settings.console_port)
    lines = [
        ("NOC console", f"{console}/"),
        ("complaint desk", f"{console}/desk"),
        ("field app", f"{_address(settings.host, settings.field_port)}/"),
        ("traps", f"udp {settings.trap_host}:{settings.trap_port}"),
    ]
    if settings.shadow:
        lines.append(("shadow", "correlates and plans, opens nothing outside, notifies nobody"))
    if not await _has_users(settings.database_url):
        folder = shlex.quote(str(settings.data_dir))
        lines.append(("first user", f"guywire user add NAME --role admin --data-dir {folder}"))
    return [*lines, ("guywire", "Ctrl-C stops everything")]


async def _has_users(url: str) -> bool:
    async with await connect(url) as connection:
        row = await (await connection.execute("SELECT EXISTS (SELECT FROM core.account) AS some")).fetchone()
    return bool(row and row["some"])


def _address(host: str, port: int) -> str:
    """The URL of a face as this machine reaches it."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reached}:{port}"


def _refuse_taken_ports(settings: Settings) -> None:
    wanted = ports.needed(settings)
    for twice in ports.wanted_twice(wanted):
        raise GuywireError(f"The {twice}")
    for port in wanted:
        if problem := ports.problem(port):
            raise GuywireError(f"The {problem}")


def stream_url_of(settings: Settings) -> str:
    """The one configured; else, as nobody outside needs to know it, on a free port.

    Behind the metrics, whose ports are this system's alone: two that start at once never choose the same.
    """
    if settings.stream_url != Settings().stream_url:
        return settings.stream_url
    return f"tcp://127.0.0.1:{ports.free_tcp_port(preferred=min(settings.metrics_port + _BEHIND_METRICS, 65_535))}"


async def _until_signalled(work: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(work)
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            os._exit(1)  # the kernel ends our children with us
        asked = True
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not asked:
            raise


def print_line(name: str, what: str) -> None:
    """One line on stdout; a reader that went away does not stop the system."""
    try:
        click.echo(f"{name:<18} {what}")
    except OSError:
        return
