"""Who declined, let pass, failed or was taken off this very job lately is not asked again for a while."""

from __future__ import annotations

from datetime import timedelta

from dispatch.model import Refusal, Trip

NO_COVERAGE = "no coverage inside the outage"
"""The reason of an offer that ran out where a phone may have heard nothing: no refusal, but others are asked first."""

_WORDS = {
    "declined": "declined",
    "expired": "did not answer",
    "no_coverage": "may not have heard of it",
    "failed": "failed there",
    "withdrawn": "was taken off it",
}


def has_not_refused(trip: Trip) -> Refusal | None:
    mine = [past for past in trip.job.past if past.technician == trip.candidate.technician_id and past.how in _WORDS]
    if not mine:
        return None
    last = max(mine, key=lambda past: past.at)
    how = "no_coverage" if last.reason == NO_COVERAGE else last.how
    until = last.at + timedelta(minutes=getattr(trip.policy.ask_again_minutes, how))
    if trip.leave >= until:
        return None
    minutes = str(max(0, round((trip.leave - last.at).total_seconds() / 60)))
    words = f"{_WORDS[how]} {minutes} min ago" + (f": {last.reason}" if last.reason else "")
    return Refusal(f"{how}_lately", words, {"minutes": minutes, "reason": last.reason}, until)
