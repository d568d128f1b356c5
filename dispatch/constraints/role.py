"""Who stands on the list to be copied, such as an area manager, is not sent."""

from __future__ import annotations

from dispatch.model import Refusal, Trip
from guywire.model import Role


def is_technician(trip: Trip) -> Refusal | None:
    if trip.candidate.role == Role.TECHNICIAN:
        return None
    return Refusal("not_a_technician", f"is {trip.candidate.role}, not a technician", {"role": trip.candidate.role})
