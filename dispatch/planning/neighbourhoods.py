"""Who is near whom: candidates in cells to begin with, then around one route, for small problems to solve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dispatch.planning.roads import Floats, Ints
from dispatch.planning.routes import NO_JOB, Routes
from dispatch.planning.world import World

_NEAR = 16  # so many of the nearest are looked at for one who can do the job


def cells(world: World, size: int) -> list[Ints]:
    """All candidates, cut in halves along the longer side until no cell holds more than `size`."""
    places = _points(world, np.arange(len(world.candidates)))
    whole, small = [np.arange(len(places))], []
    while whole:
        cell = whole.pop()
        if len(cell) <= size:
            small.append(cell)
            continue
        spread = np.ptp(places[cell], axis=0)
        order = cell[np.argsort(places[cell, spread.argmax()], kind="stable")]
        whole += [order[: len(order) // 2], order[len(order) // 2 :]]
    return small


def nearest(world: World, jobs: Ints) -> Ints:
    """By job: who starts nearest to it, as the crow flies, of those who can do it."""
    tree = _tree(_points(world, np.arange(len(world.candidates))))
    ranks = np.arange(min(_NEAR, len(world.candidates))) + 1
    near = np.asarray(tree.query(_points(world, world.nodes[jobs]), k=ranks)[1])
    able = world.fits[near, jobs[:, None]].argmax(axis=1)
    return np.asarray(near[np.arange(len(jobs)), able])


def around(routes: Routes, size: int, order: Ints) -> Iterator[Ints]:
    """Candidates whose routes lie near each other; in the given order, until everybody was in one."""
    middle = _middles(routes)
    tree = _tree(middle)
    seen = np.zeros(len(middle), dtype=bool)
    for one in order:
        if not seen[one]:
            near = np.atleast_1d(tree.query(middle[one], k=min(size, len(middle)))[1])
            seen[near] = True
            yield np.sort(near)


def _tree(points: Floats) -> Any:
    from scipy.spatial import cKDTree  # half a second: only for who draws up plans

    return cKDTree(points)


def _middles(routes: Routes) -> Floats:
    """The middle of each route, its start counted in."""
    world, stops = routes.world, routes.timed.stops
    total = _points(world, np.arange(len(stops)))
    for column in stops.T:
        on = column != NO_JOB
        total[on] += _points(world, world.nodes[column[on]])
    return np.asarray(total / (routes.count + 1)[:, None])


def _points(world: World, nodes: Ints) -> Floats:
    """On the unit sphere."""
    sin_lat, cos_lat, sin_lon, cos_lon = world.roads.half[:, nodes]
    flat, up = cos_lat**2 - sin_lat**2, 2 * sin_lat * cos_lat
    return np.stack([flat * (cos_lon**2 - sin_lon**2), flat * 2 * sin_lon * cos_lon, up], axis=1)
