"""`guywire plan FILE`: the dispatch plan for one problem, by the very code that dispatches live."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from dispatch.planning import plan as make_plan
from dispatch.planning.plan_file import read_problem


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def plan(file: Path) -> None:
    """Print the dispatch plan for the problem in FILE (JSON), as JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(make_plan(read_problem(file))), indent=2))
