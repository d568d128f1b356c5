"""`guywire user` and `guywire token`: who may sign in, and tokens for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from guywire.cli_options import database_url_of, given_password, option, system_options, with_database
from guywire.database import Connection
from guywire.identity import (
    Account,
    add_user,
    audit,
    disable_user,
    issue_token,
    list_users,
    set_password,
)
from guywire.model import Role

_ACTOR = "command line"


@click.group()
def user() -> None:
    """Add, list and disable users."""


@user.command()
@click.argument("name")
@option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
@option("--region", default="", help="Bounds what they see: province/city/area.")
@option("--technician", default="", help="The id in technicians.csv, for a technician.")
@option("--tenant", default="", help="The tenant whose equipment they see, as sites.csv writes it.")
@option("--password-stdin", is_flag=True, help="Read the password from stdin instead of generating one.")
@system_options
def add(  # noqa: PLR0913 - one parameter an option
    name: str,
    role: str,
    region: str,
    technician: str,
    tenant: str,
    password_stdin: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Add the user NAME; prints the generated password, once."""
    password = given_password(password_stdin)

    async def work(connection: Connection) -> str | None:
        async with connection.transaction():
            generated = await add_user(
                connection,
                name,
                Role(role),
                region=region,
                technician_id=technician,
                tenant=tenant,
                password=password,
            )
            await audit(connection, _ACTOR, "add_user", "user", name, {"role": role, "region": region})
            return generated

    _print_generated(with_database(database_url_of(data_dir, database_url), work))


@user.command("list")
@system_options
def list_all(data_dir: Path | None, database_url: str | None) -> None:
    """List all users: name, role, what they are bound to, state."""
    for account in with_database(database_url_of(data_dir, database_url), list_users):
        click.echo(_line(account))


@user.command()
@click.argument("name")
@system_options
def disable(name: str, data_dir: Path | None, database_url: str | None) -> None:
    """Disable the user NAME; their sessions and tokens end at once."""

    async def work(connection: Connection) -> None:
        async with connection.transaction():
            await disable_user(connection, name, datetime.now(UTC))
            await audit(connection, _ACTOR, "disable_user", "user", name)

    with_database(database_url_of(data_dir, database_url), work)


@user.command()
@click.argument("name")
@option("--password-stdin", is_flag=True, help="Read the password from stdin instead of generating one.")
@system_options
def password(name: str, password_stdin: bool, data_dir: Path | None, database_url: str | None) -> None:
    """Give the user NAME a new password; their sessions and tokens end, a lock is lifted."""
    chosen = given_password(password_stdin)

    async def work(connection: Connection) -> str | None:
        async with connection.transaction():
            generated = await set_password(connection, name, datetime.now(UTC), chosen)
            await audit(connection, _ACTOR, "set_password", "user", name)
            return generated

    _print_generated(with_database(database_url_of(data_dir, database_url), work))


@click.command()
@click.argument("name")
@system_options
def token(name: str, data_dir: Path | None, database_url: str | None) -> None:
    """Print one bearer token for the user NAME, good for 90 days."""

    async def work(connection: Connection) -> str:
        async with connection.transaction():
            issued = await issue_token(connection, name, datetime.now(UTC))
            await audit(connection, _ACTOR, "issue_token", "user", name)
            return issued

    click.echo(with_database(database_url_of(data_dir, database_url), work))


def _print_generated(generated: str | None) -> None:
    if generated is not None:
        click.echo(generated)


def _line(account: Account) -> str:
    who = account.user
    bounds = [f"{word} {value}" for word, value in _bounds(account) if value]
    state = "disabled" if account.disabled_at else "active"
    return "\t".join([who.name, who.role.value, ", ".join(bounds) or "everywhere", state])


def _bounds(account: Account) -> list[tuple[str, str]]:
    who = account.user
    return [("region", who.region), ("technician", who.technician_id), ("tenant", who.tenant)]
