"""What somebody is already on stays first on his route: he starts from there, once it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dispatch.planning.problem import Commitment, Problem
from dispatch.planning.roads import FAR
from dispatch.planning.timing import arrives, work_begins
from dispatch.planning.world import Head, World, seconds_until


def bind(world: World, problem: Problem) -> World:
    """The world in which every commitment is kept. Raises `ValueError` for one that names nobody or nothing.

    People decided it, so that nothing is asked but when it can begin; two who are committed to one job begin together.
    """
    if not problem.committed:
        return world
    people = {one.technician_id: at for at, one in enumerate(world.candidates)}
    jobs = {job.job_id: at for at, job in enumerate(world.jobs)}
    together: dict[str, list[Commitment]] = {}
    for commitment in problem.committed:
        if commitment.technician_id not in people or commitment.job_id not in jobs:
            raise ValueError(f"{commitment.technician_id!r} is committed to {commitment.job_id!r}: one is not there")
        together.setdefault(commitment.job_id, []).append(commitment)
    world = replace(world, start=world.start.copy(), generators=world.generators.copy(), to_plan=world.to_plan.copy())
    for job_id, crew in together.items():
        world = _bound(world, jobs[job_id], [people[one.technician_id] for one in crew], crew)
    return world


def _bound(world: World, job: int, who: Sequence[int], crew: Sequence[Commitment]) -> World:
    """With one job committed, which its crew begins when the last of them is there."""
    said = [seconds_until(one.arrive, world.now) for one in crew if one.arrive]
    said += (int(world.start[one]) for one in who if one in world.heads)  # nobody begins before the one before is over
    begins = max(
        [*said, *(_soonest(world, job, one) for one, given in zip(who, crew, strict=True) if not given.arrive)]
    )
    ends = max(begins + int(world.service[job]), 0)
    world.to_plan[job] = False
    heads, roads = dict(world.heads), world.roads
    for one in who:
        world.start[one] = max(int(world.start[one]), ends)
        world.generators[one] -= world.takes[job]
        heads[one] = (*heads.get(one, ()), Head(job, begins, ends))
        roads = roads.moved(one, int(world.nodes[job]))
    return replace(world, heads=heads, roads=roads)


def _soonest(world: World, job: int, one: int) -> int:
    """When work can begin; where no window lets him in any more, when he is there."""
    who, what = np.array([one]), np.array([job])
    leave, drive = world.start[who], world.roads.seconds(who, world.nodes[what])
    begins = int(work_begins(world, world.release[what], who, what, leave, drive)[0])
    return begins if begins < FAR else int(arrives(world, who, leave, drive)[0])
