"""News from complaints: how many customers an incident has who complain, and what that makes of its priority.

Only 1 to 2 % of customers call: who does speaks for many, a VIP for more, and who is still out after it was said to be
over the most. Telling the same news twice, or older news after a restart, ends in the same state.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from alarm_correlation.facts import Complaint
from alarm_correlation.state import State
from alarm_correlation.work import Work

_COUNTED = "linked"
"""The state of a complaint whose service is not back."""


class Load(NamedTuple):
    """Complaints linked to an incident and not restored, those of VIPs, and of customers who are out again."""

    linked: int = 0
    vips: int = 0
    still_out: int = 0


def take_complaints(state: State, work: Work) -> None:
    """Takes in the bodies of the topic `complaint`, in feed order."""
    for body in work.inputs.complaints:
        before = state.complaints.get(body["id"])
        now = _counted(state, body)
        if now is not None:
            state.add_complaint(now)
        elif before is not None:
            state.drop_complaint(before.complaint_id)
        concerned = {one.incident_id for one in (before, now) if one is not None}
        work.incidents |= concerned & state.incidents.keys()


def load_of(state: State, incident: str) -> Load:
    held = [state.complaints[key] for key in state.complaints_of.get(incident, ())]
    return Load(len(held), sum(one.vip for one in held), sum(one.still_out for one in held))


def _counted(state: State, body: dict[str, Any]) -> Complaint | None:
    """None for one that is over, explained by nothing, or by an incident that was forgotten long ago."""
    incident = body.get("incident")
    if body.get("gone") or body.get("state") != _COUNTED or incident not in state.incidents:
        return None
    return Complaint(body["id"], incident, bool(body.get("vip")), body.get("still_out_at") is not None)
