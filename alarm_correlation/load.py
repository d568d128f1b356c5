"""The correlator's memory out of the database: what a restart begins with is what was there without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from psycopg.rows import scalar_row

from alarm_correlation.batteries import Discharge, load_readings
from alarm_correlation.facts import Complaint, Order, Saved
from alarm_correlation.lifecycle import Heard, Occurrence, Windows, as_of, fold
from alarm_correlation.policy import Policy
from alarm_correlation.records import Alarm, Correction, Incident, Need, Outage, Silence, Ticket
from alarm_correlation.state import number
from alarm_correlation.track import Track, settle, take_in
from guywire.database import Connection, Row
from guywire.model import Identity
from guywire.stream import Mark

T = TypeVar("T")

_AT_ONCE = 500

_ALARMS = """
SELECT a.*, json_build_array(a.site_id, a.resource, a.alarm_type, a.qualifier) AS identity, o AS occurrence
FROM correlation.alarm a JOIN correlation.incident i USING (incident_id),
LATERAL (SELECT a.raised_at, a.received_at, a.raised_at AS stands_since, a.changed_at, a.changed_at AS heard_at,
                a.severity, a.text, a.source, a.details, a.cleared_at, a.cleared_by, a.count, a.baseline,
                CASE WHEN a.chattering_since IS NOT NULL THEN json_build_object(
                    'since', a.chattering_since, 'rate', a.chatter_rate, 'severity', a.severity,
                    'measured_from', a.chattering_since) END AS chatter) o
