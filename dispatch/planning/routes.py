"""The routes of a plan as they stand: who goes where in which order, and when. Padded arrays: all are one sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.planning.roads import FAR, Bools, Floats, Ints
from dispatch.planning.timing import arrives, work_begins
from dispatch.planning.world import World

NO_JOB = -1
_Number = TypeVar("_Number", np.int64, np.float64, np.bool_)


class Timed(NamedTuple):
    """Routes with their times, one a row; column n is the stop n, and `free` is when the first n stops are done."""

    stops: Ints
    legs: Ints
    begins: Ints
    free: Ints
    late: Floats
    drive: Ints
    ok: Bools
    """Whether every stop can be made and the shift ends after it all."""


class Cost(NamedTuple):
    """Compared in this order: weighted minutes late, how many are left out by priority, seconds on the road."""

    late: float
    left_out: tuple[int, ...]
    drive: int


class Routes:
    """One route a candidate. `fixed` says when a job must begin because two come for it; -1 for all others."""

    def __init__(self, world: World, routes: Sequence[Sequence[int]] = (), fixed: Ints | None = None) -> None:
        self.world = world
        self.fixed = np.full(len(world.jobs), -1) if fixed is None else fixed
        everybody = np.arange(len(world.candidates))
        self._hold(timed(world, self.fixed, everybody, routes or [()] * len(everybody)))

    def __getitem__(self, who: int) -> list[int]:
        """The jobs on somebody's route, in order."""
        return [int(job) for job in self.timed.stops[who, : self.count[who]]]

    def left_out(self) -> Ints:
        """Jobs on no route, the most urgent first."""
        planned = np.zeros(len(self.world.jobs) + 1, dtype=bool)
        planned[self.timed.stops.ravel()] = True
        return np.flatnonzero(self.world.to_plan & ~planned[:-1])

    def late(self) -> Ints:
        """Jobs that are begun after their deadline, the most urgent first."""
        stops, begins = self.timed.stops, self.timed.begins
        on = stops != NO_JOB
        return np.unique(stops[on][begins[on] > self.world.deadline[stops[on]]])

    def cost(self) -> Cost:
        left = self.left_out()
        late = self.timed.late.sum() + self.world.unserved(left).sum()
        counts = np.bincount(self.world.priority[left], minlength=10)
        return Cost(round(float(late), 6), tuple(counts.tolist()), int(self.timed.drive.sum()))

    def put(self, who: Sequence[int] | Ints, routes: Sequence[Sequence[int]]) -> None:
        """Replaces somebody's routes by others that can be driven."""
        rows = np.array(who, dtype=np.int64)
        self.take(rows, timed(self.world, self.fixed, rows, routes))

    def take(self, who: Ints, new: Timed) -> None:
        """The same, once their times are known."""
        width = max(new.stops.shape[1], self.timed.stops.shape[1])
        held, part = _widened(self.timed, width), _widened(new, width)
        self._hold(
            Timed(
                _with_rows(held.stops, who, part.stops),
                _with_rows(held.legs, who, part.legs),
                _with_rows(held.begins, who, part.begins),
                _with_rows(held.free, who, part.free),
                _with_rows(held.late, who, part.late),
                _with_rows(held.drive, who, part.drive),
                _with_rows(held.ok, who, part.ok),
            )
        )

    def improve(self, change: Callable[[], None]) -> bool:
        """Keeps the change when the plan costs less with it, else leaves everything as it was."""
        before, held, fixed = self.cost(), self.timed, self.fixed.copy()
        change()
        if self.timed.ok.all() and self.cost() < before:
            return True
        self.fixed[:] = fixed
        self._hold(held)
        return False

    def remove(self, job: int) -> None:
        """Takes a job off every route that it stands on."""
        who = [int(row) for row in np.flatnonzero((self.timed.stops == job).any(axis=1))]
        self.fixed[job] = -1
        self.put(who, [[other for other in self[one] if other != job] for one in who])

    def in_world(self, world: World) -> Routes:
        """The same routes where there are more jobs."""
        more = len(world.jobs) - len(self.fixed)
        other = Routes(world, fixed=np.append(self.fixed, np.full(more, -1)))
        other._hold(self.timed)
        return other

    def _hold(self, held: Timed) -> None:
        """Takes the times, and works out what insertions ask for again and again."""
        world, stops = self.world, held.stops
        self.timed = held
        self.count = (stops != NO_JOB).sum(axis=1)
        self.before = np.concatenate([np.arange(len(stops))[:, None], _of(world.nodes, stops)], axis=1)
        self.generators_left = world.generators - np.maximum(_of(world.takes, stops), 0).sum(axis=1)


