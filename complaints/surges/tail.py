"""How likely so many calls are by chance, to the smallest probabilities: the upper tail of a clustered count."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from math import comb, exp, inf, lgamma, log, log1p

_ENOUGH = 1e-9
"""A term that adds less than this share of the sum ends it."""


def upper_tail(count: int, mean: float, size: float, company: float = 0.0) -> float:
    """P(X >= count) where occasions are negative binomial (inf is Poisson) and some make two people call.

    The negative binomial is what a Poisson count looks like whose rate is known no better than a Gamma of shape `size`
    says: the posterior predictive of a Gamma-Poisson model. `company` is the share of occasions with a second caller
    (the Hermite distribution, Kemp and Kemp 1965): two of a family are no surge. `mean` is of callers. Summed from the
    tail's end, so that 1e-12 is not lost in 1 - 1.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    occasions = mean / (1 + company)
    if count < mean:  # the long way round would be a long sum
        return max(0.0, 1.0 - _below(count, occasions, size, company))
    total = 0.0
    for number, mass in _masses(-(-count // 2) if company else count, occasions, size):
        term = mass * _at_least(count - number, number, company)
        total += term
        if number >= count and term <= total * _ENOUGH:
            break
    return min(1.0, total)


def _below(count: int, occasions: float, size: float, company: float) -> float:
    """P(X < count)."""
    first = islice(_masses(0, occasions, size), count)
    return sum(mass * (1 - _at_least(count - number, number, company)) for number, mass in first)


def _masses(first: int, mean: float, size: float) -> Iterator[tuple[int, float]]:
    """The negative binomial's mass at each number from the first on, without an end."""
    number, mass = first, _mass(first, mean, size)
    while True:
        yield number, mass
        mass *= mean / (number + 1) if size == inf else (number + size) / (number + 1) * mean / (mean + size)
        number += 1


def _mass(count: int, mean: float, size: float) -> float:
    if size == inf:
        return exp(count * log(mean) - mean - lgamma(count + 1))
    ways = lgamma(count + size) - lgamma(size) - lgamma(count + 1)
    return exp(ways - size * log1p(mean / size) - count * log1p(size / mean))


@lru_cache(65536)
def _at_least(wanted: int, occasions: int, company: float) -> float:
    """The chance that so many of the occasions at least have a second caller."""
    if wanted <= 0:
        return 1.0
    if not company:
        return 0.0
    return sum(
        comb(occasions, pairs) * company**pairs * (1 - company) ** (occasions - pairs)
        for pairs in range(wanted, occasions + 1)
    )
