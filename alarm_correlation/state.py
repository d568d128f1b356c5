"""Everything the correlator knows, with the indexes that keep each step small, and how it is saved and restored.

What is saved are facts: what was heard, the ids given, and what people did. Causes, inferred roots and isolations are
functions of these, and are worked out anew after a restore.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple, TypeVar

import msgspec

from alarm_correlation.causes import Causes
from alarm_correlation.lifecycle import next_change
from alarm_correlation.policy import Policy
from alarm_correlation.readings import Batteries, Readings
from alarm_correlation.records import (
    Alarm,
    Correction,
    Discharge,
    Incident,
    Inferred,
    Need,
    Outage,
    Silence,
    Ticket,
    Voice,
)
from alarm_correlation.track import Track
from guywire.catalogue import CATALOGUE
from guywire.inventory.model import Link
from guywire.inventory.topology import Topology
from guywire.model import Identity, WorkOrderState

FEED = "feed:"
"""A power feed is a resource: `feed:<id>`."""

INFERRED = "F"
"""Ids of inferred roots begin with this. They live only as long as the process."""

_TRANSMISSION = frozenset(key for key, kind in CATALOGUE.items() if kind.group == "transmission")


class Episode(NamedTuple):
    """A time in which a site was cut off from every gateway, and the alarm that did it."""

    start: datetime
    end: datetime | None
    culprit: str


class Order(msgspec.Struct, frozen=True):
    """What is known of a work order that has not ended."""

    order_id: str
    ticket_id: str
    needs: tuple[str, ...]
    state: WorkOrderState


class Saved(msgspec.Struct, kw_only=True):
    """The facts of a state; msgspec writes and reads them exactly."""

    now: datetime
    tracks: list[tuple[Identity, Track]]
    alarms: list[Alarm]
    incidents: list[Incident]
    outages: list[Outage]
    tickets: list[Ticket]
    needs: list[Need]
    orders: list[Order]
    corrections: list[Correction] = []
    silences: list[Silence] = []
    readings: list[Readings] = []
    discharges: list[Discharge] = []
    origins: dict[str, str]
    counters: dict[str, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the correlator is told: where things stand, what causes what, and the policy. `shadow` opens no tickets."""

    topology: Topology
    causes: Causes
    policy: Policy
    shadow: bool = False


T = TypeVar("T")
Types = dict[str, set[str]]


