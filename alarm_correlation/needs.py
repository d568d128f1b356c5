"""Stage 9: the places that want hands. Declared from what stands in the incident, then compared with what is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.outages import runs_on_generator, site_down_at
from alarm_correlation.records import Alarm, Need, Ticket
from alarm_correlation.state import Order, State, feed_named
from alarm_correlation.tickets import OPEN, UNDER_WAY
from alarm_correlation.work import Work
from guywire.catalogue import alarm_type
from guywire.inventory.model import Site
from guywire.model import UNASSIGNED, NeedKind, NeedState, WorkOrderState

Key = tuple[str, NeedKind]
_OVER = frozenset({NeedState.HEALED, NeedState.CANCELLED})
_GIVEN = UNDER_WAY | {WorkOrderState.ACCEPTED}


class Place(NamedTuple):
    """Somewhere that wants hands: because of which alarm, of what kind, and when its battery is empty."""

    alarm: Alarm
    kind: NeedKind
    down_at: datetime | None

    @property
    def key(self) -> Key:
        return self.alarm.site, self.kind


def refresh_needs(state: State, work: Work) -> None:
    """Opens, rewords, heals and takes back the needs of the step's tickets."""
    for ticket_id in sorted(work.tickets):
        ticket = state.tickets.get(ticket_id)
        if ticket is not None and ticket.incident_id is not None and ticket.state in OPEN:
            _reconcile(state, work, ticket, {place.key: place for place in wanted(state, ticket.incident_id)})


def wanted(state: State, incident: str) -> Iterator[Place]:
    """The incident's places. Of a feed: every site without mains. Else the root's site, and what outlives the root."""
    standing = sorted(_standing(state, incident), key=lambda one: (one.raised_at, one.identity))
    if not standing:
        return
    root = state.root(standing[0].alarm_id)
    if root in state.inferred or feed_named(state.alarms[root].identity) is not None:
        taken = list(_without_mains(state, standing))
    else:
        taken = list(_at_root(state, state.alarms[root], standing))
    yield from taken
    yield from _left_over(state, incident, standing, {place.alarm.site for place in taken})


def _standing(state: State, incident: str) -> Iterator[Alarm]:
    """The incident's members that stand; one pass over them a batch is what a large incident costs."""
    return (alarm for key in state.members.get(incident, ()) if (alarm := state.alarms[key]).stands)


def _without_mains(state: State, standing: list[Alarm]) -> Iterator[Place]:
    for alarm in standing:
        dark = alarm.site and alarm.alarm_type == state.rules.policy.feed.alarm_type
        if dark and not runs_on_generator(state, alarm.site):
            yield Place(alarm, NeedKind.GENERATOR, site_down_at(state, alarm))


def _at_root(state: State, root: Alarm, standing: list[Alarm]) -> Iterator[Place]:
    if root.site and any(alarm.site == root.site for alarm in standing):
        yield Place(root, NeedKind.REPAIR, site_down_at(state, root))


def _left_over(state: State, incident: str, standing: list[Alarm], taken: set[str]) -> Iterator[Place]:
    """What stands although its cause has been clear for a while: a breaker that stayed off, a station that hangs."""
    patience = timedelta(seconds=state.rules.policy.need.leftover_seconds)
    for alarm in standing:
        cause = state.alarms.get(alarm.cause_alarm_id or "")
        if cause is None or cause.cleared_at is None or not alarm.site or alarm.site in taken:
            continue
        if not state.rules.policy.wants_hands(alarm.alarm_type, alarm.occurrence.severity):
            continue
        due = max(cause.cleared_at, alarm.occurrence.stands_since) + patience
        if due > state.now:
            state.look_again(due, incident)
        else:
            taken.add(alarm.site)
            yield Place(alarm, NeedKind.REPAIR, site_down_at(state, alarm))


def _reconcile(state: State, work: Work, ticket: Ticket, places: dict[Key, Place]) -> None:
    standing: set[str] | None = None
    for need in [state.needs[need_id] for need_id in state.needs_of.get(ticket.ticket_id, ())]:
        key = (need.site_id, need.kind)
        place = places.get(key)
        if need.state in _OVER:
            state.lay_by(need)
        elif need.state is NeedState.MET:
            if place is not None and _covers(need, place):
                del places[key]
        elif place is None:
            if standing is None:
                standing = {alarm.site for alarm in _standing(state, ticket.incident_id or "")}
            _end(state, work, need, heals=need.site_id not in standing)
        else:
            del places[key]
            _reword(work, ticket, need, place)
    for place in places.values():
        _open(state, work, ticket, place)


def _covers(need: Need, place: Place) -> bool:
    """Whether its hands were there since this began to stand: the response centre then says what follows."""
    return need.ended_at is not None and place.alarm.occurrence.stands_since <= need.ended_at


def _end(state: State, work: Work, need: Need, *, heals: bool) -> None:
    """Healed where nothing stands any more; else taken back, unless somebody has already accepted it."""
    if heals:
        end(work, need, NeedState.HEALED)
    elif not any(order.state in _GIVEN for order in _orders(state, need)):
        end(work, need, NeedState.CANCELLED)


def end(work: Work, need: Need, how: NeedState) -> None:
    need.state = how
    need.ended_at = work.now
    need.version += 1
    work.changes.needs.add(need.need_id)


def _orders(state: State, need: Need) -> Iterator[Order]:
    for order_id in state.orders_of.get(need.ticket_id, ()):
        if need.need_id in state.orders[order_id].needs:
            yield state.orders[order_id]


def _open(state: State, work: Work, ticket: Ticket, place: Place) -> None:
    kind = alarm_type(place.alarm.alarm_type)
    site = state.rules.topology.site(place.alarm.site)
    generator = place.kind is NeedKind.GENERATOR
    minutes = state.rules.policy.need.generator_minutes if generator else kind.service_minutes
    need = Need(
        need_id=state.new_id("N"),
        ticket_id=ticket.ticket_id,
        site_id=place.alarm.site,
        domain=site.domain if site else UNASSIGNED,
        kind=place.kind,
        alarm_type=place.alarm.alarm_type,
        summary=f"{'Generator' if generator else kind.en} at {site.name if site else place.alarm.site}",
        skills=(kind.skill,),
        priority=ticket.priority,
        weight=_weight(state, site),
        service_minutes=minutes,
        deadline=place.down_at,
        site_down_at=place.down_at,
        opened_at=work.now,
    )
    state.needs[need.need_id] = need
    state.needs_of[ticket.ticket_id].append(need.need_id)
    work.changes.needs.add(need.need_id)


def _reword(work: Work, ticket: Ticket, need: Need, place: Place) -> None:
    if (need.priority, need.site_down_at) != (ticket.priority, place.down_at):
        need.priority = ticket.priority
        need.deadline = need.site_down_at = place.down_at
        need.version += 1
        work.changes.needs.add(need.need_id)


def _weight(state: State, site: Site | None) -> float:
    """How much an outage there matters: its class, times its tenants."""
    if site is None:
        return 1.0
    return state.rules.policy.class_weight[site.site_class] * max(1, len(site.tenants))
