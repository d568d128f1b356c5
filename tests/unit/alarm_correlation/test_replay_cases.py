"""Golden cases: each folder of tests/cases/alarm_correlation tells one story and the incidents that it must become."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from alarm_correlation.cli import replay
from guywire.cli import main

CASES = Path(__file__).parents[2] / "cases" / "alarm_correlation"
INVENTORY = CASES / "inventory"
NAMES = sorted(path.parent.name for path in CASES.glob("*/events.jsonl"))


@pytest.mark.parametrize("case", NAMES)
def test_a_story_becomes_the_incidents_that_its_case_expects(case: str, tmp_path: Path) -> None:
    arguments = ["--inventory", INVENTORY, "--events", CASES / case / "events.jsonl", "--out", tmp_path]
    done = CliRunner().invoke(replay, [*map(str, arguments), "--ticket-hold-seconds", "60"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "incidents.jsonl").read_text("utf-8") == (CASES / case / "incidents.jsonl").read_text("utf-8")


def test_there_are_cases() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "truncated"),
        ('{"at": "2026-11-21T08:00:00", "site": "S1", "resource": "r", "alarm_type": "smoke"}', "no zone"),
        ('{"at": "2026-11-21T08:00:00Z", "site": "S1", "resource": "r", "alarm_type": "fire"}', "no such alarm type"),
        ('{"at": "2026-11-21T08:00:00Z", "site": "S1", "alarm_type": "smoke"}', "needs resource"),
        ('{"at": "2026-11-21T08:00:00Z", "severity": "loud", "resource": "r", "alarm_type": "smoke"}', "Invalid enum"),
        ('{"at": "2026-11-21T08:00:00Z", "kind": "command", "command": "Explode"}', "no such command"),
        ('{"at": "2026-11-21T08:00:00Z", "kind": "command", "command": "ClearAlarm", "body": {}}', "missing required"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_reason(line: str, reason: str, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text('{"at": "2026-11-21T08:00:00Z", "kind": "tick"}\n\n' + line + "\n", "utf-8")
    arguments = ["replay", "--inventory", str(INVENTORY), "--events", str(events), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert f"{events}, line 3: " in done.stderr
    assert reason in done.stderr
    assert not (tmp_path / "out").exists()


def test_commands_and_ticks_are_replayed_too(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text(
        '{"at": "2026-11-21T08:00:00Z", "site": "S1", "resource": "r", "alarm_type": "smoke", "severity": "major"}\n'
        '{"at": "2026-11-21T08:01:00Z", "kind": "reading", "site": "S1", "resource": "r", "metric": "load",'
        ' "value": 1}\n'
        '{"at": "2026-11-21T08:02:00Z", "kind": "command", "command": "ClearAlarm", "body": {"alarm": "A1"}}\n'
        '{"at": "2026-11-21T08:03:00Z", "kind": "tick"}\n',
        "utf-8",
    )
    arguments = ["--inventory", str(INVENTORY), "--events", str(events), "--out", str(tmp_path)]
    assert CliRunner().invoke(replay, arguments, catch_exceptions=False).exit_code == 0
    assert '"closed_at":"2026-11-21T08:02:00Z"' in (tmp_path / "incidents.jsonl").read_text("utf-8")
    assert '"state":"resolved"' in (tmp_path / "tickets.jsonl").read_text("utf-8")