@dataclass(slots=True)
class State:
    """The working memory. A node is an alarm or an inferred root; both go by their id."""

    rules: Rules
    now: datetime
    counters: dict[str, int] = field(default_factory=dict)
    # what was heard
    tracks: dict[Identity, Track] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    at_site: dict[str, Types] = field(default_factory=dict)
    on_feed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_feed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    cutting_link: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # what is made of it
    inferred: dict[str, Inferred] = field(default_factory=dict)
    inferred_on: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    inferred_of: dict[str, str] = field(default_factory=dict)
    cut_off: dict[str, tuple[Episode, ...]] = field(default_factory=dict)
    cut_by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    cause: dict[str, str] = field(default_factory=dict)
    effects: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    incident_of: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    incidents: dict[str, Incident] = field(default_factory=dict)
    outages: dict[str, dict[str, Outage]] = field(default_factory=lambda: defaultdict(dict))
    # what people do about it
    tickets: dict[str, Ticket] = field(default_factory=dict)
    ticket_of: dict[str, str] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    needs_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    past_needs_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[str, Order] = field(default_factory=dict)
    orders_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    origins: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, Correction] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)
    silences_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    voices: dict[str, Voice] = field(default_factory=dict)
    batteries: Batteries = field(default_factory=Batteries)
    timers: list[tuple[datetime, str]] = field(default_factory=list)
    asked: set[tuple[datetime, str]] = field(default_factory=set)
    leaving: dict[str, datetime] = field(default_factory=dict)
    watching: dict[str, datetime] = field(default_factory=dict)

    def new_id(self, kind: str) -> str:
        """The next id: A alarms, I incidents, T tickets, N needs, F inferred roots, C corrections, Q silences."""
        self.counters[kind] = self.counters.get(kind, 0) + 1
        return f"{kind}{self.counters[kind]}"

    # indexes -----------------------------------------------------------------------------------------------------

    def add_alarm(self, alarm: Alarm) -> None:
        """Puts an alarm under every heading by which a stage looks for it."""
        self.alarms[alarm.alarm_id] = alarm
        for ids in self._headings(alarm):
            ids.add(alarm.alarm_id)

    def drop_alarm(self, alarm_id: str) -> Alarm:
        """Takes it out of every index; its incident and its causes are the caller's to mend."""
        alarm = self.alarms.pop(alarm_id)
        self.watching.pop(alarm_id, None)
        for ids in self._headings(alarm):
            ids.discard(alarm_id)
        return alarm

    def add_inferred(self, root: Inferred) -> None:
        self.inferred[root.node_id] = root
        self.inferred_on[root.feed].add(root.node_id)

    def drop_inferred(self, node: str) -> None:
        """Takes an inferred root out of the indexes; what hangs on it is the caller's to mend."""
        self.inferred_on[self.inferred.pop(node).feed].discard(node)

    def _headings(self, alarm: Alarm) -> Iterator[set[str]]:
        if (feed := feed_named(alarm.identity)) is not None:
            yield self.of_feed[feed]
            return
        if not alarm.site:
            return  # senders without a site have nothing in common
        yield self.at_site.setdefault(alarm.site, {}).setdefault(alarm.alarm_type, set())
        if alarm.alarm_type == self.rules.policy.feed.alarm_type and (feed := self.rules.topology.feed_of(alarm.site)):
            yield self.on_feed[feed]
        for link in self.links_cut_by(alarm):
            yield self.cutting_link[link.link_id]

    def links_cut_by(self, alarm: Alarm) -> tuple[Link, ...]:
        """The links that this alarm says are broken."""
        if alarm.alarm_type not in self.rules.causes.cutters or not is_of_transmission(alarm):
            return ()
        return self.rules.topology.links_at(alarm.site, alarm.identity.resource)

    def alarms_at(self, site: str, types: Iterable[str]) -> Iterator[Alarm]:
        """The alarms of these types at a site, standing or not yet forgotten; in no order."""
        if not (here := self.at_site.get(site)):
            return
        for type_id in types:
            for alarm_id in here.get(type_id, ()):
                yield self.alarms[alarm_id]

    def ticket_of_order(self, order: Order) -> str:
        """Its needs' ticket: a merge may have moved them since the order was written."""
        known = (self.needs[need_id].ticket_id for need_id in order.needs if need_id in self.needs)
        return next(known, order.ticket_id)

    def lay_by(self, need: Need) -> None:
        """Puts a need that is healed or cancelled where nobody goes through it: a flapping link leaves many behind."""
        self.needs_of[need.ticket_id].remove(need.need_id)
        self.past_needs_of[need.ticket_id].append(need.need_id)

    # the forest of causes ------------------------------------------------------------------------------------------

    def set_cause(self, node: str, cause: str | None) -> bool:
        """Hangs a node under its cause, or makes it a root; true when that changed something."""
        before = self.cause.get(node)
        if before == cause:
            return False
        if before is not None:
            self.effects[before].discard(node)
            if not self.effects[before]:
                del self.effects[before]
        if cause is None:
            del self.cause[node]
        else:
            self.cause[node] = cause
            self.effects[cause].add(node)
        return True

    def root(self, node: str) -> str:
        while (above := self.cause.get(node)) is not None:
            node = above
        return node

    def subtree(self, node: str) -> Iterator[str]:
        """The node and all that it causes."""
        waiting = [node]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(self.effects.get(here, ()))

    def node_key(self, node: str) -> tuple[datetime, Identity]:
        """When a node began and what it is: an order that does not depend on ids."""
        if (root := self.inferred.get(node)) is not None:
            return root.raised_at, Identity("", FEED + root.feed, root.alarm_type, "")
        return self.alarms[node].raised_at, self.alarms[node].identity

    def exists(self, node: str) -> bool:
        return node in self.alarms or node in self.inferred

    # time ----------------------------------------------------------------------------------------------------------

    def look_again(self, at: datetime, what: str) -> None:
        """Asks for `what` (the id of an alarm, incident, ticket, or nothing) to be looked at when the time has come."""
        if (at, what) not in self.asked:  # every batch into an incident asks for the same
            self.asked.add((at, what))
            heappush(self.timers, (at, what))

    def watch_life(self, alarm: Alarm) -> None:
        """Asks for an alarm to be looked at again when time alone will change it; one such timer at a time for each."""
        windows = self.rules.policy.life(alarm.alarm_type)
        due = next_change(alarm.occurrence, windows)
        if due is None and alarm.stands and alarm.stale_since is None:  # if both: looked at then, it is asked for again
            due = alarm.occurrence.stands_since + windows.stale
        watched = self.watching.get(alarm.alarm_id)
        if due is not None and (watched is None or due < watched):
            self.watching[alarm.alarm_id] = due
            self.look_again(due, alarm.alarm_id)

    def remember_lone_clear(self, identity: Identity) -> None:
        """A clear without an alarm waits for a raise that is under way, for as long as memory goes."""
        self.look_again(self.now + self.rules.policy.memory, msgspec.json.encode(identity).decode())

    def due(self) -> Iterator[str]:
        while self.timers and self.timers[0][0] <= self.now:
            self.asked.discard(timer := heappop(self.timers))
            yield timer[1]

    @property
    def next_due(self) -> datetime | None:
        return self.timers[0][0] if self.timers else None

    # saving --------------------------------------------------------------------------------------------------------

    def saved(self) -> Saved:
        """The facts, in an order that does not depend on how they came about. Inferred roots are found anew."""
        rows = [outage for held in self.outages.values() for outage in held.values()]
        return Saved(
            now=self.now,
            tracks=sorted(self.tracks.items()),
            alarms=_by_number(self.alarms),
            incidents=[incident for incident in _by_number(self.incidents) if incident.state != "merged"],
            outages=sorted(rows, key=lambda outage: outage.outage_id),
            tickets=_by_number(self.tickets),
            needs=_by_number(self.needs),
            orders=[order for _, order in sorted(self.orders.items())],
            corrections=[one for one in _by_number(self.corrections) if one.holds],
            silences=_by_number(self.silences),
            readings=self.batteries.saved_readings(),
            discharges=self.batteries.saved_history(),
            origins=self.origins,
            counters=self.saved_counters(),
        )

    def saved_counters(self) -> dict[str, int]:
        return {kind: last for kind, last in self.counters.items() if kind != INFERRED}


