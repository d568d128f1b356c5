"""A correlator that is told anything at all, in any order: what must always hold does, after every step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state, resume, step
from alarm_correlation.life_policy import ChatterPolicy, DelayPolicy
from alarm_correlation.policy import Policy, shipped_policy
from alarm_correlation.state import State
from alarm_correlation.tickets import OPEN
from alarm_correlation.work import AskedFor, Changes, Inputs, Received
from alarm_correlation.write import decided
from guywire import commands as ask
from guywire.catalogue import CATALOGUE
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent, NeedKind, NeedState, Severity
from tests.unit.alarm_correlation.correlator_checks import (
    check,
    copied,
    decisions,
    derived,
    differences,
    facts,
    restarted,
    sizes,
)
from tests.unit.alarm_correlation.correlator_desk import INVENTORY, Desk, at

IDS = "AITNCQ"
WINDOW = 300
LONG = 100_000
SITES = ("G1", "H1", "H2", "S1", "S2", "S3", "S4")
_ENDS = {"G1": "fibre-h1 fibre-h2", "H1": "fibre-up mw-s1 mw-s3", "H2": "mw-s3", "S1": "mw-up mw-s4"}
_ENDS |= {"S3": "mw-north mw-south", "S4": "mw-up"}
LINKS = tuple((site, resource) for site, resources in _ENDS.items() for resource in resources.split())
_GROUPS: dict[str, str] = {"power": "power", "environment": "shelter", "service": "bts", "supervision": "fsu"}


def _places() -> list[tuple[str, str, str]]:
    rules = [one for found in shipped_causes().by_effect.values() for one in found]
    named = sorted({one.cause for one in rules} | {one.effect for one in rules})
    of_links = [kind for kind in named if CATALOGUE[kind].group == "transmission"]
    at_sites = [kind for kind in named if CATALOGUE[kind].group in _GROUPS]
    assert len(of_links) + len(at_sites) == len(named)
    return [
        *((site, _GROUPS[CATALOGUE[kind].group], kind) for kind in at_sites for site in SITES),
        *((site, resource, kind) for kind in of_links for site, resource in LINKS),
        *((site, resource, "device-restart") for site in ("H1", "S1") for resource in ("fsu", "bts")),
        ("", "feed:F1", "mains-failure"),
        ("", "feed:F2", "mains-failure"),
        ("", "unidentified:10.0.0.9", "unidentified"),
    ]


PLACES = _places()
BUSY = [
    *((site, "power", kind) for site in ("H1", "S1", "S2", "S4") for kind in ("mains-failure", "battery-disconnect")),
    ("G1", "fibre-h1", "link-down"),
    ("H1", "mw-s1", "link-down"),
    ("H1", "mw-s3", "link-down"),
    ("H2", "mw-s3", "loss-of-signal"),
    ("S1", "mw-up", "link-down"),
    ("S1", "bts", "base-station-down"),
    ("S3", "fsu", "site-unreachable"),
    ("S4", "bts", "cell-down"),
    ("S2", "shelter", "smoke"),
    ("", "feed:F1", "mains-failure"),
]
"""Places that have much to do with each other, told of more often."""

SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
TO = ("in_progress", "held", "pending", "resolved", "closed", "rejected", "cancelled", "acknowledged")
ORDERS = ("offered", "accepted", "en_route", "on_site", "done", "declined", "failed", "withdrawn")
WEEKLY = "Sat 08:10-09:00; Sun 02:00-04:00"


def _without_batteries() -> Topology:
    """The test inventory; nothing is foretold of its sites, which has tests of its own."""
    inventory = read_inventory(INVENTORY)
    sites = {key: replace(site, battery_hours=0.0) for key, site in inventory.sites.items()}
    return Topology(replace(inventory, sites=sites))


def _policies() -> dict[str, Policy]:
    shipped = shipped_policy()
    lively = msgspec.structs.replace(
        shipped.with_hold(60),
        chatter=ChatterPolicy(transitions=4, within_seconds=400, quiet_seconds=150),
        delay=DelayPolicy(
            raise_seconds={"site-unreachable": 120, "base-station-down": 45, "mains-failure": 20},
            clear_seconds={"link-down": 90, "mains-failure": 30, "cell-down": 200},
        ),
    )
    return {"shipped": shipped, "lively": lively, "at once": shipped.with_hold(0)}


POLICIES = _policies()
WITHOUT_BATTERIES = _without_batteries()
places = st.one_of(st.sampled_from(PLACES), st.sampled_from(BUSY), st.sampled_from(BUSY))
pauses = st.sampled_from((0, 1, 7, 20, 60, 200, 700, 2000, 8000))
numbers = st.integers(1, 8)
recent = st.integers(0, 5)


class CorrelatorMachine(RuleBasedStateMachine):
    """Tells a correlator things; after each it is looked at, and so is what a restart would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.desk.state = new_state(replace(self.desk.state.rules, topology=WITHOUT_BATTERIES), at(0))
        self.seconds = 0.0
        self.counters: dict[str, int] = {}

    @property
    def state(self) -> State:
        return self.desk.state

    @initialize(policy=st.sampled_from(sorted(POLICIES)))
    def begins(self, policy: str) -> None:
        self._follow(POLICIES[policy])

    @rule(pause=pauses, place=places, late=st.integers(0, WINDOW - 1), severity=st.sampled_from(SEVERITIES))
    def something_is_wrong(self, pause: float, place: tuple[str, str, str], late: int, severity: Severity) -> None:
        self._hear(pause, place, severity, late if late % 3 == 0 else 0)

    @rule(pause=pauses, place=st.sampled_from(BUSY), baseline=st.booleans())
    def it_is_wrong(self, pause: float, place: tuple[str, str, str], baseline: bool) -> None:
        self._hear(pause, place, Severity.MAJOR, baseline=baseline)

    @rule(pause=pauses, place=places, late=st.integers(0, WINDOW - 1))
    def it_clears(self, pause: float, place: tuple[str, str, str], late: int) -> None:
        self._hear(pause, place, Severity.CLEARED, late if late % 3 == 0 else 0)

    @rule(pause=pauses, which=recent, late=st.integers(0, WINDOW - 1))
    def what_stands_clears(self, pause: float, which: int, late: int) -> None:
        if standing := [one for one in self.state.alarms.values() if one.stands]:
            identity = standing[which % len(standing)].identity
            place = (identity.site, identity.resource, identity.alarm_type)
            self._hear(pause, place, Severity.CLEARED, late if late % 2 else 0)

    @rule(place=st.sampled_from(BUSY), times=st.integers(2, 9), every=st.sampled_from((1, 10, 40, 90)))
    def it_flaps(self, place: tuple[str, str, str], times: int, every: float) -> None:
        for turn in range(times):
            before = {key: one.version for key, one in self.state.alarms.items() if one.occurrence.chatter}
            self._hear(every, place, Severity.CLEARED if turn % 2 else Severity.MAJOR)
            for key in before.keys() & self.state.alarms.keys():
                held = self.state.alarms[key]
                if held.occurrence.chatter and _place(held) == place:
                    assert held.version <= before[key] + 1, "what chatters is written once a measure"

    @rule(pause=pauses, place=places, ahead=st.sampled_from((-90_000, -20_000, -3_000, 4, 3600)), clears=st.booleans())
    def a_clock_is_wrong(self, pause: float, place: tuple[str, str, str], ahead: int, clears: bool) -> None:
        self._hear(pause, place, Severity.CLEARED if clears else Severity.MAJOR, -ahead)

    @rule(pause=pauses)
    def time_passes(self, pause: float) -> None:
        self._step(pause)

    @rule(pause=pauses, alarm=recent, what=st.integers(0, 6))
    def an_alarm_is_handled(self, pause: float, alarm: int, what: int) -> None:
        if (key := self._recent(self.state.alarms, alarm)) is None:
            return
        until = at(self.seconds + pause + 500)
        asked = (
            ask.AcknowledgeAlarm(alarm=key),
            ask.UnacknowledgeAlarm(alarm=key),
            ask.ShelveAlarm(alarm=key, until=until),
            ask.UnshelveAlarm(alarm=key),
            ask.CloseAlarm(alarm=key),
            ask.ClearAlarm(alarm=key),
            ask.CommentAlarm(alarm=key, comment="seen"),
        )
        self._ask(pause, asked[what])

    @rule(pause=pauses, alarm=recent, incident=recent, what=st.sampled_from(("move", "apart", "root")))
    def something_is_corrected(self, pause: float, alarm: int, incident: int, what: str) -> None:
        key, home = self._recent(self.state.alarms, alarm), self._recent(self.state.incidents, incident)
        if key is None or home is None:
            return
        if what == "root":
            held = self.state.alarms[key].incident_id or ""
            self._ask(pause, ask.CorrectRoot(incident=held if incident % 2 else home, alarm=key))
        else:
            self._ask(pause, ask.MoveAlarm(alarm=key, incident=home if what == "move" else ""))

    @rule(pause=pauses, which=recent)
    def a_correction_is_withdrawn(self, pause: float, which: int) -> None:
        if (key := self._recent(self.state.corrections, which)) is not None:
            self._ask(pause, ask.WithdrawCorrection(correction=key))

    @rule(
        pause=pauses, site=st.sampled_from(SITES), kind=st.sampled_from(("maintenance", "shelf")), how=st.integers(0, 5)
    )
    def silence_is_planned(self, pause: float, site: str, kind: str, how: int) -> None:
        now = self.seconds + pause
        places: dict[str, Any] = (
            {"sites": (site,)},
            {"regions": ("shanghai/shanghai",)},
            {"resources": ("mw-*",)},
            {"alarm_types": ("mains-failure", "link-down")},
            {"sites": (site, "H1"), "alarm_types": ("link-down",)},
            {"ticket": self._recent(self.state.tickets, how) or "T1"},
        )[how]
        times: dict[str, Any] = {"starts_at": at(now + 100 * how), "ends_at": at(now + 100 * how + 900)}
        if kind == "shelf":
            times = {"starts_at": at(now)}
        elif how == 4:
            times |= {"ends_at": None, "weekly": WEEKLY}
        self._ask(pause, ask.PlanSilence(kind=kind, title="work", place=how, **places, **times))

    @rule(pause=pauses, which=recent)
    def silence_is_ended(self, pause: float, which: int) -> None:
        if (key := self._recent(self.state.silences, which)) is not None:
            self._ask(pause, ask.EndSilence(silence=key))

    @rule(pause=pauses, site=st.sampled_from(SITES), origin=numbers, kind=st.sampled_from(list(NeedKind)))
    def a_ticket_is_opened_by_hand(self, pause: float, site: str, origin: int, kind: NeedKind) -> None:
        self._ask(pause, ask.OpenTicket(origin=f"manual:{origin}", site=site, title="look at it", kind=kind))

    @rule(pause=pauses, which=recent, to=st.sampled_from(TO))
    def a_ticket_is_moved(self, pause: float, which: int, to: str) -> None:
        if (key := self._recent(self.state.tickets, which)) is None:
            return
        said: dict[str, Any] = {"cause": "fuse F3 blown", "result": "replaced fuse F3", "responsible_party": "own"}
        until = at(self.seconds + pause + 100)
        self._ask(pause, ask.MoveTicket(ticket=key, to=to, reason="because", until=until, **said))

    @rule(pause=pauses, which=recent, to=st.sampled_from(ORDERS))
    def dispatch_reports(self, pause: float, which: int, to: str) -> None:
        if (key := self._recent(self.state.needs, which)) is None:
            return
        body = {"id": f"W{key[1:]}", "ticket": self.state.needs[key].ticket_id, "needs": [key], "state": to}
        self._step(pause, Inputs(orders=(body,)))

    @rule(policy=st.sampled_from(sorted(POLICIES)))
    def the_policy_changes(self, policy: str) -> None:
        self._follow(POLICIES[policy])

    @rule()
    def it_is_restarted(self) -> None:
        self.desk.state = restarted(self.state)[0]

    @invariant()
    def all_holds_together(self) -> None:
        check(self.state)

    @invariant()
    def a_restart_decides_nothing(self) -> None:
        again, changes = restarted(self.state)
        assert not (other := differences(facts(again), facts(self.state))), other
        assert not (anew := decisions(changes)), anew
        assert not (other := differences(derived(again), derived(self.state))), other

    @invariant()
    def numbers_only_grow(self) -> None:
        counters = self.state.counters
        assert all(counters.get(kind, 0) >= self.counters.get(kind, 0) for kind in IDS)
        self.counters = dict(counters)

    def teardown(self) -> None:
        """Everything clears, is worked off, and then forgotten."""
        self._end_silences_and_orders()
        self._clear_all()
        self._step(1000)  # chatter is calm, delays are over
        assert not [one for one in self.state.alarms.values() if one.stands]
        assert not [one for one in self.state.incidents.values() if one.state == "open"]
        self._close_tickets()
        for _ in range(8):
            self._step(LONG)
            self.all_holds_together()
        held = {name: size for name, size in sizes(self.state).items() if size}
        assert held.keys() <= {"counters", "origins", "batteries.history"}, held

    def _end_silences_and_orders(self) -> None:
        for key in list(self.state.silences):
            self._ask(0, ask.EndSilence(silence=key))
        for order in list(self.state.orders.values()):
            body = {"id": order.order_id, "ticket": order.ticket_id, "needs": list(order.needs), "state": "withdrawn"}
            self._step(0, Inputs(orders=(body,)))

    def _clear_all(self) -> None:
        standing = sorted({one.identity for one in self.state.alarms.values() if one.stands or one.occurrence.lull})
        self._step(4000)  # a clock may be ahead
        for site, resource, kind, _ in standing:
            self._hear(0, (site, resource, kind), Severity.CLEARED)

    def _close_tickets(self) -> None:
        said: dict[str, Any] = {"cause": "fuse F3 blown", "result": "replaced fuse F3", "responsible_party": "own"}
        for key in list(self.state.tickets):
            for to in ("resolved", "closed"):
                self._ask(0, ask.MoveTicket(ticket=key, to=to, reason="over", **said))
        assert not [one for one in self.state.tickets.values() if one.state in OPEN]
        assert not [one for one in self.state.needs.values() if one.state is NeedState.OPEN]

    def _hear(
        self, pause: float, place: tuple[str, str, str], severity: Severity, late: float = 0, *, baseline: bool = False
    ) -> None:
        now = self.seconds + pause
        site, resource, kind = place
        self.desk.seq += 1
        event = AlarmEvent(
            at=at(now - late), received_at=at(now), site=site, resource=resource, alarm_type=kind, severity=severity,
            baseline=baseline, domain="d",
        )  # fmt: skip
        self._step(pause, Inputs(events=(Received(event, "c", "d", "s", self.desk.seq),)))

    def _ask(self, pause: float, command: ask.Command) -> None:
        self._step(pause, Inputs(commands=(AskedFor(1, command, "ann"),)))

    def _step(self, pause: float, inputs: Inputs | None = None) -> Changes:
        self.seconds += pause
        changes = step(self.state, inputs or Inputs(), at(self.seconds))
        decided(self.state, changes)  # whatever changed is there to be written
        return changes

    def _follow(self, policy: Policy) -> None:
        rules = replace(self.state.rules, policy=policy)
        self.desk.state, changes = resume(copied(self.state.saved()), rules)
        decided(self.state, changes)

    @staticmethod
    def _recent(held: dict[str, Any], which: int) -> str | None:
        """One of the newest: those of which something is most likely to be said."""
        keys = list(held)
        return keys[-1 - which % len(keys)] if keys else None


def _place(alarm: Any) -> tuple[str, str, str]:
    return alarm.identity.site, alarm.identity.resource, alarm.identity.alarm_type


TestCorrelatorMachine = CorrelatorMachine.TestCase
TestCorrelatorMachine.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
