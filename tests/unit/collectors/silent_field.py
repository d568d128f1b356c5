"""A field of devices that live and die, a poller that backs off from the dead, and the supervision beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from collectors.catch import Contact
from collectors.places import Equipment, Places, Snapshot
from collectors.policy import default_policy
from collectors.supervision.rules import Supervision
from guywire.model import AlarmEvent, Identity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
POLICY = default_policy()
EVERY = 60
BACK_OFF = 600
STEP = 5

CUT_OFF = Identity("", "collector:north", "collector-silent", "cut-off")
UNASKED = Identity("", "collector:north", "collector-silent", "polling")


def device(site: str, resource: str) -> Identity:
    return Identity(site, resource, "fsu-offline", "")


def dark(site: str) -> Identity:
    return Identity(site, "site", "site-unreachable", "")


def places(sites: Mapping[str, Collection[str]], links: Iterable[tuple[str, str]] = (), unpolled: str = "") -> Places:
    """Sites with their resources, each at the address `site-resource`; those named `unpolled` only send traps."""
    equipment = [
        Equipment(site, name, "controller", f"{site}-{name}", credential="" if name == unpolled else "public")
        for site, names in sites.items()
        for name in names
    ]
    return Places(Snapshot(1, dict.fromkeys(sites, "p/c"), equipment, list(links)))


class Field:
    """A field of devices, a poller that backs off from the dead, and the supervision beside it; five seconds a step."""

    def __init__(self, known: Places) -> None:
        self.known = known
        self.now = START
        self.supervision = Supervision("north", self.now)
        self.supervision.inventory(known, self.now)
        self.dead: set[str] = set()
        self.asks = True
        self.spool_works = True
        self.next: dict[str, float] = {address: place % EVERY for place, address in enumerate(sorted(known.polled))}
        self.misses = dict.fromkeys(known.polled, 0)
        self.alarms: set[Identity] = set()
        self.unsure: set[Identity] = set()
        self.said: list[AlarmEvent] = []

    def kill(self, *which: str) -> None:
        """Sites, or addresses."""
        self.dead |= {one for one in self.known.speakers if one in which or one.partition("-")[0] in which}

    def heal(self) -> None:
        self.dead.clear()

    def run(self, minutes: float) -> list[AlarmEvent]:
        """What was told in that time."""
        first = len(self.said)
        for _ in range(round(minutes * 60 / STEP)):
            self.step()
        return self.said[first:]

    def step(self) -> None:
        self.now += timedelta(seconds=STEP)
        if self.asks:
            self.supervision.heard([contact for address in self.next if (contact := self.poll(address))])
        events = self.supervision.tick(self.now, POLICY)
        if not self.spool_works:
            return
        for event in events:
            if event.clears:
                assert event.identity in self.alarms, f"{event.identity} was cleared and did not stand"
                self.alarms.discard(event.identity)
            else:
                assert event.identity not in self.alarms - self.unsure, f"{event.identity} was raised twice"
                self.unsure.discard(event.identity)
                self.alarms.add(event.identity)
        self.supervision.kept(events)
        self.said += events

    def poll(self, address: str) -> Contact | None:
        second = (self.now - START).total_seconds()
        if second < self.next[address]:
            return None
        answered = address not in self.dead
        self.misses[address] = 0 if answered else self.misses[address] + 1
        self.next[address] = second + (EVERY if answered else min(BACK_OFF, EVERY * 2 ** (self.misses[address] - 1)))
        return Contact(address, self.now, answered, asked=True)

    def trap(self, address: str) -> None:
        self.supervision.heard([Contact(address, self.now)])

    def restart(self) -> None:
        self.unsure = set(self.supervision.standing)
        self.supervision = Supervision("north", self.now, self.unsure)
        self.supervision.inventory(self.known, self.now)

    def change(self, known: Places) -> None:
        self.known = known
        second = (self.now - START).total_seconds()
        self.next = {address: self.next.get(address, second) for address in known.polled}
        self.misses = {address: self.misses.get(address, 0) for address in known.polled}
        self.supervision.inventory(known, self.now)
