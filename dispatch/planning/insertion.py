"""What it costs to put one job into each place of each route: exact, all places in one sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dispatch.planning.roads import Bools, Floats, Ints
from dispatch.planning.routes import Routes, day_ends, stop_begins, way_home
from dispatch.planning.timing import work_begins

SAME = 1e-9  # weighted minutes: what is less is rounding


@dataclass(frozen=True, slots=True)
class Insertions:
    """Places that can take the job, one a row: whose route, before which stop, when work begins, and what it adds."""

    who: Ints
    at: Ints
    begins: Ints
    late: Floats
    drive: Ints

    @property
    def none(self) -> bool:
        return not len(self.who)

    def __getitem__(self, rows: Ints | Bools) -> Insertions:
        return Insertions(self.who[rows], self.at[rows], self.begins[rows], self.late[rows], self.drive[rows])

    def best(self) -> int:
        """The row that adds least: lateness first, then driving, then the first."""
        least = np.flatnonzero(self.late <= self.late.min() + SAME)
        return int(least[self.drive[least].argmin()])


class After(NamedTuple):
    """What a job does to the stops behind it: weighted minutes later, driving added, and whether the day holds it."""

    late: Floats
    drive: Ints
    fits: Bools


def insertions(routes: Routes, job: int, who: Ints | None = None) -> Insertions:
    """Every place that can take the job, of these candidates or of everybody."""
    world = routes.world
    rows, places = _places(routes, job, who)
    leave = routes.timed.free[rows, places]
    drive = world.roads.seconds(routes.before[rows, places], world.nodes[job])
    jobs = np.full(len(rows), job)
    begins = work_begins(world, world.release[jobs], rows, jobs, leave, drive)
    found = begins + world.service[job] <= world.until[rows]
    rows, places, begins, drive = rows[found], places[found], begins[found], drive[found]
    then = after(routes, job, rows, places, begins + world.service[job])
    late = then.late + world.lateness(jobs[found], begins)
    return Insertions(rows, places, begins, late, drive + then.drive)[then.fits]


def _places(routes: Routes, job: int, who: Ints | None) -> tuple[Ints, Ints]:
    able = routes.world.fits[:, job] & (routes.generators_left >= routes.world.takes[job])
    rows = np.flatnonzero(able) if who is None else who[able[who]]
    counts = routes.count[rows] + 1
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(rows, counts), np.arange(counts.sum()) - firsts


def after(routes: Routes, job: int, rows: Ints, places: Ints, free: Ints) -> After:
    """For each place of these routes, were the work done at `free`."""
    world, held = routes.world, routes.timed
    late, more, fits = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64), np.ones(len(rows), dtype=bool)
    last = np.flatnonzero(places == routes.count[rows])
    there = np.full(len(last), world.nodes[job])
    more[last] = way_home(world, rows[last], there)
    more[last] -= way_home(world, rows[last], routes.before[rows[last], places[last]])
    fits[last] = day_ends(world, rows[last], there, free[last]) <= world.until[rows[last]]
    moving = np.flatnonzero(places < routes.count[rows])
    at, free = places[moving], free[moving]
    legs = world.roads.seconds(world.nodes[job], routes.before[rows[moving], at + 1])
    more[moving] = legs - held.legs[rows[moving], at]
    while len(moving):  # one stop further along each route, as long as anything moves there
        who = rows[moving]
        stop, before = held.stops[who, at], held.begins[who, at]
        begins = stop_begins(world, routes.fixed, who, stop, free, legs)
        late[moving] += world.lateness(stop, begins) - world.lateness(stop, before)
        free, at = begins + world.service[stop], at + 1
        ended = at == routes.count[who]
        over = np.where(ended, day_ends(world, who, routes.before[who, at], free), free)
        fits[moving] = over <= world.until[who]
        on = fits[moving] & (begins != before) & ~ended
        moving, at, free = moving[on], at[on], free[on]
        legs = held.legs[rows[moving], at]
    return After(late, more, fits)
