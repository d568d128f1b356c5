"""How long thousands of complaints on one new incident take the complaints service, and how long its longest batch.

The real batches over a real database: complaints that nothing explains yet, an incident of many sites, an answer to all
of them under one, and the end of the outage. Whoever calls meanwhile waits for one batch at the most. On a machine that
is shared go by the CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import structlog

from complaints import shipped_policy
from complaints.batch import run_batch
from complaints.telling.policy import Way
from complaints.telling.policy import shipped_policy as shipped_telling
from guywire import feed, inbox
from guywire.commands.complaints import AnswerComplaint
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.inventory import Customer, Inventory, Site
from guywire.inventory.store import load_inventory
from guywire.postgres import embedded

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()
TELLING = msgspec.structs.replace(
    shipped_telling(), ways=(Way(channel="sms", urls=("json://127.0.0.1:9/{phone}",)),), quiet=""
)

_COMPLAINTS = """
INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, customer_id, site_id, domain,
    registered_at, registered_by, category, answered_at)
SELECT 'C' || n, 'open', 'phone', 'no signal', '138' || lpad(n::text, 8, '0'),
    CASE WHEN n %% 4 = 3 THEN '' ELSE 'K' || n END,
    'S' || (n %% %(sites)s), 'sh/sh', %(since)s + interval '0.1 second' * n, 'ann', 'no_signal', %(since)s
FROM generate_series(0, %(last)s) n
"""
_INCIDENT = """
INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind, root_site_id,
    root_resource, root_alarm_type)
VALUES ('I1', 'open', 'sh/sh', 't', 'major', %s, 'alarm', 'S0', 'r', 'mains-failure')
"""
_ALARMS = """
INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, raised_at,
    received_at, changed_at, incident_id)
SELECT 'A' || n, 'S' || n, 'r', 'load-disconnect', '', 'sh/sh', 'major', %(at)s, %(at)s, %(at)s, 'I1'
FROM generate_series(0, %(last)s) n
"""
_OUTAGES = """
INSERT INTO correlation.outage (incident_id, site_id, predicted_at, started_at)
SELECT 'I1', 'S' || n, %(at)s, %(at)s FROM generate_series(0, %(last)s) n
"""
_OVER = (
    "UPDATE correlation.alarm SET cleared_at = now()",
    "UPDATE correlation.outage SET ended_at = now()",
    "UPDATE correlation.incident SET state = 'closed', closed_at = now()",
)


async def main() -> None:
    """Builds the world in memory, lets it happen, and prints a line for each thing that does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=40)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder), durable=False) as url, await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
            await _fill(connection, given.complaints, given.sites)
            await _work("nothing explains them", connection, 0)
            await _break(connection, given.sites)
            await _work("a new incident explains them", connection, 1)
            await _publish(connection)
            await _work("the incident changes", connection, 2)
            await connection.execute("UPDATE complaints.complaint SET parent_id = 'C0' WHERE complaint_id <> 'C0'")
            answer = AnswerComplaint(complaint="C0", text="a crew is there", channel="sms", send=True, children=True)
            async with connection.transaction():
                await inbox.put(connection, answer, "ann")
            await _work("one answer for all", connection, 3)
            for statement in _OVER:
                await connection.execute(statement)
            await _publish(connection)
            await _work("service is back", connection, 4)


async def _fill(connection: Connection, complaints: int, sites: int) -> None:
    stands = {
        f"S{n}": Site(f"S{n}", f"site {n}", 31 + n % 8 * 0.02, 121 + n // 8 * 0.02, "sh/sh/pd", "B", ("mobile",))
        for n in range(sites)
    }
    people = {}
    for n in range(complaints):
        site = stands[f"S{n % sites}"]
        serving = (site.site_id,) if n % 2 else ()
        people[f"K{n}"] = Customer(f"K{n}", f"K{n}", f"138{n:08d}", site.latitude, site.longitude, serving)
    await load_inventory(connection, Inventory(sites=stands, customers=people), False, NOW)
    values = {"sites": sites, "since": NOW - timedelta(minutes=20), "last": complaints - 1}
    await connection.execute(_COMPLAINTS, values)
    await connection.execute("ANALYZE")


async def _break(connection: Connection, sites: int) -> None:
    values = {"at": NOW - timedelta(minutes=20), "last": sites - 1}
    await connection.execute(_INCIDENT, (values["at"],))
    await connection.execute(_ALARMS, values)
    await connection.execute(_OUTAGES, values)
    await _publish(connection)


async def _publish(connection: Connection) -> None:
    async with connection.transaction():
        await feed.publish(connection, "alarm_correlation", {"incident": ["I1"]})


async def _work(what: str, connection: Connection, minute: int) -> None:
    """Batches until there is nothing left, each timed; CPU of this process and of the database together."""
    took: list[float] = []
    more, used = True, _cpu(connection)
    while more:
        began = time.perf_counter()
        more = (await run_batch(connection, NOW + timedelta(minutes=minute), POLICY, telling=TELLING)).more
        took.append(time.perf_counter() - began)
    used = _cpu(connection) - used
    middle = sorted(took)[len(took) // 2]
    print(
        f"{what}: {sum(took):.2f} s ({used:.2f} of CPU), {len(took)} batches, median {middle * 1000:.0f} ms,"
        f" longest {max(took) * 1000:.0f}"
    )


def _cpu(connection: Connection) -> float:
    """Seconds of processor that this process and its connection's server process have had."""
    stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return time.process_time() + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asyncio.run(main())
