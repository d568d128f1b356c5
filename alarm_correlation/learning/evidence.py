"""What speaks for a learned cause, in figures that a person can weigh: counts, lift, direction, lags, places. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import NamedTuple

from alarm_correlation.causes import WITHIN_A_TYPE, Scope
from alarm_correlation.learning.effects import Effects, Suspect, gather
from alarm_correlation.learning.history import History, Onset, Reach
from alarm_correlation.learning.lag import quantiles
from alarm_correlation.learning.selection import Selection, select

LAG_SHARES = (0.05, 0.5, 0.95)
_FIVE_PERCENT = 1.645
_HALF_A_SECOND = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why `cause` is thought to bring `effect` about in `scope`.

    `explained` of the `effects` onsets fall to it, at `places` sites; `lags` are their 5, 50 and 95 % lags in seconds.
    Pairs within the 5 to 95 % lag: `after` as the cause would have it, `by_chance` if both kept their rate at each
    place and neither knew of the other (Poisson), `before` the other way round; `same_moment` in the very same second.
    `certainty` is the mean probability that such a pair is cause and effect. `gain` and `needed` are nats.
    """

    cause: str
    effect: str
    scope: Scope
    causes: int
    effects: int
    explained: float
    places: int
    lags: tuple[float, ...]
    after: int
    before: int
    by_chance: float
    same_moment: int
    certainty: float
    gain: float
    needed: float

    @property
    def lift(self) -> float:
        """How many times more often the effect follows than chance has it."""
        return self.after / max(self.by_chance, 1e-9)

    @property
    def one_way(self) -> bool:
        """Whether the effect follows more often than it goes before: one-sided sign test, normal, at 5 %."""
        return self.after - self.before > _FIVE_PERCENT * sqrt(self.after + self.before)


@dataclass(frozen=True, slots=True)
class Learned:
    """The causes of one effect and, for measuring, what every suspect would add (see `Selection`)."""

    effect: str
    evidence: tuple[Evidence, ...]
    selection: Selection


def learn(history: History, effect: str, window: float) -> Learned:
    """The causes of one alarm type within `window` seconds before it, those that are missed most first.

    That an alarm repeats itself at its own site is part of the model, and no cause.
    """
    effects = gather(history, effect, window)
    selection = select(effects)
    told = [
        _evidence(history, effects, selection, suspect)
        for suspect in selection.kept
        if suspect.kind != effect or suspect.scope in WITHIN_A_TYPE
    ]
    return Learned(effect, tuple(sorted(told, key=lambda one: (-one.gain, one.cause, one.scope))), selection)


def _evidence(history: History, effects: Effects, selection: Selection, suspect: Suspect) -> Evidence:
    pairs, shares = effects.suspects[suspect], selection.model.shares(suspect)
    lags = [exp(x) for x in pairs.logs]
    low, middle, high = quantiles(lags, shares, LAG_SHARES)
    typical = [share for lag, share in zip(lags, shares, strict=True) if low <= lag <= high]
    counted = _count(history, effects.onsets, suspect, (low - _HALF_A_SECOND, high + _HALF_A_SECOND))
    return Evidence(
        cause=suspect.kind,
        effect=effects.kind,
        scope=suspect.scope,
        causes=history.count[suspect.kind],
        effects=len(effects.onsets),
        explained=sum(shares),
        places=_sites(effects, pairs.numbers, shares),
        lags=(low, middle, high),
        after=counted.after,
        before=counted.before,
        by_chance=counted.rate * (high - low + 2 * _HALF_A_SECOND),
        same_moment=counted.same_moment,
        certainty=sum(typical) / max(len(typical), 1),
        gain=selection.kept[suspect],
        needed=selection.needed,
    )


class _Counted(NamedTuple):
    after: int
    before: int
    same_moment: int
    rate: float
    """Pairs a second of lag that chance would bring."""


def _count(history: History, effects: Sequence[Onset], suspect: Suspect, lags: tuple[float, float]) -> _Counted:
    reach = next(reach for reach in history.reaches if reach.scope is suspect.scope)
    after = before = same_moment = near = 0
    for effect in effects:
        for times in _times(history, reach, effect, suspect.kind):
            first, last = bisect_left(times, effect.at), bisect_right(times, effect.at)
            after += max(
                min(first, bisect_right(times, effect.at - lags[0])) - bisect_left(times, effect.at - lags[1]), 0
            )
            before += max(
                bisect_right(times, effect.at + lags[1]) - max(last, bisect_left(times, effect.at + lags[0])), 0
            )
            same_moment += last - first
            near += len(times)
    return _Counted(after, before, same_moment, near / history.seconds)


def _times(history: History, reach: Reach, effect: Onset, kind: str) -> Sequence[Sequence[float]]:
    return [times for place in reach.sources(effect) if (times := history.at(place).get(kind))]


def _sites(effects: Effects, numbers: Sequence[int], shares: Sequence[float]) -> int:
    """At how many sites at least half an effect is explained."""
    explained: dict[int, float] = defaultdict(float)
    for number, share in zip(numbers, shares, strict=True):
        explained[effects.site[number]] += share
    return sum(share >= 0.5 for share in explained.values())
