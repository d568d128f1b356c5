"""Nobody is called out of bed: the moment of setting off lies inside a stretch of duty."""

from __future__ import annotations

from datetime import datetime

from dispatch.model import Refusal, Trip


def on_shift(trip: Trip) -> Refusal | None:
    candidate = trip.candidate
    if candidate.shift_problem:
        return Refusal("shift_unreadable", candidate.shift_problem)
    if candidate.duty_at(trip.leave):
        return None
    back = candidate.duty_after(trip.leave)
    if back is None:
        return Refusal("off_shift", "off shift")
    until = _clock(back.astimezone(trip.job.zone), trip.leave.astimezone(trip.job.zone))
    return Refusal("off_shift", f"off shift until {until}", {"until": until}, back)


def _clock(at: datetime, now: datetime) -> str:
    """The time of day where the job is, with the weekday when it is not today."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a %H:%M}"
