"""From no routes to good ones: cells are solved, what is left over is put where it costs least, neighbours solve again.

Deterministic for a seed, as long as `more` says yes throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from dispatch.planning.crews import insert_crew
from dispatch.planning.insertion import SAME, insertions
from dispatch.planning.neighbourhoods import around, cells, nearest
from dispatch.planning.roads import Ints
from dispatch.planning.routes import NO_JOB, Routes, timed
from dispatch.planning.world import World

_CELL = 40
_NEIGHBOURS = 25
"""Candidates in one small problem: VROOM takes about 20 ms for these, and the time grows faster than the number."""
_THOROUGH = 2  # VROOM's exploration level where one small problem is all there is

More = Callable[[], bool]


def draw_up(world: World, rounds: int, seed: int, more: More) -> Routes:
    """Routes for everything that can be planned. `more` is asked before each small problem whether time is left."""
    routes = Routes(world)
    if not world.fits.any():
        return routes
    crews = [job for job in routes.left_out() if world.crew[job] > 1]
    for job in crews:
        insert_crew(routes, int(job))
    _solve_cells(routes)
    fill(routes)
    random = np.random.default_rng(seed)
    for _ in range(rounds):
        before = routes.cost()
        for who in around(routes, _NEIGHBOURS, random.permutation(len(world.candidates))):
            if not more():
                return routes
            _solve_again(routes, who)
        _move(routes, more)
        if routes.cost() == before:
            break
    return routes


def fill(routes: Routes) -> None:
    """Puts what is left out, the most urgent first, where it costs least; unless leaving it costs less."""
    for job in routes.left_out():
        insert(routes, int(job))


def insert(routes: Routes, job: int, who: Ints | None = None) -> bool:
    """Puts one job into the cheapest place, of these candidates or of everybody; False when it is better left out."""
    if routes.world.crew[job] > 1:
        return insert_crew(routes, job)
    places = insertions(routes, job, who)
    if places.none:
        return False
    best = places.best()
    if places.late[best] > routes.world.unserved(np.array([job]))[0] + SAME:
        return False
    one, at = int(places.who[best]), int(places.at[best])
    route = routes[one]
    routes.put([one], [[*route[:at], job, *route[at:]]])
    return True


def _solve_cells(routes: Routes) -> None:
    world = routes.world
    jobs = routes.left_out()
    jobs = jobs[world.crew[jobs] == 1]
    owner = nearest(world, jobs)
    all_cells = cells(world, _CELL)
    for who in all_cells:
        mine = jobs[np.isin(owner, who)]
        _adopt(routes, who, _solved(routes, who, mine, world.deadline[mine], 0 if len(all_cells) > 1 else _THOROUGH))


def _solve_again(routes: Routes, who: Ints) -> None:
    """Some routes anew: first as if nothing had to be late, then with nothing later than it is."""
    world, held = routes.world, routes.timed
    on = held.stops[who] != NO_JOB
    jobs, begins = held.stops[who][on], held.begins[who][on]
    free = routes.fixed[jobs] < 0
    jobs, latest = jobs[free], np.maximum(world.deadline[jobs], begins)[free]
    left = _left_near(routes, who)
    if len(left) or (latest > world.deadline[jobs]).any():
        both = np.concatenate([jobs, left])
        if routes.improve(lambda: _replace(routes, who, both, world.deadline[both])):
            return
    routes.improve(lambda: _replace(routes, who, jobs, latest))


def _left_near(routes: Routes, who: Ints) -> Ints:
    left = routes.left_out()
    left = left[routes.world.crew[left] == 1]
    return np.asarray(left[np.isin(nearest(routes.world, left), who)])


def _replace(routes: Routes, who: Ints, jobs: Ints, latest: Ints) -> None:
    _adopt(routes, who, _solved(routes, who, jobs, latest, 0))
    for job in np.setdiff1d(jobs, routes.timed.stops[who]):
        insert(routes, int(job), who)


def _adopt(routes: Routes, who: Ints, solved: list[list[int]]) -> None:
    """Takes what was solved; of a route that cannot be driven as VROOM saw it, only what is fixed."""
    fixed = [[job for job in routes[one] if routes.fixed[job] >= 0] for one in who]
    good = timed(routes.world, routes.fixed, who, solved).ok
    kept = [good[row] and set(fixed[row]) <= set(route) for row, route in enumerate(solved)]
    routes.put(who, [route if keep else stay for route, stay, keep in zip(solved, fixed, kept, strict=True)])


def _move(routes: Routes, more: More) -> None:
    """Takes what is late, or done by two, off its routes and puts it where it costs least; then what is left out."""
    for job in _movable(routes):
        if more():
            routes.improve(partial(_elsewhere, routes, job))
    routes.improve(lambda: fill(routes))


def _movable(routes: Routes) -> list[int]:
    stops = routes.timed.stops
    pairs = np.unique(stops[(stops != NO_JOB) & (routes.fixed[stops] >= 0)]) if routes.fixed.size else routes.fixed
    return [int(job) for job in np.union1d(routes.late(), pairs)]


def _elsewhere(routes: Routes, job: int) -> None:
    left = routes.left_out() if routes.world.crew[job] > 1 else ()
    routes.remove(job)
    for other in left:  # what had no room beside two who wait for each other goes first
        insert(routes, int(other))
    insert(routes, job)


def _solved(routes: Routes, who: Ints, jobs: Ints, latest: Ints, level: int) -> list[list[int]]:
    """See `vroom_solver.solve`."""
    from dispatch.planning.vroom_solver import solve  # brings pandas, a second of work: only for who draws up plans

    return solve(routes, who, jobs, latest, level)
