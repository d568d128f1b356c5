"""Who declined, let pass, failed or was taken off this very job lately is not asked again for a while."""

from __future__ import annotations

from datetime import timedelta

from dispatch.model import Refusal, Trip

_WORDS = {
    "declined": "declined",
    "expired": "did not answer",
    "failed": "failed there",
    "withdrawn": "was taken off it",
}


def has_not_refused(trip: Trip) -> Refusal | None:
    mine = [past for past in trip.job.past if past.technician == trip.candidate.technician_id and past.how in _WORDS]
    if not mine:
        return None
    last = max(mine, key=lambda past: past.at)
    until = last.at + timedelta(minutes=getattr(trip.policy.ask_again_minutes, last.how))
    if trip.leave >= until:
        return None
    minutes = str(max(0, round((trip.leave - last.at).total_seconds() / 60)))
    words = f"{_WORDS[last.how]} {minutes} min ago" + (f": {last.reason}" if last.reason else "")
    return Refusal(f"{last.how}_lately", words, {"minutes": minutes, "reason": last.reason}, until)
