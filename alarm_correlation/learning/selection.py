"""Which suspects stay once all are heard together: forward by what each adds, backward by what each is missed. Pure.

A suspect stays when the likelihood with it is better by more than chance and choice among many would bring: the
extended Bayesian information criterion (Chen and Chen, Biometrika 95, 2008), three numbers a suspect, and the logarithm
of how many were suspected. A chain A, B, C needs no A to C: B is nearer to C in time, and once it is heard A adds
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from alarm_correlation.learning.effects import Effects, Suspect
from alarm_correlation.learning.intensity import Cause, Intensity, Part, best_number, ratios
from alarm_correlation.learning.lag import first_guesses

FEWEST = 5
"""Onsets of an effect, and effects with such a pair, below which nothing is concluded."""


_MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """One effect explained. All figures in nats of log-likelihood.

    `kept` has what each of its causes is missed by, `needed` what it must be at the least; `alone` what each suspect
    would add if it were the only one, `together` what it adds or would add beside those that were kept.
    """

    model: Intensity
    needed: float
    kept: dict[Suspect, float]
    alone: dict[Suspect, float]
    together: dict[Suspect, float]


class _Offer:
    """What a suspect would add to a model, and as what."""

    def __init__(self, model: Intensity, suspect: Suspect) -> None:
        pairs, window = model.effects.suspects[suspect], model.effects.window
        self.suspect = suspect
        self.gain, self.cause = 0.0, Cause(0.0, first_guesses(window)[0])
        for lag in first_guesses(window):
            gain, number = best_number(ratios(pairs, lag, window, model.rates), pairs.exposure)
            if gain > self.gain:
                self.gain, self.cause = gain, Cause(number, lag)


def select(effects: Effects) -> Selection:
    """The causes of one type among its suspects."""
    model = Intensity(effects)
    suspects = [
        suspect
        for suspect, pairs in effects.suspects.items()
        if len(effects.onsets) >= FEWEST and len(set(pairs.numbers)) >= FEWEST
    ]
    needed = 1.5 * log(max(len(effects.onsets), 2)) + log(max(len(suspects), 1))
    alone = {suspect: _Offer(model, suspect).gain for suspect in suspects}
    _forward(model, alone, needed)
    kept = _backward(model, needed)
    beside = {suspect: _Offer(model, suspect).gain for suspect in suspects if suspect not in kept}
    together = {**{suspect: min(gain, needed) for suspect, gain in beside.items()}, **kept}
    return Selection(model, needed, kept, alone, together)


def _forward(model: Intensity, alone: dict[Suspect, float], needed: float) -> None:
    """Takes in whoever adds most until nobody adds enough. Who adds far too little is not asked again and again."""
    hopeful = {suspect for suspect, gain in alone.items() if gain > needed / 2}
    while hopeful:
        offers = [_Offer(model, suspect) for suspect in sorted(hopeful)]
        best = max(offers, key=lambda offer: offer.gain)
        if best.gain <= needed:
            return
        part = Part(best.suspect, sum(held.suspect == best.suspect for held in model.causes))
        full = {best.suspect} if part.number + 1 == _MOST_PARTS else set()
        hopeful = {offer.suspect for offer in offers if offer.gain > needed / 2} - full
        model.causes[part] = best.cause
        model.fit()


def _backward(model: Intensity, needed: float) -> dict[Suspect, float]:
    """Drops what is missed least until all is missed enough; what each suspect is missed by."""
    while model.causes:
        missed = {part: _missed(model, {part}) for part in model.causes}
        least = min(missed, key=lambda part: missed[part])
        if missed[least] > needed:
            break
        del model.causes[least]
        model.fit()
    suspects = sorted({part.suspect for part in model.causes})
    return {suspect: _missed(model, {part for part in model.causes if part.suspect == suspect}) for suspect in suspects}


def _missed(model: Intensity, parts: set[Part]) -> float:
    without = model.copied()
    for part in parts:
        del without.causes[part]
    return model.likelihood - without.fit()
