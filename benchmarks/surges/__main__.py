"""`python -m benchmarks.surges [--seeds 8] [--first 101]`: prints the table of docs/benchmarks-complaints.md.

The rivals are tuned on seeds of their own, each to find the most within the false alarms that Guywire is allowed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeVar

from benchmarks.surges.charts import Chart, Usual, charted, charts_of, rises_of
from benchmarks.surges.detectors import Alarm, Rule, guywire, ruled, settings_of
from benchmarks.surges.score import HEAD, Scores, row_of, scores_of
from benchmarks.surges.world import World, world_of
from complaints.policy import shipped_policy
from complaints.surges.policy import SurgePolicy

_TUNED_ON = range(1, 5)
_SIGMAS = (3.0, 4.0, 5.0, 6.0, 8.0)

Limited = tuple[Chart, float]
Setting = TypeVar("Setting")


def main() -> None:
    """Tunes, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=101)
    given = parser.parse_args()
    policy = shipped_policy().surge
    worlds = [world_of(seed) for seed in range(given.first, given.first + given.seeds)]
    print(HEAD)
    for name, detect in _detectors([world_of(seed) for seed in _TUNED_ON], policy):
        print(row_of(name, scores_of((one, detect(one)) for one in worlds)), flush=True)


def _detectors(tuning: Sequence[World], policy: SurgePolicy) -> Iterator[tuple[str, Callable[[World], list[Alarm]]]]:
    fixed, sigma = (_tuned_rule(tuning, settings_of(sigmas), policy) for sigmas in ((0.0,), _SIGMAS))
    yield f"fixed threshold: {_worded(fixed)}", lambda world: ruled(world, fixed)
    yield f"3-sigma rule: {_worded(sigma)}", lambda world: ruled(world, sigma)
    yield "3-sigma rule as it is: site, 60 min", lambda world: ruled(world, Rule("site", 60, 2, 3.0))
    known = [(world, Usual(world, policy)) for world in tuning]
    ewma, tail = _tuned_chart(known, "ewma", policy), _tuned_chart(known, "tail", policy)
    yield f"EWMA chart: {_charted(ewma)}", lambda world: _alarms(world, Usual(world, policy), ewma, policy)
    yield f"Farrington's limit: {_charted(tail)}", lambda world: _alarms(world, Usual(world, policy), tail, policy)
    yield "Guywire", lambda world: guywire(world, policy)


def _tuned_rule(worlds: Sequence[World], settings: Sequence[Rule], policy: SurgePolicy) -> Rule:
    return _best([(scores_of((one, ruled(one, rule)) for one in worlds), rule) for rule in settings], policy)


def _tuned_chart(known: Sequence[tuple[World, Usual]], kind: Literal["ewma", "tail"], policy: SurgePolicy) -> Limited:
    charts, limits = charts_of(kind)
    tried: list[tuple[Scores, Limited]] = []
    for chart in charts:
        measured = [(world, rises_of(world, usual, chart, policy)) for world, usual in known]
        for limit in limits:
            scores = scores_of((world, charted(rises, limit)) for world, rises in measured)
            tried.append((scores, (chart, limit)))
    return _best(tried, policy)


def _best(tried: Sequence[tuple[Scores, Setting]], policy: SurgePolicy) -> Setting:
    """The setting that finds the most among those with no more false alarms than the budget."""
    quiet = [one for one in tried if one[0].false_a_month <= policy.false_alarms_a_month]
    return max(quiet or tried, key=lambda one: one[0].found if quiet else -one[0].false_a_month)[1]


def _alarms(world: World, usual: Usual, limited: Limited, policy: SurgePolicy) -> list[Alarm]:
    chart, limit = limited
    return charted(rises_of(world, usual, chart, policy), limit)


def _worded(rule: Rule) -> str:
    usual = f" and over {rule.sigmas:g} sigma" if rule.sigmas else ""
    return f"{rule.limit} in {rule.minutes} min, {rule.unit}{usual}"


def _charted(limited: Limited) -> str:
    chart, limit = limited
    over = f"1 in {10**limit:,.0f}" if chart.kind == "tail" else f"{limit:g}"
    return f"over {over} in {chart.minutes} min, {chart.unit}"


if __name__ == "__main__":
    main()
