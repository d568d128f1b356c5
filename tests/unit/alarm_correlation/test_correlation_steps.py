"""What an event costs, counted in steps of the interpreter: no more with what stands elsewhere, or as time goes by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state, step
from alarm_correlation.facts import Episode, Rules
from alarm_correlation.isolation import Break, Connected, episodes
from alarm_correlation.policy import shipped_policy
from alarm_correlation.state import State
from alarm_correlation.work import Inputs, Received
from benchmarks.correlation_speed.steps import steps
from guywire.inventory.model import Inventory, Link, PowerFeed, Site
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent, Identity, Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
ISLANDS = 200


def province() -> Inventory:
    """Islands that have nothing to do with each other: a gateway, a hub, and three leaves on a feed of their own."""
    sites: dict[str, Site] = {}
    links: dict[str, Link] = {}
    for island in range(ISLANDS):
        names = [f"{kind}{island}" for kind in ("G", "H", "a", "b", "c")]
        for name in names:
            feed = f"F{island}" if name[0] in "abc" else ""
            sites[name] = Site(name, f"Site {name}", 31.0, 121.0, "p/c/a", "B", ("t",), 4.0, feed, "Asia/Shanghai")
        for up, down in ((names[0], names[1]), *((names[1], leaf) for leaf in names[2:])):
            links[f"{up}>{down}"] = Link(f"{up}>{down}", up, down, "fibre", f"to-{down}", f"from-{up}")
    feeds = {f"F{island}": PowerFeed(f"F{island}", f"Feeder {island}") for island in range(ISLANDS)}
    return Inventory(sites=sites, links=links, power_feeds=feeds)


RULES = Rules(Topology(province()), shipped_causes(), shipped_policy())


def event(
    seconds: float, site: str, resource: str, alarm_type: str, *, clears: bool = False, qualifier: str = ""
) -> AlarmEvent:
    at = START + timedelta(seconds=seconds)
    severity = Severity.CLEARED if clears else Severity.MAJOR
    return AlarmEvent(
        at=at,
        received_at=at,
        site=site,
        resource=resource,
        alarm_type=alarm_type,
        qualifier=qualifier,
        severity=severity,
    )


def hear(state: State, *events: AlarmEvent) -> None:
    received = tuple(Received(one, "c", "d", "s", place) for place, one in enumerate(events))
    step(state, Inputs(received), max(one.received_at for one in events))


def in_trouble(islands: Iterable[int]) -> State:
    """On each of these islands the feeder, the hub's link and much that follows; a part of it has cleared again."""
    state = new_state(RULES, START)
    for island in islands:
        hear(state, *(event(0, f"{leaf}{island}", "power", "mains-failure") for leaf in "abc"))
        hear(state, event(5, f"G{island}", f"to-H{island}", "link-down"))
        hear(state, *(event(20, f"{leaf}{island}", "fsu", "fsu-offline") for leaf in "abc"))
        hear(state, *(event(30, f"a{island}", f"string-{n}", "battery-discharging") for n in range(10)))
        hear(state, event(31, f"H{island}", "shelter", "door-open"))
        hear(state, event(32, f"H{island}", "shelter", "door-open", clears=True))
        hear(state, event(33, f"b{island}", "fan-1", "fan-failure", clears=True))
    return state


PROBES = {
    "a new alarm": event(100, "a0", "shelter", "smoke"),
    "a repeat": event(100, "a0", "string-1", "battery-discharging"),
    "a clear": event(100, "a0", "string-1", "battery-discharging", clears=True),
    "a link of the hub": event(100, "H0", "to-b0", "link-down"),
    "a hub that is back": event(100, "G0", "to-H0", "link-down", clears=True),
    "mains at the feed": event(100, "c0", "power", "mains-failure", clears=True),
    "the feed itself": event(100, "", "feed:F0", "mains-failure"),
    "a late raise": event(4, "a0", "power", "mains-failure"),
    "a clear of nothing": event(100, "b0", "fan-2", "fan-failure", clears=True),
    "a stranger": event(100, "", "unidentified:10.0.0.1", "unidentified"),
    "a tick": event(101, "c0", "fan-1", "fan-failure", clears=True),
}


