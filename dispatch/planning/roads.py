"""How long the drives of a plan take, many at once: geodesics on WGS-84 to within metres, or a given matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.model import Place

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAR = 1 << 40
"""Seconds that stand for never: longer than any plan, and a few of them add up without overflow."""

_EQUATOR_KM = 6378.137  # WGS-84
_FLATTENING = 1 / 298.257223563
_SLIVER = 1e-24  # keeps the quotients of points that coincide, or lie opposite, finite


@dataclass(frozen=True, slots=True)
class Roads:
    """Nodes, and the seconds from one to another, rounded up.

    `half` holds sine and cosine of half the reduced latitude and of half the longitude. `matrix`, where there is one,
    holds the seconds between the nodes that have a row in it; `row` is -1 for a node that has none.
    """

    half: Floats
    pace: Floats
    """Seconds that one kilometre as the crow flies takes when it leads to the node."""
    row: Ints
    matrix: Ints | None = None

    def seconds(self, start: Ints, end: Ints) -> Ints:
        """From each of `start` to each of `end`; both are node numbers and are broadcast."""
        if self.matrix is None:
            return self._measured(start, end)
        first, second = np.broadcast_arrays(self.row[start], self.row[end])
        known = (first >= 0) & (second >= 0)
        given = self.matrix[first, second]
        return given if known.all() else np.where(known, given, self._measured(start, end))

    def moved(self, node: int, to: int) -> Roads:
        """The same with `node` standing where `to` stands."""
        half, row = self.half.copy(), self.row.copy()
        half[:, node], row[node] = half[:, to], row[to]
        return replace(self, half=half, row=row)

    def joined(self, other: Roads) -> Roads:
        """The nodes of both, those of the other one after these and without rows in the matrix."""
        return replace(
            self,
            half=np.concatenate([self.half, other.half], axis=1),
            pace=np.concatenate([self.pace, other.pace]),
            row=np.concatenate([self.row, np.full(len(other.row), -1)]),
        )

    def _measured(self, start: Ints, end: Ints) -> Ints:
        km = _kilometres(self.half[:, start], self.half[:, end])
        return np.minimum(np.ceil(np.round(km * self.pace[end], 3)), FAR).astype(np.int64)


def roads_of(places: Sequence[Place], pace: Floats, matrix: Ints | None = None) -> Roads:
    """The first nodes have the rows of the matrix, in its order."""
    degrees = np.array(places, dtype=float).reshape(-1, 2)
    reduced = np.arctan((1 - _FLATTENING) * np.tan(np.radians(degrees[:, 0]))) / 2
    east = np.radians(degrees[:, 1]) / 2
    half = np.stack([np.sin(reduced), np.cos(reduced), np.sin(east), np.cos(east)])
    rows = np.arange(len(places))
    known = 0 if matrix is None else len(matrix)
    return Roads(half, pace, np.where(rows < known, rows, -1), matrix)


def _kilometres(one: Floats, two: Floats) -> Floats:
    """Lambert's formula for long lines (Andoyer), of first order in the flattening: metres in 1,000 km."""
    sin_q = two[0] * one[1] - two[1] * one[0]
    cos_q = two[1] * one[1] + two[0] * one[0]
    sin_p = two[0] * one[1] + two[1] * one[0]
    cos_p = two[1] * one[1] - two[0] * one[0]
    sin_east = two[2] * one[3] - two[3] * one[2]
    # cosine of a latitude: the square of its half's cosine less that of its half's sine
    flat = (one[1] ** 2 - one[0] ** 2) * (two[1] ** 2 - two[0] ** 2)
    half = np.clip(sin_q**2 + flat * sin_east**2, _SLIVER, 1)
    rest = np.maximum(1 - half, _SLIVER)
    angle = 2 * np.arcsin(np.sqrt(half))
    sine = 2 * np.sqrt(half * rest)
    less = (angle - sine) * (sin_p * cos_q) ** 2 / rest
    more = (angle + sine) * (cos_p * sin_q) ** 2 / half
    return np.asarray(_EQUATOR_KM * (angle - _FLATTENING / 2 * (less + more)))
