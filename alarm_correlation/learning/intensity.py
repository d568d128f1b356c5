"""How often an alarm type begins at a site: by itself, with a storm, after its causes. A Hawkes process on a topology.

The rate of a type at a site is a background of that site, plus a share of the rate elsewhere at that time, plus for
each cause that began within reach a number of effects spread over a lag. Fitted by expectation and maximisation: each
onset is shared out among what may have brought it about (Hawkes, Biometrika 58, 1971; Veen and Schoenberg, JASA 103,
2008; on a topology of devices Cai et al., IEEE TKDE 2022). The likelihood falls apart by effect, so that each type is
fitted by itself. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, log1p
from typing import NamedTuple

from alarm_correlation.learning.effects import Effects, Pairs, Suspect
from alarm_correlation.learning.lag import Lag, fitted

_SITE_PRIOR = 1.0
"""A site's background is held towards that of all sites as if each had shown one onset more."""

_ROUNDS, _ENOUGH = 30, 1e-3


class Part(NamedTuple):
    """A suspect's place in the model. It has a second one where one log-normal is not the shape of its lags."""

    suspect: Suspect
    number: int


class Cause(NamedTuple):
    """What a part does: effects per site that an onset of its suspect reaches, and how long they take."""

    effects: float
    lag: Lag


class Intensity:
    """The rate of one type. Put causes in and out of `causes`, then `fit`; the rest tells how things stand after it."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self.causes: dict[Part, Cause] = {}
        self.likelihood = 0.0
        self.rates: list[float] = []
        """At each onset, a second and site."""
        self._alone = [1.0] * len(effects.onsets)
        self._storm = 0.1
        self.fit()

    def fit(self, rounds: int = _ROUNDS) -> float:
        """Fits background, storm and causes; returns the logarithm of the likelihood, in nats."""
        last = None
        for _ in range(rounds):
            shares = self._expect()
            if last is not None and abs(self.likelihood - last) < _ENOUGH:
                break
            last = self.likelihood
            self._maximise(shares)
        return self.likelihood

    def shares(self, suspect: Suspect) -> list[float]:
        """For each pair of a suspect in the model: the probability that it is the one that brought the effect about."""
        held = [shares for part, shares in self._expect().items() if part.suspect == suspect]
        return [sum(of_pair) for of_pair in zip(*held, strict=True)]

    def copied(self) -> Intensity:
        """As it stands, to try something with."""
        other = object.__new__(Intensity)
        other.effects, other.likelihood, other.rates = self.effects, self.likelihood, self.rates
        other.causes, other._alone, other._storm = dict(self.causes), self._alone, self._storm
        return other

    def _expect(self) -> dict[Part, list[float]]:
        """Rates and likelihood as of now; each pair's share of its effect. Notes what is left to the background."""
        effects, background = self.effects, self._background()
        by_itself = [background[site] for site in effects.site]
        storm = [self._storm * rate for rate in effects.elsewhere]
        rates = [a + b for a, b in zip(by_itself, storm, strict=True)]
        parts = {part: self._densities(part) for part in self.causes}
        for part, densities in parts.items():
            for number, density in zip(effects.suspects[part.suspect].numbers, densities, strict=True):
                rates[number] += density
        self.rates = rates
        self.likelihood = sum(map(log, rates)) - self._expected()
        self._alone = [a / rate for a, rate in zip(by_itself, rates, strict=True)]
        self._storm = sum(b / rate for b, rate in zip(storm, rates, strict=True)) / max(len(rates), 1)
        return {
            part: [
                density / rates[number]
                for number, density in zip(effects.suspects[part.suspect].numbers, densities, strict=True)
            ]
            for part, densities in parts.items()
        }

    def _maximise(self, shares: Mapping[Part, list[float]]) -> None:
        for part, held in shares.items():
            pairs = self.effects.suspects[part.suspect]
            self.causes[part] = Cause(max(sum(held), 1e-9) / pairs.exposure, fitted(pairs.logs, held))

    def _densities(self, part: Part) -> list[float]:
        cause, pairs = self.causes[part], self.effects.suspects[part.suspect]
        spread = cause.lag.densities(pairs.logs, self.effects.window)
        return [cause.effects * weight * density for weight, density in zip(pairs.weights, spread, strict=True)]

    def _background(self) -> list[float]:
        """The rate by itself of each site that had any, a second."""
        effects = self.effects
        held = [0.0] * (max(effects.site, default=-1) + 1)
        for site, share in zip(effects.site, self._alone, strict=True):
            held[site] += share
        usual = max(sum(held), 1e-9) / effects.sites
        towards = usual / (usual + _SITE_PRIOR) / effects.seconds
        return [towards * (share + _SITE_PRIOR) for share in held]

    def _expected(self) -> float:
        """How many onsets the model expects. The background of all sites sums to what was shared out to it."""
        by_itself = sum(self._alone)
        storm = self._storm * len(self.effects.onsets)
        caused = sum(
            cause.effects * self.effects.suspects[part.suspect].exposure for part, cause in self.causes.items()
        )
        return by_itself + storm + caused


def best_number(ratios: list[float], exposure: float) -> tuple[float, float]:
    """What one more cause would add, all else left as it is: nats, and effects per site that it reaches.

    `ratios` holds, for each effect it may explain, its density over the rate so far. Newton within a bracket: concave.
    """
    if sum(ratios) <= exposure:
        return 0.0, 0.0
    low, high = 0.0, len(ratios) / exposure
    number = high / 4
    for _ in range(20):
        parts = [ratio / (1 + number * ratio) for ratio in ratios]
        slope = sum(parts) - exposure
        low, high = (number, high) if slope > 0 else (low, number)
        step = number + slope / sum(part * part for part in parts)
        following = step if low < step < high else (low + high) / 2
        if abs(following - number) < 1e-4 * number:
            break
        number = following
    return sum(log1p(number * ratio) for ratio in ratios) - number * exposure, number


def ratios(pairs: Pairs, lag: Lag, window: float, rates: list[float]) -> list[float]:
    """For each effect that has such a pair: the density that the suspect would add, over the rate so far."""
    found: dict[int, float] = {}
    for number, weight, density in zip(pairs.numbers, pairs.weights, lag.densities(pairs.logs, window), strict=True):
        found[number] = found.get(number, 0.0) + weight * density / rates[number]
    return list(found.values())
