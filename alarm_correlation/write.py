"""What a step decided, into the database: one set-based statement a table, all in the caller's transaction.

First everything is made into statements and values, which no longer look at the memory: the next step may go on in it.
They go out one behind the other without waiting for each other's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from psycopg import sql

from alarm_correlation.records import Alarm, as_row
from alarm_correlation.state import State
from alarm_correlation.work import Changes, Received
from guywire.database import Connection
from guywire.identity import audit
from guywire.stream import Batch, Mark

_KEYS = {
    "incident": ("incident_id",),
    "alarm": ("alarm_id",),
    "outage": ("incident_id", "site_id"),
    "ticket": ("ticket_id",),
    "need": ("need_id",),
    "correction": ("correction_id",),
    "silence": ("silence_id",),
    "battery_history": ("site_id", "began_at"),
    "counter": ("kind",),
}
_EVENT = (
    "COPY correlation.alarm_event (at, received_at, collector, domain, spool, seq, site_id, resource, alarm_type,"
    " qualifier, severity, text, source, details, count, baseline, raw, alarm_id) FROM STDIN"
)
_KEPT_RAW = 50
"""Datagrams kept of one alarm, the newest: enough to try a new profile on."""

_PRUNE_RAW = """
UPDATE correlation.alarm_event e SET raw = NULL FROM (
    SELECT collector, domain, spool, seq, at,
           row_number() OVER (PARTITION BY alarm_id ORDER BY received_at DESC, seq DESC) AS place
    FROM correlation.alarm_event WHERE alarm_id = ANY(%s) AND raw IS NOT NULL
) o
WHERE o.place > %s AND (e.collector, e.domain, e.spool, e.seq, e.at) = (o.collector, o.domain, o.spool, o.seq, o.at)
"""

_RETELL = """
UPDATE correlation.alarm_event e SET alarm_id = (
    SELECT l.alarm_id FROM unnest(%s::timestamptz[], %s::text[]) AS l (since, alarm_id)
    WHERE l.since <= e.at ORDER BY l.since DESC LIMIT 1
)
WHERE (alarm_id = ANY(%s) OR alarm_id IS NULL)
  AND (site_id, resource, alarm_type, qualifier) = (%s, %s, %s, %s) AND at >= %s
"""
_MARKS = """
INSERT INTO correlation.high_water (collector, domain, spool, seq)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (collector, domain) DO UPDATE SET spool = excluded.spool, seq = excluded.seq
"""
_MOVE_COMMENTS = "UPDATE correlation.alarm_comment SET alarm_id = %s WHERE alarm_id = %s"
_MOVE_EVENTS = "UPDATE correlation.alarm_event SET alarm_id = %s WHERE alarm_id = %s"
_END_OUTAGES = """
DELETE FROM correlation.outage o USING unnest(%s::text[], %s::text[]) AS gone (incident_id, site_id)
WHERE o.incident_id = gone.incident_id AND o.site_id = gone.site_id
"""


_FORGET_DISCHARGES = """
DELETE FROM correlation.battery_history h USING unnest(%s::text[], %s::timestamptz[]) AS gone (site_id, began_at)
WHERE h.site_id = gone.site_id AND h.began_at = gone.began_at
"""


_FORGET = "UPDATE correlation.incident SET forgotten_at = %s WHERE incident_id = ANY(%s)"


class Statement(NamedTuple):
    """One statement, and what is bound to it."""

    sql: str
    values: tuple[object, ...]


class Decided(NamedTuple):
    """One step as it is to be written; `news` are the ids to publish by topic."""

    changes: Changes
    statements: list[Statement]
    news: dict[str, set[str]]


def decided(state: State, changes: Changes) -> Decided:
    """A step's changes as statements, its events and audits apart. `state` is as the step left it."""
    statements = [
        *_upsert("incident", [as_row(state.incidents[key]) for key in sorted(changes.incidents)]),
        *_upsert("alarm", [_alarm_row(state, state.alarms[key]) for key in sorted(changes.alarms)]),
        *_retell(changes),
        *_absorb(changes.absorbed),
        *_prune_raw(changes.received),
        *_outages(state, changes),
        *_upsert("ticket", [as_row(state.tickets[key]) for key in sorted(changes.tickets)]),
        *_upsert("need", [as_row(state.needs[key]) for key in sorted(changes.needs)]),
        *_upsert("correction", [as_row(state.corrections[key]) for key in sorted(changes.corrections)]),
        *_upsert("silence", [as_row(state.silences[key]) for key in sorted(changes.silences)]),
        *_forgotten(state, changes),
        *_discharges(state, changes),
        *_insert("ticket_note", changes.notes),
        *_insert("alarm_comment", changes.comments),
        *_upsert("counter", [{"kind": kind, "last": last} for kind, last in state.saved_counters().items()]),
    ]
    return Decided(changes, statements, _news(state, changes))


async def copy_events(connection: Connection, received: Sequence[tuple[Received, str | None]]) -> None:
    """Writes a step's events, each with its alarm. COPY goes by itself, outside of a pipeline."""
    if not received:
        return
    async with connection.cursor() as cursor, cursor.copy(_EVENT) as copy:
        for heard, alarm_id in received:
            event = heard.event
            details = msgspec.json.encode(event.details).decode()
            told = (event.site, event.resource, event.alarm_type, event.qualifier, event.severity.value, event.text)
            place = (event.at, event.received_at, heard.collector, heard.domain, heard.spool, heard.seq)
            rest = (event.source, details, event.count, event.baseline, event.raw or None, alarm_id)
            await copy.write_row((*place, *told, *rest))


