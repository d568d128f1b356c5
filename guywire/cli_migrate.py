"""`guywire migrate`: brings a database up to date by itself, for containers; `guywire up` does it on its own."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from guywire.cli_options import option, with_database
from guywire.database import Connection
from guywire.database.migrate import migrate as bring_up_to_date
from guywire.errors import GuywireError
from guywire.settings import load_settings


@click.command()
@option("--database-url", help="The database to bring up to date.")
def migrate(database_url: str | None) -> None:
    """Bring the database's schema up to date; prints what was applied. Safe to repeat, and to run twice at once."""
    url = database_url or load_settings().database_url
    if not url:
        raise GuywireError("no database named: give --database-url or set GUYWIRE_DATABASE_URL")

    async def work(connection: Connection) -> list[str]:
        return await bring_up_to_date(connection, datetime.now(UTC).date())

    applied = with_database(url, work)
    click.echo(f"applied: {', '.join(applied)}" if applied else "up to date")
