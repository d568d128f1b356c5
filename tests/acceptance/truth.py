"""What must hold after a storm, whoever was killed in it: looked up in the database, past everything that could lie."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from guywire.owner import running_url
from tests.acceptance.system import System, until
from tests.acceptance.traffic import Sent, marker

FROM_COLLECTORS = "collector NOT IN ('operator', 'alarm_correlation')"


def let_every_trap_through(system: System) -> None:
    """Gives the storm guard more than the storm to merge, and lets nothing chatter: each trap can be found by itself.

    What chatters is held standing and counted anew once a minute; the storm does nothing else.
    """
    _rule(system, "collectors", "[guard]\nburst = 1000000\n")
    _rule(system, "alarm_correlation", "[chatter]\ntransitions = 1000\nwithin_seconds = 1\n")


def _rule(system: System, service: str, policy: str) -> None:
    own = system.data_dir / "policy" / f"{service}.toml"
    if own.exists():
        return
    own.parent.mkdir(exist_ok=True)
    own.write_text(policy)
    log = system.data_dir / "logs" / f"{service}.log"
    until(lambda: "policy.read" in log.read_text())


class Truth:
    """The database of a running system, by a connection that survives the restart of the server between looks."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def __enter__(self) -> Truth:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def heard(self) -> int:
        """How many notifications the events stand for; -1 while the database is away."""
        return self._number(f"SELECT coalesce(sum(count), 0) FROM correlation.alarm_event WHERE {FROM_COLLECTORS}")

    def taken_in(self) -> int:
        """How many events are committed; -1 while the database is away."""
        return self._number(f"SELECT count(*) FROM correlation.alarm_event WHERE {FROM_COLLECTORS}")

    def spooled(self) -> int:
        """How many events the collector ever spooled, by its spool's own count; -1 while it is away."""
        try:
            said = httpx.get(f"http://127.0.0.1:{self._system.metrics_port}/metrics", timeout=5).text
        except httpx.TransportError:
            return -1
        (line,) = [line for line in said.splitlines() if line.startswith("guywire_collectors_spooled_ever ")]
        return int(float(line.split()[1]))

    def is_whole(self) -> bool:
        """Whether all that was spooled is committed."""
        spooled = self.spooled()
        return spooled > 0 and self.taken_in() == spooled == self.spooled()

    def where(self) -> str:
        return f"{self.taken_in()} events are committed, {self.spooled()} were spooled"

    def every_answered_inform_is_there(self, sent: Sent) -> None:
        """By itself, exactly once. Holds where the storm guard had nothing to merge."""
        assert sent.answered, "no inform was answered at all"
        said = {marker(number) for number in sent.answered}
        rows = self._rows("SELECT details FROM correlation.alarm_event")
        found = Counter(value for row in rows for value in row["details"].values() if value in said)
        assert said == set(found), f"answered but lost: {sorted(said - set(found))[:5]}"
        assert set(found.values()) == {1}, f"counted twice: {[one for one, times in found.items() if times > 1][:5]}"

    def counts_add_up(self) -> None:
        """Alarms count what their events stand for, and no number of the stream is missing."""
        (row,) = self._rows(
            "SELECT (SELECT sum(count) FROM correlation.alarm) AS counted,"
            " (SELECT sum(count) FROM correlation.alarm_event WHERE alarm_id IS NOT NULL) AS told,"
            " (SELECT count(*) FROM (SELECT max(seq) - count(*) AS gap FROM correlation.alarm_event"
            f"  WHERE {FROM_COLLECTORS} GROUP BY collector, domain, spool) g WHERE gap <> 0) AS gaps"
        )
        assert row["counted"] == row["told"]
        assert row["gaps"] == 0

    def states_are_right(self) -> None:
        """Each alarm stands as the last event of its identity left it."""
        wrong = self._rows(
            "WITH last AS (SELECT DISTINCT ON (site_id, resource, alarm_type, qualifier) site_id, resource, alarm_type,"
            "  qualifier, severity FROM correlation.alarm_event"
            "  ORDER BY site_id, resource, alarm_type, qualifier, at DESC, seq DESC)"
            " SELECT last.* FROM last WHERE (severity = 'cleared') = EXISTS (SELECT FROM correlation.alarm a"
            "  WHERE a.site_id = last.site_id AND a.resource = last.resource AND a.alarm_type = last.alarm_type"
            "  AND a.qualifier = last.qualifier AND a.cleared_at IS NULL)"
        )
        assert not wrong, json.dumps(wrong[:5])

    def one_ticket_each(self) -> None:
        """No incident has two tickets, no need two work orders."""
        assert not self._rows(
            "SELECT incident_id, count(*) FROM correlation.ticket WHERE state NOT IN ('cancelled', 'rejected')"
            " AND incident_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        )
        assert not self._rows(
            "SELECT need FROM dispatch.work_order, unnest(need_ids) AS need WHERE ended_at IS NULL"
            " GROUP BY need HAVING count(*) > 1"
        )

    def _number(self, query: str) -> int:
        rows = self._rows(query)
        return int(next(iter(rows[0].values()))) if rows else -1

    def _rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query; none while the server is away."""
        try:
            if self._connection is None or self._connection.closed:
                url = running_url(self._system.data_dir)
                assert url is not None
                self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
            return self._connection.execute(query.encode()).fetchall()
        except psycopg.OperationalError:
            return []