def restored(saved: Saved, rules: Rules) -> State:
    """A state that holds the saved facts; `engine.resume` then works out the rest."""
    state = State(rules, saved.now, dict(saved.counters), tracks=dict(saved.tracks), origins=dict(saved.origins))
    for alarm in saved.alarms:
        state.add_alarm(alarm)
        if alarm.incident_id is not None:
            state.incident_of[alarm.alarm_id] = alarm.incident_id
            state.members[alarm.incident_id].add(alarm.alarm_id)
    state.incidents = {incident.incident_id: incident for incident in saved.incidents}
    for outage in saved.outages:
        state.outages[outage.incident_id][outage.site_id] = outage
    for ticket in saved.tickets:
        state.tickets[ticket.ticket_id] = ticket
        if ticket.incident_id is not None and ticket.duplicate_of is None:
            state.ticket_of[ticket.incident_id] = ticket.ticket_id
    for need in saved.needs:
        state.needs[need.need_id] = need
        state.needs_of[need.ticket_id].append(need.need_id)
    for order in saved.orders:
        state.orders[order.order_id] = order
        state.orders_of[state.ticket_of_order(order)].add(order.order_id)
    for correction in saved.corrections:
        state.corrections[correction.correction_id] = correction
        if correction.holds:
            state.corrected[correction.alarm_id] = correction.correction_id
    state.silences = {silence.silence_id: silence for silence in saved.silences}
    state.batteries = Batteries.restored(saved.readings, saved.discharges, saved.outages)
    _wind_timers(state)
    return state


def _wind_timers(state: State) -> None:
    """Those of single alarms, tickets and lone clears; incidents ask for theirs when they are looked at."""
    for alarm in state.alarms.values():
        if alarm.shelved_until is not None:
            state.look_again(alarm.shelved_until, alarm.alarm_id)
        state.watch_life(alarm)
    for ticket in state.tickets.values():
        if ticket.hold_until is not None:
            state.look_again(ticket.hold_until, ticket.ticket_id)
    for identity, track in state.tracks.items():
        if not track.alarms:
            state.remember_lone_clear(identity)


def _by_number(held: dict[str, T]) -> list[T]:
    return [held[key] for key in sorted(held, key=number)]


def number(object_id: str) -> int:
    """The running number in an id: ids are compared by it, not as text."""
    return int(object_id[1:])


def feed_named(identity: Identity) -> str | None:
    """The power feed that an identity is about, when its resource is one."""
    return identity.resource.removeprefix(FEED) if identity.resource.startswith(FEED) else None


def is_of_transmission(alarm: Alarm) -> bool:
    return alarm.alarm_type in _TRANSMISSION
