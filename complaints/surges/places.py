"""Cities made of sites and their positions: who is near whom, within reach. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from math import ceil, cos, hypot, radians

from complaints.surges.model import City

_KM_PER_DEGREE = 111.195

Placed = tuple[str, float, float]
"""A site's area, latitude and longitude in degrees."""


def city_of(domain: str, zone: tzinfo, sites: Mapping[str, Placed], most: int, reach_km: float) -> City:
    """A city of these sites; around each at most so many others within reach, itself first, the nearest next."""
    middle = sum(placed[1] for placed in sites.values()) / max(1, len(sites))
    wide = _KM_PER_DEGREE * max(0.01, cos(radians(middle)))
    flat = {site: (latitude * _KM_PER_DEGREE, longitude * wide) for site, (_, latitude, longitude) in sites.items()}
    areas = {site: placed[0] for site, placed in sites.items()}
    return City(domain, zone, areas, _Around(flat, most, reach_km), Counter(areas.values()))


class _Around(Mapping[str, tuple[str, ...]]):
    """The neighbours of a site, looked for when they are asked for: of 100,000 sites few have calls."""

    def __init__(self, flat: Mapping[str, tuple[float, float]], most: int, reach_km: float) -> None:
        self._flat = flat
        self._most = most
        self._reach = reach_km
        self._found: dict[str, tuple[str, ...]] = {}
        self._squares: dict[tuple[int, int], list[str]] = defaultdict(list)
        self._side = max(0.5, reach_km / 4)
        for site in sorted(flat):
            self._squares[self._square(*flat[site])].append(site)

    def __getitem__(self, site: str) -> tuple[str, ...]:
        if (known := self._found.get(site)) is None:
            known = self._found[site] = self._nearest(site)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._flat)

    def __len__(self) -> int:
        return len(self._flat)

    def _nearest(self, site: str) -> tuple[str, ...]:
        """Square by square outwards, until what is further away cannot be nearer than what is there."""
        here = self._flat[site]
        column, row = self._square(*here)
        found: list[tuple[float, str]] = []
        for ring in range(ceil(self._reach / self._side) + 1):
            found += [
                (distance, other)
                for square in _ring(column, row, ring)
                for other in self._squares.get(square, ())
                if other != site
                and (distance := hypot(here[0] - self._flat[other][0], here[1] - self._flat[other][1])) <= self._reach
            ]
            if len(found) >= self._most - 1 and sorted(found)[self._most - 2][0] <= ring * self._side:
                break
        return (site, *(other for _, other in sorted(found)[: self._most - 1]))

    def _square(self, north: float, east: float) -> tuple[int, int]:
        return int(north // self._side), int(east // self._side)


def _ring(column: int, row: int, ring: int) -> list[tuple[int, int]]:
    """The squares so many steps away."""
    across = range(-ring, ring + 1)
    return [(column + x, row + y) for x in across for y in across if max(abs(x), abs(y)) == ring]
