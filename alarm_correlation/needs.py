"""Stage 9: the places that want hands. Declared from what stands in the incident, then compared with what is open.

A ticket has one open need for a place at most, also where two tickets became one: the one with whom a crew is farthest
goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from alarm_correlation.incidents import members_of
from alarm_correlation.outages import runs_on_generator
from alarm_correlation.records import Alarm, Inferred, Need, Ticket
from alarm_correlation.state import State, feed_named, number
from alarm_correlation.tickets import OPEN
from alarm_correlation.work import Work
from guywire.catalogue import alarm_type
from guywire.inventory.model import Site
from guywire.model import UNASSIGNED, Identity, NeedKind, NeedState, WorkOrderState

Key = tuple[str, NeedKind]
_OVER = frozenset({NeedState.HEALED, NeedState.CANCELLED})
_OF_ALARMS = frozenset({NeedKind.REPAIR, NeedKind.GENERATOR})
_REACH = {WorkOrderState.ON_SITE: 0, WorkOrderState.EN_ROUTE: 1, WorkOrderState.ACCEPTED: 2}
"""How far a crew is; an order that nobody has accepted is none yet."""


class Place(NamedTuple):
    """A site that wants hands: because of which alarm, of what kind, and when the site goes down, or went."""

    site: str
    alarm: Alarm
    kind: NeedKind
    down_at: datetime | None

    @property
    def key(self) -> Key:
        return self.site, self.kind


def refresh_needs(state: State, work: Work) -> None:
    """Opens, rewords, heals and takes back the needs of the step's tickets."""
    work.tickets |= set(_left_open(state, work))
    for ticket_id in sorted(work.tickets):
        ticket = state.tickets.get(ticket_id)
        if ticket is not None and ticket.incident_id is not None and ticket.state in OPEN:
            _reconcile(state, work, ticket, members_of(state, work, ticket.incident_id).standing)


def _left_open(state: State, work: Work) -> Iterator[str]:
    """Tickets with a need that was left open for an alarm of another incident, where one has cleared now."""
    for alarm_id in work.changes.alarms if state.left_open else ():
        alarm = state.alarms.get(alarm_id)
        if alarm is not None and not alarm.stands:
            yield from state.left_open.pop(alarm.identity.site, ())


def wanted(state: State, incident: str, standing: list[Alarm]) -> Iterator[Place]:
    """The incident's places. Of a feed: every site without mains. Else the root's site, and what outlives the root."""
    if not standing:
        return
    root = state.root(standing[0].alarm_id)
    inferred = state.inferred.get(root)
    if feed_named(inferred.identity if inferred else state.alarms[root].identity) is not None:
        taken = list(_without_mains(state, standing))
    elif inferred is not None:
        taken = [_where_inferred(state, inferred, standing)]
    else:
        taken = list(_at_root(state, state.alarms[root], standing))
    yield from taken
    yield from _left_over(state, incident, standing, {place.site for place in taken})


def _without_mains(state: State, standing: list[Alarm]) -> Iterator[Place]:
    mains = state.rules.policy.feed.alarm_type
    for alarm in sorted([alarm for alarm in standing if alarm.identity.alarm_type == mains], key=_age):
        if alarm.site and not runs_on_generator(state, alarm.site):
            yield Place(alarm.site, alarm, NeedKind.GENERATOR, _down_at(state, alarm))


def _where_inferred(state: State, root: Inferred, standing: list[Alarm]) -> Place:
    """Hands for the site that reported nothing, because of the first that others say."""
    here = [alarm for alarm in standing if alarm.identity.site == root.site]
    first = min(here or standing, key=_age)
    return Place(root.site, first, NeedKind.REPAIR, _down_at(state, first) if first.site == root.site else None)


def _at_root(state: State, root: Alarm, standing: list[Alarm]) -> Iterator[Place]:
    """Hands for the root; once it is clear, for the first of what still stands at its site."""
    here = (alarm for alarm in standing if alarm.identity.site == root.site)
    left = root if root.stands else min(here, key=_age, default=None)
    if root.site and left is not None:
        yield Place(left.site, left, NeedKind.REPAIR, _down_at(state, left))


def _down_at(state: State, alarm: Alarm) -> datetime | None:
    """When its site goes down, or went, in the alarm's incident; none when it does not."""
    outage = state.outages.get(alarm.incident_id or "", {}).get(alarm.site)
    if outage is None or outage.ended_at is not None:
        return None
    return outage.started_at or outage.predicted_at


def _left_over(state: State, incident: str, standing: list[Alarm], taken: set[str]) -> Iterator[Place]:
    """What stands although its cause has been clear for a while: a breaker that stayed off, a station that hangs."""
    left = [(since, alarm) for since, alarm in _outliving(state, standing) if alarm.site not in taken]
    if not left:
        return  # most of the time
    patience = timedelta(seconds=state.rules.policy.need.leftover_seconds)
    for since in {since for since, _ in left if since + patience > state.now}:
        state.look_again(since + patience, incident)
    for alarm in sorted([alarm for since, alarm in left if since + patience <= state.now], key=_age):
        if alarm.site not in taken:
            taken.add(alarm.site)
            yield Place(alarm.site, alarm, NeedKind.REPAIR, _down_at(state, alarm))


