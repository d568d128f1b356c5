"""A job that two technicians do together: where it goes into both routes, so that both begin at the same time."""

from __future__ import annotations

import numpy as np

from dispatch.planning.insertion import SAME, Insertions, after, insertions
from dispatch.planning.roads import FAR, Ints
from dispatch.planning.routes import Routes
from dispatch.planning.timing import work_begins

_WIDTH = 40
"""So many of the cheapest and of the earliest places are tried with each other: some 3,000 pairs at most."""
_MEETINGS = 3  # one waits for the other, whose break makes the first wait: this often, and no other pair would be worse


def insert_crew(routes: Routes, job: int) -> bool:
    """Puts the job into the two routes where it adds least; False when there are no two, or leaving it costs less."""
    world = routes.world
    one, two = _pairs(_promising(insertions(routes, job)))
    begins = _meeting(routes, job, one, two)
    met = begins < FAR
    one, two, begins = one[met], two[met], begins[met]
    costs = [after(routes, job, side.who, side.at, begins + world.service[job]) for side in (one, two)]
    jobs = np.full(len(begins), job)
    late = costs[0].late + costs[1].late + 2 * world.lateness(jobs, begins)
    drive = _to(routes, job, one) + _to(routes, job, two) + costs[0].drive + costs[1].drive
    fits = np.flatnonzero(costs[0].fits & costs[1].fits & (late <= world.unserved(jobs) + SAME))
    if not len(fits):
        return False
    best = fits[np.lexsort((drive[fits], np.round(late[fits], 6)))[0]]
    routes.fixed[job] = begins[best]
    sides = [(int(side.who[best]), int(side.at[best])) for side in (one, two)]
    routes.put([who for who, _ in sides], [[*routes[who][:at], job, *routes[who][at:]] for who, at in sides])
    return True


def _promising(places: Insertions) -> Insertions:
    cheapest = np.lexsort((places.drive, places.late))[:_WIDTH]
    earliest = np.argsort(places.begins, kind="stable")[:_WIDTH]
    return places[np.union1d(cheapest, earliest)]


def _pairs(places: Insertions) -> tuple[Insertions, Insertions]:
    """Every two places on routes of different people."""
    one, two = np.triu_indices(len(places.who), 1)
    apart = places.who[one] != places.who[two]
    return places[one[apart]], places[two[apart]]


def _meeting(routes: Routes, job: int, one: Insertions, two: Insertions) -> Ints:
    """The first second at which both can begin; FAR where that never happens."""
    begins = np.maximum(one.begins, two.begins)
    for _ in range(_MEETINGS):
        begins = np.maximum(_from(routes, job, one, begins), _from(routes, job, two, begins))
    together = (_from(routes, job, one, begins) == begins) & (_from(routes, job, two, begins) == begins)
    return np.where(together & (begins < FAR), begins, FAR)


def _from(routes: Routes, job: int, places: Insertions, begins: Ints) -> Ints:
    """When work begins for who waits there until then."""
    return work_begins(routes.world, begins, places.who, np.full(len(begins), job), begins, np.zeros_like(begins))


def _to(routes: Routes, job: int, places: Insertions) -> Ints:
    """Seconds on the road to the job."""
    world = routes.world
    return world.roads.seconds(routes.before[places.who, places.at], world.nodes[job])
