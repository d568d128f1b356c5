"""What a batch knows of clocks, as the database has it: open tickets, what their terms depend on, and their clocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from psycopg import sql

from dispatch.board import Board
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Climb, Clock, Contract, Extension, Pause, Site, Ticket, Urge
from dispatch.clocks.state import Clocks
from dispatch.model import Place
from dispatch.records import WorkOrder
from guywire.commands import Command
from guywire.commands.clocks import AnswerClimb, AskExtension, DecideExtension
from guywire.database import Connection, Row, rows_of
from guywire.model import WorkOrderState
from guywire.put_rows import columns, named

ROUND = timedelta(seconds=5)
"""All clocks are looked at this often at the most: what is late by that counts by its own time all the same."""

_ROUND = "SELECT at FROM dispatch.clock_round"
# In a round those that are open and those of which something still runs or stands; at any time those spoken of.
_WANTED = """
SELECT ticket_id AS id FROM dispatch.extension WHERE extension_id = ANY(%s)
UNION SELECT ticket_id FROM dispatch.climb WHERE climb_id = ANY(%s)
UNION SELECT unnest(%s::text[])
"""
_ALL = """
UNION SELECT id FROM views.ticket WHERE state NOT IN ('closed', 'cancelled', 'rejected') AND state <> 'resolved'
UNION SELECT ticket_id FROM dispatch.clock WHERE stopped_at IS NULL
UNION SELECT ticket_id FROM dispatch.climb WHERE over_at IS NULL
UNION SELECT ticket_id FROM dispatch.urge WHERE over_at IS NULL
"""
_TICKETS = """
WITH wanted AS ({})
SELECT t.id, t.origin, t.state, t.title, t.site, t.domain, t.priority, t.opened_at, t.hold_reason, t.hold_until,
       coalesce(t.closed_at, t.resolved_at) AS ended_at, i.severity, o.sites, o.down, o.over_at,
       (SELECT max(n.at) FROM views.ticket_note n WHERE n.ticket = t.id AND n.kind = 'moved') AS moved_at
FROM wanted JOIN views.ticket t USING (id) LEFT JOIN views.incident i ON i.id = t.incident
CROSS JOIN LATERAL (
    SELECT array_agg(site) FILTER (WHERE ended_at IS NULL) AS sites,
           array_agg(site) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NULL) AS down,
           CASE WHEN bool_and(ended_at IS NOT NULL) AND bool_or(started_at IS NOT NULL)
                THEN max(ended_at) END AS over_at
    FROM views.outage WHERE incident = t.incident
) o
"""
_IN_A_ROUND, _BETWEEN_ROUNDS = _TICKETS.format(_WANTED + _ALL), _TICKETS.format(_WANTED)
_SITES = """
SELECT id, name, site_class, region, time_zone, tenants, latitude, longitude FROM views.site WHERE id = ANY(%s)
"""
_CONTRACTS = """
SELECT tenant, region, severity, accept_minutes, arrive_minutes, restore_minutes, calendar FROM views.contract
"""
_NEEDS_ENDED = "SELECT id, ended_at FROM views.need WHERE id = ANY(%s) AND ended_at IS NOT NULL"
_SEEN = "SELECT notice_id, seen_at FROM dispatch.notice WHERE notice_id = ANY(%s) AND seen_at IS NOT NULL"
_TOLD_OF = "SELECT notice_id FROM dispatch.notice WHERE ticket_id = ANY(%s) AND kind = 'extension_asked'"
_SEVERITIES = {1: "critical", 2: "major", 3: "minor", 4: "warning"}
"""What a ticket without an incident counts as, by its priority."""


def _of_tickets(table: str, record: type[Any]) -> sql.Composed:
    query = sql.SQL("SELECT {} FROM {} WHERE ticket_id = ANY(%s)")
    return query.format(named(columns(record)), sql.Identifier("dispatch", table))


# By need as well: when tickets merge, needs go to another ticket, and their clocks follow in this very batch.
_CLOCKS = _of_tickets("clock", Clock) + sql.SQL(" OR need_id = ANY(%s)")
_CLIMBS = _of_tickets("climb", Climb)
_EXTENSIONS = _of_tickets("extension", Extension)
_URGES = _of_tickets("urge", Urge)
_PAUSES = sql.SQL("SELECT {} FROM dispatch.clock_pause WHERE clock_id = ANY(%s) ORDER BY since, pause_id").format(
    named(columns(Pause))
)


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Fills `board.clocks`; its policy stays. Between two rounds only with what the batch speaks of."""
    known = board.clocks
    last = (await (await connection.execute(_ROUND)).fetchall())[0]["at"]
    known.is_round = board.now >= last + ROUND or board.now < last
    if not known.is_round:
        board.look_again_at.append(last + ROUND)
    known.tickets = await _tickets(connection, board, commands)
    tickets = list(known.tickets)
    needed = {site for ticket in known.tickets.values() for site in ticket.sites}
    needed |= {need.site_id for need in board.needs.values()}
    known.sites = {row["id"]: _site(row) for row in await _all(connection, _SITES, list(needed))}
    known.contracts = [Contract(*row.values()) for row in await (await connection.execute(_CONTRACTS)).fetchall()]
    needs = [need.need_id for need in board.needs.values() if need.ticket_id in known.tickets]
    rows = await (await connection.execute(_CLOCKS, (tickets, needs))).fetchall() if tickets else []
    known.clocks = {row["clock_id"]: _clock(row) for row in rows}
    for row in await _all(connection, _PAUSES, list(known.clocks)):
        known.pauses.setdefault(row["clock_id"], []).append(Pause(**row))
    running = [clock.need_id for clock in known.clocks.values() if clock.need_id and clock.stopped_at is None]
    gone = [need_id for need_id in running if need_id not in board.needs or board.needs[need_id].state != "open"]
    known.need_ended = {row["id"]: row["ended_at"] for row in await _all(connection, _NEEDS_ENDED, gone)}
    known.urges = {row["urge_id"]: _urge(row) for row in await _all(connection, _URGES, tickets)}
    await _read_climbs(connection, known, tickets)
    if any(isinstance(command, (AskExtension, DecideExtension)) for command in commands):
        await _read_extensions(connection, known, tickets)


