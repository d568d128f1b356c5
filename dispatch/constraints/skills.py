"""Every skill that the job wants must be there."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def has_skills(trip: Trip) -> Refusal | None:
    missing = ", ".join(sorted(trip.job.skills - trip.candidate.skills))
    return Refusal("lacks_skill", f"lacks skill {missing}", {"skill": missing}) if missing else None
