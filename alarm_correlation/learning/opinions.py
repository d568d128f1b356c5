"""What operators said when they corrected the correlator, counted by types; stands beside what history shows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Correction(NamedTuple):
    """By types: an alarm was put under `cause` (None: it is a root), which the correlator had under `instead_of`."""

    effect: str
    cause: str | None
    instead_of: str | None


class Opinion(NamedTuple):
    """How often operators said that one type caused another, and how often that it had not."""

    agreed: int = 0
    denied: int = 0

    @property
    def denies(self) -> bool:
        return self.denied > self.agreed

    @property
    def supports(self) -> bool:
        return self.agreed >= self.denied + 3

    def __str__(self) -> str:
        return f"operators: {self.agreed} for, {self.denied} against"


NOTHING_SAID = Opinion()

Opinions = Mapping[tuple[str, str], Opinion]
"""By cause and effect."""


def opinions_of(corrections: Iterable[Correction]) -> Opinions:
    agreed: Counter[tuple[str, str]] = Counter()
    denied: Counter[tuple[str, str]] = Counter()
    for effect, cause, instead_of in corrections:
        if cause is not None:
            agreed[cause, effect] += 1
        if instead_of is not None and instead_of != cause:  # within one type it was only another alarm of it
            denied[instead_of, effect] += 1
    return {pair: Opinion(agreed[pair], denied[pair]) for pair in agreed.keys() | denied.keys()}