async def _tickets(connection: Connection, board: Board, commands: Sequence[Command]) -> dict[str, Ticket]:
    extensions = [command.extension for command in commands if isinstance(command, DecideExtension)]
    climbs = [command.climb for command in commands if isinstance(command, AnswerClimb)]
    named = [ticket for command in commands if isinstance(ticket := getattr(command, "ticket", None), str)]
    named += [order.ticket_id for order in _spoken_of(board, commands)]
    query = _IN_A_ROUND if board.clocks.is_round else _BETWEEN_ROUNDS
    rows = await (await connection.execute(query, (extensions, climbs, named))).fetchall()
    wanted: dict[str, set[str]] = {}
    for need in board.needs.values():
        wanted.setdefault(need.ticket_id, set()).add(need.site_id)
    return {row["id"]: _ticket(row, wanted.get(row["id"], ())) for row in rows}


def _spoken_of(board: Board, commands: Sequence[Command]) -> Iterable[WorkOrder]:
    """The orders that commands move, and the offers that run out now: whether there is coverage is asked of them."""
    named = {getattr(command, "work_order", "") for command in commands}
    for order in board.orders.values():
        runs_out = order.offer_expires_at is not None and order.offer_expires_at <= board.now
        if order.work_order_id in named or (runs_out and order.state is WorkOrderState.OFFERED):
            yield order


async def _read_climbs(connection: Connection, known: Clocks, tickets: list[str]) -> None:
    known.climbs = {row["climb_id"]: _climb(row) for row in await _all(connection, _CLIMBS, tickets)}
    open_ones = {one.notice_id: one.climb_id for one in known.climbs.values() if one.person_id and not one.over_at}
    rows = await _all(connection, _SEEN, list(open_ones))
    known.seen = {open_ones[row["notice_id"]]: row["seen_at"] for row in rows}


async def _read_extensions(connection: Connection, known: Clocks, tickets: list[str]) -> None:
    rows = await _all(connection, _EXTENSIONS, tickets)
    known.extensions = {row["extension_id"]: _extension(row) for row in rows}
    for row in await _all(connection, _TOLD_OF, tickets):
        known.told_of.setdefault(row["notice_id"].partition("/")[0], []).append(row["notice_id"])


async def _all(connection: Connection, query: str | sql.Composed, keys: list[str]) -> list[Row]:
    """The rows of these keys; nothing is asked for none."""
    return await rows_of(connection, query, (keys,)) if keys else []


def _ticket(row: Row, of_needs: Iterable[str]) -> Ticket:
    sites = {row["site"] or "", *(row["sites"] or ()), *of_needs} - {""}
    return Ticket(
        ticket_id=row["id"],
        state=row["state"],
        title=row["title"],
        site_id=row["site"] or "",
        domain=row["domain"],
        severity=row["severity"] or _SEVERITIES[row["priority"]],
        opened_at=row["opened_at"],
        origin=row["origin"],
        hold_reason=row["hold_reason"],
        hold_until=row["hold_until"],
        moved_at=row["moved_at"],
        ended_at=row["ended_at"],
        over_at=row["over_at"],
        sites=tuple(sorted(sites)),
        down=tuple(sorted(row["down"] or ())),
    )


def _site(row: Row) -> Site:
    return Site(
        site_id=row["id"],
        name=row["name"],
        site_class=row["site_class"],
        region=row["region"],
        time_zone=row["time_zone"],
        tenants=tuple(sorted(row["tenants"])),
        place=Place(row["latitude"], row["longitude"]),
    )


def _clock(row: Row) -> Clock:
    return Clock(**{**row, "kind": ClockKind(row["kind"])})


def _climb(row: Row) -> Climb:
    return Climb(**{**row, "kind": ClockKind(row["kind"]), "no_coverage": tuple(row["no_coverage"])})


def _extension(row: Row) -> Extension:
    return Extension(**{**row, "kind": ClockKind(row["kind"]), "photos": tuple(row["photos"])})


def _urge(row: Row) -> Urge:
    return Urge(**{**row, "told": tuple(row["told"])})
