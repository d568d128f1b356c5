"""How well the learning does on a set whose causes are known, beside answers that take no learning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from alarm_correlation.learning.effects import Suspect
from alarm_correlation.learning.evidence import Learned, learn
from alarm_correlation.learning.published import Published
from alarm_correlation.learning.score import Pair, Score, area_under_curve, of_answer, of_ranking


class Tried(NamedTuple):
    """One way to answer, and how good it is."""

    name: str
    score: Score


def try_on(published: Published, window: float) -> list[Tried]:
    """The learned answer first, then others, each compared with the truth; only the scores ever see it.

    Rankings without a cut of their own get the best one, in hindsight: more than anybody could have had.
    """
    truth, pairs = published.truth, published.pairs
    learned = [learn(published.history, kind, window) for kind in published.kinds]
    kept = {(one.cause, one.effect) for each in learned for one in each.evidence if one.one_way}
    together = _strongest(learned, [each.selection.together for each in learned])
    alone = _strongest(learned, [each.selection.alone for each in learned])
    count = published.history.count
    often = {(cause, effect): float(count[cause] * count[effect]) for cause, effect in pairs}
    return [
        Tried("learned, all suspects together", of_answer(kept, truth, area_under_curve(together, truth, pairs))),
        Tried("each pair by itself, best cut", of_ranking(alone, truth, pairs)),
        Tried("how often one precedes the other, best cut", of_ranking(_co_occurrence(learned), truth, pairs)),
        Tried("how frequent both are, best cut", of_ranking(often, truth, pairs)),
        Tried("every pair", of_answer(set(pairs), truth)),
        Tried("no pair", of_answer(set(), truth)),
    ]


def report(tried: Sequence[Tried]) -> list[str]:
    """The scores as a table."""
    heading = f"{'answer':44} {'pairs':>5} {'right':>5} {'precision':>9} {'recall':>6} {'F1':>6} {'AUC':>6}"
    return [heading, *(_row(name, score) for name, score in tried)]


def _row(name: str, score: Score) -> str:
    counts = f"{name:44} {score.found:5} {score.right:5}"
    return f"{counts} {score.precision:9.3f} {score.recall:6.3f} {score.f1:6.3f} {score.auc:6.3f}"


def _strongest(learned: Sequence[Learned], gains: Sequence[Mapping[Suspect, float]]) -> dict[Pair, float]:
    """For each pair of types the most that any scope would add."""
    found: dict[Pair, float] = {}
    for one, by_suspect in zip(learned, gains, strict=True):
        for suspect, gain in by_suspect.items():
            pair = suspect.kind, one.effect
            found[pair] = max(found.get(pair, 0.0), gain)
    return found


def _co_occurrence(learned: Sequence[Learned]) -> dict[Pair, float]:
    found: dict[Pair, float] = {}
    for one in learned:
        for suspect, pairs in one.selection.model.effects.suspects.items():
            pair = suspect.kind, one.effect
            found[pair] = found.get(pair, 0.0) + len(pairs.numbers)
    return found
