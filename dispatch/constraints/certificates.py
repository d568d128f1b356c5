"""A skill that wants a certificate counts as long as the certificate does: until the work is done."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def certificates_valid(trip: Trip) -> Refusal | None:
    ends = trip.candidate.certificates
    expired = ", ".join(sorted(skill for skill in trip.job.skills if skill in ends and ends[skill] < trip.finish))
    if not expired:
        return None
    return Refusal("certificate_expired", f"certificate for {expired} has run out", {"skill": expired})
