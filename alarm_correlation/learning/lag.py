"""How long an effect takes: a log-normal lag, cut off at the window. Seconds to hours with two numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import erf, exp, log, pi, sqrt
from typing import NamedTuple

SHORTEST = 0.5
"""Seconds. Times are told in whole seconds; what came earlier within one still came earlier."""

_PRIOR_EFFECTS = 2.0
_NARROWEST, _WIDEST = 0.1, 3.0


class Lag(NamedTuple):
    """`centre` and `spread` are mean and standard deviation of the lag's natural logarithm, in seconds."""

    centre: float
    spread: float

    def densities(self, logs: Sequence[float], window: float) -> list[float]:
        """The density, per second, of lags given by their logarithms; it sums to 1 over the window."""
        inside = 0.5 * (1 + erf((log(window) - self.centre) / (self.spread * sqrt(2))))
        height = 1 / (sqrt(2 * pi) * self.spread * max(inside, 1e-12))
        centre, half = self.centre, 0.5 / self.spread**2
        return [height * exp(-x - half * (x - centre) ** 2) for x in logs]


def first_guesses(window: float) -> tuple[Lag, ...]:
    """Lags to begin with, each four times the one before, from five seconds to half the window."""
    centres = [5.0]
    while centres[-1] * 4 <= window / 2:
        centres.append(centres[-1] * 4)
    return tuple(Lag(log(centre), 1.0) for centre in centres)


def fitted(logs: Iterable[float], weights: Iterable[float]) -> Lag:
    """The lag that weighted pairs show, held a little towards a spread of 1, as if two more had shown it."""
    total = first = second = 0.0
    for x, weight in zip(logs, weights, strict=True):
        total += weight
        first += weight * x
        second += weight * x * x
    total = max(total, 1e-12)
    centre = first / total
    variance = max(second / total - centre * centre, 0.0)
    spread = sqrt((total * variance + _PRIOR_EFFECTS) / (total + _PRIOR_EFFECTS))
    return Lag(centre, min(max(spread, _NARROWEST), _WIDEST))


def quantiles(lags: Sequence[float], weights: Sequence[float], shares: Iterable[float]) -> tuple[float, ...]:
    """The lags below which these shares of the weight lie, shares ascending."""
    found = []
    rest = sorted(zip(lags, weights, strict=True))
    total = sum(weights)
    passed, place = 0.0, 0
    for share in shares:
        while place < len(rest) - 1 and passed + rest[place][1] < share * total:
            passed += rest[place][1]
            place += 1
        found.append(rest[place][0])
    return tuple(found)
