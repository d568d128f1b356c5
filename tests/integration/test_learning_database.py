"""`guywire causes propose` on a real database: history, inventory and corrections are read, nothing is written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from alarm_correlation.causes import Scope
from alarm_correlation.learning.history import Onset
from guywire.cli import main
from guywire.database import Connection, connect
from guywire.inventory.store import load_inventory
from tests.unit.alarm_correlation.hawkes import WORLD, Planted, simulate

DAYS = 40
BEGIN = datetime.now(UTC) - timedelta(days=DAYS)
PLANTED = [
    Planted("door-open", "sensor-failure", Scope.SITE, 0.7, 1800),
    Planted("aircon-failure", "high-temperature", Scope.SITE, 0.7, 1800),
    Planted("smoke", "sensor-failure", Scope.DOWNSTREAM, 0.5, 900),
]
RATES = {"door-open": 0.3, "aircon-failure": 0.3, "smoke": 0.3, "sensor-failure": 0.05}

_ALARM = (
    "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, raised_at,"
    " received_at, changed_at, cleared_at, baseline) VALUES (%(id)s, %(site)s, %(resource)s, %(kind)s, '', 'p/c',"
    " 'major', %(at)s, %(at)s, %(at)s, %(at)s, %(baseline)s)"
)
_CORRECTION = (
    "INSERT INTO correlation.correction (correction_id, kind, alarm_id, instead_of, incident_id, made_at, made_by,"
    " withdrawn_at) SELECT 'C' || n || %(mark)s, 'root', effect.alarm_id, cause.alarm_id, 'I1', now(), 'ann',"
    " %(withdrawn)s FROM generate_series(1, 3) n,"
    " (SELECT alarm_id FROM correlation.alarm WHERE alarm_type = 'sensor-failure' LIMIT 1) effect,"
    " (SELECT alarm_id FROM correlation.alarm WHERE alarm_type = %(cause)s LIMIT 1) cause"
)


def row(number: int, onset: Onset, baseline: bool = False) -> dict[str, Any]:
    at = BEGIN + timedelta(seconds=onset.at)
    return {
        "id": f"A{number}", "site": onset.site, "resource": onset.resource, "kind": onset.kind, "at": at,
        "baseline": baseline,
    }  # fmt: skip


@pytest.fixture
def learned_from(database_url: str) -> str:
    """A system with forty days of history, some of it found standing at the first look, and three corrections."""

    async def fill(connection: Connection) -> None:
        await load_inventory(connection, WORLD, False, BEGIN)
        onsets = simulate(PLANTED, RATES, DAYS, 3)
        rows = [row(number, onset) for number, onset in enumerate(onsets)]
        baseline = [onset._replace(kind="fan-failure", at=onset.at + 60) for onset in onsets if onset.kind == "smoke"]
        rows += [row(number, onset, True) for number, onset in enumerate(baseline, len(rows))]
        async with connection.cursor() as cursor:
            await cursor.executemany(_ALARM, rows)
        said = [("door-open", None, "a"), ("smoke", BEGIN, "b")]
        for cause, withdrawn, mark in said:
            await connection.execute(_CORRECTION, {"cause": cause, "withdrawn": withdrawn, "mark": mark})

    async def run() -> None:
        async with await connect(database_url) as connection, connection.transaction():
            await fill(connection)

    asyncio.run(run())
    return database_url


def test_history_and_corrections_of_the_system_become_proposals(learned_from: str, tmp_path: Path) -> None:
    out = tmp_path / "proposed.toml"
    arguments = ["causes", "propose", "--database-url", learned_from, "--data-dir", str(tmp_path), "--out", str(out)]
    done = CliRunner().invoke(main, [*arguments, "--window-hours", "6"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    proposed, rest = done.output.split("Known causes that history confirms")
    known, denied = rest.split("Left out: operators say otherwise")
    assert "smoke                    sensor-failure           downstream" in proposed
    assert "aircon-failure           high-temperature         site" in known
    assert "door-open                sensor-failure           site" in denied
    assert "operators: 0 for, 3 against" in denied
    assert "fan-failure" not in done.output
    text = out.read_text("utf-8")
    assert text.count("[[cause]]") == 1
    assert 'from = ["smoke"]' in text


def test_only_the_days_asked_for_are_read(learned_from: str, tmp_path: Path) -> None:
    arguments = ["causes", "propose", "--database-url", learned_from, "--data-dir", str(tmp_path), "--days", "0.01"]
    assert "longer history" in CliRunner().invoke(main, arguments, catch_exceptions=False).output
