"""A job that wants a generator goes to somebody who has one that is large enough, or can fetch one on the way."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def has_generator(trip: Trip) -> Refusal | None:
    """A size that nobody wrote down is taken to be enough: else whoever never filled in a column has no generators."""
    if not trip.job.needs_generator:
        return None
    if trip.candidate.carries(trip.job.generator_kva) or trip.candidate.could_fetch(trip.job.generator_kva):
        return None
    if trip.candidate.generators < 1:
        return Refusal("no_generator", "has no generator")
    size, wanted = trip.candidate.generator_kva, trip.job.generator_kva
    words = f"has generators of {size:g} kVA, and {wanted:g} kVA are wanted"
    return Refusal("generator_too_small", words, {"kva": f"{size:g}", "wanted": f"{wanted:g}"})
