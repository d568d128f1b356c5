"""Work is done while somebody is let in: the whole of it lies in one access window."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def is_let_in(trip: Trip) -> Refusal | None:
    """Whoever comes too early waits at the gate: only what no window holds any more is refused."""
    if trip.begins is not None:
        return None
    closes = max(window.end for window in trip.job.windows).astimezone(trip.job.zone)
    return Refusal("no_open_window", f"no access window is left (the last one closes at {closes:%H:%M})")
