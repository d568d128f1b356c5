"""Situation reports from facts: golden cases, which one comes next and when, and what cannot be sent now."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.centre.policy import default_policy
from dashboards.centre.situation import draft, parts_of
from dashboards.centre.situation_due import due_at, next_kind, refuse_out_of_order
from dashboards.centre.situation_words import changes, text
from guywire.errors import Refused

CASES = sorted((Path(__file__).parents[2] / "cases" / "dashboards").glob("report-*"))
POLICY = default_policy().situation_report
BEGAN = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
FIRST = next(case for case in CASES if case.name == "report-first-of-many-sites")
FACTS: dict[str, Any] = json.loads((FIRST / "problem.json").read_text("utf-8"))["facts"]


def sent(*kinds: str, at: datetime = BEGAN) -> list[dict[str, Any]]:
    """So many reports, given oldest first."""
    reports = [
        {"id": f"SR{number}", "kind": kind, "number": number, "sent_at": at + timedelta(minutes=number), "facts": FACTS}
        for number, kind in enumerate(kinds, 1)
    ]
    return reports[::-1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_report_is_drafted_as_the_case_says(case: Path) -> None:
    problem = json.loads((case / "problem.json").read_text("utf-8"))
    before = [one | {"sent_at": datetime.fromisoformat(one["sent_at"])} for one in problem["sent"]]
    drafted = draft(problem["kind"], problem["facts"], before, POLICY)
    assert drafted.pop("facts") == problem["facts"]
    drafted["due_at"] = drafted["due_at"].isoformat() if drafted["due_at"] else None
    assert drafted == json.loads((case / "expected.json").read_text("utf-8"))


def test_reports_follow_each_other_by_policy() -> None:
    standing = {"over_at": None, "worthy_at": BEGAN.isoformat()}
    over = standing | {"over_at": (BEGAN + timedelta(hours=2)).isoformat()}
    assert (next_kind(standing, []), due_at(standing, [], POLICY)) == ("first", BEGAN + timedelta(minutes=15))
    assert next_kind(standing, sent("first")) == "following"
    assert due_at(standing, sent("first"), POLICY) == BEGAN + timedelta(minutes=61)
    assert next_kind(over, sent("first", "following")) == "final"
    assert due_at(over, sent("first", "following"), POLICY) == BEGAN + timedelta(minutes=150)
    assert due_at(over, sent("first", "final"), POLICY) is None
    assert due_at(over, [], POLICY) is None  # nobody was told that it began: nobody waits to hear that it ended


@pytest.mark.parametrize(
    ("kind", "before", "down", "reason"),
    [
        ("first", ["first"], 1, "out_of_order"),
        ("following", [], 1, "out_of_order"),
        ("final", [], 0, "out_of_order"),
        ("final", ["first"], 2, "not_over"),
        ("following", ["first", "final"], 0, "final_sent"),
    ],
)
def test_what_cannot_come_now_is_refused(kind: Any, before: list[str], down: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_out_of_order(kind, {"sites_down": down}, sent(*before))
    assert refused.value.reason == reason


@pytest.mark.parametrize(("kind", "before"), [("first", []), ("following", ["first"]), ("final", ["first"])])
def test_what_can_come_now_is_let_through(kind: Any, before: list[str]) -> None:
    refuse_out_of_order(kind, {"sites_down": 0}, sent(*before))


@given(st.integers(-90, 90))
def test_a_moved_expectation_is_told_from_a_quarter_of_an_hour_on(minutes: int) -> None:
    at = datetime.fromisoformat(FACTS["expected"]["at"]) + timedelta(minutes=minutes)
    told = changes(FACTS | {"expected": FACTS["expected"] | {"at": at.isoformat()}}, FACTS)
    assert bool(told["zh"]) == bool(told["en"]) == (abs(minutes) >= 15)
    if told["en"]:
        assert ("later" if minutes > 0 else "earlier") in told["en"][0]


@given(
    st.fixed_dictionaries({name: st.integers(0, 3) for name in ("sites_out", "sites_down", "on_battery", "customers")})
)
def test_each_language_has_the_same_seven_points(counts: dict[str, int]) -> None:
    said = text("first", FACTS | counts, None)
    assert [len(said[language].splitlines()) for language in ("zh", "en")] == [7, 7]


def test_parts_are_kept_for_every_region_that_holds_some_of_a_report_but_not_all() -> None:
    assert parts_of(["p/c/a"]) == []
    assert parts_of(["p/c/a", "p/c/b"]) == ["p/c/a", "p/c/b"]
    assert parts_of(["p/c/a", "p/c/b", "p/d/e"]) == ["p/c", "p/c/a", "p/c/b", "p/d", "p/d/e"]
    assert parts_of(["p/c", "p/c/a"]) == ["p/c/a"]  # a site of the city itself
