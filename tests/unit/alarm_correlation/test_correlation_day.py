"""What an event costs behind one gateway does not grow over a day in which clears are lost and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.state import State
from benchmarks.correlation_speed.steps import steps
from guywire.inventory.model import Inventory, Link, PowerFeed, Site
from guywire.inventory.topology import Topology
from tests.unit.alarm_correlation.test_correlation_steps import START, event, hear

HOUR = 3600
HUBS = 25
LEAVES = 9


def city() -> Inventory:
    """A gateway with 250 sites behind it: hubs with their leaves, those of each hub on a feed of their own."""
    sites = {"G": _site("G", "")}
    links: dict[str, Link] = {}
    for hub in range(HUBS):
        names = [f"H{hub}", *(f"H{hub}-{leaf}" for leaf in range(LEAVES))]
        sites |= {name: _site(name, f"F{hub}") for name in names}
        for up, down in (("G", names[0]), *((names[0], leaf) for leaf in names[1:])):
            links[f"{up}>{down}"] = Link(f"{up}>{down}", up, down, "fibre", f"to-{down}", f"from-{up}")
    feeds = {f"F{hub}": PowerFeed(f"F{hub}", f"Feeder {hub}") for hub in range(HUBS)}
    return Inventory(sites=sites, links=links, power_feeds=feeds)


def _site(name: str, feed: str) -> Site:
    return Site(name, f"Site {name}", 31.0, 121.0, "p/c/a", "B", ("t",), 4.0, feed, "Asia/Shanghai")


RULES = Rules(Topology(city()), shipped_causes(), shipped_policy())


def dark_hubs(state: State, hour: int) -> None:
    """One hub after the other falls silent with all that is behind it."""
    leaves = [f"H{hour}-{leaf}" for leaf in range(LEAVES)]
    _told(state, hour, [(site, *what) for what in (("fsu", "fsu-offline"), ("bts", "cell-down")) for site in leaves])


def same_hub(state: State, hour: int) -> None:
    """Always the same one falls silent, told each time by other equipment."""
    _told(state, hour, [(f"H0-{leaf}", f"fsu-{hour}", "fsu-offline") for leaf in range(LEAVES)])


def same_feed(state: State, hour: int) -> None:
    """Batteries at the sites of one feed discharge, other strings each time; nobody tells of mains."""
    _told(state, hour, [(f"H0-{leaf}", f"string-{hour}", "battery-discharging") for leaf in range(LEAVES)])


def _told(state: State, hour: int, alarms: list[tuple[str, str, str]]) -> None:
    """All is over half an hour later but for one, of which the clear is lost: while that stands all of it is kept."""
    for place, alarm in enumerate(alarms):
        hear(state, event(hour * HOUR + 5 * place, *alarm))
    for place, alarm in enumerate(alarms[1:]):
        hear(state, event((hour + 0.5) * HOUR + 5 * place, *alarm, clears=True))


@pytest.mark.parametrize(("happens", "most"), [(dark_hubs, 1.02), (same_hub, 1.2), (same_feed, 1.2)])
def test_what_an_event_costs_does_not_grow_over_a_day_of_lost_clears(
    happens: Callable[[State, int], None], most: float
) -> None:
    state = new_state(RULES, START)

    def cost_of(hour: int) -> int:
        return steps(lambda: happens(state, hour))

    for hour in range(3):
        happens(state, hour)
    early = cost_of(3)
    for hour in range(4, 23):
        happens(state, hour)
    late = cost_of(23)
    assert len(state.evidence_of) == len(state.alarms) >= 24 * LEAVES, "nothing was explained or forgotten"
    assert len(state.inferred) == 24, "each was found"
    assert late <= most * early, "but for the few alarms that stand at a site itself"
