"""kill -9 in a storm: the incidents are those that an undisturbed replay of the same events tells."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from alarm_correlation.causes import shipped_causes
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, Replay
from collectors.spool import Spool
from guywire.database import Connection
from guywire.inventory.store import fetch_inventory, load_inventory
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent, Severity
from guywire.stream import Sender
from tests.integration.correlation_world import INVENTORY, SITES
from tests.ports import free_metrics_port, free_port

EVENTS = 2_400
KILLS = (300, 700, 1_500)
PATIENCE = 60.0
_FAULTS = (
    ("power", "mains-failure"),
    ("battery", "battery-discharging"),
    ("fsu", "fsu-offline"),
    ("bts", "base-station-down"),
    ("shelter", "door-open"),
)
_CABLES = (("G", "to-H"), ("H", "to-L"), ("H", "to-M"), ("G", "to-N"))

_TOLD = """
SELECT i.opened_at, i.closed_at, i.root_kind, i.root_site_id, i.root_resource, i.root_alarm_type, i.root_qualifier,
       (SELECT jsonb_agg(jsonb_build_array(a.site_id, a.resource, a.alarm_type, a.qualifier, a.raised_at))
        FROM correlation.alarm a WHERE a.incident_id = i.incident_id) AS alarms,
       (SELECT jsonb_agg(o.site_id) FROM correlation.outage o
        WHERE o.incident_id = i.incident_id AND o.started_at IS NOT NULL) AS sites_down
FROM correlation.incident i WHERE i.state <> 'merged'
"""


async def test_killed_in_the_storm_it_ends_with_the_incidents_of_an_undisturbed_replay(
    database_url: str, connection: Connection, tmp_path: Path
) -> None:
    await load_inventory(connection, INVENTORY, prune=False, now=datetime.now(UTC))
    events = storm()
    stream = f"tcp://127.0.0.1:{free_port()}"
    environ = {
        "GUYWIRE_DATABASE_URL": database_url,
        "GUYWIRE_METRICS_PORT": str(free_metrics_port()),
        "GUYWIRE_STREAM_URL": stream,
        "GUYWIRE_DATA_DIR": str(tmp_path),
    }
    spool = Spool(tmp_path / "spool.db")
    sender = Sender(stream, "col", spool)
    stop = asyncio.Event()
    sending = asyncio.create_task(sender.run(stop))
    try:
        for before, until in zip((0, *KILLS), (*KILLS, None), strict=True):
            with correlator(environ) as process:
                spool.append(events[before:until])
                sender.wake()
                while not await is_reached(connection, spool, until):  # noqa: ASYNC110 - in another process
                    await asyncio.sleep(0.01)  # between two looks
                process.kill()
    finally:
        stop.set()
        await sending
        sender.close()
        spool.close()
    rows = await (await connection.execute("SELECT count(*) AS n FROM correlation.alarm_event")).fetchall()
    assert rows[0]["n"] == len(events)
    assert await told(connection) == undisturbed(Topology(await fetch_inventory(connection)), events)


def storm() -> list[AlarmEvent]:
    """Raises, repeats and clears of faults with effects and of cut cables, over eleven minutes now past."""
    chance = random.Random(20261122)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=12)
    made = []
    for number in range(EVENTS // 3):
        site, resource, kind = _place(chance)
        began = chance.uniform(0, 600)
        for at, severity in (
            (began, Severity.MAJOR),
            (began + chance.uniform(1, 30), Severity.MAJOR),
            (began + chance.uniform(31, 60), Severity.CLEARED if chance.random() < 0.8 else Severity.CRITICAL),
        ):
            when = start + timedelta(milliseconds=round(1000 * at))
            made.append(
                AlarmEvent(
                    at=when,
                    received_at=when,
                    site=site,
                    resource=resource,
                    alarm_type=kind,
                    severity=severity,
                    qualifier=str(number),
                    domain="p/c",
                    text=kind,
                )
            )
    return sorted(made, key=lambda event: event.at)


def _place(chance: random.Random) -> tuple[str, str, str]:
    if chance.random() < 0.1:
        return (*chance.choice(_CABLES), "link-down")
    return (chance.choice(SITES).site_id, *chance.choice(_FAULTS))


@contextmanager
def correlator(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "alarm_correlation"], env=os.environ | environ, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def is_reached(connection: Connection, spool: Spool, part: int | None) -> bool:
    """Some of this part is committed and the rest is under way; of the last part all is."""
    if part is None:
        return spool.depth == 0
    rows = await connection.execute("SELECT count(*) AS n FROM correlation.alarm_event")
    return int((await rows.fetchall())[0]["n"]) >= part // 2


async def told(connection: Connection) -> list[str]:
    rows = await (await connection.execute(_TOLD)).fetchall()
    return sorted(_as_text(row) for row in rows)


def undisturbed(topology: Topology, events: list[AlarmEvent]) -> list[str]:
    replay = Replay(Rules(topology, shipped_causes(), shipped_policy()))
    replay.feed_all(
        Line(
            at=event.at,
            received_at=event.received_at,
            site=event.site,
            resource=event.resource,
            alarm_type=event.alarm_type,
            qualifier=event.qualifier,
            severity=event.severity,
            text=event.text,
        )
        for event in events
    )
    replay.feed(Line(at=datetime.now(UTC), kind="tick"))
    return sorted(_as_text(_as_row(told)) for told in replay.incidents())


def _as_row(told: dict[str, Any]) -> dict[str, Any]:
    root = {f"root_{name}": told["root"][name] for name in ("kind", "resource", "alarm_type", "qualifier")}
    names = ("site", "resource", "alarm_type", "qualifier", "raised_at")
    alarms = [[alarm[name] for name in names] for alarm in told["alarms"]]
    times = {name: told[name] for name in ("opened_at", "closed_at", "sites_down")}
    return {**times, **root, "root_site_id": told["root"]["site"] or "", "alarms": alarms}


def _as_text(row: dict[str, Any]) -> str:
    """The same words for the same incident, from the database and from a replay."""
    shape = {
        **row,
        **{name: _time(row[name]) for name in ("opened_at", "closed_at")},
        "alarms": sorted([*alarm[:4], _time(alarm[4])] for alarm in row["alarms"]),
        "sites_down": sorted(row["sites_down"] or ()),
    }
    return msgspec.json.encode(dict(sorted(shape.items()))).decode()


def _time(value: datetime | str | None) -> str | None:
    return msgspec.convert(value, datetime | None, strict=False).isoformat() if value else None
