"""Why a job is on no route: a code and a hint, by who came closest to being sent."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from dispatch.choice.explain import waiting
from dispatch.model import Job, Refusal
from dispatch.planning.fits import refused
from dispatch.planning.insertion import insertions
from dispatch.planning.problem import Unassigned
from dispatch.planning.roads import FAR, Ints
from dispatch.planning.routes import Routes
from dispatch.planning.timing import work_begins
from dispatch.policy import Policy

_HINTS = {
    "delays_others": "Serving it would make others late by more than it is worth: add a crew or extend a shift.",
    "no_open_window": "Nobody can be there while anybody is let in: widen its windows.",
    "nobody_goes_along": "It takes two, and no second one is free at the same time: add a crew or extend a shift.",
}


def left_out(routes: Routes, policy: Policy) -> tuple[Unassigned, ...]:
    """Every job on no route, the most urgent first."""
    why = _Why(routes, policy)
    return tuple(why.said(int(job)) for job in routes.left_out())


class _Why:
    def __init__(self, routes: Routes, policy: Policy) -> None:
        self._routes, self._policy = routes, policy
        self._standing: dict[Hashable, list[Refusal]] = {}

    def said(self, job: int) -> Unassigned:
        world = self._routes.world
        able = np.flatnonzero(world.fits[:, job])
        code = self._about_time(job, able)
        name = world.jobs[job].job_id
        if code in _HINTS:
            return Unassigned(name, code, _HINTS[code])
        refusals = [*self._refusals(world.jobs[job]), *([Refusal(code, "")] if code else [])]
        said = waiting(refusals, world.now, self._policy.retry_seconds)
        return Unassigned(name, said.code, said.hint)

    def _about_time(self, job: int, able: Ints) -> str:
        """What those lack who could do the job were there time; empty when there are none."""
        world = self._routes.world
        wanted = int(world.crew[job])
        if not len(able):
            return ""
        begins = self._alone(job, able)
        if (begins >= FAR).all():
            return "no_open_window"
        if (begins + world.service[job] <= world.until[able]).sum() < wanted:
            return "shift_ends" if wanted == 1 else "nobody_goes_along"
        if (self._routes.generators_left[able] < world.takes[job]).all():
            return "no_generator"
        room = len(set(insertions(self._routes, job).who.tolist()))
        if room < wanted:
            return "shift_ends" if wanted == 1 else "nobody_goes_along"
        return "delays_others"

    def _alone(self, job: int, able: Ints) -> Ints:
        """When each could begin if he did nothing else."""
        world = self._routes.world
        jobs, leave = np.full(len(able), job), world.start[able]
        drive = world.roads.seconds(able, world.nodes[jobs])
        return work_begins(world, world.release[jobs], able, jobs, leave, drive)

    def _refusals(self, job: Job) -> list[Refusal]:
        """The standing reasons against everybody, worked out once for all jobs that are alike."""
        world = self._routes.world
        past = tuple(job.past)
        kind = (job.skills, job.region, job.needs_generator, job.generator_kva, past, job.release if past else None)
        if kind not in self._standing:
            pairs = zip(world.candidates, world.duties, strict=True)
            reasons = (refused(one, job, duty, self._policy) for one, duty in pairs)
            self._standing[kind] = [reason for reason in reasons if reason]
        return self._standing[kind]
