"""The part of a batch's board that is about reviews: as read, and what the batch has changed so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dispatch.review.model import ClosedTicket, Inspection, Problem
from dispatch.review.policy import ReviewPolicy, shipped_policy


@dataclass(slots=True, kw_only=True)
class Review:
    """When it is time to look: what was closed since, and before at the same sites; else what commands speak of."""

    policy: ReviewPolicy = field(default_factory=shipped_policy)

    is_look: bool = False
    looked_to: datetime | None = None
    """Up to when this look has seen what was closed; None: up to now."""
    closed: list[ClosedTicket] = field(default_factory=list)
    """Since the last look."""
    tickets: dict[str, ClosedTicket] = field(default_factory=dict)
    """Those, what was closed at their sites before, and what commands speak of."""
    inspections: dict[str, Inspection] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    last_problem: int = 0

    changed_inspections: set[str] = field(default_factory=set)
    changed_problems: set[str] = field(default_factory=set)

    def put_inspection(self, inspection: Inspection) -> None:
        self.inspections[inspection.ticket_id] = inspection
        self.changed_inspections.add(inspection.ticket_id)

    def put_problem(self, problem: Problem) -> None:
        self.problems[problem.problem_id] = problem
        self.changed_problems.add(problem.problem_id)

    def next_problem(self) -> str:
        self.last_problem += 1
        return f"R{self.last_problem}"
