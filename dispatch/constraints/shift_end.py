"""Work ends inside the shift, or no longer after it than the policy's overtime."""

from __future__ import annotations

from datetime import timedelta

from dispatch.model import Refusal, Trip


def ends_in_shift(trip: Trip) -> Refusal | None:
    duty = trip.candidate.duty_at(trip.leave)
    late = trip.finish - timedelta(minutes=trip.policy.overtime_minutes)
    if duty is None or late <= duty.end:
        return None
    end = f"{duty.end.astimezone(trip.job.zone):%H:%M}"
    return Refusal("shift_ends", f"shift ends at {end}, before the work would", {"end": end})
