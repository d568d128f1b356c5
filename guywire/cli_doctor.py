"""`guywire doctor`: one line a check, and 1 when something fails."""

from __future__ import annotations

import asyncio
import sys

import click

from guywire.cli_settings import settings_options
from guywire.cli_up import OPTIONS
from guywire.settings import Settings


@click.command()
@settings_options(*OPTIONS)
def doctor(settings: Settings) -> None:
    """Says what is wrong with this machine's set-up, and how to mend it.

    Takes the options of `up`, to examine what it would find. Exits with 1 when something fails.
    """
    from guywire.doctor import examine  # here, so that --help is quick

    findings = asyncio.run(examine(settings))
    for finding in findings:
        click.echo(f"{finding.level:<5} {finding.name:<18} {finding.text}")
    if any(finding.level == "fail" for finding in findings):
        sys.exit(1)
