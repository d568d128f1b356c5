"""The correlator's memory out of the database: what a restart begins with is what was there without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from alarm_correlation.lifecycle import AGE, Heard, Occurrence, Track, ended_by_age, fold, take_in
from alarm_correlation.policy import Policy
from alarm_correlation.records import Alarm, Correction, Incident, Need, Outage, Silence, Ticket, from_row
from alarm_correlation.state import Order, Saved
from guywire.database import Connection, Row
from guywire.model import Identity
from guywire.stream import Mark

_ALARMS = """
SELECT a.* FROM correlation.alarm a JOIN correlation.incident i USING (incident_id)
WHERE i.state = 'open' OR (i.state = 'closed' AND i.closed_at > %(since)s)
ORDER BY a.raised_at
"""
_INCIDENTS = "SELECT * FROM correlation.incident WHERE incident_id = ANY(%(incidents)s)"
_OUTAGES = "SELECT * FROM correlation.outage WHERE incident_id = ANY(%(incidents)s)"
_HEARD = """e.at, e.received_at, e.site_id, e.resource, e.alarm_type, e.qualifier, e.severity, e.text, e.source,
       e.details, e.count AS times, e.baseline"""
_EVENTS = f"""
SELECT {_HEARD} FROM correlation.alarm_event e JOIN correlation.alarm a USING (alarm_id)
WHERE a.alarm_id = ANY(%(alarms)s) AND (a.settled IS NULL OR e.at > (a.settled ->> 'heard_at')::timestamptz)
UNION ALL
SELECT {_HEARD} FROM correlation.alarm_event e WHERE e.alarm_id IS NULL AND e.received_at > %(since)s
"""  # noqa: S608 - both parts stand right here
_TICKETS = """
SELECT * FROM correlation.ticket
WHERE state NOT IN ('closed', 'rejected', 'cancelled') OR closed_at > %(since)s OR incident_id = ANY(%(incidents)s)
"""
_NEEDS = "SELECT * FROM correlation.need WHERE ticket_id = ANY(%(tickets)s)"
_CORRECTIONS = "SELECT * FROM correlation.correction WHERE withdrawn_at IS NULL AND alarm_id = ANY(%(alarms)s)"
_SILENCES = "SELECT * FROM correlation.silence WHERE ended_at IS NULL AND (ends_at IS NULL OR ends_at > %(since)s)"
_ORDERS = """
SELECT id, ticket, needs, state FROM views.work_order
WHERE state IN ('offered', 'accepted', 'en_route', 'on_site')
"""


async def load_saved(connection: Connection, policy: Policy, now: datetime) -> Saved:
    """The facts as they stand. What can still come back or be overtaken is among them, older things are not."""
    since = now - policy.memory
    rows = await _rows(connection, _ALARMS, since=since)
    alarms = [_alarm(row) for row in rows]
    incidents = sorted({row["incident_id"] for row in rows})
    events = await _rows(connection, _EVENTS, since=since, alarms=[alarm.alarm_id for alarm in alarms])
    settled = {row["alarm_id"]: msgspec.convert(row["settled"], Occurrence) for row in rows if row["settled"]}
    tickets = await _rows(connection, _TICKETS, since=since, incidents=incidents)
    needs = await _rows(connection, _NEEDS, tickets=[row["ticket_id"] for row in tickets])
    return Saved(
        now=now,
        tracks=sorted(_tracks(alarms, settled, events, policy).items()),
        alarms=alarms,
        incidents=[from_row(Incident, row) for row in await _rows(connection, _INCIDENTS, incidents=incidents)],
        outages=[from_row(Outage, row) for row in await _rows(connection, _OUTAGES, incidents=incidents)],
        tickets=[from_row(Ticket, row) for row in tickets],
        needs=sorted((from_row(Need, row) for row in needs), key=lambda need: int(need.need_id[1:])),
        orders=[
            msgspec.convert(
                {"order_id": row["id"], "ticket_id": row["ticket"], "needs": row["needs"], "state": row["state"]}, Order
            )
            for row in await _rows(connection, _ORDERS)
        ],
        corrections=[
            from_row(Correction, row)
            for row in await _rows(connection, _CORRECTIONS, alarms=[alarm.alarm_id for alarm in alarms])
        ],
        silences=[from_row(Silence, row) for row in await _rows(connection, _SILENCES, since=since)],
        origins=await _origins(connection),
        counters={row["kind"]: row["last"] for row in await _rows(connection, "SELECT * FROM correlation.counter")},
    )


async def load_marks(connection: Connection) -> dict[tuple[str, str], Mark]:
    """The high-water marks as they are committed."""
    rows = await _rows(connection, "SELECT collector, domain, spool, seq FROM correlation.high_water")
    return {(row["collector"], row["domain"]): Mark(row["spool"], row["seq"]) for row in rows}


def _tracks(
    alarms: Iterable[Alarm],
    settled: Mapping[str, Occurrence],
    events: Iterable[Row],
    policy: Policy,
) -> dict[Identity, Track]:
    """Each identity's track as it was: the newest settled occurrence, and what was heard since."""
    tracks: dict[Identity, Track] = defaultdict(Track)
    held = {alarm.alarm_id: alarm for alarm in alarms}
    for alarm in held.values():  # oldest first
        track = tracks[alarm.identity]
        if alarm.alarm_id in settled:
            track.settled = settled[alarm.alarm_id]
            track.alarms = []
        track.alarms.append(alarm.alarm_id)
    for row in events:
        track = tracks[Identity(row["site_id"], row["resource"], row["alarm_type"], row["qualifier"])]
        heard = _heard(row)
        if not track.too_late(heard.at):
            take_in(track, heard)
    for identity, track in tracks.items():
        lives = fold(track.settled, track.tail, policy.life(identity.alarm_type))
        if len(lives) == len(track.alarms):  # not so only where history was pruned under a standing alarm
            for alarm_id, told in zip(track.alarms, lives, strict=True):
                held[alarm_id].occurrence = _as_it_ended(told, held[alarm_id].occurrence)
    return dict(tracks)


def _as_it_ended(told: Occurrence, stored: Occurrence) -> Occurrence:
    """No event says that an alarm ended by its age: its row does."""
    by_age = stored.cleared_by == AGE and told.cleared_at is None
    return ended_by_age(told, stored.cleared_at) if by_age and stored.cleared_at is not None else told


def _heard(row: Row) -> Heard:
    return msgspec.convert({name: row[name] for name in Heard.__struct_fields__}, Heard)


def _alarm(row: Row) -> Alarm:
    told = {name: row[name] for name in Occurrence.__struct_fields__ if name in row}
    occurrence: dict[str, Any] = {**told, "stands_since": row["raised_at"], "heard_at": row["changed_at"]}
    own = {name: row[name] for name in Alarm.__struct_fields__ if name in row}
    identity = (row["site_id"], row["resource"], row["alarm_type"], row["qualifier"])
    return msgspec.convert({**own, "identity": identity, "occurrence": occurrence}, Alarm)


async def _origins(connection: Connection) -> dict[str, str]:
    rows = await _rows(connection, "SELECT origin, ticket_id FROM correlation.ticket WHERE incident_id IS NULL")
    return {row["origin"]: row["ticket_id"] for row in rows}


async def _rows(connection: Connection, query: str, **values: Any) -> list[Row]:
    return await (await connection.execute(query, values)).fetchall()
