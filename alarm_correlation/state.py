"""Everything the correlator knows, with the indexes that keep each step small, and how it is saved and restored.

What is saved are facts: what was heard, the ids given, and what people did. Causes, inferred roots and isolations are
functions of these: a restart under the same rules believes the causes and finds the rest again, others find all anew.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeVar

import msgspec

from alarm_correlation.batteries import Batteries
from alarm_correlation.facts import Complaint, Episode, Evidence, Order, Rules, Saved, Sign
from alarm_correlation.lifecycle import next_change
from alarm_correlation.records import (
    Alarm,
    Correction,
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
from guywire.model import Identity

FEED = "feed:"
"""A power feed is a resource: `feed:<id>`."""

INFERRED = "F"
"""Ids of inferred roots begin with this. They live only as long as the process."""

_TRANSMISSION = frozenset(key for key, kind in CATALOGUE.items() if kind.group == "transmission")


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
    resting_on: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    evidence: dict[Evidence, list[Sign]] = field(default_factory=lambda: defaultdict(list))
    evidence_of: dict[str, Sign] = field(default_factory=dict)
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
    left_open: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    orders: dict[str, Order] = field(default_factory=dict)
    orders_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    complaints: dict[str, Complaint] = field(default_factory=dict)
    complaints_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
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
        self.is_evidence(alarm_id, ())
        return alarm

    def is_evidence(self, alarm_id: str, places: tuple[Evidence, ...]) -> None:
        """Notes of which places an alarm tells that no heard alarm explains."""
        if (before := self.evidence_of.pop(alarm_id, None)) is not None:
            for place in before.places:
                signs = self.evidence[place]
                del signs[bisect_left(signs, before)]
                if not signs:
                    del self.evidence[place]
        if places:
            alarm = self.alarms[alarm_id]
            now = self.evidence_of[alarm_id] = Sign(alarm.raised_at, alarm.identity, alarm_id, places)
            for place in places:
                insort(self.evidence[place], now)

    def places_told(self, alarm_id: str) -> tuple[Evidence, ...]:
        """The places of which the alarm is evidence."""
        sign = self.evidence_of.get(alarm_id)
        return sign.places if sign is not None else ()

    def add_inferred(self, root: Inferred) -> None:
        self.inferred[root.node_id] = root
        self.inferred_on[root.place].add(root.node_id)

    def drop_inferred(self, node: str) -> None:
        """Takes an inferred root out of the indexes; what hangs on it is the caller's to mend."""
        self.inferred_on[self.inferred.pop(node).place].discard(node)

    def rest(self, alarm_id: str, node: str | None) -> str | None:
        """Has an alarm rest on what was inferred from it; what it rested on before is given back."""
        before = self.inferred_of.pop(alarm_id, None)
        if before is not None:
            self.resting_on[before].discard(alarm_id)
            if not self.resting_on[before]:
                del self.resting_on[before]
        if node is not None:
            self.inferred_of[alarm_id] = node
            self.resting_on[node].add(alarm_id)
        return before

    def _headings(self, alarm: Alarm) -> Iterator[set[str]]:
        if (feed := feed_named(alarm.identity)) is not None:
            yield self.of_feed[feed]
            return
        if not alarm.site:
            return  # senders without a site have nothing in common
        yield self.at_site.setdefault(alarm.site, {}).setdefault(alarm.alarm_type, set())
        if alarm.alarm_type in self.rules.causes.fed and (feed := self.rules.topology.feed_of(alarm.site)):
            yield self.on_feed[feed]
        for link in self.links_cut_by(alarm):
            yield self.cutting_link[link.link_id]

    def links_cut_by(self, alarm: Alarm) -> tuple[Link, ...]:
        """The links that this alarm says are broken."""
        if alarm.alarm_type not in self.rules.causes.cutters or not is_of_transmission(alarm):
            return ()
        return self.rules.topology.links_at(alarm.site, alarm.identity.resource)

    def alarms_at(self, site: str, types: Collection[str]) -> Iterator[Alarm]:
        """The alarms of these types at a site, standing or not yet forgotten; in no order."""
        if not (here := self.at_site.get(site)):
            return
        for type_id in types if len(types) < len(here) else here:
            if type_id in here and type_id in types:
                for alarm_id in here[type_id]:
                    yield self.alarms[alarm_id]

    def fed_since(self, feed: str, since: datetime) -> set[str]:
        """The alarms that began since then, at sites of a power feed, of types that it can explain."""
        return {alarm_id for alarm_id in self.on_feed[feed] if self.alarms[alarm_id].raised_at >= since}

    def ticket_of_order(self, order: Order) -> str:
        """Its needs' ticket: a merge may have moved them since the order was written."""
        known = (self.needs[need_id].ticket_id for need_id in order.needs if need_id in self.needs)
        return next(known, order.ticket_id)

    def lay_by(self, need: Need) -> None:
        """Puts a need that is healed or cancelled where nobody goes through it: a flapping link leaves many behind."""
        self.needs_of[need.ticket_id].remove(need.need_id)
        self.past_needs_of[need.ticket_id].append(need.need_id)

    def add_complaint(self, complaint: Complaint) -> None:
        """Counts a complaint to its incident, and to no other any more."""
        self.drop_complaint(complaint.complaint_id)
        self.complaints[complaint.complaint_id] = complaint
        self.complaints_of[complaint.incident_id].add(complaint.complaint_id)

    def drop_complaint(self, complaint_id: str) -> None:
        """Counts it no longer; one that is not known is none."""
        if (known := self.complaints.pop(complaint_id, None)) is not None:
            self.complaints_of[known.incident_id].discard(complaint_id)
            if not self.complaints_of[known.incident_id]:
                del self.complaints_of[known.incident_id]

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
            return root.raised_at, root.identity
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
            complaints=[one for _, one in sorted(self.complaints.items())],
            corrections=[one for one in _by_number(self.corrections) if one.holds],
            silences=_by_number(self.silences),
            readings=self.batteries.saved_readings(),
            discharges=self.batteries.saved_history(),
            origins=self.origins,
            counters=self.saved_counters(),
        )

    def saved_counters(self) -> dict[str, int]:
        return {kind: last for kind, last in self.counters.items() if kind != INFERRED}


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
