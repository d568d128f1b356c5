"""kill -9 of any service, or of PostgreSQL, amid 5,000 traps: nothing lost, nothing twice, one ticket each."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from guywire.owner import running_url
from tests.acceptance.system import System, until
from tests.acceptance.traffic import Sent, send

SOURCES = ["127.0.10.2", "127.0.20.2"]
COUNT, PER_SECOND = 5000, 500
DRAIN_SECONDS = 120.0

_rounds = iter(range(0, 10**9, COUNT))


@pytest.mark.parametrize(
    "victims",
    [["collectors"], ["alarm_correlation"], ["postgres"], ["dispatch", "complaints", "field_app_api", "dashboards"]],
    ids=lambda victims: "+".join(victims),
)
def test_nothing_is_lost_and_nothing_counted_twice(system: System, victims: list[str]) -> None:
    before = _spooled(system)
    sent = _storm(system, victims)
    with _database(system) as database:
        until(lambda: _all_taken_in(system, database), DRAIN_SECONDS, lambda: _where(system, database))
        assert _spooled(system) - before > COUNT / 2, "the storm hardly arrived"
        _every_answered_inform_is_there(database, sent)
        _counts_add_up(database)
        _states_are_right(database)
        _one_ticket_each(database)


def _storm(system: System, victims: list[str]) -> Sent:
    def kill() -> None:
        for victim in victims:
            os.kill(system.pid_of(victim), signal.SIGKILL)

    return send(("127.0.0.1", system.trap_port), SOURCES, COUNT, PER_SECOND, next(_rounds), kill)


class _database:  # noqa: N801 - reads as a word
    """A connection that survives the restart of the server between looks."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def __enter__(self) -> _database:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query; none while the server is away."""
        try:
            if self._connection is None or self._connection.closed:
                url = running_url(self._system.data_dir)
                assert url is not None
                self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
            return self._connection.execute(query.encode()).fetchall()
        except psycopg.OperationalError:
            return []


def _all_taken_in(system: System, database: _database) -> bool:
    spooled = _spooled(system)
    return spooled > 0 and _taken_in(database) == spooled == _spooled(system)


def _taken_in(database: _database) -> int:
    rows = database.rows("SELECT count(*) AS n FROM correlation.alarm_event")
    return int(rows[0]["n"]) if rows else -1


def _spooled(system: System) -> int:
    """How many events the collector ever spooled, by its spool's own count; -1 while it is away."""
    try:
        said = httpx.get(f"http://127.0.0.1:{system.metrics_port}/metrics", timeout=5).text
    except httpx.TransportError:
        return -1
    (line,) = [line for line in said.splitlines() if line.startswith("guywire_collectors_spooled_ever ")]
    return int(float(line.split()[1]))


def _where(system: System, database: _database) -> str:
    return f"{_taken_in(database)} events are committed, {_spooled(system)} were spooled"


def _every_answered_inform_is_there(database: _database, sent: Sent) -> None:
    assert sent.answered, "no inform was answered at all"
    said = {f"n{number}" for number in sent.answered}
    rows = database.rows("SELECT details FROM correlation.alarm_event")
    heard = Counter(value for row in rows for value in row["details"].values() if value in said)
    assert said == set(heard), f"answered but lost: {sorted(said - set(heard))[:5]}"
    assert set(heard.values()) == {1}, f"counted twice: {[one for one, times in heard.items() if times > 1][:5]}"


def _counts_add_up(database: _database) -> None:
    (row,) = database.rows(
        "SELECT (SELECT sum(count) FROM correlation.alarm) AS counted,"
        " (SELECT count(*) FROM correlation.alarm_event WHERE alarm_id IS NOT NULL) AS told,"
        " (SELECT count(*) FROM (SELECT collector, domain, spool, max(seq) - count(*) AS gap"
        "  FROM correlation.alarm_event GROUP BY 1, 2, 3) g WHERE gap <> 0) AS gaps"
    )
    assert row["counted"] == row["told"]
    assert row["gaps"] == 0


def _states_are_right(database: _database) -> None:
    """Each alarm stands as the last event of its identity left it."""
    wrong = database.rows(
        "WITH last AS (SELECT DISTINCT ON (site_id, resource, alarm_type, qualifier) site_id, resource, alarm_type,"
        "  qualifier, severity FROM correlation.alarm_event"
        "  ORDER BY site_id, resource, alarm_type, qualifier, at DESC, seq DESC)"
        " SELECT last.* FROM last WHERE (severity = 'cleared') = EXISTS (SELECT FROM correlation.alarm a"
        "  WHERE a.site_id = last.site_id AND a.resource = last.resource AND a.alarm_type = last.alarm_type"
        "  AND a.qualifier = last.qualifier AND a.cleared_at IS NULL)"
    )
    assert not wrong, json.dumps(wrong[:5])


def _one_ticket_each(database: _database) -> None:
    doubled = database.rows(
        "SELECT incident_id, count(*) FROM correlation.ticket WHERE state NOT IN ('cancelled', 'rejected')"
        " AND incident_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    assert not doubled
    held_twice = database.rows(
        "SELECT need FROM dispatch.work_order, unnest(need_ids) AS need WHERE ended_at IS NULL"
        " GROUP BY need HAVING count(*) > 1"
    )
    assert not held_twice
