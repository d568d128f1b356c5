"""`guywire backup` and `guywire restore`: a system in a folder, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from guywire.backup import restore as restore_backup
from guywire.backup import save
from guywire.cli_settings import settings_options
from guywire.settings import Settings

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@settings_options("data_dir", "database_url")
def backup(settings: Settings, folder: Path) -> None:
    """Save the database and the data folder's files into the new FOLDER.

    The system may run meanwhile. The folder holds secrets and everything that is known of customers: it is made for
    this user alone.
    """
    made = asyncio.run(save(settings, folder))
    for name in made.left_out:
        click.echo(f"left out: {name}, a collector is using it")
    click.echo(f"saved: {folder}, as of {made.made_at:%Y-%m-%d %H:%M:%S} UTC")


@click.command()
@click.argument("folder", type=_FOLDER)
@settings_options("data_dir", "database_url")
def restore(settings: Settings, folder: Path) -> None:
    """Restore the backup in FOLDER into an empty data folder, and an empty database where one is named.

    Nothing is written over and nothing is started: guywire up does that.
    """
    saved = asyncio.run(restore_backup(settings, folder))
    click.echo(f"restored: {settings.data_dir}, as of {saved.made_at:%Y-%m-%d %H:%M:%S} UTC. Start it with guywire up.")
