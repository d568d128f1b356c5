"""Who is away, on leave or sick, is neither sent nor called."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def is_not_away(trip: Trip) -> Refusal | None:
    """Says until when, and never why: that is nobody's business."""
    absence = next((one for one in trip.candidate.away if one.start <= trip.leave < one.end), None)
    if absence is None:
        return None
    until = f"{absence.end.astimezone(trip.job.zone):%Y-%m-%d %H:%M}"
    return Refusal("away", f"away until {until}", {"until": until}, absence.end)