async def write(connection: Connection, step: Decided) -> None:
    """Writes one step but for its events, inside a pipeline."""
    for statement in step.statements:
        await connection.execute(statement.sql, statement.values)
    for said in step.changes.audits:
        await audit(connection, said.actor, said.action, said.object_kind, said.object_id, said.detail)


async def set_aside(connection: Connection, batch: Batch, reason: str, now: datetime) -> None:
    """Keeps a batch's only event out of the way, in a transaction of its own: it breaks every cycle that takes it."""
    (event,) = batch.events
    place = (batch.collector, batch.domain, batch.spool, batch.first_seq)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO correlation.poison_event (collector, domain, spool, seq, set_aside_at, reason, event)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (*place, now, reason.replace("\0", ""), msgspec.msgpack.encode(event)),
        )
        await write_marks(connection, {(batch.collector, batch.domain): batch.mark})


async def write_marks(connection: Connection, marks: Mapping[tuple[str, str], Mark]) -> None:
    """How far each (collector, domain) has been taken in."""
    rows = [(collector, domain, mark.spool, mark.seq) for (collector, domain), mark in marks.items()]
    if rows:
        await connection.execute(_MARKS, [list(column) for column in zip(*rows, strict=True)])


def _news(state: State, changes: Changes) -> dict[str, set[str]]:
    """What to publish: whatever changed, and the objects whose views show it too."""
    tickets = changes.tickets | {state.needs[need_id].ticket_id for need_id in changes.needs}
    incidents = {key for ticket_id in tickets if (key := state.tickets[ticket_id].incident_id) is not None}
    outages = changes.outages | changes.outages_gone
    return {
        "alarm": changes.alarms | changes.absorbed.keys(),
        "incident": changes.incidents | incidents | {incident for incident, _ in outages},
        "outage": {f"{incident}/{site}" for incident, site in outages},
        "ticket": tickets,
        "need": set(changes.needs),
        "silence": set(changes.silences),
    }


def _forgotten(state: State, changes: Changes) -> Iterator[Statement]:
    if changes.forgotten:
        yield Statement(_FORGET, (state.now, sorted(changes.forgotten)))


def _alarm_row(state: State, alarm: Alarm) -> dict[str, Any]:
    track = state.tracks.get(alarm.identity)  # none once a later occurrence was forgotten
    return alarm.row(track.settled if track is not None and track.alarms[:1] == [alarm.alarm_id] else None)


def _prune_raw(received: Iterable[tuple[Received, str | None]]) -> Iterator[Statement]:
    """Of an unknown trap that comes all day the newest datagrams are kept."""
    alarms = {alarm_id for heard, alarm_id in received if heard.event.raw and alarm_id is not None}
    if alarms:
        yield Statement(_PRUNE_RAW, (sorted(alarms), _KEPT_RAW))


def _upsert(table: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Statement]:
    if rows:
        yield Statement(_upsert_statement(table, tuple(rows[0])), (msgspec.json.encode(rows).decode(),))


@cache
def _upsert_statement(table: str, columns: tuple[str, ...]) -> str:
    """Composed once: composing takes longer than sending."""
    return (
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            " ON CONFLICT ({key}) DO UPDATE SET ({names}) = ROW({new})"
        )
        .format(
            table=sql.Identifier("correlation", table),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
            key=sql.SQL(", ").join(map(sql.Identifier, _KEYS[table])),
            new=sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(column)) for column in columns),
        )
        .as_string()
    )


def _insert(table: str, records: Sequence[msgspec.Struct]) -> Iterator[Statement]:
    if records:
        rows = [as_row(record) for record in records]
        yield Statement(_insert_statement(table), (msgspec.json.encode(rows).decode(),))


@cache
def _insert_statement(table: str) -> str:
    return (
        sql.SQL("INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)")
        .format(table=sql.Identifier("correlation", table))
        .as_string()
    )


def _retell(changes: Changes) -> Iterator[Statement]:
    """Past events of identities whose alarms were cut or joined follow the alarm that they now belong to.

    They are looked for under the alarms that had them, and among the clears that had none: never among all events.
    """
    for identity, lives in changes.retold.items():
        alarms = [alarm_id for _, alarm_id in lives]
        since = [raised_at for raised_at, _ in lives]
        yield Statement(_RETELL, (since, alarms, [*alarms, *changes.absorbed], *identity, min(since)))


def _absorb(absorbed: Mapping[str, str]) -> Iterator[Statement]:
    for gone, survivor in absorbed.items():
        yield Statement(_MOVE_COMMENTS, (survivor, gone))
        yield Statement(_MOVE_EVENTS, (survivor, gone))
        yield Statement("DELETE FROM correlation.alarm WHERE alarm_id = %s", (gone,))


def _outages(state: State, changes: Changes) -> Iterator[Statement]:
    yield from _upsert("outage", [as_row(state.outages[incident][site]) for incident, site in sorted(changes.outages)])
    if gone := sorted(changes.outages_gone):
        yield Statement(_END_OUTAGES, ([incident for incident, _ in gone], [site for _, site in gone]))


def _discharges(state: State, changes: Changes) -> Iterator[Statement]:
    history = state.batteries.history
    changed = [one for site in sorted({site for site, _ in changes.discharges}) for one in history.get(site, ())]
    rows = [as_row(one) for one in changed if (one.site_id, one.began_at) in changes.discharges]
    yield from _upsert("battery_history", rows)
    if gone := sorted(changes.discharges_gone):
        yield Statement(_FORGET_DISCHARGES, ([site for site, _ in gone], [began_at for _, began_at in gone]))
