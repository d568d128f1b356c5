"""What a batch has to know of reviews: closed tickets, when it is time to look or where a command speaks of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from dispatch.board import Board
from dispatch.review.model import ClosedTicket, Inspection, Problem, ProblemNote, ProblemState
from dispatch.review.state import Review
from guywire.commands import Command
from guywire.commands.problems import CommentProblem, EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.commands.rounds import InspectTicket
from guywire.database import Connection, Row, rows_of
from guywire.identity import list_users
from guywire.put_rows import columns, named

_OVERLAP = timedelta(minutes=10)  # what was closed just before the last look may have been committed after it
_LOOK = "SELECT at FROM dispatch.review_look"
_AT_ONCE = 1_000
_RECENT = """
SELECT id, closed_at FROM views.ticket WHERE state = 'closed' AND closed_at >= %s ORDER BY closed_at, id LIMIT %s
"""
_AT_THEIR_SITES = """
SELECT t.id FROM views.ticket t
WHERE t.state = 'closed' AND t.opened_at > %s AND t.site IN (SELECT r.site FROM views.ticket r WHERE r.id = ANY(%s))
"""
_TICKETS = """
SELECT t.id AS ticket_id, t.origin, t.title, coalesce(t.site, '') AS site_id, coalesce(t.site_name, '') AS site_name,
       coalesce(t.region, '') AS region, coalesce(t.time_zone, '') AS time_zone, t.domain,
       coalesce(s.site_class, '') AS site_class,
       coalesce(i.root ->> 'alarm_type', (SELECT n.alarm_type FROM views.need n WHERE n.ticket = t.id
                                          ORDER BY n.opened_at, n.id LIMIT 1), '') AS alarm_type,
       t.cause, t.opened_at, t.closed_at,
       coalesce((SELECT n.actor FROM views.ticket_note n WHERE n.ticket = t.id AND n.kind = 'moved'
                 ORDER BY n.at DESC LIMIT 1), '') AS closed_by,
       w.technicians, w.companies
FROM views.ticket t
LEFT JOIN views.site s ON s.id = t.site
LEFT JOIN views.incident i ON i.id = t.incident
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT o.technician_id), '{}') AS technicians,
           coalesce(array_agg(DISTINCT p.company) FILTER (WHERE p.company <> ''), '{}') AS companies
    FROM dispatch.work_order o LEFT JOIN views.technician p ON p.id = o.technician_id
    WHERE o.ticket_id = t.id AND o.state = 'done'
) w
WHERE t.id = ANY(%s) AND t.state = 'closed'
"""
_LAST = "SELECT coalesce(max(substr(problem_id, 2)::integer), 0) AS last FROM dispatch.problem"


def _select(table: str, record: type[Any]) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {} WHERE ").format(named(columns(record)), sql.Identifier("dispatch", table))


_INSPECTIONS = _select("inspection", Inspection) + sql.SQL("ticket_id = ANY(%s)")
_PROBLEMS = _select("problem", Problem) + sql.SQL(
    "problem_id = ANY(%(ids)s) OR site_ids && (%(sites)s::text[] || ARRAY(SELECT unnest(m.site_ids)"
    " FROM dispatch.problem m WHERE m.problem_id = ANY(%(ids)s)))"
)
_NOTES = _select("problem_note", ProblemNote) + sql.SQL("problem_id = ANY(%s) ORDER BY number")
_SITES = "SELECT id, domain, name FROM views.site WHERE id = ANY(%s)"
_NAMED_TICKETS = "SELECT id, opened_at FROM views.ticket WHERE id = ANY(%s)"
_NAMED_INCIDENTS = "SELECT id, opened_at FROM views.incident WHERE id = ANY(%s)"
_ON_PROBLEMS = OpenProblem | EditProblem | LinkProblem | CommentProblem | MoveProblem


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Puts it on the board."""
    recent = await _look(connection, board)
    spoken_of = [one.ticket for one in commands if isinstance(one, InspectTicket)]
    if recent or spoken_of:
        await _read_tickets(connection, board, recent, spoken_of)
    await _read_problems(connection, board, [one for one in commands if isinstance(one, _ON_PROBLEMS)])