def timed(world: World, fixed: Ints, who: Ints, routes: Sequence[Sequence[int]]) -> Timed:
    """The times of these routes of these candidates."""
    most = max(map(len, routes), default=0)
    stops = np.full((len(routes), most), NO_JOB)
    for row, route in zip(stops, routes, strict=True):
        row[: len(route)] = route
    legs, begins = np.zeros_like(stops), np.zeros_like(stops)
    free = np.zeros((len(routes), most + 1), dtype=np.int64)
    late, drive = np.zeros(len(routes)), np.zeros(len(routes), dtype=np.int64)
    free[:, 0], here = world.start[who], who.copy()
    for at in range(most):
        on = np.flatnonzero(stops[:, at] != NO_JOB)
        job = stops[on, at]
        legs[on, at] = world.roads.seconds(here[on], world.nodes[job])
        begins[on, at] = stop_begins(world, fixed, who[on], job, free[on, at], legs[on, at])
        free[:, at + 1] = free[:, at]
        free[on, at + 1] = begins[on, at] + world.service[job]
        late[on] += world.lateness(job, begins[on, at])
        here[on] = world.nodes[job]
    home = way_home(world, who, here)
    drive += legs.sum(axis=1) + home
    ok = (day_ends(world, who, here, free[:, -1]) <= world.until[who]) | (stops == NO_JOB).all(axis=1)
    return Timed(stops, legs, begins, free, late, drive, ok)


def stop_begins(world: World, fixed: Ints, who: Ints, job: Ints, leave: Ints, drive: Ints) -> Ints:
    """When work begins at a stop of a route; FAR where a job that is fixed cannot begin just then."""
    at = fixed[job]
    begins = work_begins(world, np.maximum(world.release[job], at), who, job, leave, drive)
    return np.where((at >= 0) & (begins != at), FAR, begins)


def way_home(world: World, who: Ints, here: Ints) -> Ints:
    """Seconds from the last stop to where the day ends; 0 for who has no stop, or may end anywhere."""
    ends = world.ends[who]
    home = np.zeros(len(who), dtype=np.int64)
    bound = np.flatnonzero((ends >= 0) & (here != who))
    home[bound] = world.roads.seconds(here[bound], ends[bound])
    return home


def day_ends(world: World, who: Ints, here: Ints, free: Ints) -> Ints:
    """When the day is over for who is through at `free`: at once, or when he is where it must end."""
    bound = (world.ends[who] >= 0) & (here != who)
    return np.where(bound, arrives(world, who, free, way_home(world, who, here)), free)


def _widened(held: Timed, width: int) -> Timed:
    """The same with room for so many stops."""
    more = width - held.stops.shape[1]
    if not more:
        return held
    room = ((0, 0), (0, more))
    return held._replace(
        stops=np.pad(held.stops, room, constant_values=NO_JOB),
        legs=np.pad(held.legs, room),
        begins=np.pad(held.begins, room),
        free=np.pad(held.free, room, mode="edge"),
    )


def _with_rows(held: NDArray[_Number], who: Ints, part: NDArray[_Number]) -> NDArray[_Number]:
    held = held.copy()
    held[who] = part
    return held


def _of(values: Ints, stops: Ints) -> Ints:
    """The value of each stop, -1 where there is none."""
    return np.asarray(np.append(values, -1)[stops])
