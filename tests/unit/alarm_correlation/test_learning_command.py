"""`guywire causes propose` over a recording: what it prints, what it writes, and that it can be taken into force."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alarm_correlation.causes import CauseFile, Scope
from alarm_correlation.learning.history import Onset
from guywire.cli import main
from guywire.inventory.csv_files import write_inventory
from guywire.policy_file import read_policy
from tests.unit.alarm_correlation.hawkes import WORLD, Planted, simulate

BEGIN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
PLANTED = [
    Planted("door-open", "sensor-failure", Scope.SITE, 0.7, 1800),  # no rule has it
    Planted("aircon-failure", "high-temperature", Scope.SITE, 0.7, 1800),  # a rule has it
    Planted("battery-low-voltage", "battery-discharging", Scope.SITE, 0.7, 600),  # against a rule
]
RATES = {"door-open": 0.3, "aircon-failure": 0.3, "battery-low-voltage": 0.3, "sensor-failure": 0.05}


def propose(folder: Path, *more: str) -> Result:
    arguments = ["causes", "propose", "--inventory", str(folder), "--events", str(folder / "events.jsonl")]
    return CliRunner().invoke(main, [*arguments, "--data-dir", str(folder), "--window-hours", "6", *more])


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recording")
    write_inventory(WORLD, folder)
    write_events(folder / "events.jsonl", simulate(PLANTED, RATES, 40, 3))
    return folder


def test_a_recording_becomes_proposals_that_load_beside_the_causes_that_ship(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "proposed.toml"
    done = propose(recording, "--out", str(out))
    assert done.exit_code == 0, done.output
    added = list(read_policy(out.read_text("utf-8"), "proposed", CauseFile).rules())
    assert [(rule.cause, rule.effect, rule.scope) for rule in added] == [("door-open", "sensor-failure", Scope.SITE)]
    shipped = (Path(__file__).parents[3] / "alarm_correlation" / "causes.toml").read_text("utf-8")
    assert len(list(read_policy(shipped + out.read_text("utf-8"), "both", CauseFile).rules())) > 100
    assert "1 entries in" in done.output


def test_the_table_says_what_is_new_what_is_known_and_what_would_close_a_circle(recording: Path) -> None:
    new, rest = propose(recording).output.split("Known causes that history confirms")
    known, circle = rest.split("Left out: would close a circle")
    assert "door-open                sensor-failure           site" in new
    assert "aircon-failure           high-temperature         site" in known
    assert "battery-low-voltage -> battery-discharging" not in new
    assert "would close a circle: battery-discharging -> battery-low-voltage -> battery-discharging" in circle


def test_what_was_accepted_is_known_from_then_on(recording: Path, tmp_path: Path) -> None:
    out = recording / "policy" / "causes.toml"
    out.parent.mkdir()
    try:
        assert propose(recording, "--out", str(out)).exit_code == 0
        after = propose(recording, "--out", str(tmp_path / "again.toml"))
        assert "door-open" not in after.output.split("Known causes that history confirms")[0]
    finally:
        out.unlink()
        out.parent.rmdir()


def test_only_the_last_days_are_looked_at(recording: Path) -> None:
    assert "longer history" in propose(recording, "--days", "0.2").output


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--events", "events.jsonl"], 2, "go together"),
        (["--data-dir", "nowhere"], 1, "nothing is running at nowhere"),
        (["--days", "0"], 2, "x>0"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str], code: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").touch()
    done = CliRunner().invoke(main, ["causes", "propose", *arguments])
    assert done.exit_code == code
    assert reason in done.stderr


def test_causes_that_are_broken_are_refused_with_file_and_line(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "causes.toml").write_text("[[cause]]\nfrom = []\n", "utf-8")
    done = propose(recording, "--data-dir", str(tmp_path))
    assert done.exit_code == 1
    assert f"{tmp_path / 'policy' / 'causes.toml'}:" in done.stderr


def test_a_place_that_cannot_be_written_to_is_told(recording: Path, tmp_path: Path) -> None:
    done = propose(recording, "--out", str(tmp_path / "missing" / "out.toml"))
    assert done.exit_code == 1
    assert "Choose another --out" in done.stderr


def write_events(path: Path, onsets: list[Onset]) -> None:
    """Each onset raised and cleared at once, so that none stands in another's way."""
    lines = []
    for number, onset in enumerate(sorted(onsets)):
        event = {"site": onset.site, "resource": f"{onset.resource}-{number}", "alarm_type": onset.kind}
        for seconds, severity in ((0, "major"), (1, "cleared")):
            at = datetime.fromtimestamp(BEGIN + onset.at + seconds, UTC).isoformat()
            lines.append((at, json.dumps({"at": at, **event, "severity": severity})))
    path.write_text("".join(line + "\n" for _, line in sorted(lines)), "utf-8")