def _outliving(state: State, standing: list[Alarm]) -> Iterator[tuple[datetime, Alarm]]:
    """What stands and wants hands although its cause is clear, and since when that is so."""
    wants_hands = state.rules.policy.wants_hands
    for alarm in standing:
        cause = state.alarms.get(alarm.cause_alarm_id or "")
        if cause is None or (ended := cause.occurrence.cleared_at) is None:
            continue
        told, identity = alarm.occurrence, alarm.identity
        if identity.site and wants_hands(identity.alarm_type, told.severity):
            yield max(ended, told.stands_since), alarm


def _age(alarm: Alarm) -> tuple[datetime, Identity]:
    return alarm.raised_at, alarm.identity


def _reconcile(state: State, work: Work, ticket: Ticket, standing: list[Alarm]) -> None:
    places = {place.key: place for place in wanted(state, ticket.incident_id or "", standing)}
    sites: set[str] | None = None
    reach = _reach(state, ticket.ticket_id)
    seen: set[Key] = set()
    needs = _needs(state, ticket)
    for need in sorted(needs, key=lambda need: _precedence(need, reach)) if len(needs) > 1 else needs:
        key = (need.site_id, need.kind)
        place = places.get(key)
        if need.state in _OVER:
            state.lay_by(need)
        elif need.kind not in _OF_ALARMS:
            continue  # a person asked for it
        elif need.state is NeedState.MET:
            if place is not None and _covers(need, place):
                del places[key]
        elif key in seen:
            end(work, need, NeedState.CANCELLED)
        elif place is None:
            seen.add(key)
            if sites is None:
                sites = {alarm.identity.site for alarm in standing}
            _end(state, work, need, given=need.need_id in reach, standing=sites)
        else:
            seen.add(key)
            del places[key]
            _reword(state, work, ticket, need, place)
    for place in places.values():
        _open(state, work, ticket, place)


def _needs(state: State, ticket: Ticket) -> list[Need]:
    return [state.needs[need_id] for need_id in state.needs_of.get(ticket.ticket_id, ())]


def _reach(state: State, ticket_id: str) -> dict[str, int]:
    """The ticket's needs that somebody has accepted, and how far the crew is: 0 is there."""
    if not (given_out := state.orders_of.get(ticket_id)):
        return {}
    orders = [state.orders[order_id] for order_id in given_out]
    given = [(order.needs, _REACH[order.state]) for order in orders if order.state in _REACH]
    reach: dict[str, int] = {}
    for needs, far in given:
        for need_id in needs:
            reach[need_id] = min(far, reach.get(need_id, far))
    return reach


def _precedence(need: Need, reach: dict[str, int]) -> tuple[bool, int, int]:
    return need.state is not NeedState.MET, reach.get(need.need_id, len(_REACH)), number(need.need_id)


def _covers(need: Need, place: Place) -> bool:
    """Whether its hands were there since this began to stand: the response centre then says what follows."""
    return need.ended_at is not None and place.alarm.occurrence.stands_since <= need.ended_at


def _end(state: State, work: Work, need: Need, *, given: bool, standing: set[str]) -> None:
    """Healed where nothing stands any more; else taken back, unless somebody has already accepted it.

    What it was opened for may stand in another incident now, after a split.
    """
    elsewhere = any(alarm.stands for alarm in state.alarms_at(need.site_id, (need.alarm_type,)))
    if need.site_id not in standing and not elsewhere:
        end(work, need, NeedState.HEALED)
    elif not given:
        end(work, need, NeedState.CANCELLED)
    else:
        state.left_open[need.site_id].add(need.ticket_id)


def end(work: Work, need: Need, how: NeedState) -> None:
    need.state = how
    need.ended_at = work.now
    need.version += 1
    work.changes.needs.add(need.need_id)


def _open(state: State, work: Work, ticket: Ticket, place: Place) -> None:
    site = state.rules.topology.site(place.site)
    need = Need(
        need_id=state.new_id("N"),
        ticket_id=ticket.ticket_id,
        site_id=place.site,
        domain=site.domain if site else UNASSIGNED,
        kind=place.kind,
        weight=weight_of(state, site),
        opened_at=work.now,
        **_words(state, ticket, place, site),
    )
    state.needs[need.need_id] = need
    state.needs_of[ticket.ticket_id].append(need.need_id)
    work.changes.needs.add(need.need_id)


def _reword(state: State, work: Work, ticket: Ticket, need: Need, place: Place) -> None:
    now = _words(state, ticket, place, state.rules.topology.site(place.site))
    if any(getattr(need, name) != value for name, value in now.items()):
        for name, value in now.items():
            setattr(need, name, value)
        need.version += 1
        work.changes.needs.add(need.need_id)


def _words(state: State, ticket: Ticket, place: Place, site: Site | None) -> dict[str, Any]:
    """What a need says of its place: it changes with what stands there."""
    kind = alarm_type(place.alarm.alarm_type)
    generator = place.kind is NeedKind.GENERATOR
    return {
        "alarm_type": place.alarm.alarm_type,
        "summary": f"{'Generator' if generator else kind.en} at {site.name if site else place.site}",
        "skills": (kind.skill,),
        "service_minutes": state.rules.policy.need.generator_minutes if generator else kind.service_minutes,
        "priority": ticket.priority,
        "deadline": place.down_at,
        "site_down_at": place.down_at,
    }


def weight_of(state: State, site: Site | None) -> float:
    """How much an outage there matters: its class, times its tenants."""
    if site is None:
        return 1.0
    return state.rules.policy.class_weight[site.site_class] * max(1, len(site.tenants))
