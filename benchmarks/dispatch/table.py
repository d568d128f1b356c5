"""Figures of many storms: totals, and shares of a baseline with their 95 % confidence intervals, paired by seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from benchmarks.dispatch.baselines import FIRST_COME, NEAREST_OPEN
from benchmarks.dispatch.run import Outcome
from benchmarks.dispatch.world import Cell, Floats

_HEAD = """\
| policy | down, 1,000 weighted min | of first come | of nearest open | missed | of first come | km | of first come |
|---|---|---|---|---|---|---|---|"""


class Share(NamedTuple):
    """The mean of one thing as a part of the mean of another, and half of its 95 % confidence interval."""

    value: float
    either_side: float

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} % ± {100 * self.either_side:.1f}"


def share(part: Floats, whole: Floats) -> Share:
    """The ratio of means of paired figures, by the delta method (Cochran, Sampling Techniques, 3rd ed., 6.4)."""
    count, ratio = len(part), float(part.mean() / whole.mean())
    if count < 2:
        return Share(ratio, float("nan"))
    spread = float(np.std(part - ratio * whole, ddof=1)) / (float(whole.mean()) * sqrt(count))
    return Share(ratio, float(student.ppf(0.975, count - 1)) * spread)


def table(cell: Cell, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of one cell, as Markdown."""
    yield f"\n{cell.tickets:,} tickets, {cell.technicians} technicians, {len(outcomes)} storms\n"
    yield _HEAD
    first_come = _figures(outcomes, FIRST_COME)
    nearest = _figures(outcomes, NEAREST_OPEN)
    for policy in outcomes[0].results:
        down, missed, km = _figures(outcomes, policy)
        yield (
            f"| {policy} | {down.mean() / 1000:,.0f} | {share(down, first_come[0])} | {share(down, nearest[0])} "
            f"| {missed.mean():,.0f} | {share(missed, first_come[1])} | {km.mean():,.0f} | {share(km, first_come[2])} |"
        )


def _figures(outcomes: Sequence[Outcome], policy: str) -> tuple[Floats, Floats, Floats]:
    """Weighted down-minutes, sites that went down, and kilometres, by storm."""
    results = [outcome.results[policy] for outcome in outcomes]
    return (
        np.array([one.down for one in results]),
        np.array([float(one.missed) for one in results]),
        np.array([one.km for one in results]),
    )
