"""Nobody sets off in his break; what is begun before it and would last into it is begun after it."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def not_in_break(trip: Trip) -> Refusal | None:
    pause = next((one for one in trip.candidate.breaks if one.start <= trip.leave < one.end), None)
    if pause is None:
        return None
    until = f"{pause.end.astimezone(trip.job.zone):%H:%M}"
    return Refusal("works_in_break", f"has a break until {until}", {"until": until}, pause.end)
