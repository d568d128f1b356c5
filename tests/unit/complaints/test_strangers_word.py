"""What nobody proved sends nobody out: a form on the web leads to a ticket once somebody of ours answers for it."""

from __future__ import annotations

from datetime import timedelta

from complaints.care.ending import is_still_out
from tests.unit.complaints.care_story import Story

A_WEEK = timedelta(days=7).total_seconds() / 60


def test_a_strangers_form_asks_for_no_ticket_until_somebody_takes_it() -> None:
    story = Story()
    case = story.begin(channel="web", unproven=True)
    story.wait(A_WEEK)
    assert case.ticket is None
    assert case.complaint.leader_reason == "solve_overdue"
    case.complaint.owner = "ann"
    story.settle()
    assert case.ticket is not None


def test_still_out_on_a_strangers_page_sends_nobody_either() -> None:
    story = Story()
    case = story.begin(channel="web", unproven=True)
    story.restore()
    is_still_out(case, story.rules)
    story.settle()
    assert case.ticket is None
    proven = Story()
    called = proven.begin()
    proven.restore()
    is_still_out(called, proven.rules)
    proven.settle()
    assert called.ticket is not None
