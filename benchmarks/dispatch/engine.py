"""The storm itself: events in the order of their time, a policy that is asked after them, and what came of it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.dispatch.world import BEGINS_AT, END, OVERTIME, SHIFT, Bools, Floats, World, drive_km, drive_minutes

_DAY = 24 * 60.0
_STEP = 1.0  # minutes: what happens within one is decided upon together


class Soon(NamedTuple):
    """A busy technician, and when he is expected to be through."""

    technician: int
    at: float


@dataclass(frozen=True, slots=True)
class Situation:
    """What every policy may see at one moment: the world as known, what is open, and who is or soon will be free."""

    world: World
    now: float
    open: list[int]
    free: list[int]
    soon: list[Soon]
    place: Floats
    """By technician: where he stands, or will stand when he is through."""
    until: Floats
    """By technician: the end of his shift."""
    refused: Bools
    """By ticket and technician: declined."""

    def minutes(self) -> Floats:
        """Expected drives: open tickets (rows) by free technicians (columns), infinite for who may not go.

        Who may: has the skill, has not declined, and is expected to be through by the end of the shift and an hour.
        """
        tickets, skills = self.world.tickets, self.world.technicians.skills
        rows, columns = np.array(self.open), np.array(self.free)
        minutes = drive_minutes(self.place[columns], tickets.place[rows])
        finish = self.now + minutes + tickets.service[rows][:, None]
        skilled = skills[columns][:, tickets.kind[rows]].T
        may = skilled & (finish <= self.until[columns] + OVERTIME) & ~self.refused[rows][:, columns]
        return np.where(may, minutes, np.inf)


Pairs = Sequence[tuple[int, int]]
"""Ticket and technician."""

Policy = Callable[[Situation], Pairs]


class Result(NamedTuple):
    """In two days: minutes without service by weight, sites that went down, kilometres driven, tickets served."""

    down: float
    missed: int
    km: float
    served: int


@dataclass(slots=True)
class _State:
    world: World
    place: Floats
    until: Floats
    refused: Bools
    done: Floats
    busy: dict[int, float] = field(default_factory=dict)
    on_shift: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    km: float = 0.0
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    pushed: int = 0

    def push(self, at: float, happens: Callable[[], None]) -> None:
        self.pushed += 1
        heapq.heappush(self.events, (at, self.pushed, happens))


def simulate(world: World, policy: Policy) -> Result:
    """Two days under one policy, which is asked at the end of each minute in which something happened."""
    state = _begin(world)
    while state.events and state.events[0][0] < END:
        now = (state.events[0][0] // _STEP + 1) * _STEP
        while state.events and state.events[0][0] < now:
            heapq.heappop(state.events)[2]()
        situation = _situation(state, now)
        if situation.open and situation.free:
            for ticket, technician in policy(situation):
                _offer(state, now, ticket, technician)
    return _result(state)


def _begin(world: World) -> _State:
    people, tickets = len(world.technicians.home), len(world.tickets.at)
    state = _State(
        world=world,
        place=world.technicians.home.copy(),
        until=np.zeros(people),
        refused=np.zeros((tickets, people), dtype=bool),
        done=np.full(tickets, np.inf),
    )
    for ticket in range(tickets):
        state.push(float(world.tickets.at[ticket]), partial(state.open.add, ticket))
    for technician, begins in enumerate(world.technicians.begins):
        for day in (-1, 0, 1, 2):
            start = float(begins) - BEGINS_AT + day * _DAY
            if start + SHIFT > 0:
                state.push(max(start, 0.0), partial(_start_shift, state, technician, start + SHIFT))
    return state


def _start_shift(state: _State, technician: int, end: float) -> None:
    state.until[technician] = end
    state.on_shift.add(technician)
    if technician not in state.busy:
        state.place[technician] = state.world.technicians.home[technician]
    state.push(end, partial(state.on_shift.discard, technician))


def _offer(state: _State, now: float, ticket: int, technician: int) -> None:
    """He answers after a while; then he declines, or drives and works, and until he is through takes nothing else."""
    assert ticket in state.open, "nobody has it yet"
    assert technician in state.on_shift - state.busy.keys(), "he is free"
    tickets, truth = state.world.tickets, state.world.truth
    state.open.discard(ticket)
    answers = now + float(truth.answer[ticket, technician])
    if truth.declines[ticket, technician]:
        state.busy[technician] = answers
        state.push(answers, partial(_decline, state, ticket, technician))
        return
    here, there = state.place[[technician]], tickets.place[[ticket]]
    minutes = float(drive_minutes(here, there)[0, 0])
    state.km += float(drive_km(here, there)[0])
    state.place[technician] = tickets.place[ticket]
    state.busy[technician] = now + minutes + float(tickets.service[ticket])
    through = answers + minutes * float(truth.road[ticket, technician]) + float(truth.service[ticket])
    state.push(through, partial(_finish, state, through, ticket, technician))


def _decline(state: _State, ticket: int, technician: int) -> None:
    del state.busy[technician]
    state.refused[ticket, technician] = True
    state.open.add(ticket)


def _finish(state: _State, at: float, ticket: int, technician: int) -> None:
    del state.busy[technician]
    state.done[ticket] = at


def _situation(state: _State, now: float) -> Situation:
    on_shift = sorted(state.on_shift)
    soon = [Soon(one, max(state.busy[one], now + _STEP)) for one in on_shift if one in state.busy]
    free = [one for one in on_shift if one not in state.busy]
    return Situation(state.world, now, sorted(state.open), free, soon, state.place, state.until, state.refused)


def _result(state: _State) -> Result:
    ends, done = state.world.truth.ends, np.minimum(state.done, END)
    return Result(
        down=float((np.maximum(0, done - ends) * state.world.tickets.weight).sum()),
        missed=int((done > ends).sum()),
        km=state.km,
        served=int((state.done <= END).sum()),
    )
