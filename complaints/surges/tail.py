"""How likely so many calls are by chance, to the smallest probabilities: the upper tail of a clustered count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import exp, inf, log, log1p, sqrt

_ENOUGH = 1e-9
"""A term that adds less than this share of the sum ends it."""
_NEVER = -280.0
"""The logarithm of a chance that is none: below it a bound says enough."""
_TILTS = (0.5, 0.9, 0.99, 0.999)
_LARGE = 1e200


def upper_tail(count: int, mean: float, size: float, company: float = 0.0) -> float:
    """P(X >= count) where occasions are negative binomial (inf is Poisson) and some make two people call.

    The negative binomial is what a Poisson count looks like whose rate is known no better than a Gamma of shape `size`
    says: the posterior predictive of a Gamma-Poisson model. `company` is the share of occasions with a second caller
    (the Hermite distribution, Kemp and Kemp 1965): two of a family are no surge. `mean` is of callers. Summed from the
    tail's end, so that 1e-12 is not lost in 1 - 1. Below 1e-120 it is only a bound (Chernoff 1952): thousands of calls
    where ten are usual take no longer than twenty.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    occasions = mean / (1 + company)
    masses = _masses(occasions, size, company)
    if count < mean:  # the long way round would be a long sum
        return max(0.0, 1.0 - sum(islice(masses, count)))
    if (bound := _bound(count, occasions, size, company)) < _NEVER:
        return exp(max(bound, -700.0))
    total = 0.0
    for mass in islice(masses, count, None):
        total += mass
        if mass <= total * _ENOUGH:
            break
    return min(1.0, total)


def _masses(occasions: float, size: float, company: float) -> Iterator[float]:
    """P(X = 0), P(X = 1), ... without an end, by Panjer's recursion (1981): each occasion has one caller or two."""
    share = 0.0 if size == inf else occasions / (occasions + size)
    slope = occasions if size == inf else (size - 1) * share
    scale = -occasions if size == inf else -size * log1p(occasions / size)
    before, now, number, factor = 0.0, 1.0, 0, exp(scale)
    while True:
        yield now * factor
        number += 1
        alone, both = (share + slope / number) * (1 - company), (share + 2 * slope / number) * company
        before, now = now, alone * now + both * before
        if now > _LARGE:  # the first masses are too small for a float where many calls are usual
            before, now, scale = before / _LARGE, now / _LARGE, scale + log(_LARGE)
            factor = exp(scale)


def _bound(count: int, occasions: float, size: float, company: float) -> float:
    """The logarithm of a bound on P(X >= count): E(z^X) / z^count, the least over a few z."""
    if size == inf:
        moments = [(occasions * more, 1 + more) for more in (1.0, count / occasions)]
    else:
        moments = [(-size * log1p(-tilt), 1 + tilt * size / occasions) for tilt in _TILTS]
    return min(moment - count * log(_callers(reached, company)) for moment, reached in moments)


def _callers(reached: float, company: float) -> float:
    """The z of which (1 - company) z + company z^2 is `reached`."""
    alone = 1 - company
    return 2 * reached / (alone + sqrt(alone * alone + 4 * company * reached))
