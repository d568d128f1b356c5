"""Golden cases of tickets: where a story of tests/cases/alarm_correlation says which tickets it ends with, it does.

Under the holds that ship; the incidents of the same stories are compared elsewhere, under one hold for all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from alarm_correlation.cli import replay

CASES = Path(__file__).parents[2] / "cases" / "alarm_correlation"
NAMES = sorted(path.parent.name for path in CASES.glob("*/tickets.jsonl"))
TOLD = (
    "ticket_id", "state", "title", "priority", "impact", "urgency", "opened_at", "resolved_at", "closed_at",
    "duplicate_of", "proposed_party", "proposed_party_reason", "cause", "result", "responsible_party",
)  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_a_story_ends_with_the_tickets_that_its_case_expects(case: str, tmp_path: Path) -> None:
    files = ["--inventory", CASES / "inventory", "--events", CASES / case / "events.jsonl", "--out", tmp_path]
    done = CliRunner().invoke(replay, [*map(str, files)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert _tickets(tmp_path) == _tickets(CASES / case)


def _tickets(folder: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "tickets.jsonl").read_text("utf-8").splitlines()]
    return [{name: row[name] for name in TOLD} for row in rows]


def test_there_are_cases_of_tickets() -> None:
    assert len(NAMES) >= 7
