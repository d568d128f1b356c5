"""`guywire rota import FILE`: takes a calendar's leave, duty and stand-by over, as often as it is exported anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from dispatch.rota.calendars import Whose, calendar_command
from dispatch.rota.policy import CalendarKind, policy_file
from guywire import inbox
from guywire.cli_options import database_url_of, option, system_options, with_database
from guywire.database import Connection, Wakeups, open_pool
from guywire.errors import GuywireError
from guywire.settings import load_settings

_ACTOR = "command line"
_SECONDS = 60.0


@click.group()
def rota() -> None:
    """Who is on duty, over what the shifts of the inventory say."""


@rota.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--technician", default="", metavar="ID", help="Whose calendar it is.")
@option("--from-organiser", is_flag=True, help="Each event is of its organiser: the id stands before the @.")
@option("--kind", type=click.Choice(get_args(CalendarKind)), help="What events mean that do not say so themselves.")
@option("--source", default="", help="The calendar's name, instead of the technician: the next import replaces it.")
@system_options
def import_file(
    file: Path,
    technician: str,
    from_organiser: bool,
    kind: str | None,
    source: str,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Take over the calendar FILE (.ics): what is new, changed or no longer in it. All of it or nothing."""
    if bool(technician) == from_organiser:
        raise click.UsageError("Say whose calendar it is: --technician ID, or --from-organiser.")
    try:
        text = file.read_bytes()
    except OSError as error:
        raise GuywireError(f"{file} cannot be read: {error.strerror}. Check the path.") from error
    url = database_url_of(data_dir, database_url)
    policy = policy_file(data_dir or load_settings().data_dir).current().calendar

    async def work(connection: Connection) -> dict[str, Any]:
        now = datetime.now(UTC)
        command = await calendar_command(connection, text, now, policy, Whose(technician, kind or "", source))
        pool = await open_pool(url)
        try:
            return await inbox.ask(pool, Wakeups(url, []), command, _ACTOR, seconds=_SECONDS)
        finally:
            await pool.close()

    said = with_database(url, work)
    counts = ", ".join(f"{said[name]} {name.replace('_', ' ')}" for name in ("added", "changed", "taken_back"))
    click.echo(f"{file}: {said['entries']} entries until {said['until'][:10]}; {counts}")
