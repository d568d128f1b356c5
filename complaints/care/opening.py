"""What a complaint begins with: category, queue, due times, and for a VIP somebody who answers for it."""

from __future__ import annotations

from datetime import datetime

from complaints.care.climbing import climb_if_heated
from complaints.care.model import COMPLAINTS, Case, Complaint, Contact
from complaints.care.policy import Category, refuse_wrong_answers
from complaints.care.rules import Rules

SPOKEN = frozenset({"phone"})
"""Channels on which the customer is answered while they complain; a visit may be typed in hours later."""
CUSTOMER = "customer"
"""The actor of what a customer does, on their page or by message."""
NOBODY = frozenset({CUSTOMER, COMPLAINTS})


def open_case(case: Case, rules: Rules, *, call: str = "", heard: str | None = None) -> None:
    """Completes a complaint that was just registered. Raises `Refused` for a category or answers that cannot be.

    `call` and `heard` tell where its first contact comes from (`Contact`).
    """
    complaint = case.complaint
    complaint.category = complaint.category or rules.care.default
    category = rules.care.named(complaint.category)
    refuse_wrong_answers(category, complaint.answers)
    complaint.queue = category.queue
    complaint.language = complaint.language or rules.telling.language
    set_due_times(complaint, category, vip=case.who.vip, since=complaint.registered_at)
    if complaint.channel in SPOKEN and complaint.registered_by not in NOBODY:
        complaint.answered_at = rules.now
    if case.who.vip:
        complaint.owner = case.who.manager or _agent(complaint.registered_by)
    climb_if_heated(case, rules)
    case.new_contacts.append(
        Contact(
            complaint_id=complaint.complaint_id,
            direction="in",
            channel=complaint.channel,
            at=rules.now,
            actor=CUSTOMER if complaint.registered_by in NOBODY else complaint.registered_by,
            text=complaint.text,
            outcome="registered",
            call=call,
            heard=heard,
        )
    )


def set_due_times(complaint: Complaint, category: Category, *, vip: bool, since: datetime) -> None:
    """By when somebody must have answered, and it be solved."""
    complaint.respond_due_at = since + category.respond_minutes.of(vip)
    complaint.solve_due_at = since + category.solve_minutes.of(vip)


def _agent(actor: str) -> str:
    return "" if actor in NOBODY else actor
