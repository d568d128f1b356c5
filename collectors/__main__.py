"""`python -m collectors [--workers N]`: one collector, with its feeder processes."""

from __future__ import annotations

import os

import click

from collectors.service import CHANNEL, collect
from guywire.service import run_service


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that take traps; as GUYWIRE_WORKERS.")
def main(workers: int | None) -> None:
    """Runs until SIGTERM. All other settings are read from GUYWIRE_<NAME> and guywire.toml."""
    if workers is not None:
        os.environ["GUYWIRE_WORKERS"] = str(workers)
    run_service("collectors", collect, [CHANNEL], needs_database=False)


if __name__ == "__main__":
    main()
