"""What alarms are worth: outages found, how soon, and alarms for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import mean, quantiles
from typing import NamedTuple

from benchmarks.surges.detectors import Alarm
from benchmarks.surges.world import SIZES, TESTED, Outage, World

_AFTERWARDS = timedelta(hours=2)
_MONTH = timedelta(days=30)


class Scores(NamedTuple):
    """Delays in minutes of the outages that were found, by size; how many there were; false alarms, and months."""

    delays: dict[int, list[float]]
    outages: dict[int, int]
    false: int
    months: float

    @property
    def found(self) -> float:
        return sum(map(len, self.delays.values())) / max(1, sum(self.outages.values()))

    @property
    def false_a_month(self) -> float:
        return self.false / self.months

    def share(self, size: int) -> float:
        return len(self.delays[size]) / max(1, self.outages[size])


def scores_of(runs: Iterable[tuple[World, Sequence[Alarm]]]) -> Scores:
    delays: dict[int, list[float]] = {size: [] for size in SIZES}
    outages = dict.fromkeys(SIZES, 0)
    false, months = 0, 0.0
    for world, alarms in runs:
        months += TESTED / _MONTH
        for outage in world.outages:
            outages[len(outage.sites)] += 1
            hits = [alarm.at for alarm in alarms if _hits(alarm, outage)]
            if hits:
                delays[len(outage.sites)].append((min(hits) - outage.start) / timedelta(minutes=1))
        false += sum(not any(_hits(alarm, outage) for outage in world.outages) for alarm in alarms)
    return Scores(delays, outages, false, months)


def row_of(name: str, scores: Scores) -> str:
    """A line of the table."""
    all_delays = [delay for held in scores.delays.values() for delay in held]
    cells = [f"{scores.found:.0%}", _times(all_delays)]
    for size in SIZES:
        cells += [f"{scores.share(size):.0%}", _times(scores.delays[size])]
    return f"| {name} | {' | '.join(cells)} | {scores.false_a_month:.1f} |"


HEAD = (
    "| detector | found | min | "
    + " | ".join(f"{size} {'site' if size == 1 else 'sites'} | min" for size in SIZES)
    + " | false a month |\n|"
    + "---|" * (4 + 2 * len(SIZES))
)


def _times(delays: Sequence[float]) -> str:
    """Median / p90 in minutes."""
    if not delays:
        return "-"
    cuts = quantiles(delays, n=10) if len(delays) > 1 else [mean(delays)] * 9
    return f"{cuts[4]:.0f} / {cuts[8]:.0f}"


def _hits(alarm: Alarm, outage: Outage) -> bool:
    return outage.start <= alarm.at <= outage.end + _AFTERWARDS and not set(alarm.sites).isdisjoint(outage.sites)
