"""`guywire load`: the inventory from a folder of CSV files into the running system."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from guywire.cli_options import database_url_of, option, system_options, with_database
from guywire.database import Connection
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.problems import InventoryError
from guywire.inventory.store import Loaded, fetch_references, load_inventory

_NAMES = {"resources": "equipment", "power_feeds": "power feeds"}


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@option("--prune", is_flag=True, help="Retire what the files leave out, in the kinds that they hold.")
@system_options
def load(directory: Path, prune: bool, data_dir: Path | None, database_url: str | None) -> None:
    """Load or update the inventory from the CSV files in DIRECTORY, all or nothing."""

    async def work(connection: Connection) -> Loaded:
        inventory = read_inventory(directory, await fetch_references(connection))
        return await load_inventory(connection, inventory, prune, datetime.now(UTC))

    try:
        loaded = with_database(database_url_of(data_dir, database_url), work)
    except InventoryError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    for line in report(loaded):
        click.echo(line)


def report(loaded: Loaded) -> list[str]:
    """One line for each kind of which the files held anything, and the version that stands."""
    lines = [
        f"{_NAMES.get(kind, kind)}: {count.added} added, {count.changed} changed, {count.unchanged} unchanged,"
        f" {count.retired} retired"
        for kind, count in loaded.counts.items()
        if count != type(count)()
    ]
    said = "inventory version" if loaded.changed_anything else "nothing changed; inventory version"
    return [*lines, f"{said} {loaded.version}"]