async def _read_problems(connection: Connection, board: Board, commands: Sequence[_ON_PROBLEMS]) -> None:
    """Those of the sites looked at; those that commands speak of, with what else is of their sites; what they name."""
    known = board.review
    ids = [one.problem for one in commands if not isinstance(one, OpenProblem)]
    said = [site for one in commands if isinstance(one, OpenProblem | EditProblem) for site in one.sites or ()]
    sites = sorted({*said, *(ticket.site_id for ticket in known.closed)})
    if not ids and not sites:
        return
    rows = await (await connection.execute(_PROBLEMS, {"ids": ids, "sites": sites})).fetchall()
    known.problems = {row["problem_id"]: _problem(row) for row in rows}
    known.last_problem = (await rows_of(connection, _LAST))[0]["last"]
    for row in await rows_of(connection, _NOTES, (ids,)) if ids else ():
        known.notes.setdefault(row["problem_id"], []).append(ProblemNote(**row))
    if commands:
        await _read_named(connection, known, said)
    linking = [one for one in commands if isinstance(one, OpenProblem | LinkProblem)]
    known.named_tickets = await _named(connection, _NAMED_TICKETS, [key for one in linking for key in one.tickets])
    known.named_incidents = await _named(
        connection, _NAMED_INCIDENTS, [key for one in linking for key in one.incidents]
    )


async def _read_named(connection: Connection, known: Review, said: Sequence[str]) -> None:
    """Sites and people of whom commands on problems may speak, or tell."""
    of_problems = {site for problem in known.problems.values() for site in problem.site_ids}
    rows = await rows_of(connection, _SITES, (sorted(of_problems.union(said)),))
    known.domains = {row["id"]: row["domain"] for row in rows}
    known.site_names = {row["id"]: row["name"] for row in rows}
    accounts = await list_users(connection)
    known.accounts = {one.user.name: one.user.technician_id for one in accounts if one.disabled_at is None}


async def _named(connection: Connection, query: str, keys: list[str]) -> dict[str, datetime]:
    rows = await rows_of(connection, query, (keys,)) if keys else []
    return {row["id"]: row["opened_at"] for row in rows}


async def _look(connection: Connection, board: Board) -> list[str]:
    """What was closed since the last look, when it is time for the next; on the first one, in the last days."""
    policy = board.review.policy
    last = (await rows_of(connection, _LOOK))[0]["at"]
    board.review.is_look = board.now >= last + timedelta(minutes=policy.look_minutes)
    if not board.review.is_look:
        return []
    since = max(last - _OVERLAP, board.now - timedelta(days=policy.problems.days))
    rows = await rows_of(connection, _RECENT, (since, _AT_ONCE))
    if len(rows) == _AT_ONCE:  # many at once, or the first look: the rest follows, from where this one ended
        board.review.looked_to = min(board.now, rows[-1]["closed_at"] + _OVERLAP)
        board.look_again_at.append(board.review.looked_to + timedelta(minutes=policy.look_minutes))
    return [row["id"] for row in rows]


async def _read_tickets(connection: Connection, board: Board, recent: list[str], spoken_of: list[str]) -> None:
    known = board.review
    oldest = board.now - 2 * timedelta(days=known.policy.problems.days)
    near = [row["id"] for row in await rows_of(connection, _AT_THEIR_SITES, (oldest, recent))] if recent else []
    rows = await rows_of(connection, _TICKETS, ([*recent, *near, *spoken_of],))
    known.tickets = {row["ticket_id"]: _ticket(row) for row in rows}
    known.closed = [known.tickets[key] for key in recent if key in known.tickets]
    rows = await rows_of(connection, _INSPECTIONS, ([*recent, *spoken_of],))
    known.inspections = {row["ticket_id"]: _inspection(row) for row in rows}


def _ticket(row: Row) -> ClosedTicket:
    return ClosedTicket(**{**row, "technicians": tuple(row["technicians"]), "companies": tuple(row["companies"])})


def _inspection(row: Row) -> Inspection:
    return Inspection(**{**row, "technicians": tuple(row["technicians"]), "companies": tuple(row["companies"])})


def _problem(row: Row) -> Problem:
    lists = {name: tuple(row[name]) for name in ("site_ids", "ticket_ids", "incident_ids", "unlinked_ids")}
    return Problem(**{**row, **lists, "state": ProblemState(row["state"])})
