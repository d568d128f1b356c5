"""`guywire causes`: proposes causes that history suggests, and tries the learning on a set whose causes are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from alarm_correlation.causes import CauseFile, shipped_cause_file
from alarm_correlation.learning.evidence import learn
from alarm_correlation.learning.history import History
from alarm_correlation.learning.opinions import Opinions
from alarm_correlation.learning.proposals import propose as judge
from alarm_correlation.learning.published import read_published
from alarm_correlation.learning.recorded import from_database, from_recording, opinions_from_database
from alarm_correlation.learning.trial import report, try_on
from alarm_correlation.learning.wording import fragment, table, unseen
from guywire.cli_options import database_url_of, option, system_options, with_database
from guywire.database import Connection
from guywire.errors import GuywireError
from guywire.inventory.csv_files import read_inventory
from guywire.policy_file import PolicyError, read_policy
from guywire.settings import load_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def causes() -> None:
    """Learn from history what causes what; a person decides."""


@causes.command()
@system_options
@option(
    "--inventory", type=_FOLDER, help="With --events: folder of inventory CSV files, instead of the running system."
)
@option("--events", type=_FILE, help="With --inventory: a recording, one JSON object a line.")
@option(
    "--days", default=90.0, show_default=True, type=click.FloatRange(min=0, min_open=True), help="How far back to look."
)
@option(
    "--window-hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(0.01, 168),
    help="The longest that an effect may take.",
)
@option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write entries for causes.toml.")
def propose(
    data_dir: Path | None,
    database_url: str | None,
    inventory: Path | None,
    events: Path | None,
    days: float,
    window_hours: float,
    out: Path | None,
) -> None:
    """Print causes that history suggests with their evidence; --out writes them as entries for causes.toml."""
    known = _causes_in_force((data_dir or load_settings().data_dir) / "policy" / "causes.toml")
    history, opinions = _history(data_dir, database_url, inventory, events, days)
    found = [one for kind in sorted(history.count) for one in learn(history, kind, window_hours * 3600).evidence]
    proposals = judge(found, known.rules(), opinions)
    for line in (*table(proposals), *unseen(opinions, proposals, known.rules())):
        click.echo(line)
    if out is not None:
        said = f"{len(history.onsets)} alarms of {history.seconds / 86_400:.1f} days at {history.sites} sites"
        _write(out, fragment(proposals, said))
        click.echo(f"\n{sum(proposal.proposed for proposal in proposals)} entries in {out}")


@causes.command("try")
@click.argument("folder", type=_FOLDER)
@option("--days", type=click.FloatRange(min=0, min_open=True), help="Only its first days.")
@option("--window-minutes", default=10.0, show_default=True, type=click.FloatRange(0.1), help="The longest lag.")
def try_(folder: Path, days: float | None, window_minutes: float) -> None:
    """Learn from a published set (alarm.csv, topology.npy, true_graph.npy) and print the scores against its truth."""
    for line in report(try_on(read_published(folder, days), window_minutes * 60)):
        click.echo(line)


def _history(
    data_dir: Path | None, database_url: str | None, inventory: Path | None, events: Path | None, days: float
) -> tuple[History, Opinions]:
    if (inventory is None) != (events is None):
        raise click.UsageError("--inventory and --events go together; without both, the running system is asked.")
    if inventory is not None and events is not None:
        return from_recording(events, read_inventory(inventory), days), {}
    since = datetime.now(UTC) - timedelta(days=days)

    async def both(connection: Connection) -> tuple[History, Opinions]:
        return await from_database(connection, since), await opinions_from_database(connection, since)

    return with_database(database_url_of(data_dir, database_url), both)


def _causes_in_force(file: Path) -> CauseFile:
    """The data folder's where it has some, else those that ship."""
    try:
        return read_policy(file.read_text("utf-8"), str(file), CauseFile) if file.exists() else shipped_cause_file()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{file} cannot be read: {error}. Save it as UTF-8 where it can be read.") from error


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise GuywireError(f"{out} cannot be written: {error.strerror}. Choose another --out.") from error
