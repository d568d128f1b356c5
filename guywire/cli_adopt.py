"""`guywire adopt`: makes an unidentified sender or trap a known one; what was kept of it is classified again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from guywire.catalogue import CATALOGUE
from guywire.cli_options import database_url_of, option, system_options, with_database
from guywire.database import Connection
from guywire.inventory.adopt import AdoptedTrap, adopt_sender, adopt_trap
from guywire.inventory.model import Resource
from guywire.model import Severity

_ACTOR = "command line"
_SEVERITIES = [severity.value for severity in Severity if severity is not Severity.CLEARED]
_UNIDENTIFIED = (
    "SELECT id, site, resource, alarm_type, qualifier, count FROM views.alarm WHERE cleared_at IS NULL"
    " AND (alarm_type = 'unidentified' OR resource LIKE 'unidentified:%') ORDER BY raised_at DESC LIMIT 500"
)
_HOW = (
    "A sender gets its place by: guywire adopt sender ADDRESS --site SITE --resource NAME --kind KIND\n"
    "A trap gets its meaning by: guywire adopt trap OID --as TYPE"
)


@click.group()
def adopt() -> None:
    """Make an unidentified sender or trap a known one."""


@adopt.command("list")
@system_options
def list_(data_dir: Path | None, database_url: str | None) -> None:
    """Show what is not identified: senders, and traps that no profile knows."""

    async def work(connection: Connection) -> list[dict[str, Any]]:
        return await (await connection.execute(_UNIDENTIFIED)).fetchall()

    rows = with_database(database_url_of(data_dir, database_url), work)
    if not rows:
        click.echo("Everything that is active is identified.")
        return
    click.echo(f"{'alarm':10} {'from':40} {'times':>7}  what")
    for row in rows:
        place = f"{row['site']}/{row['resource']}" if row["site"] else row["resource"]
        click.echo(f"{row['id']:10} {place:40} {row['count']:7}  {row['alarm_type']} {row['qualifier']}".rstrip())
    click.echo(f"\n{_HOW}", err=True)


@adopt.command()
@click.argument("address")
@option("--site", required=True, help="The site that it stands at.")
@option("--resource", required=True, help="Its name there; one that is there already gets this address.")
@option("--kind", default="", help="What it is: controller, rectifier, ups, ...")
@option("--profile", default="", help="Its device profile (guywire profile list).")
@option("--credential", default="", help="Its name in credentials.toml, for polling.")
@option("--realm", default="", help="The address range that it is in, where private addresses overlap.")
@system_options
def sender(  # noqa: PLR0913 - one parameter an option
    address: str,
    site: str,
    resource: str,
    kind: str,
    profile: str,
    credential: str,
    realm: str,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Give the sender at ADDRESS its place at a site."""
    found = Resource(site, resource, kind, address, profile, credential, realm)

    async def work(connection: Connection) -> Resource:
        return await adopt_sender(connection, found, _ACTOR, datetime.now(UTC))

    adopted = with_database(database_url_of(data_dir, database_url), work)
    click.echo(f"{adopted.address} is {adopted.resource} ({adopted.kind}) at {adopted.site_id}")


@adopt.command()
@click.argument("trap_oid", metavar="OID")
@option(
    "--as",
    "alarm_type",
    type=click.Choice(sorted(CATALOGUE)),
    required=True,
    metavar="TYPE",
    help="An id of the alarm catalogue, such as intrusion.",
)
@option("--clear", default="", metavar="OID", help="The trap that ends it.")
@option("--severity", type=click.Choice(_SEVERITIES), help="Instead of the catalogue's.")
@system_options
def trap(
    trap_oid: str, alarm_type: str, clear: str, severity: str | None, data_dir: Path | None, database_url: str | None
) -> None:
    """Say what the trap OID means, for every sender whose profile does not know it."""
    meant = AdoptedTrap(trap_oid.removeprefix("."), alarm_type, clear.removeprefix("."), severity or "")

    async def work(connection: Connection) -> None:
        await adopt_trap(connection, meant, _ACTOR, datetime.now(UTC))

    with_database(database_url_of(data_dir, database_url), work)
    clears = f", {meant.clear_oid} clears it" if clear else ""
    click.echo(f"{meant.trap_oid} raises {alarm_type}{clears}, wherever no profile knows it")
