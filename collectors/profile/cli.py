"""`guywire profile ...`: checks device profiles, shows those that ship, and tries one on a recording of a device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from collectors.draft.cli import draft
from collectors.profile.compile import SHIPPED, Profile, load
from collectors.profile.file import ProfileError
from collectors.profile.recording import read_recording
from collectors.profile.sensor import Value
from collectors.profile.sensors import matching
from collectors.profile.shelf import profile_files
from collectors.profile.trial import trial
from guywire.errors import GuywireError


@click.group()
def profile() -> None:
    """Device profiles: which trap is which alarm, which sensors there are (docs/profiles.md)."""


profile.add_command(draft)


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
            click.echo(f"{path}: {found.name}: {_counts(found)}, well")
    if problems:
        raise GuywireError(f"{problems} of these profiles cannot be used. Mend the lines above.")


@profile.command(name="list")
def list_() -> None:
    """Shows the profiles that ship."""
    click.echo(f"{'':24}  {'':12} traps sensors tables")
    for found in map(load, profile_files(SHIPPED)):
        tried = "always tried" if found.standard else "when named"
        counts = f"{len(found.rules):5} {len(found.sensors):7} {len(found.tables):6}"
        click.echo(f"{found.name:24}  {tried:12} {counts}  {found.description}")


@profile.command(name="try")
@click.argument("recording", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--profile", "wanted", default="", help="A profile's name, or its file; without it, the one that suits.")
def try_(recording: Path, wanted: str) -> None:
    """Shows what a RECORDING of a device (.snmprec) says by a profile: its sensors, and what alarms it would raise."""
    values = read_recording(_lines(recording), str(recording))
    profiles = [load(path) for path in profile_files(SHIPPED)]
    chosen, why = _named(wanted, profiles) if wanted else _suiting(profiles, values, recording)
    click.echo(f"{recording}: {many(len(values), 'value')}")
    click.echo(f"profile {chosen.name}: {why}")
    for line in trial(chosen, profiles, values):
        click.echo(line)


def _named(wanted: str, profiles: Sequence[Profile]) -> tuple[Profile, str]:
    if Path(wanted).is_file():
        return load(Path(wanted)), f"asked for, from {wanted}"
    found = next((profile for profile in profiles if profile.name == wanted), None)
    if found is None:
        raise GuywireError(
            f"There is no profile {wanted!r}. `guywire profile list` shows them; a path to a file will do."
        )
    return found, "asked for"


def _suiting(profiles: Iterable[Profile], values: dict[str, Value], recording: Path) -> tuple[Profile, str]:
    suiting = [profile for _, profile in matching(profiles, values)]
    if not suiting:
        raise GuywireError(f"{recording}: no profile suits this device. Name one with --profile.")
    chosen, *others = suiting
    also = f"; {', '.join(other.name for other in others)} would suit too" if others else ""
    return chosen, f"suits, for {chosen.match.states if chosen.match else ''}{also}"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except OSError as error:
        raise GuywireError(f"{path}: cannot be read: {error}") from error


def _counts(profile: Profile) -> str:
    counts = ((len(profile.rules), "trap"), (len(profile.sensors), "sensor"), (len(profile.tables), "table"))
    return ", ".join(many(count, word) for count, word in counts if count) or "nothing"


def many(count: int, word: str) -> str:
    """`1 trap`, `2 traps`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
