"""`guywire profile ...`: checks device profiles and shows those that ship."""

from __future__ import annotations

from pathlib import Path

import click

from collectors.profile import SHIPPED, load
from collectors.profile_file import ProfileError
from collectors.shelf import profile_files
from guywire.errors import GuywireError


@click.group()
def profile() -> None:
    """Device profiles: which trap is which alarm (docs/profiles.md)."""


@profile.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Checks FILES, or the profiles that ship; says file, line and reason of whatever is wrong."""
    problems = 0
    for path in files or profile_files(SHIPPED):
        try:
            found = load(path)
        except ProfileError as error:
            problems += 1
            click.echo(str(error), err=True)
        else:
            click.echo(f"{path}: {found.name}: {len(found.rules)} traps, well")
    if problems:
        raise GuywireError(f"{problems} of these profiles cannot be used. Mend the lines above.")


@profile.command(name="list")
def list_() -> None:
    """Shows the profiles that ship."""
    for path in profile_files(SHIPPED):
        found = load(path)
        click.echo(f"{found.name:28} {'always tried' if found.standard else 'when named  '}  {found.description}")
