"""What a batch has to know of rounds: visits and silences that are not over; every site when it is time to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from dispatch.board import Board
from dispatch.rounds.model import Finding, Past, RoundSite, RoundVisit, VisitSilence, VisitTicket
from dispatch.rounds.state import Rounds
from guywire import inbox
from guywire.commands import Command
from guywire.commands.rounds import RecordFinding
from guywire.database import Connection, Row, rows_of
from guywire.model import WorkOrderState
from guywire.put_rows import columns, named


def _select(table: str, record: type[Any], where: LiteralString) -> sql.Composed:
    query = sql.SQL("SELECT {} FROM {} WHERE {}")
    return query.format(named(columns(record)), sql.Identifier("dispatch", table), sql.SQL(where))


_VISITS = _select("round_visit", RoundVisit, "over_at IS NULL")
_SILENCES = _select("visit_silence", VisitSilence, "over_at IS NULL OR work_order_id = ANY(%s)")
_FINDINGS = _select("finding", Finding, "finding_id = ANY(%s)")
_TICKETS = """
SELECT t.id, t.state, coalesce(t.resolved_at, t.closed_at) AS ended_at, w.work_order_id, w.ended_at AS done_at, w.result
FROM views.ticket t
LEFT JOIN LATERAL (SELECT work_order_id, ended_at, result FROM dispatch.work_order
                   WHERE ticket_id = t.id AND state = 'done' ORDER BY ended_at LIMIT 1) w ON true
WHERE t.id = ANY(%s)
"""
_LOOK = "SELECT at, plans FROM dispatch.round_look"
_SITES = """
SELECT s.id, s.name, s.region, s.domain, s.site_class, s.time_zone, r.kinds
FROM views.site s LEFT JOIN (SELECT site, array_agg(kind) AS kinds FROM views.resource GROUP BY site) r ON r.site = s.id
"""
_PAST = """
SELECT DISTINCT ON (v.plan, v.site_id) v.plan, v.site_id, v.due_on,
       (v.done_at AT TIME ZONE coalesce(nullif(s.time_zone, ''), 'UTC'))::date AS done_on,
       v.over_at IS NOT NULL AS is_over
FROM dispatch.round_visit v LEFT JOIN views.site s ON s.id = v.site_id
ORDER BY v.plan, v.site_id, v.due_on DESC
"""


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Puts it on the board, whose orders are read already."""
    known = board.rounds
    for row in await rows_of(connection, _VISITS):
        known.know(RoundVisit(**{**row, "checklist": tuple(row["checklist"])}))
    if known.by_ticket:
        rows = await rows_of(connection, _TICKETS, (list(known.by_ticket),))
        known.tickets = {row["id"]: _ticket(row) for row in rows}
    on_site = [order.work_order_id for order in board.open_orders() if order.state is WorkOrderState.ON_SITE]
    rows = await rows_of(connection, _SILENCES, (on_site,))
    known.silences = {row["silence_key"]: VisitSilence(**row) for row in rows}
    if keys := _unanswered(known):
        known.answers = await inbox.answers(connection, keys)
    if said := [key for one in commands if isinstance(one, RecordFinding) for key in _spellings(one.finding)]:
        rows = await rows_of(connection, _FINDINGS, (said,))
        known.findings = {row["finding_id"]: Finding(**{**row, "skills": tuple(row["skills"])}) for row in rows}
    await _look(connection, known, board.now, board.look_again_at)


async def _look(connection: Connection, known: Rounds, now: datetime, again: list[datetime]) -> None:
    """Reads every site when it is time, or when the plans have changed."""
    if not any(plan.on for plan in known.policy.plans.values()):
        return
    last = (await rows_of(connection, _LOOK))[0]
    next_at = last["at"] + timedelta(minutes=known.policy.look_minutes)
    known.is_look = now >= next_at or last["plans"] != known.policy.stamp
    if not known.is_look:
        again.append(next_at)
        return
    again.append(now + timedelta(minutes=known.policy.look_minutes))
    sites = await rows_of(connection, _SITES)
    known.sites = [RoundSite(**{**row, "kinds": frozenset(row["kinds"])}) for row in _named(sites)]
    known.past = {
        (row["plan"], row["site_id"]): Past(row["due_on"], row["done_on"], row["is_over"])
        for row in await rows_of(connection, _PAST)
    }


def _named(sites: Sequence[Row]) -> list[Row]:
    return [{**{key: row[key] or "" for key in row if key != "id"}, "site_id": row["id"]} for row in sites]


def _ticket(row: Row) -> VisitTicket:
    return VisitTicket(row["state"], row["ended_at"], row["work_order_id"] or "", row["done_at"], row["result"] or "")


def _unanswered(known: Rounds) -> list[str]:
    visits = [visit.visit_id for visit in known.visits.values() if not visit.ticket_id]
    return visits + [one.silence_key for one in known.silences.values() if one.over_at is None]


def _spellings(finding: str) -> list[str]:
    """The id in its one spelling; nothing for what is none, which its handler refuses."""
    try:
        return [str(UUID(finding))]
    except ValueError:
        return []
