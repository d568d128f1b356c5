"""Dispatch's own choice in the storm: the situation as jobs and candidates for `dispatch.choice.assign`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from benchmarks.dispatch.engine import Pairs, Situation
from benchmarks.dispatch.world import DETOUR, END, KINDS, OVERTIME, SPEED_KMH, World
from dispatch.choice.assign import assign
from dispatch.model import Candidate, Interval, Job, PastOrder, Place
from dispatch.policy import Policy, default_policy
from dispatch.travel import estimate

_BEGIN = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


class Ours:
    """The policy that ships, with the world's roads and pooled crews, as in an emergency.

    An order goes to who is free, as with the other policies. Who will be through soon is known to all of them; here a
    job may wait for him.
    """

    def __init__(self, world: World, policy: Policy | None = None) -> None:
        self._policy = msgspec.structs.replace(
            policy or default_policy(),
            speed_kmh=SPEED_KMH,
            detour=DETOUR,
            overtime_minutes=int(OVERTIME),
            widen=("province",),
            ahead_minutes=0,
        )
        self._jobs = [_job(world, ticket) for ticket in range(world.cell.tickets)]
        self._skills = [
            frozenset(kind for kind, has in zip(KINDS, row, strict=True) if has) for row in world.technicians.skills
        ]

    def __call__(self, situation: Situation) -> Pairs:
        now = _at(situation.now)
        latest = situation.now + self._policy.choice.look_ahead_minutes
        soon = [one for one in situation.soon if one.at <= latest]
        people = [self._candidate(situation, one) for one in situation.free]
        people += [self._candidate(situation, one.technician, one.at) for one in soon]
        for ticket in np.flatnonzero(situation.refused.any(axis=1)):
            self._remember(situation, int(ticket))
        jobs = [self._jobs[ticket] for ticket in situation.open]
        choices = assign(jobs, people, now, self._policy, estimate)
        return [(int(choice.job.job_id), int(choice.trip.candidate.technician_id)) for choice in choices if choice.trip]

    def _candidate(self, situation: Situation, technician: int, free_from: float | None = None) -> Candidate:
        return Candidate(
            technician_id=str(technician),
            place=Place(*map(float, situation.place[technician])),
            duty=(Interval(_BEGIN - timedelta(days=1), _at(float(situation.until[technician]))),),
            skills=self._skills[technician],
            free_from=_at(free_from) if free_from is not None else None,
        )

    def _remember(self, situation: Situation, ticket: int) -> None:
        """Who declined it is not asked again, by the other policies neither."""
        who = np.flatnonzero(situation.refused[ticket])
        if len(who) > len(self._jobs[ticket].past):
            past = tuple(PastOrder(str(one), "declined", _at(END)) for one in who)
            self._jobs[ticket] = replace(self._jobs[ticket], past=past)


def _job(world: World, ticket: int) -> Job:
    tickets = world.tickets
    return Job(
        job_id=str(ticket),
        place=Place(*map(float, tickets.place[ticket])),
        release=_BEGIN,
        skills=frozenset({KINDS[tickets.kind[ticket]]}),
        priority=int(tickets.severity[ticket]) + 1,
        weight=float(tickets.weight[ticket]),
        service_minutes=float(tickets.service[ticket]),
        deadline=_at(float(tickets.ends[ticket])),
    )


def _at(minute: float) -> datetime:
    return _BEGIN + timedelta(minutes=minute)
