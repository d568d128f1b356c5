"""Which report on an incident or emergency comes next, and by when: 首报, then 续报, at last 终报. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from dashboards.centre.policy import ReportPolicy
from guywire.errors import conflict

Kind = Literal["first", "following", "final"]
Reports = Sequence[Mapping[str, Any]]
"""Those that were sent, the newest first: `{"kind", "number", "sent_at", "facts"}`."""


def next_kind(facts: Mapping[str, Any], sent: Reports) -> Kind:
    """The final one once it is over, if anything was reported before; else the first, then one after the other."""
    if not sent:
        return "first"
    return "final" if facts["over_at"] or sent[0]["kind"] == "final" else "following"


def due_at(facts: Mapping[str, Any], sent: Reports, policy: ReportPolicy) -> datetime | None:
    """By when the next one is due; None where none is: not worth one, or all is said. Times in facts are ISO 8601."""
    if sent and sent[0]["kind"] == "final":
        return None
    if facts["over_at"]:
        over_at = datetime.fromisoformat(facts["over_at"])
        return over_at + timedelta(minutes=policy.final_minutes) if sent else None
    if sent:
        last: datetime = sent[0]["sent_at"]
        return last + timedelta(minutes=policy.following_minutes)
    worthy_at = facts["worthy_at"]
    return datetime.fromisoformat(worthy_at) + timedelta(minutes=policy.first_minutes) if worthy_at else None


def refuse_out_of_order(kind: Kind, facts: Mapping[str, Any], sent: Reports) -> None:
    """Raises `Refused` (409) for a report that cannot come now: each series has one first and one final."""
    if sent and sent[0]["kind"] == "final":
        raise conflict("final_sent", "The final report was sent. Nothing follows it.")
    if (kind == "first") != (not sent):
        said = "The first report was sent already: send a following one." if sent else "Send the first report first."
        raise conflict("out_of_order", said)
    if kind == "final" and facts["sites_down"]:
        message = f"{facts['sites_down']} sites are still down. Send the final report when all are back."
        raise conflict("not_over", message)
