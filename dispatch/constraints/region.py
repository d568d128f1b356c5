"""A technician serves his own part of the region tree; how much of the path must be shared widens when nobody fits."""

from __future__ import annotations

from functools import lru_cache

from dispatch.model import Refusal, Trip


def in_region(trip: Trip) -> Refusal | None:
    if _meet(trip.candidate.region, trip.job.region, trip.reach):
        return None
    return Refusal("other_region", f"other region ({trip.candidate.region})", {"region": trip.candidate.region})


@lru_cache(maxsize=65_536)
def _meet(one: str, other: str, steps: int) -> bool:
    """Whether, of their first `steps` steps, one path is the beginning of the other."""
    return all(a == b for a, b in zip(_steps(one, steps), _steps(other, steps), strict=False))


def _steps(region: str, steps: int) -> list[str]:
    return region.split("/")[:steps] if region else []
