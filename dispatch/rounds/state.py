"""The part of a batch's board that is about rounds: as read, and what the batch has changed so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dispatch.rounds.model import Finding, Past, RoundSite, RoundVisit, VisitSilence, VisitTicket
from dispatch.rounds.policy import RoundPlan, RoundPolicy, shipped_policy
from guywire.commands import Command
from guywire.errors import Refused


class Asking(NamedTuple):
    """A command for another service's inbox, under a key: asked again, it is the same one."""

    key: str
    command: Command


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Visits that are not over, silences of visits, and, when it is time to look, every site and its last visits."""

    policy: RoundPolicy = field(default_factory=shipped_policy)
    visits: dict[str, RoundVisit] = field(default_factory=dict)
    by_ticket: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, VisitTicket] = field(default_factory=dict)
    """By ticket."""
    silences: dict[str, VisitSilence] = field(default_factory=dict)
    answers: Mapping[str, dict[str, Any] | Refused] = field(default_factory=dict)
    """What was asked of other services came to, by key."""

    is_look: bool = False
    sites: Sequence[RoundSite] = ()
    past: Mapping[tuple[str, str], Past] = field(default_factory=dict)
    """By plan and site."""

    urgent_in: frozenset[str] = frozenset()
    """The areas in which something urgent waits."""
    findings: dict[str, Finding] = field(default_factory=dict)

    asked: list[Asking] = field(default_factory=list)
    changed_visits: set[str] = field(default_factory=set)
    changed_silences: set[str] = field(default_factory=set)
    new_findings: set[str] = field(default_factory=set)

    def of_ticket(self, ticket_id: str) -> RoundVisit | None:
        """The visit for which the ticket was opened."""
        return self.visits.get(self.by_ticket.get(ticket_id, ""))

    def plan_of(self, ticket_id: str) -> RoundPlan | None:
        """The plan whose visit the ticket is; None where there is none of that name any more."""
        visit = self.of_ticket(ticket_id)
        return self.policy.plans.get(visit.plan) if visit else None

    def ask(self, key: str, command: Command) -> None:
        self.asked.append(Asking(key, command))

    def put_visit(self, visit: RoundVisit) -> None:
        """A new or changed visit; the version counts up."""
        self.know(replace(visit, version=visit.version + (visit.visit_id in self.visits)))
        self.changed_visits.add(visit.visit_id)

    def know(self, visit: RoundVisit) -> None:
        """A visit as it was read."""
        self.visits[visit.visit_id] = visit
        if visit.ticket_id:
            self.by_ticket[visit.ticket_id] = visit.visit_id

    def put_silence(self, silence: VisitSilence) -> None:
        self.silences[silence.silence_key] = silence
        self.changed_silences.add(silence.silence_key)

    def put_finding(self, finding: Finding) -> None:
        self.findings[finding.finding_id] = finding
        self.new_findings.add(finding.finding_id)
