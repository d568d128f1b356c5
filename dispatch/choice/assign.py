"""The choice for many jobs at once, or for one: those pairs go that are worth most together.

Where nobody in the area is left for a job, those of the city are looked at, and so on, as wide as the policy says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from dispatch.choice.round import Instead, Round
from dispatch.model import Candidate, Job, Refusal, Trip
from dispatch.policy import Policy
from dispatch.travel import Road, measure


def assign(
    jobs: Iterable[Job], candidates: Iterable[Candidate], now: datetime, policy: Policy, road: Road = measure
) -> list[Choice]:
    """One choice for each job, in the order of their urgency. The same whatever the order of jobs and candidates.

    Whoever is `free_from` a later moment on counts from then on, where he stands then: a job may have to wait for him
    (`Choice.awaited`). A job that is `held_by` somebody moves to another only for the policy's `turn_round_gain`.
    """
    ordered = sorted(jobs, key=lambda job: job.urgency)
    together = Round(ordered, sorted(candidates, key=lambda one: one.technician_id), now, policy, road)
    for width in policy.widen:
        together.settle(width)
    return [Choice(job, row, together) for row, job in enumerate(ordered)]


def choose(job: Job, candidates: Iterable[Candidate], now: datetime, policy: Policy, road: Road = measure) -> Choice:
    """The choice for one job: whoever is there soonest."""
    return assign([job], candidates, now, policy, road)[0]


@dataclass(frozen=True)
class Choice:
    """Who goes to one job. The reasons are worked out when they are asked for."""

    job: Job
    _row: int
    _together: Round = field(repr=False, compare=False)

    @cached_property
    def trip(self) -> Trip | None:
        """The trip to offer now; None when nobody can go, or when it is better to wait for somebody."""
        chosen = self._together.trips.get(self._row)
        return chosen if chosen and not self._together.is_later(chosen) else None

    @cached_property
    def awaited(self) -> Trip | None:
        """The trip of whoever is worth waiting for: it begins when he is through with what he is on."""
        chosen = self._together.trips.get(self._row)
        return chosen if chosen and self._together.is_later(chosen) else None

    @cached_property
    def width(self) -> str:
        """How wide it was looked."""
        return self._together.width_of(self._row)

    @cached_property
    def fitting(self) -> int:
        """How many could have gone."""
        return len(self._together.fit(self._row))

    @cached_property
    def ranked(self) -> Sequence[Trip]:
        """The soonest few of those who could have gone, by arrival, with whoever goes; measured."""
        return self._together.ranked(self._row)

    @cached_property
    def refused(self) -> Mapping[str, Refusal]:
        """Why the others cannot go, by id. Where nobody goes, this is everybody: who is sent elsewhere is busy."""
        return self._together.refused(self._row)

    @cached_property
    def waits_for_it(self) -> Sequence[Job]:
        """The jobs that have nobody and that whoever goes could have served, those that lose most first."""
        return self._together.left_out(self._row)

    def instead(self, trip: Trip) -> Instead | None:
        """What it would mean to others to take the one of `trip`; None when he is sent nowhere."""
        return self._together.instead(self._row, trip)
