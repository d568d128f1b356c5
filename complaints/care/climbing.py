"""What a complaint goes to the shift leader for: each step once."""

from __future__ import annotations

from complaints.care.model import Case, Complaint, Heat
from complaints.care.rules import Rules


def climb(case: Case, step: str, reason: str, rules: Rules) -> None:
    """Hands the complaint up, unless this very step did so before."""
    complaint = case.complaint
    if step in complaint.climbed:
        return
    complaint.climbed = [*complaint.climbed, step]
    complaint.leader_at = complaint.leader_at or rules.now
    complaint.leader_reason = reason


def climb_if_heated(case: Case, rules: Rules) -> None:
    """Heated goes to the leader at once."""
    if case.complaint.heat is Heat.HEATED:
        climb(case, "heated", "heated", rules)


def come_down(complaint: Complaint) -> None:
    """A leader has it in hand."""
    complaint.leader_at, complaint.leader_reason = None, ""
