"""Chance for the generator: named spreads of times and sizes, drawn from one seeded source."""

from __future__ import annotations

import math
from random import Random
from typing import Literal, NamedTuple


class Spread(NamedTuple):
    """A distribution of seconds (or of a plain number) by its median, cut at `low` and `high`.

    lognormal: `width` is the sigma of the logarithm. gamma: `width` is the shape, the median is met within a few
    per cent (Wilson and Hilferty). exponential: `width` is not used. uniform: from `low` to `high`, the median unused.
    weibull: `width` is the shape.
    """

    kind: Literal["lognormal", "gamma", "exponential", "uniform", "weibull"]
    median: float
    width: float = 1.0
    low: float = 0.0
    high: float = math.inf

    def draw(self, chance: Random) -> float:
        return min(self.high, max(self.low, self._raw(chance)))

    def _raw(self, chance: Random) -> float:
        match self.kind:
            case "lognormal":
                return chance.lognormvariate(math.log(self.median), self.width)
            case "gamma":
                return chance.gammavariate(self.width, self.median / (self.width * (1 - 1 / (9 * self.width)) ** 3))
            case "exponential":
                return chance.expovariate(math.log(2) / self.median)
            case "uniform":
                return chance.uniform(self.low, self.high)
            case "weibull":
                return chance.weibullvariate(self.median / math.log(2) ** (1 / self.width), self.width)


def lognormal(median: float, sigma: float, low: float = 0.0, high: float = math.inf) -> Spread:
    return Spread("lognormal", median, sigma, low, high)


def gamma(median: float, shape: float, low: float = 0.0, high: float = math.inf) -> Spread:
    return Spread("gamma", median, shape, low, high)


def exponential(median: float, low: float = 0.0, high: float = math.inf) -> Spread:
    return Spread("exponential", median, 1.0, low, high)


def uniform(low: float, high: float) -> Spread:
    return Spread("uniform", (low + high) / 2, 1.0, low, high)


def weibull(median: float, shape: float, low: float = 0.0, high: float = math.inf) -> Spread:
    return Spread("weibull", median, shape, low, high)


def between(chance: Random, least: int, most: int) -> int:
    """A whole number, the small ones as likely as the large ones on a logarithmic scale."""
    return min(most, max(least, round(math.exp(chance.uniform(math.log(least), math.log(most))))))
