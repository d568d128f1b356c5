"""Histories with planted causes for the learner's tests: what happens by itself, and what follows from it. Seeded.

Shares nothing with what it tests: effects are drawn one by one, with gamma lags where the learner has log-normal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from alarm_correlation.causes import Scope
from alarm_correlation.learning.evidence import Evidence, learn
from alarm_correlation.learning.history import History, Onset
from alarm_correlation.learning.reaches import reaches_of
from guywire.inventory.model import Inventory, Link, Site
from guywire.inventory.topology import Topology

DAY = 86_400.0
HUBS, LEAVES = 6, 4


class Planted(NamedTuple):
    """With `chance` at each place that it reaches the effect follows after `lag` seconds in the mean."""

    cause: str
    effect: str
    scope: Scope
    chance: float
    lag: float


def inventory() -> Inventory:
    """A gateway, six hubs below it, four leaves below each; two power feeds."""
    sites, links = {"G": Site("G", "G", 0, 0, "p/c/a", "A", gateway=True)}, {}
    for hub in range(HUBS):
        for name, above in ((f"H{hub}", "G"), *((f"H{hub}L{leaf}", f"H{hub}") for leaf in range(LEAVES))):
            sites[name] = Site(name, name, 0, 0, "p/c/a", "C", power_feed=f"F{hub % 2}")
            links[name] = Link(name, above, name, "microwave", f"radio-{name}", "radio-up")
    return Inventory(sites=sites, links=links)


WORLD = inventory()
TOPOLOGY = Topology(WORLD)


def history(planted: Sequence[Planted], a_day: dict[str, float], days: float, seed: int = 1) -> History:
    """What the learner sees of `simulate`."""
    return History(simulate(planted, a_day, days, seed), reaches_of(TOPOLOGY), len(WORLD.sites))


def simulate(planted: Sequence[Planted], a_day: dict[str, float], days: float, seed: int) -> list[Onset]:
    """Types at their rates (a day and site) on the unit of their name, and the effects of all of them in turn."""
    random = Random(seed)
    waiting = [
        Onset(random.uniform(0, days * DAY), kind, site, unit_of(kind))
        for kind, rate in a_day.items()
        for site in sorted(WORLD.sites)
        for _ in range(_poisson(random, rate * days))
    ]
    for onset in waiting:  # grows while it is walked: effects of effects
        for plan in planted:
            if plan.cause == onset.kind:
                waiting += _effects(random, plan, onset, days)
    return waiting


def unit_of(kind: str) -> str:
    return "radio-up" if kind.startswith("link") else f"unit-{kind}"


def found(history: History, window: float = 6 * 3600) -> dict[tuple[str, str], Evidence]:
    """What the learner finds with a direction, by cause and effect."""
    learned = [one for kind in sorted(history.count) for one in learn(history, kind, window).evidence]
    return {(one.cause, one.effect): one for one in learned if one.one_way}


def _effects(random: Random, plan: Planted, cause: Onset, days: float) -> list[Onset]:
    made = []
    for site, unit in _reached(plan, cause.site):
        at = cause.at + random.gammavariate(2, plan.lag / 2)
        if random.random() < plan.chance and at < days * DAY:
            made.append(Onset(at, plan.effect, site, unit))
    return made


def _reached(plan: Planted, site: str) -> list[tuple[str, str]]:
    unit = unit_of(plan.effect)
    if plan.scope is Scope.DOWNSTREAM:
        return [(below, unit) for below in sorted(TOPOLOGY.below(site) - {site})]
    if plan.scope is Scope.FAR_END:
        up = [(link.upstream_site_id, link.resource) for link in TOPOLOGY.uplinks(site)]
        return up + [(link.downstream_site_id, link.downstream_resource) for link in TOPOLOGY.downlinks(site)]
    return [(site, unit)]


def _poisson(random: Random, mean: float) -> int:
    count, passed = 0, random.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + random.expovariate(1.0)
    return count
