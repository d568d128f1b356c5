"""`guywire up`: everything, on an embedded PostgreSQL unless a URL is given."""

from __future__ import annotations

import click

from guywire.cli_settings import settings_options
from guywire.settings import Settings

OPTIONS = (
    "data_dir",
    "console_port",
    "field_port",
    "trap_port",
    "metrics_port",
    "database_url",
    "host",
    "trap_host",
    "workers",
    "shadow",
)
"""The settings that `up`, and `demo` with it, takes as options."""


@click.command()
@settings_options(*OPTIONS)
def up(settings: Settings) -> None:
    """Starts everything and keeps it running; Ctrl-C stops all of it.

    Each option also reads GUYWIRE_<NAME> and guywire.toml in the working directory.
    """
    from guywire.supervisor import run  # here, so that --help is quick

    run(settings)
