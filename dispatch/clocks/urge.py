"""催办: presses a ticket on. Who is told depends on where it stands; how often somebody urges is bounded, and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.board import Board
from dispatch.clocks.model import Ticket, Urge
from dispatch.clocks.people import persons_for
from dispatch.clocks.start import OPEN
from dispatch.moves import check_text, clock
from dispatch.notices import Notice
from dispatch.said import Said
from dispatch.shifts import zone_of
from guywire.commands.clocks import UrgeTicket
from guywire.errors import conflict, not_found
from guywire.model import WorkOrderState


def urge(board: Board, command: UrgeTicket, actor: str) -> Said:
    """Tells whoever can press it on: the manager while nobody has it, who was asked, or who is on it."""
    ticket = board.clocks.tickets.get(command.ticket)
    if ticket is None:
        raise not_found("ticket", command.ticket)
    if ticket.state not in OPEN:
        raise conflict("ticket_is_over", f"{command.ticket} is {ticket.state}: there is nothing left to press on.")
    check_text("text", command.text)
    before = [one for one in board.clocks.urges.values() if one.ticket_id == command.ticket]
    _check_lately(board, before, command.ticket, actor)
    stands, told = _whom(board, ticket)
    one = Urge(
        urge_id=f"{command.ticket}-U{len(before) + 1}",
        ticket_id=command.ticket,
        at=board.now,
        urged_by=actor,
        text=command.text,
        told=tuple(sorted(told)),
        stands=stands,
    )
    board.clocks.put_urge(one)
    for person in one.told:
        board.notices.tell(_notice(board, one, ticket, person))
    return Said("urge", one.urge_id)


def end_urges(board: Board) -> None:
    """What was urged is over when its ticket is: it is not sent any more."""
    for one in list(board.clocks.urges.values()):
        ticket = board.clocks.tickets.get(one.ticket_id)
        if one.over_at is None and (ticket is None or ticket.state not in OPEN):
            board.clocks.put_urge(replace(one, over_at=board.now))
            for person in one.told:
                board.notices.is_over(_notice_id(one, person))


def _check_lately(board: Board, before: list[Urge], ticket: str, actor: str) -> None:
    minutes = board.clocks.policy.urge.again_minutes
    mine = max((one.at for one in before if one.urged_by == actor), default=None)
    if mine is not None and (again := mine + timedelta(minutes=minutes)) > board.now:
        raise conflict("urged_lately", f"You urged {ticket} at {clock(mine)}. You may again from {clock(again)} on.")


def _whom(board: Board, ticket: Ticket) -> tuple[str, set[str]]:
    """Where the ticket stands, and who is told."""
    orders = [order for order in board.open_orders() if order.ticket_id == ticket.ticket_id]
    under_way = [order for order in orders if order.state is not WorkOrderState.OFFERED]
    if under_way:
        crews = {person for order in under_way for person in order.crew}
        return "under_way", crews | ({order.manager_id for order in under_way} - {""})
    if orders:
        return "offered", {order.technician_id for order in orders}
    site = board.clocks.sites.get(ticket.site_id or next(iter(ticket.sites), ""))
    region, zone = (site.region, zone_of(site.time_zone)) if site else ("", zone_of(None))
    managers = persons_for(board.people.values(), "area", region, board.now, zone, board.rota)
    return "no_order", {manager.technician_id for manager in managers}


def _notice(board: Board, one: Urge, ticket: Ticket, person: str) -> Notice:
    site = board.clocks.sites.get(ticket.site_id)
    name = site.name if site else ticket.site_id
    words = board.clocks.policy.urge.words.fill(ticket=ticket.ticket_id, site=name, title=ticket.title, text=one.text)
    return Notice(
        notice_id=_notice_id(one, person),
        person_id=person,
        kind="urge",
        at=one.at,
        words={language: text.strip() for language, text in words.items()},
        urgent=True,
        ticket_id=ticket.ticket_id,
        site_id=ticket.site_id,
        domain=ticket.domain,
    )


def _notice_id(one: Urge, person: str) -> str:
    return f"{one.urge_id}/{person}"
