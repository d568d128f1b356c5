"""One open order a technician: who holds one is not sent on another."""

from __future__ import annotations

from dispatch.model import Refusal, Trip


def is_free(trip: Trip) -> Refusal | None:
    held = trip.candidate.holds
    return Refusal("busy", f"busy with {held}", {"work_order": held}) if held else None
