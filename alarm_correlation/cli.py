"""`guywire replay`: the correlator over a recording, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from alarm_correlation.causes import CauseFile, Causes, shipped_cause_file
from alarm_correlation.facts import Rules
from alarm_correlation.garbage import no_garbage_collection
from alarm_correlation.policy import Policy, shipped_policy
from alarm_correlation.replay import Replay, ReplayError, read_lines
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.topology import Topology
from guywire.policy_file import PolicyError, read_policy

T = TypeVar("T")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--inventory", required=True, type=_FOLDER, help="Folder of inventory CSV files.")
@click.option("--events", required=True, type=_FILE, help="The recording: one JSON object a line.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--ticket-hold-seconds", type=click.FloatRange(0, 86_400), help="One hold for all alarm types.")
@click.option("--policy", "policy_file", type=_FILE, help="A policy.toml instead of the shipped one.")
@click.option("--causes", "causes_file", type=_FILE, help="A causes.toml instead of the shipped one.")
def replay(
    inventory: Path,
    events: Path,
    out: Path,
    ticket_hold_seconds: float | None,
    policy_file: Path | None,
    causes_file: Path | None,
) -> None:
    """Run the correlator over recorded events: incidents.jsonl and tickets.jsonl in the folder OUT."""
    policy = _read(policy_file, Policy) if policy_file else shipped_policy()
    causes = Causes((_read(causes_file, CauseFile) if causes_file else shipped_cause_file()).rules())
    if ticket_hold_seconds is not None:
        policy = policy.with_hold(ticket_hold_seconds)
    run = Replay(Rules(Topology(read_inventory(inventory)), causes, policy))
    with no_garbage_collection():
        run.feed_all(read_lines(events))
        run.finish()
    incidents = _write(out, "incidents.jsonl", run.lines())
    _write(out, "tickets.jsonl", map(msgspec.json.encode, run.tickets()))
    click.echo(f"{incidents} incidents in {out / 'incidents.jsonl'}")


def _read(file: Path, shape: type[T]) -> T:
    try:
        return read_policy(file.read_text("utf-8"), str(file), shape)
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file}: not UTF-8: {error}. Save it as UTF-8.") from error


def _write(out: Path, name: str, lines: Iterable[bytes]) -> int:
    """How many lines it wrote."""
    written = 0
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / name).open("wb") as file:
            for line in lines:
                file.write(line + b"\n")
                written += 1
    except OSError as error:
        raise ReplayError(f"{out / name} cannot be written: {error.strerror}. Choose another --out.") from error
    return written
