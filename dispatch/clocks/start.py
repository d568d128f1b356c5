"""Which clocks begin: two for each place that wants hands and one for its ticket, each under its strictest promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from dispatch.board import Board
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Clock, Site, Term, Ticket
from dispatch.clocks.terms import Terms, strictest
from dispatch.records import Need
from guywire.model import NeedState, TicketState

OPEN = frozenset({TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS, TicketState.PENDING, TicketState.HELD})
"""Clocks run for these tickets."""


def new_clocks(board: Board, terms: Terms) -> Iterator[Clock]:
    """The clocks that ought to run and are not there yet."""
    without = board.clocks.policy.no_clocks
    tickets = {
        ticket.ticket_id: ticket
        for ticket in board.clocks.tickets.values()
        if ticket.state in OPEN and not ticket.origin.startswith(without)
    }
    alone = [ticket for ticket in tickets.values() if _is_new(board, f"{ticket.ticket_id}-{ClockKind.RESTORE}")]
    wanted = [_of_ticket(board, ticket, terms) for ticket in alone]
    for need in board.needs.values():
        if need.ticket_id in tickets and need.state is NeedState.OPEN:
            kinds = (kind for kind in (ClockKind.ACCEPT, ClockKind.ARRIVE) if _is_new(board, f"{need.need_id}-{kind}"))
            wanted += [_of_need(board, need, kind, tickets[need.ticket_id], terms) for kind in kinds]
    return filter(None, wanted)


def _is_new(board: Board, clock_id: str) -> bool:
    return clock_id not in board.clocks.clocks


def _of_need(board: Board, need: Need, kind: ClockKind, ticket: Ticket, terms: Terms) -> Clock | None:
    clock = _blank(ticket, kind, need.need_id, need.site_id, need.opened_at)
    return _promised(board, clock, sites_named(board, [need.site_id]), terms)


def _of_ticket(board: Board, ticket: Ticket, terms: Terms) -> Clock | None:
    where = ticket.site_id or next(iter(ticket.sites), "")
    clock = _blank(ticket, ClockKind.RESTORE, "", where, ticket.opened_at)
    return _promised(board, clock, sites_named(board, ticket.sites), terms)


def _blank(ticket: Ticket, kind: ClockKind, need_id: str, site_id: str, started_at: datetime) -> Clock:
    return Clock(
        clock_id=f"{need_id or ticket.ticket_id}-{kind}",
        ticket_id=ticket.ticket_id,
        kind=kind,
        need_id=need_id,
        site_id=site_id,
        region="",
        domain=ticket.domain,
        started_at=started_at,
        term_minutes=0,
        calendar="",
        time_zone="UTC",
        tenant="",
        severity=ticket.severity,
        site_class="",
    )


def _promised(board: Board, clock: Clock, sites: Iterable[Site], terms: Terms) -> Clock | None:
    """The clock under the strictest term; None where nothing was promised."""
    term = strictest((term for site in sites for term in terms.at(clock.kind, clock.severity, site)), clock, ())
    here = board.clocks.sites.get(clock.site_id)
    return under(replace(clock, region=here.region if here else ""), term) if term else None


def under(clock: Clock, term: Term) -> Clock:
    """The clock under another term."""
    minutes, calendar, time_zone, tenant, severity, site_class = term
    return replace(
        clock,
        term_minutes=minutes,
        calendar=calendar,
        time_zone=time_zone,
        tenant=tenant,
        severity=severity,
        site_class=site_class,
    )


def sites_named(board: Board, names: Iterable[str]) -> list[Site]:
    """Those that the inventory has."""
    return [board.clocks.sites[name] for name in names if name in board.clocks.sites]
