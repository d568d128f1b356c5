"""History as the learner takes it, from the system's database or from a recording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from alarm_correlation.learning.history import History, Onset
from alarm_correlation.learning.opinions import Correction, Opinions, opinions_of
from alarm_correlation.learning.reaches import reaches_of
from alarm_correlation.lifecycle import Heard, fold
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, read_lines
from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.inventory.model import Inventory
from guywire.inventory.store import fetch_network
from guywire.inventory.topology import Topology
from guywire.model import Identity

SILENT_ON_CAUSES = frozenset({"unidentified", "collector-silent"})
"""Types that say nothing about what happened at a site."""

_ALARMS = (
    "SELECT coalesce(site, '') AS site, resource, alarm_type, raised_at FROM views.alarm"
    " WHERE raised_at >= %(since)s AND NOT baseline"
)

_CORRECTIONS = (
    "SELECT effect.alarm_type AS effect, cause.alarm_type AS cause, before.alarm_type AS instead_of"
    " FROM views.correction c JOIN views.alarm effect ON effect.id = c.alarm"
    " LEFT JOIN views.alarm cause ON cause.id = c.cause_alarm LEFT JOIN views.alarm before ON before.id = c.instead_of"
    " WHERE c.withdrawn_at IS NULL AND c.made_at >= %(since)s"
)


async def opinions_from_database(connection: Connection, since: datetime) -> Opinions:
    """What operators corrected since then and did not take back."""
    rows = await (await connection.execute(_CORRECTIONS, {"since": since})).fetchall()
    return opinions_of(Correction(**row) for row in rows)


async def from_database(connection: Connection, since: datetime) -> History:
    """What began since then, on the inventory as it is now. What stood at a first look began nobody knows when."""
    inventory = await fetch_network(connection)
    rows = await (await connection.execute(_ALARMS, {"since": since})).fetchall()
    onsets = [
        Onset(row["raised_at"].timestamp(), row["alarm_type"], row["site"], row["resource"])
        for row in rows
        if row["alarm_type"] not in SILENT_ON_CAUSES
    ]
    return _history(onsets, inventory)


def from_recording(events: Path, inventory: Inventory, days: float) -> History:
    """The alarms of a recording, the last days of it, by the correlator's own fold. Raises `ReplayError`."""
    policy = shipped_policy()
    heard: dict[Identity, list[Heard]] = defaultdict(list)
    for line in read_lines(events):
        if line.kind == "event" and line.alarm_type not in SILENT_ON_CAUSES:
            heard[Identity(line.site or "", line.resource, line.alarm_type, line.qualifier)].append(_heard(line))
    onsets = [
        Onset(told.raised_at.timestamp(), identity.alarm_type, identity.site, identity.resource)
        for identity, tail in heard.items()
        for told in fold(None, sorted(tail, key=lambda one: one.order), policy.life(identity.alarm_type))
        if not told.baseline
    ]
    begin = max((onset.at for onset in onsets), default=0.0) - timedelta(days=days).total_seconds()
    return _history([onset for onset in onsets if onset.at >= begin], inventory)


def _heard(line: Line) -> Heard:
    severity = line.severity or CATALOGUE[line.alarm_type].severity
    return Heard(line.at, line.received_at or line.at, severity, baseline=line.baseline)


def _history(onsets: Iterable[Onset], inventory: Inventory) -> History:
    return History(onsets, reaches_of(Topology(inventory)), len(inventory.sites))
