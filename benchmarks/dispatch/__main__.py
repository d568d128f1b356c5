"""`python -m benchmarks.dispatch --seeds 20 --jobs 2`: two days of storm under several policies, side by side.

Prints one table a cell; what it means, and how the world is made, stands in docs/benchmarks-dispatch.md.
"""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from benchmarks.dispatch.run import CELLS, OURS, Job, Outcome, run
from benchmarks.dispatch.table import table
from benchmarks.processes import run_all


def main() -> None:
    chosen = _arguments()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    jobs = [Job(cell, seed) for seed in seeds for cell in CELLS]
    began, outcomes = perf_counter(), list[Outcome]()
    for outcome in run_all(run, jobs, chosen.jobs):
        outcomes.append(outcome)
        _progress(outcome, perf_counter() - began)
    for cell in CELLS:
        print(*table(cell, [outcome for outcome in outcomes if outcome.cell == cell]), sep="\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many storms a cell (default 20)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    return parser.parse_args()


def _progress(outcome: Outcome, seconds: float) -> None:
    own = outcome.results[OURS]
    print(
        f"seed {outcome.seed}, {outcome.cell.tickets}/{outcome.cell.technicians}: {own.down / 1000:,.0f} thousand "
        f"weighted minutes down, {own.missed} missed, {own.km:,.0f} km, {seconds:.0f} s since the start",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    main()
