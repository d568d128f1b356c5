"""`python -m benchmarks.correlation --seeds 50 --jobs 2`: how well faults of known storms are found.

Prints one table of all ways of grouping and one of the correlator by kind of fault; `--worst N` tells the N faults that
cost most. `--held-back` scores the family that nobody tunes on: only at the very end.
"""

from __future__ import annotations

import argparse
import sys
from heapq import nlargest
from pathlib import Path

from benchmarks.correlation import correlator, oracle
from benchmarks.correlation.family import DEVELOPMENT
from benchmarks.correlation.held_back import HELD_BACK
from benchmarks.correlation.run import Job, Outcome, run
from benchmarks.correlation.storm import make_storm, write_storm
from benchmarks.correlation.table import kinds_table, table
from benchmarks.processes import run_all


def main() -> None:
    chosen = _arguments()
    family = HELD_BACK if chosen.held_back else DEVELOPMENT
    seeds = [chosen.seed] if chosen.seed is not None else range(chosen.first, chosen.first + chosen.seeds)
    if chosen.write:
        for seed in seeds:
            write_storm(make_storm(family, seed, chosen.sites, chosen.faults), chosen.write / str(seed))
        return
    jobs = [
        Job(family, seed, chosen.sites, chosen.faults, not chosen.alone, chosen.worst, chosen.kind or "")
        for seed in seeds
    ]
    outcomes = []
    for outcome in run_all(run, jobs, chosen.jobs):
        outcomes.append(outcome)
        _progress(outcome)
    print(f"\n{_summary(family.name, outcomes)}\n", *table(outcomes), sep="\n")
    print("\nThe correlator by kind of fault:\n", *kinds_table(outcomes, correlator.WAY), sep="\n")
    print("\nThe oracle by kind of fault:\n", *kinds_table(outcomes, oracle.WAY), sep="\n")
    worst = nlargest(chosen.worst, (one for outcome in outcomes for one in outcome.stories), key=lambda one: one.cost)
    for story in worst:
        print(f"\n{story.text}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.correlation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="how many storms (default 50)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--seed", type=int, help="this one seed only")
    parser.add_argument("--sites", type=int, help="so many sites, not what the seed draws")
    parser.add_argument("--faults", type=int, help="so many faults, not what the seed draws")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--held-back", action="store_true", help="the family that nobody tunes on")
    parser.add_argument("--alone", action="store_true", help="without the baselines")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="tell the N faults that cost most")
    parser.add_argument("--kind", help="tell only faults of this kind")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write inventory, events and truth; score nothing")
    return parser.parse_args()


def _progress(outcome: Outcome) -> None:
    own = outcome.scores[0]
    right = sum(one.right for one in own.faults)
    print(
        f"seed {own.seed}: {own.sites} sites, {outcome.truths[0]} faults, {own.alarms} alarms, "
        f"ARI {own.adjusted_rand:.3f}, {right} of {len(own.faults)} roots, {own.tickets} tickets, {own.seconds:.0f} s",
        file=sys.stderr,
        flush=True,
    )


def _summary(family: str, outcomes: list[Outcome]) -> str:
    faults, heard, deserving = (sum(outcome.truths[place] for outcome in outcomes) for place in range(3))
    alarms = sum(outcome.scores[0].alarms for outcome in outcomes)
    return (
        f"Family {family}, {len(outcomes)} storms: {faults} faults, of {heard} anything was heard, {deserving} of "
        f"these deserve a ticket; {alarms} alarms."
    )


if __name__ == "__main__":
    main()
