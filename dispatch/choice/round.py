"""What one assignment decides together: a matrix of jobs and candidates, solved exactly, and asked afterwards why."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from dispatch.choice.score import Bools, Floats, demand, worth
from dispatch.choice.sieve import Sieve, Sieved, kind_of, trip_of
from dispatch.constraints import refusal_of
from dispatch.model import Candidate, Job, Refusal, Trip
from dispatch.policy import Policy
from dispatch.travel import Road, drives, estimate, with_depot

_TIE = 1e-9  # of a pair's worth: the earlier id goes first where nothing else differs
_NAMED = 10  # how many of those who could have gone are measured and named
_LEFT_OUT = 3  # how many of the jobs that have to wait are named
_MINUTE = timedelta(minutes=1)


class Instead(NamedTuple):
    """Where somebody goes instead, and what the job there would lose if the two who go changed places."""

    job: Job
    minutes: float
    misses_deadline: bool


class Round:
    """Rows are jobs, columns are candidates; both are in an order that does not depend on how they were read."""

    def __init__(
        self, jobs: Sequence[Job], people: Sequence[Candidate], now: datetime, policy: Policy, road: Road
    ) -> None:
        self._jobs, self._people, self._now, self._policy, self._road = jobs, people, now, policy, road
        self._sieve = Sieve(people, now, policy)
        self._demand = demand(jobs, now, policy.choice)
        self._reach = _reached(jobs, people, now, policy, road)
        opens = np.array([[(_opens(job, now) - now) / _MINUTE] for job in jobs]).reshape(-1, 1)
        self._arrive: Floats = np.maximum(self._reach, opens)
        self._too_early: Bools = opens - self._reach > policy.choice.look_ahead_minutes
        self._worth = _preferred(jobs, people, worth(self._demand, self._arrive, policy.choice), policy)
        self._finish: Floats = self._arrive + self._demand.service[:, None]
        self._in_time: Bools = self._finish <= np.array([_minutes_left(one, now, policy) for one in people])
        self._too_far: dict[tuple[int, int], Refusal] = {}
        self._widths: dict[int, str] = {}
        self._sent: dict[int, int] = {}
        self.trips: dict[int, Trip] = {}

    def settle(self, width: str) -> None:
        """Sends those who are left to the jobs that nobody has, within this width of the region tree."""
        worths = np.where(self._open(width), self._worth, 0.0)
        while True:
            trips = {pair: self._trip(*pair, width) for pair in best_pairs(worths)}
            refused = {pair: refusal for pair, trip in trips.items() if (refusal := refusal_of(trip))}
            if not refused:
                break
            self._too_far |= refused
            for pair in refused:
                worths[pair] = 0.0
        for (row, at), trip in trips.items():
            self.trips[row], self._widths[row], self._sent[at] = trip, width, row

    def is_later(self, trip: Trip) -> bool:
        """Whether it begins so late that it is not offered yet."""
        return trip.leave > self._now + timedelta(minutes=self._policy.ahead_minutes)

    def width_of(self, row: int) -> str:
        return self._widths.get(row, self._policy.widen[-1])

    def fit(self, row: int) -> list[int]:
        """Who could make it to the job, the soonest first, whether sent elsewhere or not."""
        fit = [at for at in self._sieved(row).fit if self._in_time[row, at] and (row, at) not in self._too_far]
        return sorted(fit, key=lambda at: (self._arrive[row, at], at))

    def ranked(self, row: int) -> list[Trip]:
        """The soonest few, measured, and whoever goes."""
        named = [self._trip(row, at, self.width_of(row)) for at in self.fit(row)[:_NAMED] if self._sent.get(at) != row]
        goes = [self.trips[row]] if row in self.trips else []
        return sorted([*goes, *(trip for trip in named if not refusal_of(trip))], key=soonest)

    def refused(self, row: int) -> dict[str, Refusal]:
        """Why everybody else cannot go; where nobody goes now, why nobody does."""
        sieved = self._sieved(row)
        if row in self.trips and not self.is_later(self.trips[row]):
            return dict(sieved.refused)
        found = ((self._people[at].technician_id, self._refusal(row, at)) for at in sieved.fit)
        return {**sieved.refused, **{one: refusal for one, refusal in found if refusal}}

    def left_out(self, row: int) -> list[Job]:
        """Jobs without anybody now that whoever goes to this one could have served, those worth most first."""
        at = self._column(self.trips[row]) if row in self.trips else None
        if at is None:
            return []
        width = self.width_of(row)
        waiting = (other for other in range(len(self._jobs)) if other not in self.trips and self._in_time[other, at])
        by_worth = sorted(waiting, key=lambda other: (-self._worth[other, at], other))
        can = (other for other in by_worth if at in self._sieve.who_can(self._jobs[other], width).fit)
        return [self._jobs[other] for other, _ in zip(can, range(_LEFT_OUT), strict=False)]

    def instead(self, row: int, trip: Trip) -> Instead | None:
        """See `Choice.instead`."""
        other = self._sent.get(self._column(trip))
        if other is None or other == row or row not in self.trips:
            return None
        mine, his = self._column(self.trips[row]), self._column(trip)
        longer = float(self._arrive[other, mine] - self._arrive[other, his])
        deadline = self._demand.deadline[other]
        misses = bool(self._finish[other, his] <= deadline < self._finish[other, mine])
        return Instead(self._jobs[other], longer, misses)

    def _open(self, width: str) -> Bools:
        """Pairs that can still be made, as far as anybody can tell without the measured drive."""
        alike: dict[Hashable, list[int]] = {}
        for row, job in enumerate(self._jobs):
            if row not in self.trips:
                alike.setdefault(kind_of(job), []).append(row)
        fit = np.zeros(self._arrive.shape, dtype=bool)
        for rows in alike.values():
            fit[np.ix_(rows, self._sieve.who_can(self._jobs[rows[0]], width).fit)] = True
        fit[:, list(self._sent)] = False
        return fit & self._in_time & ~self._too_early

    def _refusal(self, row: int, at: int) -> Refusal | None:
        trip = self.trips.get(self._sent.get(at, -1))
        if trip is None:
            return self._too_far.get((row, at)) or self._drive_refused(row, at)
        if self._sent[at] != row:
            return Refusal("goes_elsewhere", f"goes to {trip.job.job_id}", {"job": trip.job.job_id})
        through = f"{trip.leave.astimezone(trip.job.zone):%H:%M}"
        return Refusal("awaited", f"is through at {through} and then there soonest", {"until": through}, trip.leave)

    def _drive_refused(self, row: int, at: int) -> Refusal | None:
        """Why he is not sent off: he would stand before a closed door, or the drive is too long.

        By the estimate, and measured only where that does not tell.
        """
        job, width = self._jobs[row], self.width_of(row)
        if self._too_early[row, at]:
            opens = _opens(job, self._now)
            until = f"{opens.astimezone(job.zone):%H:%M}"
            ahead = self._policy.choice.look_ahead_minutes + float(self._reach[row, at])
            words = f"cannot enter before {until}"
            return Refusal("access_closed", words, {"until": until}, opens - timedelta(minutes=ahead))
        return refusal_of(self._trip(row, at, width, estimate)) or refusal_of(self._trip(row, at, width))

    def _sieved(self, row: int) -> Sieved:
        return self._sieve.who_can(self._jobs[row], self.width_of(row))

    def _column(self, trip: Trip) -> int:
        return next(at for at, one in enumerate(self._people) if one.technician_id == trip.candidate.technician_id)

    def _trip(self, row: int, at: int, width: str, road: Road | None = None) -> Trip:
        one, job = self._people[at], self._jobs[row]
        drive = with_depot(one, job, road or self._road, self._policy)
        return trip_of(one, job, self._now, drive, self._policy, width)


def best_pairs(worths: Floats) -> list[tuple[int, int]]:
    """Row and column of the pairs that are worth most together, exactly; what is worth nothing is no pair."""
    from scipy.optimize import linear_sum_assignment  # most of a second, which faces need not wait for

    rows, columns = linear_sum_assignment(worths, maximize=True)
    return [(int(row), int(at)) for row, at in zip(rows, columns, strict=True) if worths[row, at] > 0]


def soonest(trip: Trip) -> tuple[datetime, str]:
    """Sorts trips: the earlier arrival first, ties by id."""
    return trip.leave + timedelta(minutes=trip.leg.minutes), trip.candidate.technician_id


def _reached(jobs: Sequence[Job], people: Sequence[Candidate], now: datetime, policy: Policy, road: Road) -> Floats:
    """Minutes until each of the people could stand before each of the jobs."""
    waits = [max(0.0, (one.free_from - now) / _MINUTE) if one.free_from else 0.0 for one in people]
    return np.asarray(drives(people, jobs, road, policy) + np.array(waits))


def _opens(job: Job, now: datetime) -> datetime:
    """When the site can be entered next; what is closed for good is left to the constraint."""
    return max(job.release, next((window.start for window in job.windows if window.end > now), now))


def _preferred(jobs: Sequence[Job], people: Sequence[Candidate], worths: Floats, policy: Policy) -> Floats:
    """Whoever has a job already is preferred for it, and of two alike the earlier by id."""
    column = {one.technician_id: at for at, one in enumerate(people)}
    for row, job in enumerate(jobs):
        if job.held_by in column:
            worths[row, column[job.held_by]] *= 1 + policy.choice.turn_round_gain
    return np.asarray(worths * (1 - _TIE * np.arange(len(people))))


def _minutes_left(candidate: Candidate, now: datetime, policy: Policy) -> float:
    """Until his work must be over: a quick look ahead at what the constraint on the shift's end says of each trip."""
    duty = candidate.duty_at(max(now, candidate.free_from or now))
    return (duty.end - now) / _MINUTE + policy.overtime_minutes if duty else np.inf
