"""A job that wants a generator goes to somebody who has one left."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def has_generator(trip: Trip) -> Refusal | None:
    if trip.job.needs_generator and trip.candidate.generators < 1:
        return Refusal("no_generator", "has no generator")
    return None
