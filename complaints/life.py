"""What becomes of a linked complaint when its incident changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Standing:
    """How the incident of a complaint stands at the complaint's site now."""

    incident_open: bool
    closed_at: datetime | None
    has_outage: bool
    outage_ended_at: datetime | None
    alarms_stand: bool


class Verdict(Enum):
    KEEP = "keep"
    RESTORED = "restored"
    LOOK_AGAIN = "look_again"
    """The incident no longer speaks of this site, as after a split: something else may explain the complaint."""


def verdict(standing: Standing) -> Verdict:
    """Restored when the incident is closed or the site's outage over; kept while the incident still holds the site."""
    if not standing.incident_open:
        return Verdict.RESTORED
    if standing.alarms_stand or (standing.has_outage and standing.outage_ended_at is None):
        return Verdict.KEEP
    return Verdict.RESTORED if standing.has_outage else Verdict.LOOK_AGAIN


def restored_at(standing: Standing, now: datetime) -> datetime:
    """When service came back, as well as we know."""
    return standing.outage_ended_at or standing.closed_at or now
