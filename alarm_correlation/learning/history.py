"""What the learner looks at: onsets of alarm types at places, and how far a cause reaches. Pure, knows no telecom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from alarm_correlation.causes import Scope

Place = tuple[str, str]
"""A resource as (site, resource), or a whole site as (site, "")."""


class Onset(NamedTuple):
    """An alarm of a type begins; `at` in seconds since any epoch. The site is empty for a power feed."""

    at: float
    kind: str
    site: str
    resource: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope as the learner needs it: where an effect's cause may have stood, and how many sites a cause reaches.

    `narrow` when it points at the very resource of the effect rather than at any of its site.
    """

    scope: Scope
    sources: Callable[[Onset], Iterable[Place]]
    spread: Callable[[Onset], int]
    narrow: bool = False


class History:
    """Onsets in their order, found by place and type. `sites` is how many could have had one, silent ones too."""

    def __init__(self, onsets: Iterable[Onset], reaches: Sequence[Reach], sites: int) -> None:
        self.onsets = sorted(onsets)
        self.reaches = reaches
        heard = {onset.site for onset in self.onsets}
        self.sites = max(sites, len(heard), 2)
        self.start = self.onsets[0].at if self.onsets else 0.0
        self.seconds = max(self.onsets[-1].at - self.start, 1.0) if self.onsets else 1.0
        self.count = Counter(onset.kind for onset in self.onsets)
        self._of_kind: dict[str, list[Onset]] = defaultdict(list)
        self._at: dict[Place, dict[str, list[float]]] = defaultdict(dict)
        for onset in self.onsets:
            self._of_kind[onset.kind].append(onset)
            for place in _places(onset):
                self._at[place].setdefault(onset.kind, []).append(onset.at)
        self.exposure: Mapping[tuple[str, Scope], int] = self._measure_exposure()

    def of_kind(self, kind: str) -> Sequence[Onset]:
        return self._of_kind.get(kind, ())

    def at(self, place: Place) -> Mapping[str, Sequence[float]]:
        """The times of what began there, by type, each in order."""
        return self._at.get(place, {})

    def _measure_exposure(self) -> dict[tuple[str, Scope], int]:
        """Over all onsets of a type: how many sites each could have had an effect at."""
        found: Counter[tuple[str, Scope]] = Counter()
        for onset in self.onsets:
            for reach in self.reaches:
                found[onset.kind, reach.scope] += reach.spread(onset)
        return dict(found)


def _places(onset: Onset) -> Iterable[Place]:
    if onset.site:
        yield onset.site, ""
    if onset.resource:
        yield onset.site, onset.resource
