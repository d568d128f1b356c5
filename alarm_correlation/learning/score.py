"""How good a learned set of causes is against a known one: F1 at its own cut, AUC over all pairs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from itertools import groupby

Pair = tuple[str, str]
"""A cause and its effect."""


@dataclass(frozen=True, slots=True)
class Score:
    """`found` pairs, of which `right` are true, of `true` in all; `auc` of the whole ranking, 0.5 without one."""

    found: int
    right: int
    true: int
    auc: float = 0.5

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.true, 1)


def of_answer(found: Set[Pair], truth: Set[Pair], auc: float = 0.5) -> Score:
    return Score(len(found), len(found & truth), len(truth), auc)


def of_ranking(ranking: Mapping[Pair, float], truth: Set[Pair], pairs: Collection[Pair]) -> Score:
    """A ranking cut where its F1 is best, which takes the truth to know: the most that any cut could reach."""
    best = Score(0, 0, len(truth))
    found = right = 0
    for _, equals in groupby(
        sorted(pairs, key=lambda pair: -ranking.get(pair, 0.0)), lambda pair: ranking.get(pair, 0.0)
    ):
        group = set(equals)
        found, right = found + len(group), right + len(group & truth)
        best = max(best, Score(found, right, len(truth)), key=lambda score: score.f1)
    return Score(best.found, best.right, best.true, area_under_curve(ranking, truth, pairs))


def area_under_curve(ranking: Mapping[Pair, float], truth: Set[Pair], pairs: Collection[Pair]) -> float:
    """How often a true pair ranks above a false one, a draw counting half (Mann, Whitney); 0.5 where one is absent."""
    true, false = len(truth), len(pairs) - len(truth)
    below, wins = 0, 0.0
    for _, equals in groupby(
        sorted(pairs, key=lambda pair: ranking.get(pair, 0.0)), lambda pair: ranking.get(pair, 0.0)
    ):
        group = set(equals)
        hits = len(group & truth)
        wins += hits * (below + (len(group) - hits) / 2)
        below += len(group) - hits
    return wins / (true * false) if true and false else 0.5