WHERE i.state = 'open' OR (i.state = 'closed' AND i.forgotten_at IS NULL)
ORDER BY a.raised_at
"""
_SETTLED = "SELECT alarm_id, settled FROM correlation.alarm WHERE settled IS NOT NULL AND alarm_id = ANY(%(alarms)s)"
_INCIDENTS = "SELECT * FROM correlation.incident WHERE incident_id = ANY(%(incidents)s)"
_OUTAGES = "SELECT * FROM correlation.outage WHERE incident_id = ANY(%(incidents)s)"
_EVENTS = """
SELECT json_build_array(e.site_id, e.resource, e.alarm_type, e.qualifier) AS identity, h AS heard
FROM (
    SELECT e.* FROM correlation.alarm_event e JOIN correlation.alarm a USING (alarm_id)
    WHERE a.alarm_id = ANY(%(alarms)s) AND (a.settled IS NULL OR e.at > (a.settled ->> 'heard_at')::timestamptz)
    UNION ALL
    SELECT e.* FROM correlation.alarm_event e WHERE e.alarm_id IS NULL AND e.received_at > %(since)s
) e,
LATERAL (SELECT e.at, e.received_at, e.severity, e.text, e.source, e.details, e.count AS times, e.baseline) h
"""
_TICKETS = """
SELECT * FROM correlation.ticket
WHERE state NOT IN ('closed', 'rejected', 'cancelled') OR closed_at > %(since)s OR incident_id = ANY(%(incidents)s)
"""
_NEEDS = "SELECT * FROM correlation.need WHERE ticket_id = ANY(%(tickets)s)"
_CORRECTIONS = "SELECT * FROM correlation.correction WHERE withdrawn_at IS NULL AND alarm_id = ANY(%(alarms)s)"
_SILENCES = """
SELECT * FROM correlation.silence WHERE least(ended_at, ends_at) IS NULL OR least(ended_at, ends_at) > %(since)s
"""
_DISCHARGES = """
SELECT h.* FROM views.site s CROSS JOIN LATERAL (
    SELECT * FROM correlation.battery_history WHERE site_id = s.id ORDER BY began_at DESC LIMIT %(most)s
) h
ORDER BY h.began_at
"""
_ORDERS = """
SELECT id AS order_id, ticket AS ticket_id, needs, state FROM views.work_order
WHERE state IN ('offered', 'accepted', 'en_route', 'on_site')
"""

_COMPLAINTS = """
SELECT id AS complaint_id, incident AS incident_id, vip, still_out_at IS NOT NULL AS still_out FROM views.complaint
WHERE state = 'linked' AND incident = ANY(%(incidents)s)
"""


class _Settled(msgspec.Struct, gc=False):
    alarm_id: str
    settled: Occurrence


class _Event(msgspec.Struct, gc=False):
    identity: Identity
    heard: Heard


async def load_saved(connection: Connection, policy: Policy, now: datetime) -> Saved:
    """The facts as they stand. What can still come back or be overtaken is among them, older things are not."""
    since = now - policy.memory
    alarms = await _read(connection, Alarm, _ALARMS, since=since)
    earliest = min([since, *(alarm.raised_at for alarm in alarms[:1])])  # what was silent since then is judged again
    ids = [alarm.alarm_id for alarm in alarms]
    incidents = list({alarm.incident_id for alarm in alarms})
    settled = {one.alarm_id: one.settled for one in await _read(connection, _Settled, _SETTLED, alarms=ids)}
    events = await _read(connection, _Event, _EVENTS, since=since, alarms=ids)
    tickets = await _read(connection, Ticket, _TICKETS, since=since, incidents=incidents)
    needs = await _read(connection, Need, _NEEDS, tickets=[ticket.ticket_id for ticket in tickets])
    return Saved(
        now=now,
        tracks=list(_tracks(alarms, settled, events, policy, now).items()),
        alarms=alarms,
        incidents=await _read(connection, Incident, _INCIDENTS, incidents=incidents),
        outages=await _read(connection, Outage, _OUTAGES, incidents=incidents),
        tickets=tickets,
        needs=sorted(needs, key=lambda need: number(need.need_id)),
        orders=await _read(connection, Order, _ORDERS),
        complaints=await _read(connection, Complaint, _COMPLAINTS, incidents=incidents),
        corrections=await _read(connection, Correction, _CORRECTIONS, alarms=ids),
        silences=await _read(connection, Silence, _SILENCES, since=earliest),
        readings=await load_readings(connection, alarms, now),
        discharges=await _read(connection, Discharge, _DISCHARGES, most=policy.battery.remembered),
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
    events: Iterable[_Event],
    policy: Policy,
    now: datetime,
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
    for event in events:
        track = tracks[event.identity]
        if not track.too_late(event.heard.at):
            take_in(track, event.heard)
    for identity, track in tracks.items():
        windows = policy.life(identity.alarm_type)
        lives = fold(track.settled, track.tail, windows)
        if len(lives) == len(track.alarms):  # not so only where history was pruned under a standing alarm
            for alarm_id, told in zip(track.alarms, lives, strict=True):
                held[alarm_id].occurrence = _as_published(told, held[alarm_id].occurrence, windows, now)
            track.last = lives[-1] if lives else None
        elif track.alarms:
            track.last = held[track.alarms[-1]].occurrence
        settle(track, windows)
    return dict(tracks)


def _as_published(told: Occurrence, row: Occurrence, windows: Windows, now: datetime) -> Occurrence:
    """What the events tell, as far as its row has followed: what time or another policy makes of it is yet to tell."""
    for life in (told, as_of(told, windows, now)):
        if _shown(life) == _shown(row):
            return life
    published = {name: getattr(row, name) for name in ("cleared_at", "cleared_by", "changed_at", "severity", "chatter")}
    return msgspec.structs.replace(told, **published)


def _shown(life: Occurrence) -> tuple[datetime | None, datetime | None]:
    return life.cleared_at, life.chatter.since if life.chatter is not None else None


async def _origins(connection: Connection) -> dict[str, str]:
    rows = await _rows(connection, "SELECT origin, ticket_id FROM correlation.ticket WHERE incident_id IS NULL")
    return {row["origin"]: row["ticket_id"] for row in rows}


async def _rows(connection: Connection, query: str, **values: Any) -> list[Row]:
    return await (await connection.execute(query, values)).fetchall()


async def _read(connection: Connection, kind: type[T], query: str, **values: Any) -> list[T]:
    """The rows of a query as records. As JSON: the database makes it of one row while this side reads another."""
    decode = msgspec.json.Decoder(kind).decode
    cursor = connection.cursor(row_factory=scalar_row)
    rows = cursor.stream(f"SELECT row_to_json(r)::text FROM ({query}) r", values, size=_AT_ONCE)  # noqa: S608 - ours
    return [decode(row) async for row in rows]
