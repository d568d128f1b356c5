"""The part of a batch's board that is about reviews: as read, and what the batch has changed so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dispatch.review.model import ClosedTicket, Inspection, Problem, ProblemNote
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
    """Of the sites looked at, and those that commands speak of with all of their sites."""
    notes: dict[str, list[ProblemNote]] = field(default_factory=dict)
    """By problem: what was done with those that commands speak of, oldest first."""
    last_problem: int = 0

    domains: dict[str, str] = field(default_factory=dict)
    site_names: dict[str, str] = field(default_factory=dict)
    """By site: of those that commands on problems name, and of the problems' own, as far as the inventory has them."""
    accounts: dict[str, str] = field(default_factory=dict)
    """Who can sign in, with the technician that each is, or "": while commands speak of problems."""
    named_tickets: dict[str, datetime] = field(default_factory=dict)
    named_incidents: dict[str, datetime] = field(default_factory=dict)
    """When those began that such commands name."""

    changed_inspections: set[str] = field(default_factory=set)
    changed_problems: set[str] = field(default_factory=set)
    new_notes: list[ProblemNote] = field(default_factory=list)

    def put_inspection(self, inspection: Inspection) -> None:
        self.inspections[inspection.ticket_id] = inspection
        self.changed_inspections.add(inspection.ticket_id)

    def put_problem(self, problem: Problem, at: datetime, actor: str, kind: str, text: str = "") -> None:
        """Keeps it as it is now, and what was done with it."""
        note = ProblemNote(
            problem_id=problem.problem_id, at=at, actor=actor, kind=kind, text=text, version=problem.version
        )
        self.problems[problem.problem_id] = problem
        self.changed_problems.add(problem.problem_id)
        self.notes.setdefault(problem.problem_id, []).append(note)
        self.new_notes.append(note)

    def next_problem(self) -> str:
        self.last_problem += 1
        return f"R{self.last_problem}"