@pytest.mark.parametrize("probe", PROBES)
def test_what_an_event_costs_does_not_grow_with_what_stands_elsewhere(probe: str) -> None:
    few, many = (in_trouble(range(islands)) for islands in (5, ISLANDS))
    assert len(many.alarms) == ISLANDS * len(few.alarms) // 5
    cost = [steps(lambda state=state: hear(state, PROBES[probe])) for state in (few, many)]  # type: ignore[misc]
    assert cost[1] <= 1.05 * cost[0], "but for the order in which sets happen to be walked"


def test_what_an_event_costs_does_not_grow_with_how_long_it_has_been_flapping() -> None:
    state = new_state(RULES, START)

    def flap(times: Iterable[int]) -> None:
        for place in times:
            hear(state, event(70 * place, "a0", "from-H0", "link-down", clears=place % 2 == 1))  # too slow to chatter

    flap(range(100))
    young = steps(lambda: flap(range(100, 110)))
    flap(range(110, 1000))
    assert len(state.needs) > 400
    assert len(state.timers) < 150
    assert steps(lambda: flap(range(1000, 1010))) <= 1.05 * young


def test_two_hundred_ports_of_one_radio_cost_as_many_steps_and_not_as_many_squared() -> None:
    def last_of(ports: int) -> int:
        state = new_state(RULES, START)
        hear(state, *(event(port, "G0", "to-H0", "link-down", qualifier=str(port)) for port in range(ports)))
        return steps(lambda: hear(state, event(900, "G0", "to-H0", "link-down", qualifier="last")))

    assert last_of(200) <= 4.4 * last_of(50)


def test_an_incident_is_gone_through_a_fixed_number_of_times_however_large_it_is() -> None:
    def last_of(strings: int) -> int:
        state = new_state(RULES, START)
        hear(state, event(0, "a0", "power", "mains-failure"))
        hear(state, *(event(60, "a0", f"string-{n}", "battery-discharging") for n in range(strings)))
        return steps(lambda: hear(state, event(90, "a0", "string-1", "battery-discharging", clears=True)))

    assert last_of(1000) <= 10.5 * last_of(100)


# Isolation: the sweep against what it says, word for word ------------------------------------------------------------

UPLINKS = (frozenset({"north"}), frozenset({"south"}), frozenset({"north", "south"}))


def connected(links: set[str], sites: set[str]) -> bool:
    return not {"north", "south"} <= links and "hub" not in sites


def episodes_word_for_word(breaks: list[Break], connected: Connected) -> list[Episode]:
    """At each moment the first of all that stand whose failure left no way up."""
    found: list[Episode] = []
    for at in sorted({at for one in breaks for at in (one.start, one.end) if at is not None}):
        links: set[str] = set()
        sites: set[str] = set()
        culprit = None
        for one in breaks:
            if culprit is None and one.start <= at and (one.end is None or at < one.end):
                links |= one.links
                sites |= one.sites
                culprit = None if connected(links, sites) else one.alarm_id
        if found and found[-1].end is None:
            if found[-1].culprit == culprit:
                continue
            found[-1] = found[-1]._replace(end=at)
        if culprit is not None:
            found.append(Episode(at, None, culprit))
    return found


@st.composite
def broken(draw: st.DrawFn) -> list[Break]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        start = START + timedelta(seconds=draw(st.integers(0, 20)))
        lasts = draw(st.one_of(st.none(), st.integers(0, 15)))
        links = draw(st.sampled_from((*UPLINKS, frozenset[str]())))
        made.append(
            Break(
                start,
                (draw(st.integers(0, 2)), "s"),
                Identity("s", "r", "link-down", str(number)),
                f"A{number}",
                None if lasts is None else start + timedelta(seconds=lasts),
                links,
                frozenset() if links else frozenset({"hub"}),
            )
        )
    return sorted(made)


@given(broken())
def test_the_sweep_finds_the_episodes_that_looking_at_everything_finds(breaks: list[Break]) -> None:
    assert list(episodes(breaks, connected)) == episodes_word_for_word(breaks, connected)
