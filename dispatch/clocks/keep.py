"""The stage that keeps clocks: starts, stops, pauses with their ticket, and tightens them as things stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from dispatch.board import Board
from dispatch.clocks.arithmetic import due_at
from dispatch.clocks.calendars import FAR
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Clock
from dispatch.clocks.pauses import take_off
from dispatch.clocks.settle import settle
from dispatch.clocks.start import OPEN, new_clocks, sites_named, under
from dispatch.clocks.terms import Terms, strictest, timer_of
from dispatch.model import Interval
from dispatch.records import DISPATCH, WorkOrder
from guywire.model import NeedState


class _Stop(NamedTuple):
    at: datetime
    reason: str


def keep_clocks(board: Board) -> None:
    """Brings every clock in step with its ticket, need and orders, and asks to be called when the next one is due."""
    terms = Terms(board.clocks.policy, board.clocks.contracts)
    orders = _orders_by_need(board.orders.values())
    for clock in new_clocks(board, terms):
        board.clocks.clocks[clock.clock_id] = clock
        board.clocks.touched.add(clock.clock_id)
    for clock in list(board.clocks.clocks.values()):
        followed = _follow(board, clock, orders, terms)
        after = _settled(board, followed)
        if after != clock or not clock.version:
            board.clocks.put_clock(replace(after, version=clock.version + 1))
    looks = (clock.look_at for clock in board.clocks.clocks.values() if clock.look_at)
    board.look_again_at.extend([first] if (first := min(looks, default=None)) else [])


def _follow(board: Board, clock: Clock, orders: Mapping[str, list[WorkOrder]], terms: Terms) -> Clock:
    need = board.needs.get(clock.need_id)
    if need is not None and need.ticket_id != clock.ticket_id:  # tickets that merge hand their needs on
        clock = replace(clock, ticket_id=need.ticket_id)
    stop = _stop(board, clock, orders.get(clock.need_id, ()))
    if clock.stopped_at is None and stop is not None:
        return replace(clock, stopped_at=max(stop.at, clock.started_at), stop_reason=stop.reason)
    if clock.stopped_at is not None:
        if stop is not None or clock.kind is not ClockKind.RESTORE:
            return clock
        clock = _go_on(board, clock)
    _pause_with_ticket(board, clock)
    return _tightened(board, clock, terms)


def _stop(board: Board, clock: Clock, orders: Iterable[WorkOrder]) -> _Stop | None:
    """When and why a clock stops, as things stand; None while it goes on."""
    ticket = board.clocks.tickets.get(clock.ticket_id)
    if clock.kind is not ClockKind.RESTORE:
        reached = _reached(clock.kind, orders)
        if reached is not None:
            return reached
        need = board.needs.get(clock.need_id)
        if need is None or need.state is not NeedState.OPEN:
            return _Stop(board.clocks.need_ended.get(clock.need_id) or board.now, "not wanted any more")
    if ticket is None or ticket.state not in OPEN:
        return _Stop((ticket and ticket.ended_at) or board.now, ticket.state if ticket else "ended")
    if clock.kind is ClockKind.RESTORE and ticket.over_at:
        return _Stop(ticket.over_at, "restored")
    return None


def _reached(kind: ClockKind, orders: Iterable[WorkOrder]) -> _Stop | None:
    times = [order.accepted_at if kind is ClockKind.ACCEPT else order.on_site_at for order in orders]
    first = min(filter(None, times), default=None)
    return _Stop(first, "accepted" if kind is ClockKind.ACCEPT else "on_site") if first else None


def _go_on(board: Board, clock: Clock) -> Clock:
    """What was over has come back: the time in between does not count."""
    assert clock.stopped_at is not None
    take_off(board, clock, "over", clock.stop_reason, Interval(clock.stopped_at, board.now))
    return replace(clock, stopped_at=None, stop_reason="")


def _pause_with_ticket(board: Board, clock: Clock) -> None:
    ticket = board.clocks.tickets[clock.ticket_id]
    standing = [one for one in board.clocks.pauses.get(clock.clock_id, ()) if one.how == "ticket" and not one.ended_at]
    standing = [one for one in standing if one.until is None or one.until > board.now]
    since = min(ticket.moved_at or board.now, board.now)
    if ticket.state not in board.clocks.policy.pauses.ticket_states:
        for pause in standing:
            ended_at = max(since, pause.since)
            board.clocks.put_pause(replace(pause, ended_at=ended_at, ended_by=DISPATCH))
    elif not standing:
        until = ticket.hold_until if ticket.hold_until and ticket.hold_until > board.now else FAR
        stretch = Interval(max(since, clock.started_at), until)
        take_off(board, clock, "ticket", ticket.hold_reason or ticket.state, stretch)


def _tightened(board: Board, clock: Clock, terms: Terms) -> Clock:
    """Under a stricter term, where there is one by now; a looser one changes nothing that was promised."""
    ticket = board.clocks.tickets[clock.ticket_id]
    sites = sites_named(board, ticket.sites if clock.kind is ClockKind.RESTORE else [clock.site_id])
    pauses = board.clocks.pauses.get(clock.clock_id, ())
    now = strictest((term for site in sites for term in terms.at(clock.kind, ticket.severity, site)), clock, pauses)
    if now is None or now[:3] == clock.term[:3]:
        return clock
    dues = [due_at(timer_of(clock, pauses, term)) or FAR for term in (now, clock.term)]
    return under(clock, now) if dues[0] < dues[1] else clock


def _settled(board: Board, clock: Clock) -> Clock:
    before = board.clocks.clocks[clock.clock_id]
    is_due = clock.stopped_at is None and clock.look_at is not None and clock.look_at <= board.now
    if clock == before and not is_due and clock.clock_id not in board.clocks.touched:
        return clock
    for pause in board.clocks.pauses.get(clock.clock_id, ()):
        if pause.ended_at is None and pause.until is not None and pause.until <= board.now:
            board.clocks.put_pause(replace(pause, ended_at=pause.until, ended_by=DISPATCH))
    ladder = board.clocks.policy.ladder.get(clock.kind, ())
    return settle(clock, board.clocks.pauses.get(clock.clock_id, ()), ladder, board.now)


def _orders_by_need(orders: Iterable[WorkOrder]) -> dict[str, list[WorkOrder]]:
    found: dict[str, list[WorkOrder]] = {}
    for order in orders:
        for need_id in order.need_ids:
            found.setdefault(need_id, []).append(order)
    return found
